"""What the rest of the day, simulated from a moment on, says of the next hour and of the end; to be scored later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from pipelines.planning.answers import scopes
from pipelines.planning.bands import Band, band
from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.runs import Runs
from pipelines.planning.today import SiteNow, at_desks
from pipelines.vocabulary import ScopeLevel

AHEAD = timedelta(minutes=60)  # how far the persons are foreseen who will be scored


@dataclass(frozen=True)
class Prediction:
    """Grain: one scope: persons sampled since opening by ``target_minute``, and the minute at which all are done."""

    level: ScopeLevel
    scope_id: str
    target_minute: float
    persons: Band
    finish_minute: Band


def predictions(runs: Runs, now: Mapping[str, SiteNow], ahead_minutes: float) -> Iterator[Prediction]:
    """Yield what runs of ``today.from_now`` say of the district and of each town."""
    target = runs.scenario.starts_minute + ahead_minutes
    for level, scope_id, inside in scopes(runs):
        if level is not ScopeLevel.SITE:
            before = sum(_before(now.get(runs.scenario.sites[n].site_id)) for n in inside)
            finish = runs.figure("finish_s")[:, inside].max(axis=1) / 60
            yield Prediction(level, scope_id, target, band(before + _sampled_by(runs, inside, target)), band(finish))


def promised(runs: Runs, minute: float, planned: int) -> tuple[Band, Band]:
    """Return the persons of all sites sampled since opening by a minute, and the minute at which all are done.

    Of a case that begins in the course of the day those before it are added: of the ``planned`` who are neither to come
    nor in line.
    """
    scenario, every = runs.scenario, np.arange(len(runs.scenario.sites))
    left = sum(site.persons + site.waiting for site in scenario.sites)
    before = max(planned - left, 0) if scenario.starts_minute else 0
    persons = band(before + _sampled_by(runs, every, minute))
    return persons, band(runs.figure("finish_s").max(axis=1) / 60)


def _before(now: SiteNow | None) -> int:
    return 0 if now is None else now.sampled + at_desks(now)


def _sampled_by(runs: Runs, inside: Ints, minute: float) -> Floats:
    """Return how many persons each replication samples by a minute, even within a bin."""
    whole = runs.sampled[:, inside].sum(axis=1, dtype=np.float64).cumsum(axis=1)
    ends = np.arange(1, whole.shape[1] + 1) * runs.bin_minutes
    return np.asarray([np.interp(minute, ends, row) for row in whole])
