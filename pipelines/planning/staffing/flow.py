"""What lines do under given lanes, as a fluid; and a plan made of lanes, with what it costs and what it leaves."""

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.scenario import Scenario
from pipelines.planning.staffing.demand import Demand
from pipelines.planning.staffing.plan import BLOCK_STEPS, MOVE_STEPS, STEP_MINUTES, Capped, Goal, Moves, Plan

ALL_LANES = 10_000
LEFT_AT_MOST = 1.0 / 8  # persons in line at the deadline that count as nobody
HAIR = 1e-6  # persons


def needed(lanes: Floats) -> Ints:
    """Return the whole lanes that are enough; ``ALL_LANES`` where no number is."""
    return np.ceil(np.minimum(lanes, ALL_LANES) - 1e-9).astype(np.int64)


def lines(load: Demand, lanes: Ints, late: int) -> Floats:
    """Return sites × quarters of an hour: persons in line at each end, lanes being sites × hours.

    ``late`` steps pass before lanes that an hour adds are open.
    """
    queues, queue = np.empty_like(load.persons), load.waiting
    for step in range(load.steps):
        block, within = divmod(step, BLOCK_STEPS)
        working = np.minimum(lanes[:, block], lanes[:, max(block - 1, 0)]) if within < late else lanes[:, block]
        queues[:, step] = queue = line_after(load, step, queue, working)
    return queues


def line_after(load: Demand, step: int, line: Floats, working: Ints) -> Floats:
    """Return the lines a step later under the lanes that work in it; both are by site, or by site and whatever else."""
    shape = (-1, *[1] * (line.ndim - 1))
    come, takes = load.persons[:, step].reshape(shape), load.takes[:, step].reshape(shape)
    return np.maximum(line + come - takes * working, 0.0)


def is_kept(load: Demand, goal: Goal, step: int, line: Floats, lanes: Ints) -> NDArray[np.bool_]:
    """Return whether lines at a step's end keep the goal: nobody waits longer, and at the deadline nobody is left."""
    takes = load.takes[:, step].reshape(-1, *[1] * (line.ndim - 1))
    found = line <= _longest(goal, takes, lanes)
    return found & (line <= LEFT_AT_MOST) if step == load.steps - 1 else found


def kept(load: Demand, goal: Goal, lanes: Ints) -> NDArray[np.bool_]:
    """Return the same of lanes (sites × hours) at every step's end, sites × steps."""
    queues = lines(load, lanes, MOVE_STEPS[goal.moves])
    found = queues <= _longest(goal, load.takes, np.repeat(lanes, BLOCK_STEPS, axis=1)[:, : load.steps])
    found[:, -1] &= queues[:, -1] <= LEFT_AT_MOST
    return found


def _longest(goal: Goal, takes: Floats, lanes: Ints) -> Floats:
    """Return the longest line in which nobody waits longer than the goal's cap."""
    return takes * lanes * goal.wait_cap_minutes / STEP_MINUTES + HAIR


def keeps_goal(load: Demand, goal: Goal, lanes: Ints) -> NDArray[np.bool_]:
    """Return by site whether its lanes (sites × hours) keep the goal all day."""
    return np.logical_and.reduce(kept(load, goal, lanes), axis=1)


def planned(
    scenario: Scenario, goal: Goal, load: Demand, lanes: Ints, need: Ints, *, method: str, gap: float | None = None
) -> Plan:
    """Return the plan of these lanes (sites × hours); ``need`` by site is what the goal would take."""
    queues = lines(load, lanes, MOVE_STEPS[goal.moves])
    at_once = np.stack([np.bincount(load.town, hour, len(load.towns)) for hour in lanes.T], axis=1)
    by_town = at_once.max(axis=1)
    if goal.moves is Moves.NONE:
        by_town = np.bincount(load.town, lanes.max(axis=1), len(load.towns))
    teams = dict(zip(load.towns, map(int, by_town), strict=True))
    if goal.moves is Moves.CROSS_TOWN:
        teams = {"": int(at_once.sum(axis=0).max())}
    return Plan(
        goal=goal,
        method=method,
        starts_minute=scenario.starts_minute,
        site_ids=load.site_ids,
        lanes=tuple(map(tuple, lanes.tolist())),
        teams=teams,
        capped=tuple(
            Capped(site_id, int(most), int(wanted))
            for site_id, most, wanted in zip(load.site_ids, load.most, need, strict=True)
            if wanted > most
        ),
        persons_left=float(queues[:, -1].sum()),
        waiting_hours=float(queues.sum() * STEP_MINUTES / 60),
        gap=gap,
    )
