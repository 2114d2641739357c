"""Which of the profiles offered each site of a pool takes: priced by hour as a linear program, then chosen in whole."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints

Indices = NDArray[np.int32]

LANE_HOUR_COST = 0.01  # in moves
TEAMS = 0  # the column of how many teams there are; the profiles' follow


class ExactUnavailable(Exception):
    """HiGHS is not installed; the message says so."""


def moves_cost(lanes: Ints) -> Floats:
    """Return by site what its lanes (sites × hours) cost in moves: a lane added is one, an hour of a lane a trifle."""
    return np.maximum(np.diff(lanes, axis=1), 0).sum(axis=1) + LANE_HOUR_COST * lanes.sum(axis=1)


class Choice:
    """A pool's profiles, at first for the fewest teams, and once those are settled for the fewest moves.

    ``settled`` is how many teams there are to be, 0 while that is sought; ``took_s`` how long whole choices took.

    Rows: each site takes one profile; each hour's lanes, with those of ``fixed`` sites, are no more than the teams.
    """

    def __init__(self, sites: int, fixed: Ints) -> None:
        """Nothing is offered yet; ``fixed`` by hour. Raises ExactUnavailable without HiGHS."""
        try:
            import highspy
        except ImportError as error:
            raise ExactUnavailable(
                "the exact plan needs the package highspy; the greedy plan does without it"
            ) from error
        self._highs: Any = highspy
        self._sites, self._fixed = sites, fixed
        self.settled = 0
        self._site, self._lanes = np.zeros(0, np.int64), np.zeros((0, len(fixed)), np.int64)
        self._known = set[tuple[int, bytes]]()
        self._prices: Any = self._solver()
        self._prices.passModel(self._model())
        self.took_s = 0.0

    def offer(self, lanes: Ints) -> int:
        """Take one profile a site (sites × hours); return how many were new."""
        keys = [(site, row.tobytes()) for site, row in enumerate(lanes)]
        new = np.asarray([site for site, key in enumerate(keys) if key not in self._known], np.int64)
        self._known.update(keys)
        if len(new):
            self._site, self._lanes = np.append(self._site, new), np.vstack([self._lanes, lanes[new]])
            starts, rows, values = self._entries(new, lanes[new])
            none, all_of_it, costs = np.zeros(len(new)), np.full(len(new), np.inf), self._costs(lanes[new])
            self._prices.addCols(len(new), costs, none, all_of_it, len(rows), starts, rows, values)
        return len(new)

    def settle(self, teams: int) -> None:
        """From now on there are so many teams, and the fewest moves are looked for."""
        self.settled = teams
        every = np.arange(len(self._site) + 1, dtype=np.int32)
        self._prices.changeColBounds(TEAMS, float(teams), float(teams))
        self._prices.changeColsCost(len(every), every, np.append(0.0, self._costs(self._lanes)))

    def prices(self) -> tuple[float, Floats]:
        """Return the least cost if profiles could be mixed, and what a team more is worth in each hour."""
        self._prices.run()
        dual = np.asarray(self._prices.getSolution().row_dual)[self._sites :]
        worth = np.maximum(-dual, 0.0)
        value = float(self._prices.getInfo().objective_function_value)
        return value, worth if self.settled else worth / max(worth.sum(), 1e-9)

    def whole(self, seconds: float) -> Ints | None:
        """Return one profile a site, the best found in so long; None where none was found."""
        solver, model = self._solver(), self._model()
        solver.setOptionValue("time_limit", seconds)
        model.integrality_ = [self._highs.HighsVarType.kInteger] * model.num_col_
        solver.passModel(model)
        solver.run()
        self.took_s += float(solver.getRunTime())
        found = solver.getSolution()
        if not found.value_valid:
            return None
        taken = np.asarray(found.col_value)[TEAMS + 1 :] > 1.0 / 2
        lanes = np.empty((self._sites, len(self._fixed)), np.int64)
        lanes[self._site[taken]] = self._lanes[taken]
        return lanes

    def _costs(self, lanes: Ints) -> Floats:
        return moves_cost(lanes) if self.settled else np.zeros(len(lanes))

    def _entries(self, site: Ints, lanes: Ints) -> tuple[Indices, Indices, Floats]:
        """Return the columns of profiles as HiGHS takes them: where each begins, its rows and values."""
        hours = lanes.shape[1]
        rows = np.hstack([site[:, None], np.broadcast_to(self._sites + np.arange(hours), lanes.shape)])
        values = np.hstack([np.ones((len(site), 1)), lanes.astype(np.float64)])
        starts = np.arange(len(site)) * (hours + 1)
        return starts.astype(np.int32), rows.ravel().astype(np.int32), values.ravel()

    def _model(self) -> Any:
        hours = len(self._fixed)
        starts, rows, values = self._entries(self._site, self._lanes)
        model = self._highs.HighsLp()
        model.num_col_, model.num_row_ = len(self._site) + 1, self._sites + hours
        model.col_cost_ = np.append(0.0 if self.settled else 1.0, self._costs(self._lanes))
        model.col_lower_ = np.append(float(self.settled), np.zeros(len(self._site)))
        model.col_upper_ = np.append(float(self.settled) or np.inf, np.full(len(self._site), np.inf))
        model.row_lower_ = np.append(np.ones(self._sites), np.full(hours, -np.inf))
        model.row_upper_ = np.append(np.ones(self._sites), -self._fixed.astype(float))
        model.a_matrix_.format_ = self._highs.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.concatenate([[0], starts + hours, [len(rows) + hours]]).astype(np.int32)
        model.a_matrix_.index_ = np.append(self._sites + np.arange(hours), rows).astype(np.int32)
        model.a_matrix_.value_ = np.append(np.full(hours, -1.0), values)
        return model

    def _solver(self) -> Any:
        solver = self._highs.Highs()
        for option, value in {"output_flag": False, "threads": 1}.items():
            solver.setOptionValue(option, value)
        return solver
