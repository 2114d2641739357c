"""What disturbs a scope, what is to come and what could be done: the advice's frames of one moment, shared by sessions.

Each of them may be missing by itself; the page then shows the rest and says what it lacks.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from dashboard import frames, queries
from dashboard.live import Row, Snapshot
from pipelines.client import Scope
from pipelines.clock import stopwatch

ASKS = (
    *("forecast_live", "disturbances_live", "recommendations_live", "recommendation_effects"),
    *("queue_outlook", "queue_outlook_towns", "switch_plan", "contingency_live", "plan_curve"),
)
FRESH_FOR_S = 2.0
SCOPES_HELD, MOMENTS_HELD = 64, 4
SOON_MINUTES = 30


@dataclass(frozen=True, eq=False)
class Ahead:
    """The frames of the asks; a frame is empty where its ask failed, ``failures`` says why."""

    forecast: Row | None
    disturbances: pl.DataFrame
    advice: pl.DataFrame
    effects: pl.DataFrame
    sites: pl.DataFrame
    towns: pl.DataFrame
    curve: pl.DataFrame
    stuck: dict[str, int]
    contingencies: dict[str, str]
    failures: tuple[str, ...]

    @property
    def crowded(self) -> list[Row]:
        """The sites whose line is a crowd now, the longest first (Q93)."""
        if self.sites.is_empty():
            return []
        return self.sites.filter("is_crowded").sort("queue_persons", descending=True, nulls_last=True).to_dicts()

    @property
    def soon_crowded(self) -> int:
        """How many further sites would have a crowd within half an hour if registration stopped now."""
        if self.sites.is_empty():
            return 0
        return self.sites.filter(~pl.col("is_crowded") & (pl.col("crowded_in_minutes") <= SOON_MINUTES)).height


@dataclass(frozen=True)
class _Held:
    """What is held for a snapshot, and when it was asked, by the stopwatch."""

    snapshot: Snapshot
    ahead: Ahead
    at_s: float

    @property
    def is_fresh(self) -> bool:
        """Whether a later snapshot may take it too."""
        return stopwatch() - self.at_s < FRESH_FOR_S


# Of each scope, and each past moment of it that is replayed, the newest first.
_HELD: dict[tuple[Scope, datetime | None], tuple[_Held, ...]] = {}
queries.CACHES.append(_HELD.clear)


def of(snapshot: Snapshot) -> Ahead:
    """Return the advice's frames of a snapshot's scope: of its moment, or of one at most ``FRESH_FOR_S`` before it.

    The jobs behind them make them anew every few seconds, so asking at every tick would only cost. What a snapshot
    was given once it keeps, unless something failed.
    """
    key = (snapshot.scope, snapshot.as_of if snapshot.is_past else None)
    held = _HELD.get(key, ())
    for one in held:
        if one.snapshot is snapshot and (one.is_fresh or not one.ahead.failures):
            return one.ahead
    if len(_HELD) >= SCOPES_HELD:
        _HELD.clear()
    made = held[0] if held and held[0].is_fresh else _Held(snapshot, _ask(snapshot), stopwatch())
    _HELD[key] = (_Held(snapshot, made.ahead, made.at_s), *held)[:MOMENTS_HELD]
    return made.ahead


def _ask(snapshot: Snapshot) -> Ahead:
    found = frames.gather(snapshot.scope, snapshot.as_of, ASKS)
    held = {name: found.frames.get(name, pl.DataFrame()) for name in ASKS}
    plan, working = held["switch_plan"], held["contingency_live"]
    known = {} if working.is_empty() else dict(working.select("site_id", "contingency").drop_nulls().iter_rows())
    return Ahead(
        forecast=_forecast(held["forecast_live"]),
        disturbances=held["disturbances_live"],
        advice=held["recommendations_live"],
        effects=held["recommendation_effects"],
        sites=held["queue_outlook"],
        towns=held["queue_outlook_towns"],
        curve=held["plan_curve"],
        stuck=_sums(plan, "site_id", plan if plan.is_empty() else plan.filter("is_stuck")),
        contingencies=known,
        failures=tuple(found.failures.values()),
    )


def _sums(plan: pl.DataFrame, by: str, rows: pl.DataFrame) -> dict[str, int]:
    """Return the desks that the switch plan moves, by a column."""
    return {} if plan.is_empty() else dict(rows.group_by(by).agg(pl.col("desks").sum()).sort(by).iter_rows())


def _forecast(frame: pl.DataFrame) -> Row | None:
    """Return the forecast's row; None before the first forecast."""
    if frame.is_empty():
        return None
    row = frame.row(0, named=True)
    return row if row["made_at"] is not None else None
