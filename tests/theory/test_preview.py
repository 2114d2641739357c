"""The preview is near the simulation: mean wait within 10 %, finish within 10 minutes, on twelve fixed scenarios."""

import numpy as np
import pytest

from pipelines.campaign import load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.planning import ScenarioError, answer, preview, simulate
from pipelines.planning.preview import Preview
from pipelines.vocabulary import ScopeLevel
from tests.planning.kit import site, small
from tests.theory.grid import grid

GRID = {scenario.name: scenario for scenario in grid(load_campaign(DEFAULT_CAMPAIGN))}


@pytest.mark.parametrize("name", GRID)
def test_mean_wait_and_finish_are_near_the_simulations(name: str) -> None:
    told, bands = preview(GRID[name]).district, answer(simulate(GRID[name], 10)).district.bands

    assert told.wait_minutes == pytest.approx(bands["wait_minutes"].mean, rel=0.10)
    assert told.finish_minute == pytest.approx(bands["finish_minute"].mean, abs=10.0)
    assert told.peak_queue == pytest.approx(bands["peak_queue"].mean, rel=0.15, abs=5_000)
    assert told.unserved == pytest.approx(bands["unserved"].mean, rel=0.25, abs=50)
    assert told.not_by_closing == pytest.approx(bands["not_by_closing"].mean, rel=0.30, abs=500)


def scope(told: Preview, level: ScopeLevel) -> list[float]:
    return [one.peak_queue for one in told.scopes if one.level is level]


def test_scopes_are_those_of_an_answer() -> None:
    told, found = preview(small()), answer(simulate(small(), 2))

    assert [(one.level, one.scope_id) for one in told.scopes] == [(one.level, one.scope_id) for one in found.scopes]
    assert told.queue.shape == told.wait_minutes.shape == (3, round((240 + 240) / told.step_minutes))


def test_persons_are_conserved_and_a_site_without_anybody_is_calm() -> None:
    told = preview(small(sites=(site(1, persons=0), site(2, persons=90_000)), overtime_minutes=0.0))
    empty = next(one for one in told.scopes if one.scope_id == "S1")

    assert (empty.wait_minutes, empty.finish_minute, empty.unserved) == (0.0, 0.0, 0.0)
    assert told.district.unserved == pytest.approx(90_000 - 3 * 131 * 4, rel=0.01)
    assert np.isfinite(told.wait_minutes).all()


def test_a_faulty_scenario_is_refused() -> None:
    with pytest.raises(ScenarioError, match="lanes of site S1"):
        preview(small(sites=(site(lanes=0),)))
