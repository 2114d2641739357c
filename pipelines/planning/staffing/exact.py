"""The same plan as a mixed integer program for HiGHS: the fewest teams, then the fewest moves, with the gap proved."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.scenario import Scenario
from pipelines.planning.staffing.constant import constant_lanes, constant_plan
from pipelines.planning.staffing.demand import Demand, demand
from pipelines.planning.staffing.filling import greedy_plan, least_by_hour
from pipelines.planning.staffing.flow import planned
from pipelines.planning.staffing.plan import BLOCK_STEPS, MOVE_STEPS, STEP_MINUTES, Goal, Moves, Plan

LANE_HOUR_COST = 0.01  # in moves
SECONDS, FOR_TEAMS = 15.0, 0.6  # and the share of it that goes to the fewest teams, the rest to the fewest moves
MOVES_GAP = 0.02
WHOLE = 1e-6
LEAST_SECONDS = 0.1
LEFT_AT_MOST = 1.0 / 8  # persons in line at the deadline that count as nobody


class ExactUnavailable(Exception):
    """HiGHS is not installed, or found no plan in its time; the message says which."""


@dataclass
class _Rows:
    """The program's rows as they are written: low <= coefficients · columns <= high."""

    low: list[float] = field(default_factory=list[float])
    high: list[float] = field(default_factory=list[float])
    starts: list[int] = field(default_factory=list[int])
    columns: list[int] = field(default_factory=list[int])
    values: list[float] = field(default_factory=list[float])

    def add(self, low: float, high: float, *terms: tuple[int, float]) -> None:
        self.starts.append(len(self.columns))
        self.low.append(low)
        self.high.append(high)
        for column, value in terms:
            self.columns.append(int(column))
            self.values.append(float(value))


@dataclass(frozen=True)
class _Columns:
    """A program's columns: lanes and added lanes by site and hour, persons taken and in line by site and step."""

    lanes: Ints
    added: Ints
    taken: Ints
    line: Ints
    teams: int

    @property
    def count(self) -> int:
        return self.teams + 1


def exact_plan(scenario: Scenario, goal: Goal, margins: Floats | None = None, seconds: float = SECONDS) -> Plan:
    """Return the best plan found in ``seconds``, started from the greedy one; raises ExactUnavailable, PlanError.

    Sites whose built lanes do not reach the goal keep the greedy plan's.
    """
    if goal.moves is Moves.NONE:
        return constant_plan(scenario, goal, margins)
    load = demand(scenario, goal, margins)
    first = greedy_plan(scenario, goal, margins)
    lanes = np.asarray(first.lanes)
    is_capped = {capped.site_id for capped in first.capped}
    free = np.asarray([site_id in is_capped for site_id in load.site_ids]) | (lanes[:, -1] >= load.most)
    best, least = _best_by_pool(load, goal, free, lanes, seconds)
    need = constant_lanes(load, goal, goal.wait_cap_minutes)
    plan = planned(scenario, goal, load, best, need, method="exact")
    return replace(plan, gap=max(1.0 - least / max(plan.total_teams, 1), 0.0))


def _best_by_pool(load: Demand, goal: Goal, free: NDArray[np.bool_], lanes: Ints, seconds: float) -> tuple[Ints, int]:
    """Return the lanes of the best plan found, and how many teams there must be at least."""
    is_whole = goal.moves is Moves.CROSS_TOWN
    pools = [np.full(len(free), True)] if is_whole else [load.town == town for town in range(len(load.towns))]
    pools.sort(key=np.count_nonzero)
    programs = [_Program(load.only(inside), goal, free[inside]) for inside in pools]
    best, least = lanes.copy(), 0
    shares = _Shares(seconds * FOR_TEAMS, len(free))
    for inside, program in zip(pools, programs, strict=True):
        best[inside], bound = program.fewest_teams(best[inside], shares.of(inside))
        least += bound
        shares.take(inside, program.took_s)
    shares = _Shares(seconds * (1.0 - FOR_TEAMS) + shares.left, len(free))
    for inside, program in zip(pools, programs, strict=True):
        best[inside] = program.fewest_moves(best[inside], shares.of(inside))
        shares.take(inside, program.took_s)
    return best, least


@dataclass
class _Shares:
    """Seconds shared out by sites; what a pool does not need is left to those after it."""

    left: float
    sites: int

    def of(self, inside: NDArray[np.bool_]) -> float:
        return max(self.left * np.count_nonzero(inside) / self.sites, LEAST_SECONDS)

    def take(self, inside: NDArray[np.bool_], took_s: float) -> None:
        self.left, self.sites = self.left - took_s, self.sites - int(np.count_nonzero(inside))


def _columns(load: Demand) -> _Columns:
    sites = len(load.most)
    shapes = [(sites, load.blocks), (sites, load.blocks), (sites, load.steps), (sites, load.steps)]
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])
    parts = (np.arange(ends[n], ends[n + 1]).reshape(shape) for n, shape in enumerate(shapes))
    return _Columns(*parts, teams=int(ends[-1]))


def _rows(load: Demand, goal: Goal, at: _Columns, free: NDArray[np.bool_]) -> _Rows:
    rows, late = _Rows(), MOVE_STEPS[goal.moves]
    for site in range(len(load.most)):
        for step in range(load.steps):
            _lines_of(rows, load, goal, at, site, step, late, is_free=bool(free[site]))
        for block in range(1, load.blocks):
            lanes = at.lanes[site]
            rows.add(-np.inf, 0.0, (lanes[block], 1.0), (lanes[block - 1], -1.0), (at.added[site, block], -1.0))
    for block in range(load.blocks):
        rows.add(-np.inf, 0.0, (at.teams, -1.0), *((column, 1.0) for column in at.lanes[:, block]))
    return rows


def _lines_of(
    rows: _Rows, load: Demand, goal: Goal, at: _Columns, site: int, step: int, late: int, *, is_free: bool
) -> None:
    block, within = divmod(step, BLOCK_STEPS)
    line, taken, takes = at.line[site, step], at.taken[site, step], load.takes[site, step]
    come = load.persons[site, step] + (load.waiting[site] if step == 0 else 0.0)
    before = ((at.line[site, step - 1], -1.0),) if step else ()
    rows.add(come, come, (line, 1.0), (taken, 1.0), *before)
    rows.add(-np.inf, 0.0, (taken, 1.0), (at.lanes[site, block], -takes))
    if within < late and block:
        rows.add(-np.inf, 0.0, (taken, 1.0), (at.lanes[site, block - 1], -takes))
    if not is_free:
        hold = takes * goal.wait_cap_minutes / STEP_MINUTES
        rows.add(-np.inf, 0.0, (line, 1.0), (at.lanes[site, block], -hold))


class _Program:
    """A pool's program, solved for the fewest teams first, which are whole numbers, then for the fewest moves."""

    def __init__(self, load: Demand, goal: Goal, free: NDArray[np.bool_]) -> None:
        """Nothing is solved yet; raises ExactUnavailable without HiGHS."""
        try:
            import highspy
        except ImportError as error:
            raise ExactUnavailable(
                "the exact plan needs the package highspy; the greedy plan does without it"
            ) from error
        self._highs: Any = highspy
        self._load, self._goal, self._free, self._at = load, goal, free, _columns(load)
        self.took_s = 0.0

    def fewest_teams(self, first: Ints, seconds: float) -> tuple[Ints, int]:
        """Return the best lanes found, from ``first`` on, and how many teams there must be at least."""
        cost = np.zeros(self._at.count)
        cost[self._at.teams] = 1.0
        lanes, bound = self._run(cost, first, seconds, 0.0)
        return lanes, min(int(np.ceil(bound - WHOLE)), _teams(lanes))

    def fewest_moves(self, first: Ints, seconds: float) -> Ints:
        """Return lanes that no more teams than those of ``first`` man, with the fewest moves found."""
        cost = np.zeros(self._at.count)
        cost[self._at.added], cost[self._at.lanes] = 1.0, LANE_HOUR_COST
        return self._run(cost, first, seconds, MOVES_GAP)[0]

    def _run(self, cost: Floats, first: Ints, seconds: float, gap: float) -> tuple[Ints, float]:
        solver, start = self._highs.Highs(), self._highs.HighsSolution()
        options = {"output_flag": False, "time_limit": seconds, "mip_rel_gap": gap, "threads": 1}
        for option, value in options.items():
            solver.setOptionValue(option, value)
        solver.passModel(_program(self._highs, self._load, self._goal, self._at, self._free, first))
        solver.changeColsCost(self._at.count, np.arange(self._at.count, dtype=np.int32), cost)
        solver.changeColBounds(self._at.teams, 0.0, float(_teams(first)))
        start.col_value = _start(self._load, self._goal, self._at, first)
        solver.setSolution(start)
        solver.run()
        self.took_s = float(solver.getRunTime())
        found = solver.getSolution()
        if not found.value_valid:
            return first, 0.0
        lanes = np.round(np.asarray(found.col_value)[self._at.lanes]).astype(np.int64)
        return lanes, float(solver.getInfo().mip_dual_bound)


def _teams(lanes: Ints) -> int:
    return int(lanes.sum(axis=0).max())


def _program(highspy: Any, load: Demand, goal: Goal, at: _Columns, free: NDArray[np.bool_], first: Ints) -> Any:
    rows = _rows(load, goal, at, free)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = at.count, len(rows.low)
    low, high = np.zeros(at.count), np.full(at.count, np.inf)
    by_hour = np.minimum(least_by_hour(load, goal), load.most[:, None])
    low[at.lanes] = np.where(free[:, None], first, by_hour)
    high[at.lanes] = np.where(free[:, None], first, load.most[:, None])
    high[at.line[~free, -1]] = LEFT_AT_MOST
    kinds = np.full(at.count, highspy.HighsVarType.kContinuous)
    kinds[np.append(at.lanes, at.teams)] = highspy.HighsVarType.kInteger
    model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(at.count), low, high
    model.row_lower_, model.row_upper_ = np.asarray(rows.low), np.asarray(rows.high)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.asarray([*rows.starts, len(rows.columns)])
    model.a_matrix_.index_, model.a_matrix_.value_ = np.asarray(rows.columns), np.asarray(rows.values)
    model.integrality_ = list(kinds)
    return model


def _start(load: Demand, goal: Goal, at: _Columns, first: Ints) -> list[float]:
    """Return the greedy plan as the program's first solution."""
    values, late = np.zeros(at.count), MOVE_STEPS[goal.moves]
    values[at.lanes] = first
    values[at.added[:, 1:]] = np.clip(first[:, 1:] - first[:, :-1], 0, None)
    queue = load.waiting
    for step in range(load.steps):
        block, within = divmod(step, BLOCK_STEPS)
        working = np.minimum(first[:, block], first[:, max(block - 1, 0)]) if within < late else first[:, block]
        there = queue + load.persons[:, step]
        taken = np.minimum(there, load.takes[:, step] * working)
        queue = there - taken
        values[at.taken[:, step]], values[at.line[:, step]] = taken, queue
    values[at.teams] = first.sum(axis=0).max()
    return values.tolist()
