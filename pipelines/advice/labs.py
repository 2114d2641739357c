"""How each lab's backlog and its results go on (Q26): first in, first out, at the pace of its last hour.

Method ``fifo_rate``: a tube received now is resulted when those before it are, and not before the way through the test
is over, which is measured: how long ago the labs had received as many tubes as are resulted by now. A lab whose results
come as fast as it can work is full: then its backlog decides; else the way through decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pipelines.advice.situation import Situation
from pipelines.campaign.model import Campaign, Lab

METHOD = "fifo_rate"
FULL = 0.9  # of its capacity in the last hour: it can hardly do more
USUAL_MINUTES = 240.0  # before any result was told: a plain test and its report; assumption
BATCH_MINUTES = 60.0  # a lab without interface tells its results by the hour (Q35)
SPREAD = 0.2
STANDS_AFTER = timedelta(minutes=30)
LONGEST_MINUTES = 7 * 24 * 60.0


@dataclass(frozen=True)
class LabForecast:
    """Grain: one lab. ``clears_at`` is None when it does not get on, or nothing was heard of it."""

    lab_id: str
    backlog: int | None
    on_the_way: int | None
    rate_per_hour: float | None
    capacity_per_hour: float
    clears_at: datetime | None
    result_minutes_p50: float | None
    result_minutes_p90: float | None
    is_stopped: bool


def lab_forecasts(situation: Situation, campaign: Campaign) -> list[LabForecast]:
    """Return every lab's forecast, in the campaign's order."""
    told = {row["lab_id"]: row for row in situation.labs.iter_rows(named=True)}
    return [_of(lab, told.get(lab.lab_id), situation.as_of) for lab in campaign.labs]


def _of(lab: Lab, row: Mapping[str, Any] | None, as_of: datetime) -> LabForecast:
    capacity = lab.capacity_tubes_per_day / 24
    if row is None or row["tubes_received"] is None:
        return LabForecast(lab.lab_id, None, None, None, capacity, None, None, None, is_stopped=False)
    backlog = row["tubes_received"] - row["tubes_resulted"]
    on_the_way = max((row["tubes_dispatched"] or 0) - row["tubes_received"], 0)
    rate = float(row["resulted_last_hour"])
    through = _way_through(row, as_of)
    is_stopped = backlog > 0 and rate == 0 and _stands(row, as_of, through)
    pace = rate if rate >= FULL * capacity or is_stopped else capacity
    minutes = max(through, backlog / pace * 60) if pace > 0 else LONGEST_MINUTES
    late = SPREAD * minutes + (0.0 if lab.has_interface else BATCH_MINUTES)
    known = not is_stopped and minutes < LONGEST_MINUTES
    return LabForecast(
        lab_id=lab.lab_id,
        backlog=backlog,
        on_the_way=on_the_way,
        rate_per_hour=rate,
        capacity_per_hour=capacity,
        clears_at=as_of + timedelta(minutes=minutes) if known and backlog > 0 else None,
        result_minutes_p50=minutes if known else None,
        result_minutes_p90=minutes + late if known else None,
        is_stopped=is_stopped,
    )


def _way_through(row: Mapping[str, Any], as_of: datetime) -> float:
    """Return the measured minutes from receipt to result of those that were resulted last."""
    reached_at = row["received_so_many_at"]
    if row["tubes_resulted"] == 0 or reached_at is None:
        return USUAL_MINUTES
    return max((as_of - reached_at).total_seconds() / 60, 1.0)


def _stands(row: Mapping[str, Any], as_of: datetime, through: float) -> bool:
    """Whether results are overdue: the first tube of the backlog came longer ago than the usual way through."""
    if row["tubes_resulted"] == 0:
        first_at = row["first_received_at"]
        return first_at is not None and (as_of - first_at).total_seconds() / 60 > 1.5 * USUAL_MINUTES
    return through > USUAL_MINUTES + STANDS_AFTER.total_seconds() / 60
