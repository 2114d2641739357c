"""The most made of the teams there are: a cap lengthened alike for all sites of a pool until its teams can keep it."""

from collections.abc import Callable, Mapping

import numpy as np

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.scenario import Scenario
from pipelines.planning.staffing.constant import constant_lanes
from pipelines.planning.staffing.demand import Demand, demand
from pipelines.planning.staffing.filling import Cut, Hour, Start, all_day, filled, first_come, least_open, pools_of
from pipelines.planning.staffing.flow import lines, needed, planned
from pipelines.planning.staffing.plan import STEP_MINUTES, Goal, Moves, Plan

HALVINGS = 24
LONGEST_CAP_MINUTES = 24 * 60.0


def spread_teams(scenario: Scenario, goal: Goal, teams: Mapping[str, int]) -> Plan:
    """Return the plan that makes the most of the teams there are, by town (under "" with moves across towns).

    The cap is lengthened, the same for all sites of a pool, to the least that the teams can keep in each hour.
    """
    load = demand(scenario, goal)
    pool, _ = pools_of(load, goal)
    names = ("",) if goal.moves is Moves.CROSS_TOWN else load.towns
    have = np.asarray([min(teams.get(name, 0), int(load.most[pool == n].sum())) for n, name in enumerate(names)])
    if goal.moves is Moves.NONE:
        lanes = _stay(load, goal, pool, have)
    else:
        lanes, _ = filled(load, goal, pool, have, least_open(load, goal), _lengthened_hour(load, goal, pool, have))
    return planned(scenario, goal, load, lanes, all_day(load, goal), method="spread")


def _lengthened_hour(load: Demand, goal: Goal, pool: Ints, teams: Ints) -> Cut:
    """Return how an hour's lanes are cut to a pool's teams: its sites' cap is lengthened alike until they suffice."""
    least = np.minimum(goal.least_lanes, load.most)

    def cut(hour: Hour, start: Start, need: Ints) -> Ints:
        def asked(cap: Floats) -> Ints:
            return np.clip(_need_at(hour, start, cap), least, load.most)

        return _lengthened(asked, need, pool, teams, goal, -start.queue)

    return cut


def _stay(load: Demand, goal: Goal, pool: Ints, teams: Ints) -> Ints:
    least = np.minimum(goal.least_lanes, load.most)

    def asked(cap: Floats) -> Ints:
        return np.clip(constant_lanes(load, goal, cap), least, load.most)

    need = asked(np.full(len(pool), goal.wait_cap_minutes))
    lanes = _lengthened(asked, need, pool, teams, goal, -load.persons.sum(axis=1))
    return np.repeat(_where_they_save_most(load, lanes, pool, teams)[:, None], load.blocks, axis=1)


def _where_they_save_most(load: Demand, lanes: Ints, pool: Ints, teams: Ints) -> Ints:
    """Return lanes that are open all day with the teams left over, each where one more shortens the lines the most."""

    def waited(lanes: Ints) -> Floats:
        return lines(load, np.repeat(lanes[:, None], load.blocks, axis=1), 0).sum(axis=1)

    for _ in range(int(load.most.max())):
        left = teams - np.bincount(pool, lanes, len(teams))
        saved = np.where((lanes < load.most) & (left > 0)[pool], waited(lanes) - waited(lanes + 1), 0.0)
        if not np.any(saved > 0):
            break
        lanes = lanes + first_come((saved > 0).astype(np.int64), pool, left, -saved)
    return lanes


def _lengthened(
    asked: Callable[[Floats], Ints], need: Ints, pool: Ints, teams: Ints, goal: Goal, order: Floats
) -> Ints:
    """Return what is asked with the shortest cap, alike in a pool, that its teams can keep; else served in order."""
    low, high = np.full(len(teams), goal.wait_cap_minutes), np.full(len(teams), LONGEST_CAP_MINUTES)
    is_over = np.bincount(pool, need, len(teams)) > teams
    kept = need
    for _ in range(HALVINGS):
        middle = np.sqrt(low * high)
        tried = asked(middle[pool])
        fits = np.bincount(pool, tried, len(teams)) <= teams
        kept = np.where((fits & is_over)[pool], tried, kept)
        low, high = np.where(fits, low, middle), np.where(fits, middle, high)
    over = np.bincount(pool, kept, len(teams)) > teams
    return np.where(over[pool], first_come(kept, pool, teams, order), kept)


def _need_at(hour: Hour, start: Start, cap_minutes: Floats) -> Ints:
    hold = hour.takes[:, -1] * cap_minutes / STEP_MINUTES
    return needed((start.queue + hour.come[:, -1]) / (hour.take[:, -1] + hold))
