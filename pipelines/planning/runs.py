"""Replications of a scenario as arrays: what the kernels fill and what answers are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints, Narrow
from pipelines.planning.kernel_words import FIGURES
from pipelines.planning.packing import Load
from pipelines.planning.scenario import Scenario

BY_SITE = ("queue", "joined", "waited_s", "sampled", "tubes", "figures")
BY_LAB = ("backlog", "told_s")


@dataclass(frozen=True)
class Runs:
    """Replications of one scenario: replications × sites × bins of ``bin_minutes``, or as said.

    ``queue``: persons in the normal line at each bin's beginning; ``joined``, ``waited_s``: persons who joined it in
    the bin, and what they waited altogether; ``sampled``: persons; ``tubes``: filled. ``figures``: replications × sites
    × ``FIGURES``. ``backlog``: replications × labs × bins; ``told_s``: replications × labs, when the last result is
    told.
    """

    load: Load
    queue: Narrow
    joined: Narrow
    waited_s: Narrow
    sampled: Narrow
    tubes: Narrow
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

    @property
    def size_bytes(self) -> int:
        """The memory that they take."""
        return sum(getattr(self, name).nbytes for name in (*BY_SITE, *BY_LAB))

    def figure(self, name: str) -> Floats:
        """Return replications × sites of one of ``FIGURES``."""
        return self.figures[:, :, FIGURES.index(name)]

    def and_then(self, more: "Runs") -> "Runs":
        """Return these replications with those that follow on them."""
        return Runs(
            self.load,
            *(np.concatenate([getattr(self, name), getattr(more, name)]) for name in (*BY_SITE, *BY_LAB)),
        )


def together(values: NDArray[np.floating[Any]], groups: Sequence[Ints]) -> Floats:
    """Return replications × groups × whatever: what replications × sites × whatever are for some sites together."""
    return by_group(values, groups, lambda some: some.sum(axis=1, dtype=np.float64))


def by_group(
    values: NDArray[np.floating[Any]],
    groups: Sequence[Ints],
    fold: Callable[[NDArray[np.floating[Any]]], NDArray[np.floating[Any]]],
) -> Floats:
    """Return replications × groups × whatever: each group's sites folded into one, which a site alone is already."""
    found = np.empty((len(values), len(groups), *values.shape[2:]))
    alone = [n for n, inside in enumerate(groups) if len(inside) == 1]
    if alone:
        found[:, alone] = values[:, [groups[n][0] for n in alone]]
    for n, inside in enumerate(groups):
        if len(inside) != 1:
            found[:, n] = fold(values[:, _side_by_side(inside)])
    return found


def _side_by_side(inside: Ints) -> Ints | slice:
    """Return ascending places as a slice where they are neighbours: what it takes need not be copied."""
    first, last = int(inside[0]), int(inside[-1])
    return slice(first, last + 1) if last - first + 1 == len(inside) else inside


def empty_runs(load: Load, count: int) -> Runs:
    """Return room for so many replications, what is counted by site in one piece: it comes in large pages."""
    sites, labs = len(load.scenario.sites), len(load.scenario.labs)
    queue, joined, waited_s, sampled, tubes = np.zeros((5, count, sites, load.bins), np.float32)
    return Runs(
        load=load,
        queue=queue,
        joined=joined,
        waited_s=waited_s,
        sampled=sampled,
        tubes=tubes,
        figures=np.zeros((count, sites, len(FIGURES))),
        backlog=np.zeros((count, labs, load.bins), np.float32),
        told_s=np.zeros((count, labs)),
    )
