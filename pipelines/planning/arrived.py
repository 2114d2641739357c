"""Arrival curves as a day was: yesterday's, and today's so far; what is not known of it comes as the plan has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from pipelines.planning.scenario import Curve, Scenario

YESTERDAY, TODAY_SO_FAR = "yesterday", "today_so_far"
PART_MINUTES = 30.0  # about: the opening is cut into equal parts, as the ask does
LEAST_PERSONS, LEAST_PARTS = 100, 2  # of fewer no curve is made


@dataclass(frozen=True)
class Part:
    """Grain: one part of a day's opening, as the ask ``arrivals_by_day`` tells it; all parts are equally long."""

    days_before: int
    day_at: datetime
    part: int
    is_at_gates: bool
    persons: int
    is_complete: bool


def arrived_rows(rows: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Return what rows of the ask ``arrivals_by_day`` say."""
    return [Part(**{name: row[name] for name in Part.__dataclass_fields__}) for row in rows]


def curve_of(name: str, parts: Iterable[Part], base: Scenario, offset_minutes: int) -> Curve | None:
    """Return the arrival curve of the one day that the parts are of; None where hardly anything is told of it.

    In parts that are not over, or that nobody saw the end of, come the base case's persons who had not come by then, as
    its own curve has it. ``offset_minutes``: of local time, in which the source names the day.
    """
    known = sorted((part for part in parts if part.is_complete), key=lambda part: part.part)
    count = max(round(base.open_minutes / PART_MINUTES), 1)
    if len(known) < min(LEAST_PARTS, count) or sum(part.persons for part in known) < LEAST_PERSONS:
        return None
    came = np.zeros(count)
    came[: len(known)] = [max(part.persons, 0) for part in known]
    planned = _planned(base, count)
    planned[: len(known)] = 0.0
    left = max(sum(site.persons for site in base.sites) - came.sum(), 0.0)
    weights = came + left * planned / (planned.sum() or 1.0)
    return Curve(name, tuple(np.round(weights, 1).tolist()), _source(known, base, count, offset_minutes))


def _planned(base: Scenario, count: int) -> "np.ndarray[Any, np.dtype[np.float64]]":
    shares = np.concatenate([[0.0], np.cumsum(base.curve.weights)]) / sum(base.curve.weights)
    at = np.linspace(0.0, len(base.curve.weights), count + 1)
    return np.diff(np.interp(at, np.arange(len(shares)), shares))


def _source(known: list[Part], base: Scenario, count: int, offset_minutes: int) -> str:
    local = timedelta(minutes=offset_minutes)
    told = f"counted at the {'gates' if known[0].is_at_gates else 'desks'} on {known[0].day_at + local:%Y-%m-%d}"
    if len(known) == count:
        return told
    until = base.opens_at + local + timedelta(minutes=base.open_minutes * len(known) / count)
    return f"{told}; from {until:%H:%M} on as planned"


def day_curves(base: Scenario, here: list[Part], earlier: list[Part] | None, offset_minutes: int) -> dict[str, Curve]:
    """Return the curves by name that there are.

    ``here``: parts of the round's day and of one before it, of one store; ``earlier``: of the store kept of the day
    before, which counts where this store has none.
    """
    before = [part for part in here if part.days_before > 0]
    found = {
        TODAY_SO_FAR: [part for part in here if part.days_before == 0],
        YESTERDAY: before or [part for part in earlier or () if part.days_before == 0],
    }
    made = {name: curve_of(name, parts, base, offset_minutes) for name, parts in found.items()}
    return {name: curve for name, curve in made.items() if curve is not None}
