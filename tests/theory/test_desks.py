"""The kernels' desks against theory: single and pooled desks, the two-station line that blocks."""

from collections.abc import Callable

import ciw
import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.planning.bands import band
from pipelines.planning.draws import fill, gamma_quantiles, stream_keys, table_moments
from pipelines.planning.kernel_arrivals import accumulate, exponentials
from pipelines.planning.kernel_crowd import durations
from pipelines.planning.kernel_lanes import DONE, MOVED, pooled, serve
from pipelines.planning.queueing import erlang_c, pollaczek_khinchine

Floats = NDArray[np.float64]
RUNS, PERSONS, WARM = 20, 40_000, 4_000


def waits(desks: int, rate: float, service: Callable[[np.random.Generator], Floats]) -> list[float]:
    """Return each run's mean wait at pooled desks in balance."""
    means: list[float] = []
    for run in range(RUNS):
        chance = np.random.default_rng([7, run])
        comes = np.cumsum(chance.exponential(1 / rate, PERSONS))
        takes, done = service(chance), np.empty(PERSONS)
        pooled(comes, takes, np.full(desks, -np.inf), done)
        means.append(float((done - takes - comes)[WARM:].mean()))
    return means


SHAPES = {
    "M/D/1": (0.0, lambda chance: np.ones(PERSONS)),
    "M/E4/1": (0.5, lambda chance: chance.gamma(4.0, 0.25, PERSONS)),
    "M/M/1": (1.0, lambda chance: chance.exponential(1.0, PERSONS)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_one_desk_waits_as_pollaczek_and_khinchine_say(shape: str) -> None:
    spread, service = SHAPES[shape]
    found = band(np.asarray(waits(1, 0.7, service)))
    expected = pollaczek_khinchine(0.7, 1.0, spread)

    assert found.half_width < 0.05 * expected
    assert abs(found.mean - expected) <= 1.5 * found.half_width


@pytest.mark.parametrize(("desks", "load"), [(2, 1.6), (5, 4.0), (9, 8.1)])
def test_pooled_desks_wait_as_erlang_says(desks: int, load: float) -> None:
    found = band(np.asarray(waits(desks, load, lambda chance: chance.exponential(1.0, PERSONS))))
    expected = erlang_c(desks, load) / (desks - load)

    assert abs(found.mean - expected) <= 1.5 * found.half_width + 0.02 * expected


@pytest.mark.parametrize("desks", [1, 2, 5])
def test_pooled_desks_do_what_ciw_does_person_by_person(desks: int) -> None:
    chance = np.random.default_rng(desks)
    gaps, takes = chance.exponential(1.0, 400), chance.gamma(2.0, desks * 0.45, 400)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps.tolist(), float("inf")])],
        service_distributions=[ciw.dists.Sequential(takes.tolist())],
        number_of_servers=[desks],
    )
    day = ciw.Simulation(network)
    day.simulate_until_max_customers(400, method="Finish")
    records = sorted(day.get_all_records(), key=lambda record: record.id_number)
    done = np.empty(400)
    pooled(np.cumsum(gaps), takes, np.full(desks, -np.inf), done)

    assert np.abs(done - [record.exit_date for record in records]).max() <= 1e-9


def line(works: tuple[Floats, Floats]) -> Floats:
    """Return the moments of groups that pass one lane with always somebody waiting."""
    groups = len(works[0])
    moments, marks = np.empty((groups, 4)), np.empty((groups, 4), np.int64)
    none = np.empty(0)
    begun = serve(
        (np.zeros(groups * 10), none),
        (*works, none, none),
        (np.asarray([-np.inf]), np.asarray([1])),
        (np.asarray([[-np.inf]]), np.ones((1, 1)), np.zeros(1, np.int64), 0),
        (0, 0.0, 0.0, np.inf),
        (np.full(1, -np.inf), np.full(1, -np.inf), np.full(1, -np.inf)),
        moments,
        marks,
    )
    assert begun == groups
    return moments


def test_a_balanced_line_of_two_exponential_desks_with_no_place_between_is_used_two_thirds() -> None:
    # Hunt 1956, "Sequential arrays of waiting lines", Operations Research 4(6), doi.org/10.1287/opre.4.6.674
    uses: list[float] = []
    for run in range(RUNS):
        chance = np.random.default_rng([11, run])
        works = (chance.exponential(1.0, 20_000), chance.exponential(1.0, 20_000))
        uses.append(float(works[1].sum() / line(works)[-1, DONE]))
    found = band(np.asarray(uses))

    assert abs(found.mean - 2 / 3) <= 1.5 * found.half_width
    assert found.half_width < 0.003


def test_a_lane_takes_as_long_a_group_as_the_slower_of_its_two_desks() -> None:
    chance = np.random.default_rng(3)
    works = (chance.gamma(16, 120 / 16, 5_000), chance.gamma(44, 275 / 44, 5_000))
    moved = line(works)[:, MOVED]

    assert np.diff(moved) == pytest.approx(np.maximum(works[0][1:], works[1][:-1]))


@pytest.mark.parametrize("spread", [0.0, 0.15, 0.25, 0.5, 1.0, 1.5])
def test_quantiles_keep_mean_and_spread(spread: float) -> None:
    mean, deviation = table_moments(gamma_quantiles(spread))

    assert mean == pytest.approx(1.0, abs=1e-9)
    assert deviation == pytest.approx(spread, rel=0.02, abs=1e-9)


def test_draws_have_the_mean_and_the_spread_that_were_asked_for() -> None:
    out = np.empty(400_000)
    durations(stream_keys(5, 0, ("S1",))[4, 0], 275.0, gamma_quantiles(0.15), out)

    assert out.mean() == pytest.approx(275.0, rel=2e-3)
    assert out.std() == pytest.approx(275.0 * 0.15, rel=5e-3)
    assert out.min() > 0.0


def test_spacings_are_less_the_logarithm_of_the_even_draws_and_are_added_up_in_order() -> None:
    key = stream_keys(5, 0, ("S1",))[0, 0]
    even, spaced = np.empty(100_003), np.empty(100_003)
    fill(key, even)
    exponentials(key, spaced)

    assert spaced == pytest.approx(-np.log1p(-even), rel=1e-7, abs=1e-7)
    expected = np.cumsum(spaced)
    assert accumulate(spaced) == pytest.approx(expected[-1], rel=1e-12)
    assert spaced == pytest.approx(expected, rel=1e-12)


def test_streams_of_causes_sites_and_replications_have_nothing_in_common() -> None:
    keys = np.concatenate([stream_keys(1, run, ("S1", "S2", "S3")).ravel() for run in range(50)])

    assert len(np.unique(keys)) == len(keys)
    assert (stream_keys(1, 3, ("S1", "S2"))[:, 1] == stream_keys(1, 3, ("S2",))[:, 0]).all()
