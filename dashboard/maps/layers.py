"""The map's layers: what each of them says of a site, as a class, a figure in words and how bad it is; pure functions.

A layer reads a row of sites_live. What is not known now has its own class and is never among the worst.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dashboard.colours import STEP_SIGN, Palette, Step
from dashboard.formats import age, count, number, percent
from dashboard.words import Words
from pipelines.client import CampaignInfo
from pipelines.vocabulary import Contingency, Health, SystemKind, WaitClass

Row = Mapping[str, Any]
BUSY_LOAD, FULL_LOAD = 1.0, 1.5
VERY_SHORT_SHARE = 0.1
SILENT_TIMES = 20
WORST_NAMED = 5


class LayerName(StrEnum):
    """What the map shows of every site."""

    WAIT = "wait"
    LOAD = "load"
    SYSTEM = "system"
    NETWORK = "network"
    STAFF = "staff"
    AGE = "age"
    STUCK = "stuck"


# Every class of a layer, in the order of the legend, with how it stands.
KINDS: dict[LayerName, dict[str, Step]] = {
    LayerName.WAIT: {
        WaitClass.SHORT: Step.GOOD,
        WaitClass.MEDIUM: Step.WATCH,
        WaitClass.LONG: Step.BAD,
        WaitClass.CLOSED: Step.OFF,
        WaitClass.UNKNOWN: Step.UNKNOWN,
    },
    LayerName.LOAD: {
        "within": Step.GOOD,
        "above": Step.WATCH,
        "far_above": Step.BAD,
        "closed": Step.OFF,
        "unknown": Step.UNKNOWN,
    },
    LayerName.SYSTEM: {
        Contingency.PROVINCE: Step.GOOD,
        Contingency.OFFLINE: Step.WATCH,
        Contingency.CITY: Step.WATCH,
        Contingency.STOPPED: Step.BAD,
        "unknown": Step.UNKNOWN,
    },
    LayerName.NETWORK: {
        Health.OK: Step.GOOD,
        Health.SLOW: Step.WATCH,
        Health.DOWN: Step.BAD,
        Health.UNKNOWN: Step.UNKNOWN,
    },
    LayerName.STAFF: {
        "full": Step.GOOD,
        "short": Step.WATCH,
        "very_short": Step.BAD,
        "closed": Step.OFF,
        "unknown": Step.UNKNOWN,
    },
    LayerName.STUCK: {"none": Step.GOOD, "some": Step.WATCH, "most": Step.BAD},
    LayerName.AGE: {"fresh": Step.GOOD, "stale": Step.WATCH, "silent": Step.BAD, "never": Step.UNKNOWN},
}


@dataclass(frozen=True)
class Reading:
    """What a layer says of one site: ``badness`` above 0 asks to be looked at, the larger the sooner.

    ``detail`` stands, where there is one, in the place of what has been measured at the site.
    """

    kind: str
    text: str
    badness: float = 0.0
    sign: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Ground:
    """What readings need beside the row: the campaign and the viewer's words."""

    campaign: CampaignInfo
    words: Words

    @property
    def hours(self) -> float:
        """How many hours the round is open."""
        times = self.campaign.round
        return max((times.closes_at - times.opens_at).total_seconds() / 3600, 1.0)

    def system(self, server_id: str | None) -> SystemKind | None:
        """Return the system that a server belongs to."""
        return next((one.system for one in self.campaign.servers if one.server_id == server_id), None)


def readings(layer: LayerName, rows: Sequence[Row], ground: Ground) -> list[Reading]:
    """Return what ``layer`` says of every row, in their order."""
    read = READERS[layer]
    return [read(row, ground) for row in rows]


def worst(rows: Sequence[Row], said: Sequence[Reading]) -> list[int]:
    """Return the row numbers of at most five sites that need somebody, the worst first."""
    return [at for at in ranked(rows, said) if said[at].badness > 0][:WORST_NAMED]


def ranked(rows: Sequence[Row], said: Sequence[Reading]) -> list[int]:
    """Return all row numbers, the worst first; equals by the persons who queue there, then by their id."""
    return sorted(
        range(len(rows)),
        key=lambda at: (-said[at].badness, -(rows[at]["queue_persons"] or 0), rows[at]["site_id"]),
    )


def contingency(row: Row, ground: Ground) -> Contingency | None:
    """Return the system that most of a site's desks work on; None when that is not known."""
    if row.get("contingency"):
        return Contingency(row["contingency"])
    system = ground.system(row["main_server_id"])
    return None if system is None else Contingency(system.value)


def kind_name(layer: LayerName, kind: str, ground: Ground) -> str:
    """Return what a legend calls a class, with the figure at which it begins."""
    waits = ground.campaign.waits
    return ground.words(
        f"layer.{layer}.{kind}",
        medium=number(waits.medium_from_minutes),
        long=number(waits.long_from_minutes),
        busy=percent(BUSY_LOAD),
        full=percent(FULL_LOAD),
        very_short=percent(VERY_SHORT_SHARE),
    )


def look(layer: LayerName, said: Reading, palette: Palette) -> tuple[str, str, str]:
    """Return fill, sign and the sign's ink of a site, or of a legend's entry."""
    step = KINDS[layer][said.kind]
    if layer is LayerName.SYSTEM and step is not Step.UNKNOWN:
        return palette.system[Contingency(said.kind)], said.sign, palette.sign[Step.GOOD]
    return palette.step[step], said.sign or STEP_SIGN[step], palette.sign[step]


def _wait(row: Row, ground: Ground) -> Reading:
    kind = WaitClass(row["wait_class"])
    if kind is WaitClass.UNKNOWN or (kind is not WaitClass.CLOSED and row["wait_minutes"] is None):
        return Reading(WaitClass.UNKNOWN, ground.words("layer.unknown"))
    if kind is WaitClass.CLOSED:
        return Reading(kind, ground.words("layer.closed"))
    minutes = float(row["wait_minutes"])
    bad = minutes if kind in (WaitClass.MEDIUM, WaitClass.LONG) and row["is_fresh"] else 0.0
    return Reading(kind, ground.words("unit.minutes", value=number(minutes)), bad)


def _load(row: Row, ground: Ground) -> Reading:
    """Persons registered in the last hour and persons in the queue, against the plan's hour of the site."""
    share = load(row, ground.hours)
    if row["wait_class"] == WaitClass.CLOSED:
        return Reading("closed", ground.words("layer.closed"))
    if share is None:
        return Reading("unknown", ground.words("layer.unknown"))
    kind = "within" if share <= BUSY_LOAD else "above" if share <= FULL_LOAD else "far_above"
    return Reading(kind, percent(share), share if share > BUSY_LOAD and row["is_fresh"] else 0.0)


def load(row: Row, hours: float) -> float | None:
    """Return the hour's demand over the plan's hour; None while the queue or the plan is not known."""
    parts = row["persons_last_hour"], row["queue_persons"], row["planned_persons"]
    if row["wait_class"] == WaitClass.UNKNOWN or None in parts or not row["planned_persons"]:
        return None
    return (row["persons_last_hour"] + row["queue_persons"]) / (row["planned_persons"] / hours)


def _system(row: Row, ground: Ground) -> Reading:
    kind = contingency(row, ground)
    if kind is None:
        return Reading("unknown", ground.words("layer.unknown"))
    off = row["desks_off_province"] or 0
    if kind is Contingency.PROVINCE:
        some = ground.words("layer.system.some", desks=count(off))
        return Reading(kind, some if off else ground.words("system.province"), float(off))
    grave = {Contingency.STOPPED: 3e6, Contingency.OFFLINE: 2e6, Contingency.CITY: 1e6}[kind]
    sign = ground.words(f"layer.sign.{kind}")
    return Reading(kind, ground.words(f"system.{kind}"), grave + off, sign)


def _network(row: Row, ground: Ground) -> Reading:
    kind = Health(row["network_health"] or Health.UNKNOWN)
    return Reading(kind, ground.words(f"health.{kind}"), {Health.DOWN: 2.0, Health.SLOW: 1.0}.get(kind, 0.0))


def _staff(row: Row, ground: Ground) -> Reading:
    if row["wait_class"] == WaitClass.CLOSED:
        return Reading("closed", ground.words("layer.closed"))
    short, need = row["staff_short"], row["staff_need"]
    if short is None or need is None:
        return Reading("unknown", ground.words("layer.unknown"))
    if not short:
        return Reading("full", ground.words("layer.staff.none"))
    kind = "very_short" if short > VERY_SHORT_SHARE * need else "short"
    return Reading(kind, ground.words("layer.staff.short_by", persons=count(short)), float(short))


def _age(row: Row, ground: Ground) -> Reading:
    age_s = row["age_s"]
    if age_s is None:
        return Reading("never", ground.words("never"), 1e12)
    text = age(age_s, ground.words.language)
    if row["is_fresh"]:
        return Reading("fresh", text)
    silent = age_s > SILENT_TIMES * ground.campaign.thresholds.stale_after_s
    return Reading("silent" if silent else "stale", text, float(age_s))


def _stuck(row: Row, ground: Ground) -> Reading:
    """Desks that work nowhere now: their server is down and they have not scanned another's code."""
    stuck, lanes = row.get("desks_stuck") or 0, row["lanes_open"] or row["lanes"] or 1
    if not stuck:
        return Reading("none", ground.words("layer.stuck.nobody"))
    kind = "most" if stuck > lanes / 2 else "some"
    return Reading(kind, ground.words("layer.stuck.desks", desks=count(stuck)), float(stuck))


READERS: dict[LayerName, Callable[[Row, Ground], Reading]] = {
    LayerName.WAIT: _wait,
    LayerName.LOAD: _load,
    LayerName.SYSTEM: _system,
    LayerName.NETWORK: _network,
    LayerName.STAFF: _staff,
    LayerName.AGE: _age,
    LayerName.STUCK: _stuck,
}
