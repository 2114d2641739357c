"""The job that watches: it asks what the rules ask, at the edge, and hands back what changed of the alerts."""

import shutil

import polars as pl

from pipelines.alerts.cycle import cycle
from pipelines.alerts.memory import Memory
from pipelines.alerts.model import Limits
from pipelines.alerts.rules import ASKS, RULES
from pipelines.api import Edge
from pipelines.clock import stopwatch
from pipelines.jobs.work import Desk, Harvest
from pipelines.store import StoreError
from pipelines.vocabulary import Outcome

EVERY_S = 3.0
FREE_BYTES = 500_000_000
MACHINE = pl.Schema({"part": pl.String(), "trouble": pl.Float64(), "shown": pl.Float64()})


def memory_of(desk: Desk) -> Memory:
    """Return the alerts as the job that works at ``desk`` remembers them."""
    return desk.memory.setdefault("watch", Memory())


def watch(desk: Desk) -> Harvest:
    """Evaluate every rule once; an ask that fails is the trouble of its rules, not of the job."""
    edge, memory = desk.inquiry.edge(), memory_of(desk)
    try:
        known = desk.inquiry.past("alerts_live", edge.as_of)
    except StoreError as error:
        return Harvest(outcome=Outcome.FAILED, reason=f"the alerts so far cannot be read: {error}")
    stored = {row["alert_id"]: row for row in known.iter_rows(named=True)}
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


def _answer(desk: Desk, name: str, edge: Edge) -> pl.DataFrame | str:
    """Return the ask's answer, or why there is none."""
    try:
        return desk.inquiry.answer(name, edge.as_of)
    except StoreError as error:
        return str(error)
