"""Staffing plans keep their goal when they are played, lie near the best there is, and say what built lanes forbid."""

from dataclasses import replace
from functools import partial
from random import Random

import numpy as np
import pytest

from pipelines.campaign import Campaign
from pipelines.campaign.lending import lending_order, lent, staff_of
from pipelines.campaign.places import distance_km
from pipelines.planning import Hit, Outage, Scenario, answer, base_case, simulate
from pipelines.planning.presets import CURVES
from pipelines.planning.staffing import (
    Goal,
    Moves,
    Plan,
    PlanError,
    applied,
    constant_plan,
    exact_plan,
    greedy_plan,
    make_plan,
    moves_by_hour,
    spread_teams,
    teams_of,
    transfers,
    worth_of_a_team,
)
from pipelines.planning.staffing.demand import demand, lane_rate
from pipelines.planning.staffing.flow import lines
from pipelines.planning.staffing.plan import BLOCK_STEPS, MOVE_STEPS, STEP_MINUTES


@pytest.fixture(scope="module")
def day(small: Campaign) -> Scenario:
    """Lakeside with twice the lanes, so that plans have room."""
    base = base_case(small)
    return replace(base, sites=tuple(replace(site, lanes=site.lanes * 2) for site in base.sites))


def disturbed(day: Scenario, seed: int) -> Scenario:
    """The day with lines that stand at the start, sites that are slow for a while, and another curve."""
    luck = Random(seed)
    sites = tuple(
        replace(site, persons=int(site.persons * luck.uniform(0.6, 1.2)), waiting=luck.choice((0, 0, 60, 150)))
        for site in day.sites
    )
    outages = tuple(
        Outage(Hit.SITE, luck.uniform(0, 400), luck.uniform(20, 90), site.site_id, luck.choice((0.4, 0.5, 0.8)))
        for site in luck.sample(sites, 3)
    )
    return replace(day, sites=sites, outages=outages, curve=luck.choice(list(CURVES.values())))


def longest_waits(scenario: Scenario, plan: Plan) -> np.ndarray:
    """The fluid's longest wait by site, minutes, from the plan's lanes alone."""
    load, lanes = demand(scenario, plan.goal), np.asarray(plan.lanes)
    queues = lines(load, lanes, MOVE_STEPS[plan.goal.moves])
    open_lanes = np.repeat(lanes, BLOCK_STEPS, axis=1)[:, : load.steps]
    return (queues / np.maximum(load.takes * open_lanes, 1e-9) * STEP_MINUTES).max(axis=1)


def test_a_lane_that_never_rests_takes_what_the_engine_says_it_takes(day: Scenario) -> None:
    one = replace(day.sites[0], persons=1, waiting=20_000, lanes=4, schedule=(4,))
    crowd = replace(day, sites=(one,), special_share=0.0, servers=(), shifts=())
    served = answer(simulate(crowd, 4)).district.bands["served"].mean
    hours = (crowd.open_minutes + crowd.overtime_minutes) / 60
    assert served / (4 * hours) == pytest.approx(lane_rate(crowd, one.town_code), rel=0.02)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("moves", list(Moves))
def test_no_line_passes_the_cap_and_nobody_is_left_at_the_deadline(day: Scenario, seed: int, moves: Moves) -> None:
    scenario = disturbed(day, seed)
    plan = greedy_plan(scenario, Goal(25.0, None, moves))
    capped = {one.site_id for one in plan.capped}
    waits = dict(zip(plan.site_ids, longest_waits(scenario, plan), strict=True))
    assert {site for site, wait in waits.items() if wait > 25.01} <= capped
    assert capped or plan.persons_left < 1.0


@pytest.mark.parametrize("seed", range(3))
def test_constant_lanes_are_the_fewest_one_less_at_any_site_breaks_the_goal(day: Scenario, seed: int) -> None:
    scenario, goal = disturbed(day, seed), Goal(20.0, None, Moves.NONE)
    plan = constant_plan(scenario, goal)
    for place, lanes in enumerate(plan.lanes):
        if lanes[0] <= 1 or plan.site_ids[place] in {one.site_id for one in plan.capped}:
            continue
        fewer = [list(row) for row in plan.lanes]
        fewer[place] = [count - 1 for count in fewer[place]]
        tried = replace(plan, lanes=tuple(map(tuple, fewer)))
        left = lines(demand(scenario, goal), np.asarray(tried.lanes), 0)[place, -1]
        assert longest_waits(scenario, tried)[place] > goal.wait_cap_minutes or left > 0


@pytest.mark.parametrize(("seed", "moves"), [(1, Moves.IN_TOWN), (2, Moves.IN_TOWN), (3, Moves.CROSS_TOWN)])
def test_water_filling_lies_at_most_three_percent_or_a_team_above_the_exact_plan(
    day: Scenario, seed: int, moves: Moves
) -> None:
    scenario, goal = disturbed(day, seed), Goal(25.0, None, moves)
    greedy, exact = greedy_plan(scenario, goal), exact_plan(scenario, goal, seconds=5.0)
    assert exact.gap is not None
    assert exact.total_teams <= greedy.total_teams <= max(exact.total_teams * 1.03, exact.total_teams + 1)
    assert longest_waits(scenario, exact).max() <= 25.01 or exact.capped


def test_every_plan_is_played_and_its_lines_stay_under_the_cap(day: Scenario) -> None:
    proved = make_plan(day, Goal(15.0, None, Moves.IN_TOWN), replications=4)
    assert proved.over_cap == ()
    assert max(proved.worst_minutes.values()) <= 15.0 * 1.1
    assert proved.answer.district.bands["unserved"].mean == 0.0
    again = answer(simulate(applied(day, proved.plan), 4))
    assert again.district.bands["wait_minutes"] == proved.answer.district.bands["wait_minutes"]


def test_sites_whose_built_lanes_forbid_the_goal_are_named_with_what_they_would_need(day: Scenario) -> None:
    tight = replace(day, sites=tuple(replace(site, lanes=1) for site in day.sites))
    plan = greedy_plan(tight, Goal(10.0))
    assert plan.capped
    assert all(one.lanes == 1 < one.lanes_needed for one in plan.capped)
    roomy = {one.site_id: one.lanes_needed for one in plan.capped}
    built = tuple(replace(site, lanes=roomy.get(site.site_id, 1)) for site in tight.sites)
    assert greedy_plan(replace(day, sites=built), Goal(10.0, None, Moves.NONE)).capped == ()


def test_a_tighter_cap_or_an_earlier_deadline_never_takes_fewer_teams(day: Scenario) -> None:
    teams = [greedy_plan(day, Goal(cap, None, Moves.IN_TOWN)).total_teams for cap in (60.0, 30.0, 15.0, 5.0)]
    assert teams == sorted(teams)
    closing = day.open_minutes
    ends = (closing + 120.0, closing, closing - 60.0)
    teams = [greedy_plan(day, Goal(60.0, deadline, Moves.IN_TOWN)).total_teams for deadline in ends]
    assert teams == sorted(teams)


def test_given_teams_are_never_exceeded_and_one_more_never_lengthens_the_lines(day: Scenario) -> None:
    have = {town: max(count // 2, 1) for town, count in teams_of(day).items()}
    for moves in (Moves.NONE, Moves.IN_TOWN):
        plan = spread_teams(day, Goal(25.0, None, moves), have)
        assert all(plan.teams[town] <= max(count, 3) for town, count in have.items())
    worth = worth_of_a_team(day, Goal(25.0, None, Moves.IN_TOWN), have)
    assert [one.waiting_hours_saved for one in worth] == sorted((w.waiting_hours_saved for w in worth), reverse=True)
    assert worth[0].waiting_hours_saved > 0


@pytest.mark.parametrize("moves", list(Moves))
def test_one_more_team_is_worth_something_to_each_while_lines_stand_and_lanes_are_left(
    day: Scenario, moves: Moves
) -> None:
    goal = Goal(25.0, None, moves)
    worth = worth_of_a_team(day, goal, greedy_plan(day, goal).teams)
    towns = {site.town_code for site in day.sites}
    assert {one.town_code for one in worth} == ({""} if moves is Moves.CROSS_TOWN else towns)
    assert all(one.waiting_hours_saved > 0 for one in worth)


def test_a_giver_lends_no_more_than_it_spares_and_a_pair_that_is_not_worth_it_nothing() -> None:
    pairs = [(False, 1.0, "A", "X"), (False, 2.0, "A", "Y"), (False, 2.5, "B", "Y"), (True, 9.04, "C", "Y")]
    moves = lent({"A": 3, "B": 2, "C": 1}, {"X": 2, "Y": 3}, pairs, lambda giver, _taker, _teams: giver != "B")
    told = [(one.from_site, one.to_site, one.teams, one.km, one.is_cross_town) for one in moves]
    assert told == [("A", "X", 2, 1.0, False), ("A", "Y", 1, 2.0, False), ("C", "Y", 1, 9.0, True)]


def test_who_lends_whom_is_the_nearest_of_the_own_town_first(small: Campaign) -> None:
    one, two, *_ = (site.site_id for site in small.sites)
    town = {site.site_id: site.town_code for site in small.sites}
    now = {site.site_id: 2 for site in small.sites}
    then = {**now, one: 3, two: 1}
    (move,) = transfers(small, now, then)
    assert (move.from_site, move.to_site, move.teams, move.is_cross_town) == (two, one, 1, town[one] != town[two])
    assert transfers(small, now, now) == []


def test_a_plan_from_now_on_begins_with_the_moves_that_turn_the_open_lanes_into_its_own(
    small: Campaign, day: Scenario
) -> None:
    open_now = {site.site_id: (1, site.lanes)[n % 2] for n, site in enumerate(day.sites)}
    sites = tuple(replace(site, persons=site.persons // 2, schedule=(open_now[site.site_id],)) for site in day.sites)
    plan = greedy_plan(day, Goal(25.0))
    assert moves_by_hour(small, day, plan)[0] == []
    rest = replace(day, starts_minute=120.0, sites=sites)
    plan = greedy_plan(rest, Goal(25.0))
    moves = moves_by_hour(small, rest, plan)
    first = {site_id: lanes[0] for site_id, lanes in zip(plan.site_ids, plan.lanes, strict=True)}
    assert len(moves) == len(plan.lanes[0])
    assert moves[0] == transfers(small, open_now, first) != []


def test_lenders_of_the_own_town_come_before_nearer_ones_of_another(small: Campaign) -> None:
    taker, *others = small.sites
    ordered = sorted(others, key=partial(lending_order, taker))
    own = sum(site.town_code == taker.town_code for site in others)
    assert {site.town_code for site in ordered[:own]} == {taker.town_code}
    assert taker.town_code not in {site.town_code for site in ordered[own:]}
    far = [distance_km(taker, site) for site in ordered]
    assert far[:own] == sorted(far[:own])
    assert far[own:] == sorted(far[own:])


def test_a_team_is_the_people_of_a_lane(day: Scenario) -> None:
    assert staff_of(day, 2) == {"guide": 6, "registrar": 2, "medic": 2 * day.medics_per_lane}


@pytest.mark.parametrize(
    ("goal", "sentence"),
    [
        (Goal(0.0), "the longest wait must be 1 to 600 minutes, got 0"),
        (Goal(float("nan")), "the longest wait must be 1 to 600 minutes, got nan"),
        (Goal(25.0, -5.0), "the deadline must lie from"),
        (Goal(25.0, 1e9), "the deadline must lie from"),
        (Goal(25.0, None, Moves.IN_TOWN, -1), "the least lanes of an open site must be 0 or more, got -1"),
    ],
)
def test_a_goal_that_says_nothing_possible_is_a_sentence(day: Scenario, goal: Goal, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        greedy_plan(day, goal)
