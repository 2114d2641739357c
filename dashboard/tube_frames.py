"""What the tubes page draws of one moment, scope and lab: every frame, asked at once."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from dashboard import live
from dashboard.live import Row, Snapshot
from dashboard.once import once
from pipelines.client import Scope

KEPT = 16
ASKS = (
    *("plan_curve", "tubes_by_state", "missing_tubes", "scans_saved"),
    *("lab_forecast", "forecast_live", "labs_live"),
)
OUTLOOK = ("rate_per_hour", "clears_at", "result_minutes_p50", "result_minutes_p90", "is_stopped")


@dataclass(frozen=True, eq=False)
class TubeFrames:
    """The frames of the asks of the same names; ``labs`` are those the choice is about, with their forecast beside.

    ``forecast`` is the scope's; there is none of one lab's towns, and none before the first was made.
    """

    curve: pl.DataFrame
    states: pl.DataFrame
    missing: pl.DataFrame
    scans: Row
    labs: pl.DataFrame
    forecast: Row | None


def fetch(scope: Scope, snapshot: Snapshot, lab_id: str) -> TubeFrames:
    """Return the page's frames; raises CommandUnavailable or AskRefused."""
    towns = snapshot.campaign.towns
    bound = {town.lab_id for town in towns if scope.id in (None, town.town_code)}
    return _fetch(scope, snapshot.as_of, lab_id, frozenset({lab_id} if lab_id else bound))


@once(KEPT)
def _fetch(scope: Scope, as_of: datetime, lab_id: str, labs: frozenset[str]) -> TubeFrames:
    curve, states, missing, scans, outlook, forecast, told = live.asked(ASKS, scope, as_of, lab_id)
    finish = forecast.row(0, named=True)
    told = told.join(outlook.select("lab_id", *OUTLOOK), on="lab_id", how="left", maintain_order="left")
    return TubeFrames(
        curve=curve,
        states=states,
        missing=missing,
        scans=scans.row(0, named=True),
        labs=told.filter(pl.col("lab_id").is_in(list(labs))),
        forecast=None if lab_id or finish["made_at"] is None else finish,
    )
