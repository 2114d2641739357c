"""Every plan is played: simulated with its lanes, and planned again with a margin where the lines were longer."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pipelines.planning.answers import Answer, answer
from pipelines.planning.draws import Floats
from pipelines.planning.scenario import Scenario
from pipelines.planning.simulation import Cancel, Progress, simulate
from pipelines.planning.staffing.exact import exact_plan
from pipelines.planning.staffing.filling import greedy_plan
from pipelines.planning.staffing.plan import Goal, Plan, applied, deadline_of
from pipelines.vocabulary import ScopeLevel

ROUNDS = 4
STEP_UP, STEP_FAR, FAR = 1.03, 1.10, 1.5
TOLERATED = 1.10  # the cap is kept if no quarter of an hour's mean wait passes it by more than this factor
FINISH_MINUTES = 15.0  # and the last person is sampled not later than so much after the deadline
_SITE = ScopeLevel.SITE


@dataclass(frozen=True)
class Proved:
    """A plan with its simulated answer; ``over_cap`` are the sites whose lines passed the cap all the same.

    ``worst_minutes`` by site: the longest mean wait of those who joined in one quarter of an hour.
    """

    plan: Plan
    answer: Answer
    worst_minutes: dict[str, float]
    over_cap: tuple[str, ...]
    rounds: int


def prove(scenario: Scenario, plan: Plan, replications: int, cancel: Cancel | None = None) -> Proved:
    """Return the plan with what a simulation of it answers; raises ScenarioError, Cancelled."""
    told = answer(simulate(applied(scenario, plan), replications, None, cancel))
    worst = {site.site_id: max(site.wait_minutes, default=0.0) for site in told.site_steps}
    over = tuple(site_id for site_id, minutes in worst.items() if minutes > plan.goal.wait_cap_minutes * TOLERATED)
    return Proved(plan, told, worst, over, 1)


def make_plan(
    scenario: Scenario,
    goal: Goal,
    replications: int = 10,
    *,
    is_exact: bool = False,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Proved:
    """Return a plan that a simulation confirms, as far as the built lanes allow.

    Sites whose simulated lines pass the cap are planned again as if their lanes took longer, ``ROUNDS`` times at most.
    Raises PlanError, ScenarioError, ExactUnavailable or Cancelled.
    """
    deadline_of(scenario, goal)
    make: Callable[[Scenario, Goal, Floats], Plan] = exact_plan if is_exact else greedy_plan
    margins = np.ones(len(scenario.sites))
    proved = prove(scenario, make(scenario, goal, margins), replications, cancel)
    while np.any((behind := _behind(scenario, proved)) > 1.0) and proved.rounds < ROUNDS:
        margins = margins * behind
        again = prove(scenario, make(scenario, goal, margins), replications, cancel)
        proved = replace(again, rounds=proved.rounds + 1)
        if progress:
            progress(proved.rounds, ROUNDS)
    return proved


def _behind(scenario: Scenario, proved: Proved) -> Floats:
    """Return by site the factor by which its lanes are to seem slower; 1 where the goal is kept or cannot be."""
    goal, capped = proved.plan.goal, {one.site_id for one in proved.plan.capped}
    latest = deadline_of(scenario, goal) + FINISH_MINUTES
    finish = {one.scope_id: one.bands["finish_minute"].mean for one in proved.answer.scopes if one.level is _SITE}
    found: list[float] = []
    for site in scenario.sites:
        over = proved.worst_minutes[site.site_id] / goal.wait_cap_minutes
        is_late = over > TOLERATED or finish[site.site_id] > latest
        step = STEP_FAR if over > FAR else STEP_UP
        found.append(step if is_late and site.site_id not in capped else 1.0)
    return np.asarray(found)
