"""Replications: the same luck whoever asks, more on demand, told how far, stopped when told, with and without numba."""

import subprocess
import sys
from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from pipelines.config import ROOT
from pipelines.planning import Cancelled, ScenarioError, extend, simulate
from pipelines.planning.compiled import HAS_NUMBA
from tests.planning.kit import site, small


def test_the_same_scenario_gives_the_same_figures_on_one_thread_and_on_four() -> None:
    one, four = simulate(small(), 6, threads=1), simulate(small(), 6, threads=4)

    assert (one.figures == four.figures).all()
    assert (one.queue == four.queue).all()


def test_more_replications_extend_a_result_as_if_asked_for_at_once() -> None:
    whole, grown = simulate(small(), 7), extend(simulate(small(), 3), 4)

    assert grown.replications == 7
    assert (grown.figures == whole.figures).all()
    assert (grown.told_s == whole.told_s).all()


def test_another_site_beside_it_changes_nothing_of_a_site() -> None:
    alone, beside = simulate(small(sites=(site(1),)), 3), simulate(small(), 3)

    assert (alone.figures[:, 0] == beside.figures[:, 0]).all()


def test_another_seed_and_another_replication_are_another_day() -> None:
    runs = simulate(small(), 3)

    assert len({float(told) for told in runs.figure("waited_s")[:, 0]}) == 3
    assert (simulate(small(seed=5), 3).figures != runs.figures).any()


def test_how_far_it_is_is_told_and_a_token_stops_it() -> None:
    told: list[tuple[int, int]] = []
    token = Event()

    def progress(done: int, count: int) -> None:
        told.append((done, count))
        if done == 3:
            token.set()

    with pytest.raises(Cancelled, match="cancelled; nothing of it is kept"):
        simulate(small(), 50, progress, token)

    assert told[:3] == [(1, 50), (2, 50), (3, 50)]
    assert len(told) < 50


@pytest.mark.parametrize("count", [-1, 0, 1, 1_001])
def test_so_few_or_so_many_replications_are_refused(count: int) -> None:
    with pytest.raises(ScenarioError, match="a band needs 2 to 1000 replications"):
        simulate(small(), count)


def test_what_nobody_knows_beforehand_widens_the_day_and_not_a_difference() -> None:
    sure, unsure = simulate(small(), 12), simulate(small(pace_spread=0.1, turnout_spread=0.05), 12)

    assert unsure.figure("finish_s").std(axis=0).mean() > 2 * sure.figure("finish_s").std(axis=0).mean()
    assert (unsure.figure("served") + unsure.figure("unserved")).std() > 0


def test_outages_of_servers_slow_and_a_fallback_helps() -> None:
    from pipelines.planning import Hit, Outage
    from pipelines.vocabulary import Contingency

    def waited(**changes: object) -> float:
        return float(simulate(replace(small(), **changes), 3).figure("waited_s").sum())  # type: ignore[arg-type]

    down = (Outage(Hit.PROVINCE, 60, 60),)
    usual, stopped = waited(), waited(outages=down)
    offline = waited(outages=down, fallback=Contingency.OFFLINE)
    one_down = waited(outages=(Outage(Hit.SERVER, 60, 60, "p1"),))

    assert usual < one_down < offline < stopped


WITHOUT = """
import sys
sys.modules["numba"] = None
import numpy as np
from pipelines.planning import simulate
from pipelines.planning.compiled import HAS_NUMBA
from tests.planning.kit import site, small
runs = simulate(small(sites=(site(1, persons=300), site(3, persons=200, waiting=7)), open_minutes=60.0), 2)
assert not HAS_NUMBA
names = {"figures": "figures", "queue": "queue", "waited": "waited_s", "backlog": "backlog", "told": "told_s"}
np.savez(sys.argv[1], **{name: getattr(runs, of) for name, of in names.items()})
"""


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed: there is nothing to compare with")
def test_without_numba_the_numbers_are_the_same(tmp_path) -> None:
    file = tmp_path / "without.npz"
    subprocess.run([sys.executable, "-c", WITHOUT, str(file)], cwd=ROOT, check=True, timeout=100)
    runs = simulate(small(sites=(site(1, persons=300), site(3, persons=200, waiting=7)), open_minutes=60.0), 2)

    with np.load(file) as told:
        for name, values in (("figures", runs.figures), ("waited", runs.waited_s), ("told", runs.told_s)):
            assert told[name] == pytest.approx(values, rel=1e-6, abs=1e-9), name
        assert (told["queue"] == runs.queue).all()
        assert (told["backlog"] == runs.backlog).all()
