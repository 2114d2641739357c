"""Replications of a scenario on threads: the same scenario and replication give the same figures, however many run."""

import os
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipelines.planning.draws import stream_keys
from pipelines.planning.kernel_labs import labs_day
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.kernel_site import district_day
from pipelines.planning.kernel_words import Counts, Places
from pipelines.planning.packing import Load, packed
from pipelines.planning.runs import Runs, empty_runs
from pipelines.planning.sameness import Known, Shelf
from pipelines.planning.scenario import Scenario
from pipelines.planning.validation import ScenarioError, checked

FEWEST, USUAL, MOST = 2, 30, 1_000
A_TURN = 30  # replications after which somebody else may have his turn
Progress = Callable[[int, int], None]


class Cancel(Protocol):
    """A token that says to stop: a ``threading.Event`` is one."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...


class Cancelled(Exception):
    """The simulation was told to stop before it was done; nothing of it is kept."""


@dataclass(frozen=True)
class Conduct:
    """How replications are lived: who is told and who may stop them, on how many threads (None: all), in whose turn.

    ``turn`` is held for ``A_TURN`` replications at a time; what ``shelf`` has is taken from there, and kept there.
    """

    progress: Progress | None = None
    cancel: Cancel | None = None
    threads: int | None = None
    turn: Callable[[], AbstractContextManager[None]] = nullcontext
    shelf: Shelf | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether they are to stop."""
        return self.cancel is not None and self.cancel.is_set()


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
    return lived(scenario, replications, Conduct(progress, cancel, threads))


def lived(scenario: Scenario, replications: int, conduct: Conduct) -> Runs:
    """Do what ``simulate`` does as ``conduct`` says."""
    return _run(packed(checked(scenario)), 0, replications, conduct)


def extend(
    runs: Runs,
    more: int,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    threads: int | None = None,
) -> Runs:
    """Return the runs with further replications, as if all had been asked for at once."""
    return runs.and_then(_run(runs.load, runs.replications, more, Conduct(progress, cancel, threads)))


def _run(load: Load, first: int, count: int, conduct: Conduct) -> Runs:
    if not (count >= 1 and FEWEST <= first + count <= MOST):
        raise ScenarioError([f"a band needs {FEWEST} to {MOST} replications, got {first + count}"])
    runs, shelf = empty_runs(load, count), conduct.shelf
    with _workers(conduct.threads or _cores()) as pool:
        for begin in range(0, count, A_TURN):
            end = min(begin + A_TURN, count)
            with conduct.turn():
                known = shelf.nearest(load) if shelf else None
                futures = [pool.submit(_replicate, runs, n, first + n, known, conduct) for n in range(begin, end)]
                for done, future in enumerate(as_completed(futures), start=begin + 1):
                    _refuse_cancelled(future, conduct)
                    if conduct.progress:
                        conduct.progress(done, count)
                if shelf and first == 0 and end == count:
                    shelf.keep(runs)
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


def _refuse_cancelled(future: "Future[None]", conduct: Conduct) -> None:
    if conduct.is_cancelled:
        raise Cancelled("the simulation was cancelled; nothing of it is kept")
    future.result()


def _replicate(runs: Runs, place: int, replication: int, known: Known | None, conduct: Conduct) -> None:
    if conduct.is_cancelled:
        return
    load = runs.load
    unknown = _unknown(runs, place, replication, known)
    if unknown.size:
        counts = Counts(
            *(runs.queue[place], runs.joined[place], runs.waited_s[place], runs.sampled[place]),
            *(runs.tubes[place], runs.figures[place]),
        )
        keys = stream_keys(load.scenario.seed, replication, load.site_ids)
        district_day(unknown, keys, _that_day(load, replication), load.rules, load.shapes, counts)
    labs_day(
        load.labs,
        runs.tubes[place],
        load.rules.bin_s,
        load.shapes.pace_at,
        load.shapes.paces,
        runs.backlog[place],
        runs.told_s[place],
    )


def _unknown(runs: Runs, place: int, replication: int, known: Known | None) -> Ints:
    """Return which sites are to be lived, having filled those that were."""
    every = np.arange(len(runs.load.scenario.sites))
    filled = known.copied(runs, place, replication) if known else None
    return every if filled is None else np.setdiff1d(every, filled)


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
