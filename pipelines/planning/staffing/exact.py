"""The best plan, proved: the fewest teams, then the fewest moves, by prices of hours and profiles of sites for HiGHS.

A pool's sites share nothing but its teams, hour by hour. At any prices of the hours that add up to one, the cheapest
profiles of all its sites cost no more than the fewest teams (Lagrange); the prices are sought that say the most
(Dantzig and Wolfe), and the profiles found on the way are what the plan is chosen from.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.scenario import Scenario
from pipelines.planning.staffing.choosing import LANE_HOUR_COST, Choice, ExactUnavailable, moves_cost
from pipelines.planning.staffing.constant import constant_lanes, constant_plan
from pipelines.planning.staffing.demand import Demand, demand
from pipelines.planning.staffing.filling import greedy_plan, least_by_hour
from pipelines.planning.staffing.flow import keeps_goal, planned
from pipelines.planning.staffing.plan import Goal, Moves, Plan
from pipelines.planning.staffing.profiles import profiles_of

__all__ = ["ExactUnavailable", "exact_plan"]

SECONDS, FOR_TEAMS = 15.0, 0.6  # and the share of it that goes to the fewest teams, the rest to the fewest moves
LEAST_SECONDS = 0.1
ROUNDS, TRIES = 60, 8  # of prices, and of choices in whole
VARIED, NEAR = 6, (0.5, 1.5)  # where a choice finds nothing better: so many times profiles at prices that lie so near
MOVES_GAP = 0.01
WHOLE = 1e-6


def exact_plan(scenario: Scenario, goal: Goal, margins: Floats | None = None, seconds: float = SECONDS) -> Plan:
    """Return the best plan found, HiGHS choosing for ``seconds``; raises ExactUnavailable, PlanError.

    Sites whose built lanes do not reach the goal keep the greedy plan's.
    """
    if goal.moves is Moves.NONE:
        return constant_plan(scenario, goal, margins)
    load = demand(scenario, goal, margins)
    need = constant_lanes(load, goal, goal.wait_cap_minutes)
    lanes, is_able = np.asarray(greedy_plan(scenario, goal, margins).lanes), need <= load.most
    is_lacking = is_able & ~keeps_goal(load, goal, lanes)
    lanes[is_lacking] = need[is_lacking][:, None]
    best, least = _best_by_pool(load, goal, is_able, lanes, seconds)
    plan = planned(scenario, goal, load, best, need, method="exact")
    return replace(plan, gap=max(1.0 - least / max(plan.total_teams, 1), 0.0))


def _best_by_pool(
    load: Demand, goal: Goal, is_able: NDArray[np.bool_], lanes: Ints, seconds: float
) -> tuple[Ints, int]:
    """Return the lanes of the best plan found, and how many teams there must be at least."""
    is_whole = goal.moves is Moves.CROSS_TOWN
    pools = [np.full(len(is_able), True)] if is_whole else [load.town == town for town in range(len(load.towns))]
    best, least, left = lanes.copy(), 0, seconds
    pools.sort(key=np.count_nonzero)
    for n, inside in enumerate(pools):
        able = inside & is_able
        fixed = lanes[inside & ~is_able].sum(axis=0)
        if not able.any():
            least += int(fixed.max())
            continue
        share = left * np.count_nonzero(inside) / sum(map(np.count_nonzero, pools[n:]))
        pool = _Pool(load.only(able), goal, lanes[able], fixed)
        least += pool.fewest_teams(share * FOR_TEAMS)
        best[able] = pool.fewest_moves(max(share - pool.took_s, LEAST_SECONDS))
        left -= pool.took_s
    return best, least


class _Pool:
    """A pool's sites that can reach the goal, their best lanes so far, and what the others have open by hour."""

    def __init__(self, load: Demand, goal: Goal, lanes: Ints, fixed: Ints) -> None:
        """Nothing is sought yet; raises ExactUnavailable without HiGHS."""
        self.lanes = lanes
        self._load, self._goal, self._fixed = load, goal, fixed
        self._choice = Choice(len(lanes), fixed)
        self._luck = np.random.default_rng(len(lanes))
        low = np.minimum(least_by_hour(load, goal), load.most[:, None])
        room = self._teams - fixed - low.sum(axis=0)
        self._profiles = profiles_of(load, goal, low, np.minimum(load.most[:, None], low + room))
        self._offer(lanes)

    @property
    def took_s(self) -> float:
        """How long HiGHS has chosen so far."""
        return self._choice.took_s

    def fewest_teams(self, seconds: float) -> int:
        """Find the lanes of the fewest teams; return how many there must be at least."""
        return min(int(np.ceil(self._best(seconds) - WHOLE)), self._teams)

    def fewest_moves(self, seconds: float) -> Ints:
        """Return lanes that no more teams man, with the fewest moves found."""
        self._choice.settle(self._teams)
        self._best(seconds)
        return self.lanes

    @property
    def _teams(self) -> int:
        return int((self.lanes.sum(axis=0) + self._fixed).max())

    def _cost(self, lanes: Ints) -> float:
        if self._choice.settled:
            return float(moves_cost(lanes).sum())
        return float((lanes.sum(axis=0) + self._fixed).max())

    def _is_near(self, bound: float, cost: float) -> bool:
        """Return whether a cost is as good as the least that the bound allows."""
        return cost <= (bound * (1.0 + MOVES_GAP) if self._choice.settled else np.ceil(bound - WHOLE)) + WHOLE

    def _best(self, seconds: float) -> float:
        """Take the best lanes found; return what no lanes cost less than."""
        bound, ends = self._priced(), self.took_s + seconds
        for _ in range(TRIES):
            if self._is_near(bound, self._cost(self.lanes)) or self.took_s >= ends:
                break
            found = self._choice.whole(ends - self.took_s)
            if found is not None and self._cost(found) < self._cost(self.lanes):
                self.lanes = found
            else:
                self._vary()
        return bound

    def _priced(self) -> float:
        """Return the greatest bound found, having offered the profiles that are cheapest at the prices on the way."""
        best, centre = -np.inf, None
        for turn in range(ROUNDS):
            value, prices = self._choice.prices()
            if value - best <= WHOLE or self._is_near(best, self._cost(self.lanes)):
                break
            is_mixed = centre is not None and turn % 2 == 1
            at = (prices + centre) / 2 if is_mixed and centre is not None else prices
            least, lanes = self._cheapest(at)
            told = float(least.sum() + (self._fixed - self._choice.settled) @ at)
            if told > best:
                best, centre = told, at
            if not self._offer(lanes) and not is_mixed:
                break
        return best

    def _vary(self) -> None:
        """Offer profiles that are cheapest near the prices."""
        for _ in range(VARIED):
            _, prices = self._choice.prices()
            self._offer(self._cheapest(prices * self._luck.uniform(*NEAR, len(prices)))[1])

    def _cheapest(self, prices: Floats) -> tuple[Floats, Ints]:
        is_settled = bool(self._choice.settled)
        return self._profiles.cheapest(prices + LANE_HOUR_COST * is_settled, float(is_settled))

    def _offer(self, lanes: Ints) -> int:
        is_real = keeps_goal(self._load, self._goal, lanes)
        return self._choice.offer(np.where(is_real[:, None], lanes, self.lanes))
