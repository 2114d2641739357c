"""What a scenario's replications answer, with 95 % bands: waits by class, queues, finish, unserved, staff, labs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.planning.assumptions import Assumption, assumptions
from pipelines.planning.bands import Band, BandCurve, band, band_curves, band_rows
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.measures import Measures, measures
from pipelines.planning.packing import LONG_MINUTES, SHORT_MINUTES
from pipelines.planning.runs import Runs, together
from pipelines.vocabulary import ScopeLevel, WaitClass

SITE_STEP_MINUTES = 15.0


@dataclass(frozen=True)
class ScopeAnswer:
    """Grain: one scope (the district, a town, a site). ``bands`` has a band for each of ``measures.MEASURES``.

    ``wait_class`` is that of the mean wait; CLOSED where nobody is served.
    """

    level: ScopeLevel
    scope_id: str
    wait_class: WaitClass
    bands: dict[str, Band]


@dataclass(frozen=True)
class Curves:
    """Grain: one scope, in steps of ``step_minutes`` from opening: persons in the normal line, wait of those who join
    it then, persons sampled so far.
    """

    level: ScopeLevel
    scope_id: str
    step_minutes: float
    queue: BandCurve
    wait_minutes: BandCurve
    sampled: BandCurve


@dataclass(frozen=True)
class SiteSteps:
    """Grain: one site, in steps of ``SITE_STEP_MINUTES`` from opening: mean queue, mean wait (minutes) of joiners."""

    site_id: str
    queue: tuple[float, ...]
    wait_minutes: tuple[float, ...]


@dataclass(frozen=True)
class LabAnswer:
    """Grain: one lab: minutes after opening at which the last result is told, and most tubes that waited for a test."""

    lab_id: str
    told_minute: Band
    peak_backlog: Band


@dataclass(frozen=True)
class Answer:
    """A scenario's whole answer; ``scopes`` has the district first, then towns, then sites in the scenario's order."""

    scenario_name: str
    replications: int
    scopes: tuple[ScopeAnswer, ...]
    curves: tuple[Curves, ...]
    site_steps: tuple[SiteSteps, ...]
    labs: tuple[LabAnswer, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def district(self) -> ScopeAnswer:
        """The whole."""
        return self.scopes[0]


def answer(runs: Runs) -> Answer:
    """Return what the replications answer."""
    every = scopes(runs)
    return Answer(
        scenario_name=runs.scenario.name,
        replications=runs.replications,
        scopes=tuple(_scope_answers(runs, every)),
        curves=tuple(curves(runs, [scope for scope in every if scope[0] is not ScopeLevel.SITE])),
        site_steps=tuple(_site_steps(runs)),
        labs=tuple(_labs(runs)),
        assumptions=assumptions(runs.scenario),
    )


def scopes(runs: Runs) -> list[tuple[ScopeLevel, str, Ints]]:
    """Return (level, id, places of its sites): the district, its towns in order of appearance, its sites."""
    sites = runs.scenario.sites
    towns = list(dict.fromkeys(site.town_code for site in sites))
    by_town = [
        (ScopeLevel.TOWN, town, np.asarray([n for n, site in enumerate(sites) if site.town_code == town]))
        for town in towns
    ]
    by_site = [(ScopeLevel.SITE, site.site_id, np.asarray([n])) for n, site in enumerate(sites)]
    return [(ScopeLevel.DISTRICT, "", np.arange(len(sites))), *by_town, *by_site]


def wait_class(minutes: float, served: float) -> WaitClass:
    """Return the class of a mean wait as the public is told it; CLOSED where nobody is served."""
    if served <= 0:
        return WaitClass.CLOSED
    if minutes <= SHORT_MINUTES:
        return WaitClass.SHORT
    return WaitClass.MEDIUM if minutes < LONG_MINUTES else WaitClass.LONG


def curves(runs: Runs, wide: Sequence[tuple[ScopeLevel, str, Ints]]) -> Iterator[Curves]:
    """Yield the curves of scopes as ``scopes`` gives them, each with its sites together."""
    queue, joined, waited, sampled = (
        together(values, [inside for _, _, inside in wide])
        for values in (runs.queue, runs.joined, runs.waited_s, runs.sampled)
    )
    waits = np.divide(waited, joined * 60, out=np.zeros_like(waited), where=joined > 0)
    told = zip(band_curves(queue, 1), band_curves(waits), band_curves(sampled.cumsum(axis=2), 1), strict=True)
    for (level, scope_id, _), of_scope in zip(wide, told, strict=True):
        yield Curves(level, scope_id, runs.bin_minutes, *of_scope)


def _scope_answers(runs: Runs, every: list[tuple[ScopeLevel, str, Ints]]) -> Iterator[ScopeAnswer]:
    told = bands_by_scope(measures(runs, [inside for _, _, inside in every]))
    for (level, scope_id, _), found in zip(every, told, strict=True):
        yield ScopeAnswer(level, scope_id, wait_class(found["wait_minutes"].mean, found["served"].mean), found)


def bands_by_scope(found: Measures, least: float | None = 0.0) -> list[dict[str, Band]]:
    """Return the bands of measures by name, of one scope after the other."""
    rows = [band_rows(values, least) for values in found.values()]
    return [dict(zip(found, of_scope, strict=True)) for of_scope in zip(*rows, strict=True)]


def _site_steps(runs: Runs) -> Iterator[SiteSteps]:
    fold = max(round(SITE_STEP_MINUTES / runs.bin_minutes), 1)
    steps = runs.load.bins // fold
    queue = np.round(runs.queue.mean(axis=0)[:, : steps * fold : fold], 1).tolist()
    joined, waited = (
        part.sum(axis=0, dtype=np.float64)[:, : steps * fold].reshape(-1, steps, fold).sum(axis=2)
        for part in (runs.joined, runs.waited_s)
    )
    waits = np.divide(waited, joined * 60, out=np.zeros_like(waited), where=joined > 0)
    for site, in_line, wait in zip(runs.scenario.sites, queue, np.round(waits, 1).tolist(), strict=True):
        yield SiteSteps(site.site_id, tuple(in_line), tuple(wait))


def _labs(runs: Runs) -> Iterator[LabAnswer]:
    for n, lab in enumerate(runs.scenario.labs):
        yield LabAnswer(lab.lab_id, band(runs.told_s[:, n] / 60), band(runs.backlog[:, n].max(axis=1).astype(float)))
