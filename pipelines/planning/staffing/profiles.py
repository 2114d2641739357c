"""What each site may open over the day, as a graph of its lines; and the cheapest way through it at prices by hour."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.staffing.demand import Demand
from pipelines.planning.staffing.flow import is_kept, line_after
from pipelines.planning.staffing.plan import BLOCK_STEPS, MOVE_STEPS, Goal

FINEST, COARSEST, ARROWS = 512, 2, 16_000_000  # lines told apart by site and lanes; steps of the whole graph
WIDEST = 10
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class _Hour:
    """An hour of all sites: ``lanes`` sites × choices; ``before`` sites × nodes, the lanes of the hour before.

    ``leads`` is sites × nodes × choices: the node of the next hour, ``NOWHERE`` where the goal would be broken.
    """

    lanes: Ints
    before: Ints
    leads: NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Profiles:
    """All profiles (lanes by hour) of a pool's sites that keep the goal, and a few that only nearly do.

    Lines of nearly the same length at the end of an hour count as the shortest of them, and the widest choice of an
    hour works like all lanes that are allowed: a cheapest profile never costs more here than one that keeps the goal.
    """

    hours: tuple[_Hour, ...]

    def cheapest(self, prices: Floats, a_move: float) -> tuple[Floats, Ints]:
        """Return by site the least cost at prices of a lane by hour and of each added lane; and the lanes for it."""
        last = len(self.hours) - 1
        ahead, chosen = np.zeros((len(self.hours[0].lanes), 1)), list[Ints]()
        for n, hour in reversed(list(enumerate(self.hours))):
            cost = (prices[n] * hour.lanes)[:, None, :]
            if a_move and n:
                cost = cost + a_move * np.maximum(hour.lanes[:, None, :] - hour.before[:, :, None], 0)
            after = _at(ahead, hour.leads) if n < last else 0.0
            total = np.where(hour.leads == NOWHERE, np.inf, cost + after)
            chosen.append(total.argmin(axis=2))
            ahead = total.min(axis=2)
        return ahead[:, 0], self._followed(chosen[::-1])

    def _followed(self, chosen: list[Ints]) -> Ints:
        every = np.arange(len(chosen[0]))
        node, lanes = np.zeros_like(every), np.empty((len(every), len(chosen)), np.int64)
        for n, (hour, choice) in enumerate(zip(self.hours, chosen, strict=True)):
            taken = choice[every, node]
            lanes[:, n] = hour.lanes[every, taken]
            node = hour.leads[every, node, taken]
        return lanes


def _at(values: Floats, places: NDArray[np.int16]) -> Floats:
    flat = np.maximum(places, 0).reshape(len(places), -1).astype(np.int64)
    return np.take_along_axis(values, flat, axis=1).reshape(places.shape)


def profiles_of(load: Demand, goal: Goal, low: Ints, high: Ints) -> Profiles:
    """Return the graph of a pool's sites, lanes lying between ``low`` and ``high`` (sites × hours)."""
    choices = min(int((high - low).max()) + 1, WIDEST)
    cells = int(np.clip(ARROWS // (low.size * choices * choices), COARSEST, FINEST))
    line, before, hours = load.waiting[:, None], load.most[:, None], list[_Hour]()
    for block in range(load.blocks):
        lanes, most = low[:, block, None] + np.arange(choices), high[:, block]
        working = lanes.copy()
        working[:, -1] = np.maximum(working[:, -1], most)
        after, is_good = _tried(load, goal, block, line, before, working)
        is_good &= (lanes <= most[:, None])[:, None, :]
        leads, line, before_next = _nodes(after, is_good, working, cells)
        hours.append(_Hour(lanes, before, leads))
        before = before_next
    return Profiles(tuple(hours))


def _tried(
    load: Demand, goal: Goal, block: int, line: Floats, before: Ints, lanes: Ints
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return sites × nodes × choices: the line at the hour's end, and whether the goal is kept until then."""
    late = MOVE_STEPS[goal.moves] if block else 0
    shape = (*line.shape, lanes.shape[1])
    after = np.broadcast_to(line[:, :, None], shape)
    is_good = np.isfinite(after)
    after = np.where(is_good, after, 0.0)
    now = lanes[:, None, :]
    for step in range(block * BLOCK_STEPS, min((block + 1) * BLOCK_STEPS, load.steps)):
        working = np.minimum(now, before[:, :, None]) if step - block * BLOCK_STEPS < late else now
        after = line_after(load, step, after, working)
        is_good &= is_kept(load, goal, step, after, now)
    return after, is_good


def _nodes(
    after: Floats, is_good: NDArray[np.bool_], lanes: Ints, cells: int
) -> tuple[NDArray[np.int16], Floats, Ints]:
    """Return where each choice leads, and by site and node the shortest line that leads there and the lanes before."""
    sites, _, choices = after.shape
    width = np.where(is_good, after, 0.0).max(axis=(1, 2)) / (cells - 1)
    cell = np.ceil(after / np.maximum(width, 1e-9)[:, None, None] - 1e-9).clip(0, cells - 1).astype(np.int64)
    place = np.arange(choices) * cells + cell
    shortest = np.full((sites, choices * cells), np.inf)
    site = np.broadcast_to(np.arange(sites)[:, None, None], after.shape)
    np.minimum.at(shortest, (site[is_good], place[is_good]), after[is_good])
    is_reached = np.isfinite(shortest)
    count = max(int(is_reached.sum(axis=1).max()), 1)
    order = np.argsort(~is_reached, axis=1, kind="stable")[:, :count]
    rank = is_reached.cumsum(axis=1) - 1
    leads = np.where(is_good, np.take_along_axis(rank, place.reshape(sites, -1), 1).reshape(place.shape), NOWHERE)
    before = np.take_along_axis(lanes, order // cells, axis=1)
    return leads.astype(np.int16), np.take_along_axis(shortest, order, axis=1), before
