"""What was lived once is not lived again: a site whose day depends on the same inputs has the same figures."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.packing import Load
from pipelines.planning.runs import BY_SITE, Runs

MOST_BYTES = 64 * 1024 * 1024


def inputs(load: Load) -> tuple[Hashable, ...]:
    """Return for each site, in order, all that its day depends on but the replication; equal ones live the same day."""
    scenario, places = load.scenario, load.places
    common = (
        *(scenario.seed, scenario.pace_spread, scenario.turnout_spread, load.rules, load.bins),
        *(load.shapes.edges.tobytes(), load.shapes.shares.tobytes()),
    )
    return tuple(
        (
            *(common, site.site_id, load.steps[n], places.means[n].tobytes()),
            *(int(of[n]) for of in (places.persons, places.waiting, places.gates, places.collectors, places.lanes)),
            *(time.spread for time in scenario.times_of(site.town_code)),
            *(load.paces[number] for number in places.pace_of[n, : site.lanes]),
            load.paces[places.sampling_pace[n]],
        )
        for n, site in enumerate(scenario.sites)
    )


@dataclass(frozen=True)
class Known:
    """Sites that were lived already: ``theirs`` of ``runs`` are the places ``mine`` of those to be lived."""

    runs: Runs
    mine: Ints
    theirs: Ints

    def copied(self, to: Runs, place: int, replication: int) -> Ints | None:
        """Fill one replication's known sites; return them, None where that replication was not lived yet."""
        if replication >= self.runs.replications:
            return None
        for name in BY_SITE:
            getattr(to, name)[place, self.mine] = getattr(self.runs, name)[replication, self.theirs]
        return self.mine


@dataclass(frozen=True)
class _Kept:
    of_site: dict[Hashable, int]
    runs: Runs


class Shelf:
    """Replications of not long ago, by their sites' inputs; safe between threads.

    Invariant: they take at most ``MOST_BYTES``; what was not asked for longest leaves first. Only first replications
    are kept, so that the n-th of one is the n-th of all.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Know nothing yet."""
        self._most_bytes, self._lock = most_bytes, threading.Lock()
        self._kept: list[_Kept] = []

    def nearest(self, load: Load) -> Known | None:
        """Return the kept replications that have most sites in common with a scenario's; None where none has any."""
        wanted = inputs(load)
        with self._lock:
            kept = max(self._kept, key=lambda one: _in_common(one, wanted), default=None)
            if kept is None or not _in_common(kept, wanted)[0]:
                return None
            self._kept.remove(kept)
            self._kept.append(kept)
        pairs = [(n, kept.of_site[site]) for n, site in enumerate(wanted) if site in kept.of_site]
        mine, theirs = np.asarray(pairs, np.int64).T
        return Known(kept.runs, mine, theirs)

    def keep(self, runs: Runs) -> None:
        """Keep a scenario's first replications, in the place of fewer of the same."""
        if runs.size_bytes > self._most_bytes:
            return
        of_site = {site: n for n, site in enumerate(inputs(runs.load))}
        with self._lock:
            same = next((one for one in self._kept if one.of_site == of_site), None)
            if same is not None:
                self._kept.remove(same)
                runs = max(runs, same.runs, key=lambda one: one.replications)
            self._kept.append(_Kept(of_site, runs))
            while sum(one.runs.size_bytes for one in self._kept) > self._most_bytes:
                self._kept.pop(0)


def _in_common(kept: _Kept, wanted: tuple[Hashable, ...]) -> tuple[int, int]:
    return sum(site in kept.of_site for site in wanted), kept.runs.replications
