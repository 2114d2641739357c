"""Nobody is lost, nobody is counted twice, and lines obey Little's law, whatever the day."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.planning import Scenario, answer, simulate
from pipelines.planning.kernel_lanes import DONE, finished, pooled
from tests.planning.kit import small
from tests.theory.sites import busy_site, random_site
from tests.theory.test_desks import line

seconds = st.floats(0.0, 1_000.0)


def of_length(count: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, count, elements=seconds)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_every_person_is_served_or_unserved_and_counted_once(number: int) -> None:
    scenario = random_site(number)
    runs = simulate(scenario, 2, threads=1)
    come = sum(site.persons + site.waiting for site in scenario.sites)

    assert (runs.figure("served") + runs.figure("unserved") == come).all()
    assert (runs.figure("short") + runs.figure("medium") + runs.figure("long") == runs.figure("served")).all()
    assert (runs.sampled.sum(axis=2) == runs.figure("served")).all()
    assert (runs.queue >= 0).all()
    assert (runs.figure("tubes") >= np.ceil(runs.figure("served") / 10)).all()


def test_persons_in_line_are_arrivals_times_wait() -> None:
    runs = simulate(busy_site(1_500, 3), 60)
    minutes_waited = runs.figure("waited_s").sum() / 60
    persons_times_minutes = float(runs.queue.sum()) * runs.bin_minutes

    assert persons_times_minutes == pytest.approx(minutes_waited, rel=0.02)


@given(st.data(), st.integers(1, 40), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_one_more_desk_never_makes_anybody_later(data: st.DataObject, count: int, desks: int) -> None:
    comes, takes = np.cumsum(data.draw(of_length(count))), data.draw(of_length(count))
    few, many = np.empty(count), np.empty(count)
    pooled(comes, takes, np.full(desks, -np.inf), few)
    pooled(comes, takes, np.full(desks + 1, -np.inf), many)

    assert (many <= few + 1e-9).all()


@given(st.data(), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_quicker_desks_never_end_a_lane_later(data: st.DataObject, count: int) -> None:
    works = data.draw(of_length(count)), data.draw(of_length(count))
    quicker = works[0] * data.draw(st.floats(0.1, 1.0)), works[1] * data.draw(st.floats(0.1, 1.0))

    assert (line(quicker)[:, DONE] <= line(works)[:, DONE] + 1e-6).all()


@given(seconds, seconds, seconds, seconds, st.floats(0.0, 1.0))
def test_a_stop_delays_work_by_no_more_than_it_lasts(
    begins: float, work: float, stops: float, lasts: float, pace: float
) -> None:
    edges = np.asarray([[-np.inf, stops, stops + lasts]])
    done = finished(edges, np.asarray([[1.0, pace, 1.0]]), 0, begins, work)

    assert begins + work - 1e-9 <= done <= begins + work + lasts * (1 - pace) + 1e-9


def test_more_lanes_bring_an_earlier_end_and_shorter_waits_on_the_same_luck() -> None:
    few, many = (simulate(busy_site(1_500, lanes), 8) for lanes in (3, 4))

    assert (many.figure("finish_s") <= few.figure("finish_s")).all()
    assert (many.figure("waited_s") <= few.figure("waited_s")).all()


def demanding(scenario: Scenario, persons: int) -> Scenario:
    return replace(scenario, sites=tuple(replace(site, persons=persons) for site in scenario.sites))


def test_demand_beyond_every_capacity_is_answered_with_who_is_unserved() -> None:
    found = answer(simulate(demanding(small(overtime_minutes=0.0), 20_000), 2)).district.bands

    assert found["unserved"].mean > 50_000
    assert found["served"].mean + found["unserved"].mean == 60_000
    assert found["served"].mean < 3 * 3 * 131 * 4 * 1.05
