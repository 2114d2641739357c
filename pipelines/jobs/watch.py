"""The job that watches: it asks what the rules ask, at the edge, and hands back what changed of the alerts."""

import shutil
from dataclasses import dataclass, field

import polars as pl

from pipelines.alerts.cycle import cycle
from pipelines.alerts.memory import Memory
from pipelines.alerts.model import Limits
from pipelines.alerts.rules import ASKS, PACES_S, PARAMS, RULES
from pipelines.api import Edge
from pipelines.clock import stopwatch
from pipelines.jobs.work import Desk, Harvest
from pipelines.store import StoreError
from pipelines.vocabulary import Outcome, ScopeLevel

EVERY_S = 3.0
FREE_BYTES = 500_000_000
MACHINE = pl.Schema({"part": pl.String(), "trouble": pl.Float64(), "shown": pl.Float64()})


@dataclass
class Notes:
    """What the watch remembers: the alerts, costly answers and when they came, the pace at which the clock last ran."""

    alerts: Memory = field(default_factory=Memory)
    answers: dict[str, tuple[float, pl.DataFrame]] = field(default_factory=dict[str, tuple[float, pl.DataFrame]])
    running_speed: float = 1.0


def notes_of(desk: Desk) -> Notes:
    """Return the notes of the job that works at ``desk``."""
    return desk.memory.setdefault("watch", Notes())


def watch(desk: Desk) -> Harvest:
    """Evaluate every rule once; an ask that fails is the trouble of its rules, not of the job."""
    edge, memory = desk.store.moments.edge(), notes_of(desk).alerts
    try:
        stored = {row["alert_id"]: row for row in asked(desk, "alerts_live", edge).iter_rows(named=True)}
    except StoreError as error:
        return Harvest(outcome=Outcome.FAILED, reason=f"the alerts so far cannot be read: {error}")
    memory.recall(stored.values())
    frames = {name: _answer(desk, name, edge) for name in ASKS if name != "machine_now"}
    frames["machine_now"] = machine_now(desk)
    memory.alerts = cycle(memory.alerts, frames, edge.as_of, RULES, Limits.of(desk.campaign))
    news = memory.news(stored, edge.as_of, stopwatch())
    failed = [found for found in frames.values() if isinstance(found, str)]
    outcome = Outcome.PARTIAL if failed else Outcome.OK
    return Harvest({"alert_event": news} if news.height else {}, len(memory.alerts), outcome, " | ".join(failed))


def machine_now(desk: Desk) -> pl.DataFrame:
    """Grain: part of this machine. Trouble from 1 on; shown: the disk's free megabytes, 1 when the store fails."""
    free = shutil.disk_usage(desk.store.folder).free
    failing = 1.0 if desk.trouble() else 0.0
    rows = [
        {"part": "disk", "trouble": FREE_BYTES / max(free, 1), "shown": free / 1e6},
        {"part": "store", "trouble": failing, "shown": failing},
    ]
    return pl.DataFrame(rows, schema=MACHINE)


def asked(desk: Desk, name: str, edge: Edge) -> pl.DataFrame:
    """Return the district's answer at the edge; while the clock stands still nothing ages."""
    notes = notes_of(desk)
    notes.running_speed = edge.speed if edge.speed > 0 else notes.running_speed
    common = {"as_of": edge.as_of, "speed": notes.running_speed, "scope_id": None}
    return desk.store.ask(name, common | {"scope_level": ScopeLevel.DISTRICT.value} | PARAMS.get(name, {}))


def _answer(desk: Desk, name: str, edge: Edge) -> pl.DataFrame | str:
    """Return the ask's answer, or why there is none; a costly ask is asked at its own pace and its answer kept."""
    kept, now_s = notes_of(desk).answers, stopwatch()
    if name in kept and now_s - kept[name][0] < PACES_S.get(name, 0.0):
        return kept[name][1]
    try:
        frame = asked(desk, name, edge)
    except StoreError as error:
        return str(error)
    kept[name] = (now_s, frame)
    return frame
