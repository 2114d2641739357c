"""Lanes that stay open all day: in closed form, the fewest with which no line grows longer than the cap allows.

A fluid line is at its longest the greatest excess of what comes over what is taken within any span of the day (Reich's
formula); the cap and the deadline are then both linear in the number of lanes.
"""

import numpy as np

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.scenario import Scenario
from pipelines.planning.staffing.demand import Demand, demand
from pipelines.planning.staffing.flow import needed, planned
from pipelines.planning.staffing.plan import STEP_MINUTES, Goal, Plan


def constant_plan(scenario: Scenario, goal: Goal, margins: Floats | None = None) -> Plan:
    """Return the plan in which every site has the same lanes open all day; raises PlanError."""
    load = demand(scenario, goal, margins)
    lanes = constant_lanes(load, goal, goal.wait_cap_minutes)
    open_lanes = np.broadcast_to(np.minimum(lanes, load.most)[:, None], (len(lanes), load.blocks))
    return planned(scenario, goal, load, open_lanes, lanes, method="closed form")


def constant_lanes(load: Demand, goal: Goal, cap_minutes: float | Floats) -> Ints:
    """Return by site how many lanes a cap (one, or by site) needs; more than are built where those do not reach it."""
    need = np.full(len(load.site_ids), float(goal.least_lanes))
    come, take = load.persons.cumsum(axis=1), load.takes.cumsum(axis=1)
    hold = load.takes * np.reshape(cap_minutes, (-1, 1)) / STEP_MINUTES
    before = np.zeros(len(need)), np.zeros(len(need))
    for first in range(load.steps):
        queue = load.waiting[:, None] if first == 0 else 0.0
        came, took = come[:, first:] - before[0][:, None] + queue, take[:, first:] - before[1][:, None]
        need = np.maximum(need, (came / (took + hold[:, first:])).max(axis=1))
        need = np.maximum(need, came[:, -1] / took[:, -1])
        before = come[:, first], take[:, first]
    return needed(need)
