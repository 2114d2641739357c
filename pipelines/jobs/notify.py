"""The job that tells people: what became of the alerts since each channel was last told, one message at a time."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.alerts.outbox import GATHER_S, Spoken, may_speak, pause_s
from pipelines.alerts.sending import MOST_BYTES, Sent, posting, send
from pipelines.alerts.voice import Row, Voice
from pipelines.alerts.wording import RANK, Change, Notice, message
from pipelines.api import Edge
from pipelines.clock import stopwatch, wall_now
from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import Outcome, ScopeLevel, Severity

EVERY_S = 2.0
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


def notify(desk: Desk) -> Harvest:
    """Let each channel say what it has to say, if it may."""
    edge = desk.store.moments.edge()
    if not desk.voices or edge.tick == 0:
        return Harvest()
    common = {"as_of": edge.as_of, "speed": max(edge.speed, 1e-9)}
    known = {row["channel"]: row for row in desk.store.ask("channels_live", common).iter_rows(named=True)}
    rows = [row for voice in desk.voices for row in _turn(desk, voice, known.get(voice.channel.spec.name, {}), edge)]
    failed = [f"{row['channel']}: {row['reason']}" for row in rows if row["outcome"] != Outcome.OK.value]
    frames = {"notification": pl.DataFrame(rows, schema=NOTIFICATION)} if rows else {}
    return Harvest(frames, 0, Outcome.PARTIAL if failed else Outcome.OK, " | ".join(failed))


def _turn(desk: Desk, voice: Voice, known: Mapping[str, Any], edge: Edge) -> list[Row]:
    now_s = stopwatch()
    if not voice.has_recorded(known.get("last_id"), now_s):
        return (
            [] if voice.unrecorded is None or now_s - voice.unrecorded_since_s < AGAIN_AFTER_S else [voice.unrecorded]
        )
    voice.begun_at = voice.begun_at or edge.as_of
    voice.covered_at = max(filter(None, (voice.covered_at, known.get("covered_at"))), default=None)
    if now_s < voice.not_before_s:
        return []
    notices = _notices(desk, voice, edge)
    voice.due_since_s = (voice.due_since_s or now_s) if notices else None
    is_urgent = any(notice.change is Change.FIRES for notice in notices)
    if not notices or now_s - (voice.due_since_s or now_s) < GATHER_S:
        return []
    if not may_speak(now_s, voice.spoken, len(notices), is_urgent=is_urgent):
        return []
    return [_said(desk, voice, notices, edge)]


def _notices(desk: Desk, voice: Voice, edge: Edge) -> list[Notice]:
    spec = voice.channel.spec
    since = "" if voice.covered_at is None else voice.covered_at.isoformat()
    scope = (ScopeLevel.TOWN, spec.town) if spec.town else (ScopeLevel.DISTRICT, None)
    asked = {"as_of": edge.as_of, "speed": 1.0, "scope_level": scope[0].value, "scope_id": scope[1], "since": since}
    asked["begun"] = (voice.covered_at or voice.begun_at or edge.as_of).isoformat()
    found = desk.store.ask("notices_due", asked).iter_rows(named=True)
    return [notice for row in found if RANK[(notice := _notice(row)).severity] <= RANK[spec.min_severity]]


def _notice(row: Mapping[str, Any]) -> Notice:
    return Notice(
        alert_id=row["alert_id"],
        rule=row["rule"],
        subject=row["subject"],
        severity=Severity(row["severity"]),
        change=Change(row["change"]),
        site_id=row["site_id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        value=row["value"],
        fired_at=row["fired_at"],
    )


def _said(desk: Desk, voice: Voice, notices: list[Notice], edge: Edge) -> Row:
    spec, the = voice.channel.spec, desk.campaign
    district = the.district_name.zh if spec.language == "zh" else the.district_name.en
    text = message(notices, spec.language, district, the.timezone_offset_minutes, MOST_BYTES[spec.kind])
    wall_at, now_s = wall_now(), stopwatch()
    sent = send(voice.http, voice.channel, posting(voice.channel, text, notices, wall_at), wall_at)
    voice.due_since_s = None
    voice.failures = 0 if sent.outcome is Outcome.OK else voice.failures + 1
    if sent.outcome is Outcome.OK:
        voice.covered_at = edge.as_of
        voice.spoken.append(Spoken(now_s, len(notices)))
    else:
        voice.not_before_s = now_s + pause_s(voice.failures, sent.retry_after_s, secrets.randbelow(1000) / 1000)
    row = _row(voice, text, len(notices), sent, edge, wall_at)
    voice.unrecorded, voice.unrecorded_since_s = row, now_s
    return row


def _row(voice: Voice, text: str, alerts: int, sent: Sent, edge: Edge, wall_at: datetime) -> Row:
    return {
        "notification_id": secrets.token_hex(16),
        "channel": voice.channel.spec.name,
        "kind": voice.channel.spec.kind.value,
        "sent_at": edge.as_of,
        "wall_at": wall_at,
        "covered_at": edge.as_of,
        "alerts": alerts,
        "text": text,
        "outcome": sent.outcome.value,
        "reason": sent.reason,
        "failures": voice.failures,
        "took_ms": sent.took_ms,
        "clock_skew_s": sent.skew_s,
    }
