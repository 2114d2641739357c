"""Water-filling: hour by hour the lanes needed, then those left over to the longest lines; with the fewest teams."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.scenario import Scenario
from pipelines.planning.staffing.constant import constant_lanes, constant_plan
from pipelines.planning.staffing.demand import Demand, demand
from pipelines.planning.staffing.flow import kept, needed, planned
from pipelines.planning.staffing.plan import BLOCK_STEPS, MOVE_STEPS, STEP_MINUTES, Goal, Moves, Plan

FORESEEN = 12


@dataclass(frozen=True)
class Hour:
    """An hour of every site: what comes and is taken by step, the lanes that bursts within it ask for at least, and how
    much the later hours cannot take.
    """

    persons: Floats
    takes: Floats
    come: Floats
    take: Floats
    bursts: dict[int, Floats]
    later: Floats


@dataclass(frozen=True)
class Start:
    """How an hour begins: who stands in line, how many lanes there were, and how long added ones take to open."""

    queue: Floats
    before: Ints
    late: int


Cut = Callable[[Hour, Start, Ints], Ints]


def greedy_plan(scenario: Scenario, goal: Goal, margins: Floats | None = None) -> Plan:
    """Return the plan with the fewest teams that water-filling finds for the goal; raises PlanError."""
    if goal.moves is Moves.NONE:
        return constant_plan(scenario, goal, margins)
    load = demand(scenario, goal, margins)
    floors = np.minimum(least_by_hour(load, goal), load.most[:, None])
    lanes, teams = _fewest(load, goal, floors, np.zeros(pools_of(load, goal)[1], np.int64))
    for _ in range(FORESEEN):
        if not np.any(late := _late(load, goal, lanes)):
            break
        more = np.minimum(lanes[:, :-1] + np.maximum(load.most // 10, 1)[:, None], load.most[:, None])
        floors[:, :-1] = np.where(late, np.maximum(floors[:, :-1], more), floors[:, :-1])
        lanes, teams = _fewest(load, goal, floors, teams)
    return planned(scenario, goal, load, lanes, all_day(load, goal), method="greedy")


def _fewest(load: Demand, goal: Goal, floors: Ints, least: Ints) -> tuple[Ints, Ints]:
    """Return the lanes of the fewest teams with at least ``floors`` in each hour; and how many teams, by pool.

    They are sought upwards from what the floors take and from the ``least``, in steps that double, then by halving.
    """
    pool, pools = pools_of(load, goal)
    every = np.bincount(pool, load.most, pools).astype(np.int64)
    floor = np.max([np.bincount(pool, hour, pools) for hour in floors.T], axis=0).astype(np.int64)
    low, high, step = np.maximum(floor, least) - 1, every, 1
    best, is_found = np.zeros_like(floors), np.zeros(pools, bool)
    while np.any(is_open := ~is_found | (high - low > 1)):
        tried = np.where(is_found, np.where(is_open, (low + high) // 2, high), np.minimum(low + step, every))
        lanes, is_enough = filled(load, goal, pool, tried, floors)
        is_enough |= tried == every
        best = np.where((is_open & is_enough)[pool][:, None], lanes, best)
        low, high = np.where(is_enough, low, tried), np.where(is_enough, tried, high)
        is_found, step = is_found | is_enough, 2 * step
    return best, high


def _late(load: Demand, goal: Goal, lanes: Ints) -> NDArray[np.bool_]:
    """Return sites × hours but the last: whether the next hour's lanes, all there are, open too late for the goal."""
    is_able = all_day(load, goal) <= load.most
    over = ~kept(load, goal, lanes) & is_able[:, None]
    return np.logical_or.reduceat(over, np.arange(0, load.steps, BLOCK_STEPS), axis=1)[:, 1:]


@lru_cache(maxsize=4)
def all_day(load: Demand, goal: Goal) -> Ints:
    """Return by site the lanes that the goal needs when they stay open all day, built or not."""
    return constant_lanes(load, goal, goal.wait_cap_minutes)


def least_by_hour(load: Demand, goal: Goal) -> Ints:
    """Return sites × hours: lanes without which the cap is passed whatever was open before."""
    empty = np.zeros(len(load.most))
    found = [
        needed(_least(replace(hour, later=empty - np.inf), empty if block else load.waiting, 0, goal.wait_cap_minutes))
        for block, hour in enumerate(_hours(load, goal))
    ]
    return np.maximum(np.stack(found, axis=1), goal.least_lanes)


def pools_of(load: Demand, goal: Goal) -> tuple[Ints, int]:
    """Return by site the place of the pool whose teams it shares, and how many pools there are."""
    if goal.moves is Moves.CROSS_TOWN:
        return np.zeros(len(load.town), np.int64), 1
    return load.town, len(load.towns)


def filled(
    load: Demand, goal: Goal, pool: Ints, teams: Ints, floors: Ints, cut: Cut | None = None
) -> tuple[Ints, NDArray[np.bool_]]:
    """Return sites × hours of lanes, and by pool whether its teams reached the goal at all sites that can reach it.

    Where they do not, ``cut`` says who gets the teams; without it the first sites get theirs.
    """
    hours, late, pools = _hours(load, goal), MOVE_STEPS[goal.moves], len(teams)
    lanes = np.zeros((len(load.most), load.blocks), np.int64)
    queue, before, is_enough = load.waiting, load.most, np.ones(pools, bool)
    for block, hour in enumerate(hours):
        start = Start(queue, before, late if block else 0)
        need = np.minimum(np.maximum(_need(hour, start, goal.wait_cap_minutes), floors[:, block]), load.most)
        fits = np.bincount(pool, need, pools) <= teams
        is_enough &= fits
        if not fits.all():
            need = cut(hour, start, need) if cut else first_come(need, pool, teams, -queue)
        lanes[:, block] = before = _with_the_rest(hour, start, need, load.most, pool, teams)
        queue = _after(hour, start, before)
    left = np.where(lanes[:, -1] >= load.most, 0.0, queue)
    is_enough &= np.bincount(pool, left, pools) < 1.0 / 8
    return lanes, is_enough


def least_open(load: Demand, goal: Goal) -> Ints:
    """Return sites × hours: the lanes that stay open whatever comes."""
    return np.repeat(np.minimum(goal.least_lanes, load.most)[:, None], load.blocks, axis=1)


@lru_cache(maxsize=4)
def _hours(load: Demand, goal: Goal) -> tuple[Hour, ...]:
    return tuple(_hour(load, goal, block) for block in range(load.blocks))


def _hour(load: Demand, goal: Goal, block: int) -> Hour:
    persons = load.persons[:, block * BLOCK_STEPS : (block + 1) * BLOCK_STEPS]
    takes = load.takes[:, block * BLOCK_STEPS : (block + 1) * BLOCK_STEPS]
    later = slice((block + 1) * BLOCK_STEPS, None)
    come, take = persons.cumsum(axis=1), takes.cumsum(axis=1)
    hold = takes * goal.wait_cap_minutes / STEP_MINUTES
    return Hour(
        persons=persons,
        takes=takes,
        come=come,
        take=take,
        bursts={first: _bursts(come, take, hold, first) for first in {0, MOVE_STEPS[goal.moves]}},
        later=load.persons[:, later].sum(axis=1) - load.takes[:, later].sum(axis=1) * load.most,
    )


def _bursts(come: Floats, take: Floats, hold: Floats, first: int) -> Floats:
    least = np.zeros(len(come))
    for begin in range(first + 1, come.shape[1]):
        came, took = come[:, begin:] - come[:, begin - 1, None], take[:, begin:] - take[:, begin - 1, None]
        least = np.maximum(least, (came / (took + hold[:, begin:])).max(axis=1))
    return least


def _need(hour: Hour, start: Start, cap_minutes: float) -> Ints:
    """Return by site the fewest lanes that keep the cap in this hour and leave no more than later hours can take."""
    at_once = needed(_least(hour, start.queue, 0, cap_minutes))
    if not start.late:
        return at_once
    queue, least = start.queue, start.before.astype(np.float64)
    for step in range(min(start.late, hour.persons.shape[1])):
        queue = np.maximum(queue + hour.persons[:, step] - hour.takes[:, step] * start.before, 0.0)
        least = np.maximum(least, queue / (hour.takes[:, step] * cap_minutes / STEP_MINUTES))
    delayed = needed(np.maximum(_least(hour, queue, start.late, cap_minutes), least))
    return np.where(at_once <= start.before, at_once, delayed)


def _least(hour: Hour, queue: Floats, first: int, cap_minutes: float) -> Floats:
    hold = hour.takes * cap_minutes / STEP_MINUTES
    if first >= hour.persons.shape[1]:
        return queue / hold[:, -1]
    base = (hour.come[:, first - 1], hour.take[:, first - 1]) if first else (0.0, 0.0)
    came, took = hour.come[:, first:].T - base[0] + queue, hour.take[:, first:].T - base[1]
    least = np.maximum((came / (took + hold[:, first:].T)).max(axis=0), hour.bursts[first])
    return np.maximum(least, (came[-1] + hour.later) / took[-1])


def _with_the_rest(hour: Hour, start: Start, need: Ints, most: Ints, pool: Ints, teams: Ints) -> Ints:
    """Return the lanes with the teams left over where a line remains: first who stood there, then the longest line."""
    rest = start.queue + hour.come[:, -1] - hour.take[:, -1] * need
    wanted = np.maximum(np.minimum(needed(rest / hour.take[:, -1]), most - need), 0)
    lanes = need
    for more in (np.minimum(np.maximum(start.before - need, 0), wanted), wanted):
        left = teams - np.bincount(pool, lanes, len(teams))
        lanes = lanes + first_come(np.minimum(more, need + wanted - lanes), pool, left, -rest)
    return lanes


def first_come(wanted: Ints, pool: Ints, left: Floats | Ints, order: Floats) -> Ints:
    """Return what each site gets of its pool's rest when they are served in order, lowest first."""
    if np.all(np.bincount(pool, wanted, len(left)) <= left):
        return wanted
    ranked = np.lexsort((order, pool))
    want, of_pool = wanted[ranked], pool[ranked]
    before = want.cumsum() - want
    starts = np.searchsorted(of_pool, np.arange(len(left)))
    first = before[np.minimum(starts, len(before) - 1)]
    room = np.maximum(np.asarray(left)[of_pool] - (before - first[of_pool]), 0)
    given = np.empty_like(wanted)
    given[ranked] = np.minimum(want, room).astype(np.int64)
    return given


def _after(hour: Hour, start: Start, lanes: Ints) -> Floats:
    queue = start.queue
    for step in range(hour.persons.shape[1]):
        working = np.minimum(lanes, start.before) if step < start.late else lanes
        queue = np.maximum(queue + hour.persons[:, step] - hour.takes[:, step] * working, 0.0)
    return queue
