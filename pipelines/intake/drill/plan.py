"""A drill plan: a TOML file that lists several timed faults."""

import tomllib
from datetime import datetime, time, timedelta, timezone
from pathlib import Path

import msgspec

from pipelines.campaign.model import Campaign
from pipelines.intake.drill.words import FaultRefused, FaultWish
from pipelines.vocabulary import FaultKind

FORM = '[[fault]] with kind = "wifi_slow", target = "…", at = "09:40" or in = 10, for = 20, strength = 0.6, seed = 1'


class PlanRow(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"in_minutes": "in", "minutes": "for"}):
    """One ``[[fault]]``: ``at`` is the campaign's local time of day, ``in`` and ``for`` are minutes."""

    kind: FaultKind
    target: str = ""
    at: str | None = None
    in_minutes: float = 0.0
    minutes: float | None = None
    strength: float | None = None
    seed: int = 0


class PlanFile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A whole plan."""

    fault: list[PlanRow]


def read_plan(campaign: Campaign, path: Path) -> list[FaultWish]:
    """Return what a plan asks for; raises FaultRefused with a sentence."""
    try:
        plan = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), PlanFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        sentence = f"the drill plan {path} cannot be read: {error}; it lists {FORM}"
        raise FaultRefused("bad_plan", sentence, "fault") from error
    if not plan.fault:
        raise FaultRefused("empty_plan", f"the drill plan {path} lists no fault; add {FORM}", "fault")
    return [_wish(campaign, row) for row in plan.fault]


def _wish(campaign: Campaign, row: PlanRow) -> FaultWish:
    return FaultWish(
        kind=row.kind,
        target=row.target,
        minutes=row.minutes,
        in_minutes=row.in_minutes,
        at=None if row.at is None else local_moment(campaign, row.at),
        strength=row.strength,
        seed=row.seed,
    )


def local_moment(campaign: Campaign, text: str) -> datetime:
    """Return the moment of the campaign's day at the local time ``text``, HH:MM; raises FaultRefused."""
    try:
        wanted = time.fromisoformat(text)
    except ValueError as error:
        sentence = f"a time of day is written HH:MM, for example 09:40; got {text!r}"
        raise FaultRefused("bad_time", sentence, "at") from error
    local = timezone(timedelta(minutes=campaign.timezone_offset_minutes))
    return datetime.combine(campaign.round.opens_at.astimezone(local).date(), wanted.replace(tzinfo=None), local)
