"""The exact plan's proof holds against every plan there is, on days small enough to try them all."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.planning import Curve, Hit, Outage, Scenario
from pipelines.planning.staffing import Goal, Moves, exact_plan, profiles
from pipelines.planning.staffing.choosing import Choice, moves_cost
from pipelines.planning.staffing.demand import Demand, demand
from pipelines.planning.staffing.flow import keeps_goal
from tests.planning.kit import site, small

HOURS, MOST = 3, 5
Sites = tuple[tuple[int, int, int], ...]  # persons, waiting, lanes
Day = tuple[Sites, tuple[float, ...], float, Moves, float]

SITES = st.tuples(st.integers(50, 1_000), st.sampled_from((0, 0, 40, 120)), st.integers(3, MOST))
DAYS = st.tuples(
    st.tuples(SITES, SITES, SITES),
    st.tuples(*[st.floats(0.3, 2.0)] * HOURS),
    st.sampled_from((10.0, 25.0, 60.0)),
    st.sampled_from((Moves.IN_TOWN, Moves.CROSS_TOWN)),
    st.floats(0.4, 1.0),
)


def told(day: Day) -> tuple[Scenario, Goal]:
    """Return the day's scenario and goal."""
    sites, hours, cap, moves, slow = day
    scenario = small(
        open_minutes=60.0 * HOURS,
        curve=Curve("hours", hours, "test"),
        sites=tuple(
            site(n + 1, persons=persons, waiting=waiting, lanes=lanes)
            for n, (persons, waiting, lanes) in enumerate(sites)
        ),
        outages=(Outage(Hit.SITE, 70.0, 40.0, "S1", slow),),
    )
    return scenario, Goal(cap, None, moves)


def every_profile(load: Demand, goal: Goal) -> list[np.ndarray]:
    """Return for each site all lanes by hour that keep the goal, profiles × hours."""
    found: list[np.ndarray] = []
    for place, most in enumerate(load.most):
        only = load.only(np.arange(len(load.most)) == place)
        tried = [np.asarray([row]) for row in product(range(1, most + 1), repeat=load.blocks)]
        found.append(np.asarray([row[0] for row in tried if keeps_goal(only, goal, row)[0]]).reshape(-1, load.blocks))
    return found


def combined(by_site: list[np.ndarray]) -> np.ndarray:
    """Return the sums of one row of each site, one axis a site and the rest of the rows' axes behind."""
    total = np.zeros((1,) * len(by_site) + by_site[0].shape[1:])
    for axis, rows in enumerate(by_site):
        shape = [1] * len(by_site)
        shape[axis] = len(rows)
        total = total + rows.reshape(*shape, *rows.shape[1:])
    return total


def pools_of(load: Demand, goal: Goal) -> list[list[int]]:
    """Return the places of the sites that share teams."""
    every = list(range(len(load.most)))
    if goal.moves is Moves.CROSS_TOWN:
        return [every]
    return [[place for place in every if load.town[place] == town] for town in range(len(load.towns))]


@settings(max_examples=50, deadline=None)
@given(DAYS)
def test_of_all_plans_there_are_none_takes_fewer_teams_and_hardly_one_fewer_moves(day: Day) -> None:
    scenario, goal = told(day)
    load = demand(scenario, goal)
    plan = exact_plan(scenario, goal, seconds=2.0)
    assume(not plan.capped)
    able, fewest, moves = every_profile(load, goal), 0, 0.0
    for pool in pools_of(load, goal):
        teams = combined([able[place] for place in pool]).max(axis=-1)
        fewest += int(teams.min())
        moves += combined([moves_cost(able[place]) for place in pool])[teams == teams.min()].min()
    assert keeps_goal(load, goal, np.asarray(plan.lanes)).all()
    assert plan.gap is not None
    assert round(plan.total_teams * (1.0 - plan.gap)) <= fewest == plan.total_teams
    assert moves_cost(np.asarray(plan.lanes)).sum() <= moves * 1.02 + 1e-6


@pytest.mark.parametrize(("arrows", "widest"), [(profiles.ARROWS, profiles.WIDEST), (1, profiles.WIDEST), (1, 2)])
def test_the_cheapest_profile_never_costs_more_than_the_cheapest_that_keeps_the_goal(
    arrows: int, widest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "ARROWS", arrows)
    monkeypatch.setattr(profiles, "WIDEST", widest)
    luck, exact = np.random.default_rng(7), 0
    for _ in range(30):
        persons, waiting = luck.integers(50, 1_000, 3), luck.choice((0, 40, 120), 3)
        told_sites = tuple((int(one), int(other), MOST) for one, other in zip(persons, waiting, strict=True))
        scenario, goal = told((told_sites, tuple(luck.uniform(0.3, 2.0, HOURS)), 25.0, Moves.IN_TOWN, 0.7))
        load = demand(scenario, goal)
        low, high = np.ones((3, HOURS), np.int64), np.full((3, HOURS), MOST)
        prices, a_move = luck.uniform(0.0, 1.0, HOURS), float(luck.choice((0.0, 1.0)))
        costs, lanes = profiles.profiles_of(load, goal, low, high).cheapest(prices, a_move)
        added = np.maximum(np.diff(lanes, axis=1), 0).sum(axis=1)
        for place, rows in enumerate(every_profile(load, goal)):
            theirs = rows @ prices + a_move * np.maximum(np.diff(rows, axis=1), 0).sum(axis=1)
            assert costs[place] <= theirs.min(initial=np.inf) + 1e-9
            exact += bool(costs[place] >= theirs.min(initial=np.inf) - 1e-9)
        assert (lanes @ prices + a_move * added >= costs - 1e-9)[np.isfinite(costs)].all()
    assert arrows == 1 or exact == 90


def test_prices_of_hours_add_up_to_one_and_a_choice_takes_the_one_profile_a_site_that_needs_the_fewest_teams() -> None:
    choice = Choice(2, np.asarray([1, 0]))
    for first, second in (((2, 3), (3, 1)), ((3, 2), (1, 3)), ((3, 3), (3, 3))):
        assert choice.offer(np.asarray([first, second])) == 2
    assert choice.offer(np.asarray([(2, 3), (3, 1)])) == 0
    value, prices = choice.prices()
    assert prices.sum() == pytest.approx(1.0)
    lanes = choice.whole(5.0)
    assert lanes is not None
    assert lanes.tolist() == [[3, 2], [1, 3]]
    assert value <= 5.0 == (lanes.sum(axis=0) + np.asarray([1, 0])).max()
