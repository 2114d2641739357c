"""The job that keeps what a simulation of the rest of the day predicts, so that it can be held against what comes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from pipelines.api import Edge
from pipelines.jobs.work import Desk, Harvest

EVERY_S = 20.0
PAUSE = timedelta(minutes=30)  # campaign time from one prediction to the next
REPLICATIONS = 12
MOMENT = pl.Datetime("us", "UTC")
# What a simulation says of the next hour and of the end, whoever asked for it.
FORESEEN: dict[str, type[pl.DataType] | pl.DataType] = {
    "made_at": MOMENT,
    "target_at": MOMENT,
    "replications": pl.Int64,
    "persons": pl.Float64,
    "persons_low": pl.Float64,
    "persons_high": pl.Float64,
    "finish_at": MOMENT,
    "finish_low_at": MOMENT,
    "finish_high_at": MOMENT,
}
PREDICTION = pl.Schema({"scope_level": pl.String, "scope_id": pl.String} | FORESEEN)


def predict(desk: Desk) -> Harvest:
    """Bring home a prediction every half hour of the campaign's opening; none at the first run of a process."""
    edge = desk.store.moments.edge()
    last = desk.memory.setdefault("predicted_at", edge.as_of)
    opens_at, closes_at = desk.campaign.round.opens_at, desk.campaign.round.closes_at
    if edge.as_of - last < PAUSE or not opens_at + PAUSE <= edge.as_of < closes_at or not _is_ready():
        return Harvest()
    desk.memory["predicted_at"] = edge.as_of
    rows = _rows(desk, edge)
    return Harvest({"prediction": pl.DataFrame(rows, PREDICTION)}, len(rows))


def _is_ready() -> bool:
    from pipelines.planning.warming import is_warm

    return is_warm()


def _rows(desk: Desk, edge: Edge) -> list[dict[str, Any]]:
    from pipelines.planning import base_case, simulate
    from pipelines.planning.prediction import AHEAD, predictions
    from pipelines.planning.today import from_now, measured_rows, measured_today, site_rows

    now = site_rows(_asked(desk, edge, "day_so_far"))
    times = measured_rows(_asked(desk, edge, "desk_times"))
    day = from_now(measured_today(base_case(desk.campaign), times, edge.as_of.isoformat()), edge.as_of, now)
    if not now or day.starts_minute <= 0.0:
        return []
    runs = simulate(day, REPLICATIONS, threads=1)
    opens_at = desk.campaign.round.opens_at
    return [
        {
            "scope_level": one.level.value,
            "scope_id": one.scope_id,
            "made_at": edge.as_of,
            "target_at": edge.as_of + AHEAD,
            "replications": REPLICATIONS,
            "persons": one.persons.mean,
            "persons_low": one.persons.day_low,
            "persons_high": one.persons.day_high,
            "finish_at": _at(opens_at, one.finish_minute.mean),
            "finish_low_at": _at(opens_at, one.finish_minute.day_low),
            "finish_high_at": _at(opens_at, one.finish_minute.day_high),
        }
        for one in predictions(runs, now, AHEAD / timedelta(minutes=1))
    ]


def _asked(desk: Desk, edge: Edge, name: str) -> Iterable[dict[str, Any]]:
    params = {"as_of": edge.as_of, "speed": desk.store.moments.pace, "scope_level": "district", "scope_id": None}
    return desk.store.ask(name, params).iter_rows(named=True)


def _at(opens_at: datetime, minute: float) -> datetime:
    return opens_at + timedelta(minutes=minute)
