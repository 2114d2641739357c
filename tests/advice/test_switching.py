"""The switch plan against brute force, and what comes of a switch before it is ordered (Q72, Q73)."""

import sys
from itertools import product
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from pipelines.advice.site_switching import site_plan
from pipelines.advice.standing import Seats, Standing
from pipelines.advice.switch_effect import switch_effect
from pipelines.advice.switching import SwitchPlan, switch_plan
from pipelines.clock import cpu_seconds
from pipelines.vocabulary import Contingency, SystemKind

PROVINCE, CITY = SystemKind.PROVINCE, SystemKind.CITY


def seats(**servers: tuple[int, int]) -> tuple[Seats, ...]:
    """Servers as capacity and desks of ours; the one named city is the city's."""
    return tuple(
        Seats(name, CITY if name == "city" else PROVINCE, capacity, floor(0.75 * capacity), 0, desks)
        for name, (capacity, desks) in servers.items()
    )


def standing(servers: tuple[Seats, ...], working: dict, stuck: dict, offline: int = 0, standby: int = 0) -> Standing:
    sites = sorted({site for site, _ in (*working, *stuck)})
    town_of = {site: f"town-{n % 2}" for n, site in enumerate(sites)}
    return Standing(servers, working, stuck, town_of, dict.fromkeys(sites, offline), dict.fromkeys(sites, standby))


def load(plan: SwitchPlan, where: Standing) -> dict[str, int]:
    """Logins on every server when the plan is carried out."""
    capacity = {seat.server_id: seat.capacity for seat in where.seats}
    return {name: round(share * capacity[name]) for name, share in plan.load_then.items()}


@st.composite
def districts(draw: st.DrawFn) -> Standing:
    """A few servers, one perhaps too full, and some sites' desks working or stuck."""
    names = ["p1", "p2", "p3"][: draw(st.integers(0, 3))]
    sites = [f"S{n}" for n in range(draw(st.integers(1, 4)))]
    desks = st.integers(0, 6)
    working = {(site, name): count for name in names for site in sites if (count := draw(desks))}
    stuck = {(site, "p9"): count for site in sites if (count := draw(desks))}
    of = {name: sum(count for (_, server), count in working.items() if server == name) for name in names}
    servers = seats(**{name: (draw(st.integers(of[name], 30)) if of[name] <= 30 else 40, of[name]) for name in names})
    if draw(st.booleans()):
        servers += seats(city=(draw(st.integers(0, 12)), 0))
    return standing(servers, working, stuck, draw(st.integers(0, 3)), draw(st.integers(0, 2)))


@given(districts())
def test_every_stuck_desk_is_assigned_once_and_no_server_that_takes_desks_passes_its_bound(where: Standing):
    plan = switch_plan(where)
    assigned: dict = {}
    for move in plan.moves:
        assert move.desks > 0
        if move.is_stuck:
            assigned[move.site_id, move.from_server] = assigned.get((move.site_id, move.from_server), 0) + move.desks
    assert assigned == dict(where.stuck)
    then = load(plan, where)
    taken = {move.to_server for move in plan.moves} - {""}
    for seat in where.seats:
        assert then[seat.server_id] <= seat.bound or seat.server_id not in taken
    offline = {move.site_id: 0 for move in plan.moves}
    for move in plan.moves:
        offline[move.site_id] += move.desks if move.contingency is Contingency.OFFLINE else 0
    assert all(count <= where.can_go_offline[site] for site, count in offline.items())
    assert plan == switch_plan(where)


@given(districts())
def test_nobody_moves_who_need_not_and_nobody_goes_offline_while_a_server_has_room(where: Standing):
    plan = switch_plan(where)
    province = [seat for seat in where.seats if seat.system is PROVINCE]
    too_many = sum(max(seat.desks - seat.bound, 0) for seat in province)
    moved = sum(move.desks for move in plan.moves if not move.is_stuck)
    assert moved <= too_many
    then = load(plan, where)
    room = sum(max(seat.bound - then[seat.server_id], 0) for seat in province)
    if room:
        assert {move.contingency for move in plan.moves} <= {Contingency.PROVINCE}
        assert moved == too_many


def fewest_moves(free: tuple[int, ...], over: tuple[int, ...], stuck: int) -> int | None:
    """By trying every way to spread the stuck and the surplus over the servers: the fewest desks that must move."""
    best = None
    total = stuck + sum(over)
    for spread in product(*(range(room + 1) for room in free)):
        if sum(spread) >= total:
            best = total if best is None else min(best, sum(spread))
    return best


@given(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.integers(0, 4), st.integers(0, 7))
def test_the_moves_are_as_few_as_trying_every_way_finds(free: tuple[int, int], over: int, stuck: int):
    servers = seats(p1=(40, 30 - free[0]), p2=(40, 30 - free[1]), p3=(40, 30 + over))
    working = {("S1", seat.server_id): seat.desks for seat in servers}
    where = standing(servers, working, {("S2", "p9"): stuck} if stuck else {})
    plan, fewest = switch_plan(where), fewest_moves(free, (over,), stuck)
    if fewest is not None:
        assert plan.desks_moved == fewest
        assert plan.desks_on(None) == 0


def test_a_site_stays_together_where_a_server_has_room_for_it():
    servers = seats(p1=(20, 10), p2=(24, 10))
    where = standing(servers, {("S0", "p1"): 10, ("S0", "p2"): 10}, {("S1", "p3"): 5, ("S2", "p3"): 6})
    assert [(move.site_id, move.to_server, move.desks) for move in switch_plan(where).moves] == [
        ("S1", "p1", 5),
        ("S2", "p2", 6),
    ]


def test_the_stuck_come_first_and_who_finds_no_seat_goes_offline_then_to_the_city_then_nowhere():
    servers = seats(p1=(20, 13), city=(8, 0))
    where = standing(servers, {("S0", "p1"): 13}, {("S1", "p2"): 7}, offline=2, standby=2)
    plan = switch_plan(where)
    assert [(move.to_server, move.contingency, move.desks) for move in plan.moves] == [
        ("", Contingency.OFFLINE, 2),
        ("", None, 1),
        ("city", Contingency.CITY, 2),
        ("p1", Contingency.PROVINCE, 2),
    ]
    assert plan.load_then == {"p1": 0.75, "city": 0.25}


@given(districts())
def test_by_whole_sites_no_server_passes_its_bound_and_a_sites_desks_end_together(where: Standing):
    plan = site_plan(where)
    then, taken = load(plan, where), {move.to_server for move in plan.moves} - {""}
    assert all(then[seat.server_id] <= seat.bound for seat in where.seats if seat.server_id in taken)
    ends: dict = {}
    for move in plan.moves:
        ends.setdefault(move.site_id, set()).add((move.to_server, move.contingency))
    assert all(len(places) == 1 for places in ends.values())


def test_left_to_themselves_desks_bring_one_server_down_after_the_other_and_a_plan_prevents_it():
    working = {(f"S{n}", name): 24 for n in range(10) for name in ("p1", "p2")}
    stuck = {(f"S{n}", "p3"): 15 for n in range(10)}
    servers = seats(p1=(260, 240), p2=(260, 240))
    where = standing(servers, working, stuck, offline=40)
    alone, told = switch_effect(where, None, 20.0), switch_effect(where, switch_plan(where), 20.0)
    assert alone.falls > 0
    assert max(alone.peak_load.values()) > 1.0
    assert told.desk_minutes_lost < alone.desk_minutes_lost
    assert told == switch_effect(where, switch_plan(where), 20.0)


def test_with_room_for_all_the_desks_find_a_server_by_themselves_within_minutes():
    where = standing(seats(p1=(260, 100), p2=(260, 100)), {}, {("S1", "p3"): 60})
    alone = switch_effect(where, None, 20.0)
    assert alone.falls == 0
    assert alone.recovery_minutes is not None
    assert alone.recovery_minutes <= 1.0


def test_a_province_that_is_gone_leaves_desks_offline_or_idle():
    where = standing((), {}, {("S1", "p1"): 4, ("S2", "p1"): 4}, offline=4)
    effect = switch_effect(where, switch_plan(where), 20.0)
    assert effect.recovery_minutes is not None
    nobody = switch_effect(standing((), {}, {("S1", "p1"): 4}), None, 20.0)
    assert nobody.recovery_minutes is None
    assert nobody.desk_minutes_lost == 4 * 60.0


def test_five_thousand_sites_are_planned_and_played_in_little_time(capsys):
    names = [f"p{n}" for n in range(1, 40)]
    working = {(f"S{n:04d}", name): 1 for n in range(5_000) for name in names[n % 30 : n % 30 + 5]}
    of = {name: sum(count for (_, server), count in working.items() if server == name) for name in names}
    servers = seats(**{name: (max(1_200, of[name]), of[name]) for name in names})
    where = standing(servers, working, {(f"S{n:04d}", "p0"): 1 for n in range(5_000)}, offline=1)
    began = cpu_seconds()
    plan = switch_plan(where)
    planned = cpu_seconds()
    switch_effect(where, plan, 20.0)
    with capsys.disabled():
        sys.stdout.write(f"\n5,000 sites: plan {planned - began:.2f} s, played {cpu_seconds() - planned:.2f} s CPU\n")
    assert sum(move.desks for move in plan.moves if move.is_stuck) == 5_000
