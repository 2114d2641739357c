"""How a job says something on a channel: only what is not told yet, when the channel may speak, each try on record."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.alerts.outbox import GATHER_S, Spoken, may_speak, pause_s
from pipelines.alerts.sending import Posting, Sent, send
from pipelines.alerts.voice import Row, Voice
from pipelines.api import Edge
from pipelines.clock import stopwatch, wall_now
from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import Outcome

AGAIN_AFTER_S = 5.0
MOMENT = pl.Datetime("us", "UTC")
NOTIFICATION = pl.Schema(
    {
        **dict.fromkeys(("notification_id", "channel", "kind"), pl.String()),
        **dict.fromkeys(("sent_at", "wall_at", "covered_at"), MOMENT),
        "alerts": pl.Int64(),
        **dict.fromkeys(("text", "outcome", "reason"), pl.String()),
        "failures": pl.Int64(),
        **dict.fromkeys(("took_ms", "clock_skew_s"), pl.Float64()),
    }
)


@dataclass(frozen=True)
class Saying:
    """What a channel has to say: the text, of how many things it tells, and the request that carries it."""

    text: str
    things: int
    is_urgent: bool
    posting: Callable[[datetime], Posting]


Say = Callable[[Voice, Edge], Saying | None]


def speak(desk: Desk, voices: Sequence[Voice], say: Say) -> Harvest:
    """Let each channel say what it has to say, if it may; bring home the record of every try."""
    edge = desk.store.moments.edge()
    if not voices or edge.tick == 0:
        return Harvest()
    common = {"as_of": edge.as_of, "speed": max(edge.speed, 1e-9)}
    known = {row["channel"]: row for row in desk.store.ask("channels_live", common).iter_rows(named=True)}
    rows = [row for voice in voices for row in _turn(voice, known.get(voice.channel.spec.name, {}), edge, say)]
    failed = [f"{row['channel']}: {row['reason']}" for row in rows if row["outcome"] != Outcome.OK.value]
    frames = {"notification": pl.DataFrame(rows, schema=NOTIFICATION)} if rows else {}
    return Harvest(frames, 0, Outcome.PARTIAL if failed else Outcome.OK, " | ".join(failed))


def _turn(voice: Voice, known: Mapping[str, Any], edge: Edge, say: Say) -> list[Row]:
    now_s = stopwatch()
    if not voice.has_recorded(known.get("last_id"), now_s):
        return (
            [] if voice.unrecorded is None or now_s - voice.unrecorded_since_s < AGAIN_AFTER_S else [voice.unrecorded]
        )
    voice.begun_at = voice.begun_at or edge.as_of
    voice.covered_at = max(filter(None, (voice.covered_at, known.get("covered_at"))), default=None)
    if now_s < voice.not_before_s:
        return []
    saying = say(voice, edge)
    voice.due_since_s = (voice.due_since_s or now_s) if saying else None
    if saying is None or now_s - (voice.due_since_s or now_s) < GATHER_S:
        return []
    if not may_speak(now_s, voice.spoken, saying.things, is_urgent=saying.is_urgent):
        return []
    return [_said(voice, saying, edge)]


def _said(voice: Voice, saying: Saying, edge: Edge) -> Row:
    wall_at, now_s = wall_now(), stopwatch()
    sent = send(voice.http, voice.channel, saying.posting(wall_at), wall_at)
    voice.due_since_s = None
    voice.failures = 0 if sent.outcome is Outcome.OK else voice.failures + 1
    if sent.outcome is Outcome.OK:
        voice.covered_at = edge.as_of
        voice.spoken.append(Spoken(now_s, saying.things))
    else:
        voice.not_before_s = now_s + pause_s(voice.failures, sent.retry_after_s, secrets.randbelow(1000) / 1000)
    row = _row(voice, saying, sent, edge, wall_at)
    voice.unrecorded, voice.unrecorded_since_s = row, now_s
    return row


def _row(voice: Voice, saying: Saying, sent: Sent, edge: Edge, wall_at: datetime) -> Row:
    return {
        "notification_id": secrets.token_hex(16),
        "channel": voice.channel.spec.name,
        "kind": voice.channel.spec.kind.value,
        "sent_at": edge.as_of,
        "wall_at": wall_at,
        "covered_at": edge.as_of,
        "alerts": saying.things,
        "text": saying.text,
        "outcome": sent.outcome.value,
        "reason": sent.reason,
        "failures": voice.failures,
        "took_ms": sent.took_ms,
        "clock_skew_s": sent.skew_s,
    }
