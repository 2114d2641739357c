"""Replications of a scenario on threads: the same scenario and replication give the same figures, however many run."""

import os
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipelines.planning.draws import Floats, stream_keys
from pipelines.planning.kernel_labs import labs_day
from pipelines.planning.kernel_lanes import Narrow
from pipelines.planning.kernel_site import district_day
from pipelines.planning.kernel_words import FIGURES, Counts, Places
from pipelines.planning.packing import Load, packed
from pipelines.planning.scenario import Scenario
from pipelines.planning.validation import ScenarioError, checked

FEWEST, USUAL, MOST = 2, 30, 1_000
Progress = Callable[[int, int], None]


class Cancel(Protocol):
    """A token that says to stop: a ``threading.Event`` is one."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...


class Cancelled(Exception):
    """The simulation was told to stop before it was done; nothing of it is kept."""


@dataclass(frozen=True)
class Runs:
    """Replications of one scenario: replications × sites × bins of ``bin_minutes``, or as said.

    ``queue``: persons in the normal line at each bin's beginning; ``joined``, ``waited_s``: persons who joined it in
    the bin, and what they waited altogether; ``sampled``: persons. ``figures``: replications × sites × ``FIGURES``.
    ``backlog``: replications × labs × bins; ``told_s``: replications × labs, when the last result is told.
    """

    load: Load
    queue: Narrow
    joined: Narrow
    waited_s: Narrow
    sampled: Narrow
    figures: Floats
    backlog: Narrow
    told_s: Floats

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""
        return self.load.scenario

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.figures)

    @property
    def bin_minutes(self) -> float:
        """The width of a bin."""
        return self.load.rules.bin_s / 60

    def figure(self, name: str) -> Floats:
        """Return replications × sites of one of ``FIGURES``."""
        return self.figures[:, :, FIGURES.index(name)]


def simulate(
    scenario: Scenario,
    replications: int = USUAL,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    threads: int | None = None,
) -> Runs:
    """Return the scenario's first replications; raises ScenarioError for a faulty one, Cancelled when told to stop.

    ``progress`` is told (done, of how many) in the caller's thread; ``cancel`` is looked at between replications.
    """
    return _run(packed(checked(scenario)), 0, replications, progress, cancel, threads)


def extend(
    runs: Runs,
    more: int,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    threads: int | None = None,
) -> Runs:
    """Return the runs with further replications, as if all had been asked for at once."""
    added = _run(runs.load, runs.replications, more, progress, cancel, threads)
    return Runs(
        runs.load,
        *(
            np.concatenate([getattr(runs, name), getattr(added, name)])
            for name in ("queue", "joined", "waited_s", "sampled", "figures", "backlog", "told_s")
        ),
    )


def _run(
    load: Load, first: int, count: int, progress: Progress | None, cancel: Cancel | None, threads: int | None
) -> Runs:
    if not (count >= 1 and FEWEST <= first + count <= MOST):
        raise ScenarioError([f"a band needs {FEWEST} to {MOST} replications, got {first + count}"])
    runs = _room(load, count)
    with _workers(threads or _cores()) as pool:
        futures = [pool.submit(_replicate, runs, n, first + n, cancel) for n in range(count)]
        for done, future in enumerate(as_completed(futures), start=1):
            _refuse_cancelled(future, cancel)
            if progress:
                progress(done, count)
    return runs


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _workers(threads: int) -> Generator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(threads, thread_name_prefix="whatif")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _refuse_cancelled(future: "Future[None]", cancel: Cancel | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("the simulation was cancelled; nothing of it is kept")
    future.result()


def _room(load: Load, count: int) -> Runs:
    sites, labs = len(load.scenario.sites), len(load.scenario.labs)
    by_bin = (count, sites, load.bins)
    queue, joined, waited_s, sampled = (np.zeros(by_bin, np.float32) for _ in range(4))
    return Runs(
        load=load,
        queue=queue,
        joined=joined,
        waited_s=waited_s,
        sampled=sampled,
        figures=np.zeros((count, sites, len(FIGURES))),
        backlog=np.zeros((count, labs, load.bins), np.float32),
        told_s=np.zeros((count, labs)),
    )


def _replicate(runs: Runs, place: int, replication: int, cancel: Cancel | None) -> None:
    if cancel is not None and cancel.is_set():
        return
    load = runs.load
    keys = stream_keys(load.scenario.seed, replication, load.site_ids)
    places = _that_day(load, replication)
    tubes = np.zeros(runs.queue.shape[1:], np.float32)
    counts = Counts(
        runs.queue[place], runs.joined[place], runs.waited_s[place], runs.sampled[place], tubes, runs.figures[place]
    )
    district_day(keys, places, load.rules, load.shapes, counts)
    labs_day(
        load.labs,
        tubes,
        load.rules.bin_s,
        load.shapes.pace_at,
        load.shapes.paces,
        runs.backlog[place],
        runs.told_s[place],
    )


def _that_day(load: Load, replication: int) -> Places:
    """Return the places on a day on which all desks are so fast and so many come as this replication has it."""
    scenario, places = load.scenario, load.places
    if not (scenario.pace_spread or scenario.turnout_spread):
        return places
    pace, turnout = np.random.default_rng([scenario.seed, replication]).standard_normal(2)
    come = np.maximum(1.0 + scenario.turnout_spread * turnout, 0.0)
    return places._replace(
        means=places.means * np.exp(scenario.pace_spread * pace),
        persons=np.round(places.persons * come).astype(np.int64),
    )
