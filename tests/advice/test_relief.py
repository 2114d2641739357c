"""A server too full while nobody is stuck: which sites leave it, and what that is worth should a server fall (Q72)."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from pipelines.advice.candidates import candidates, switch_orders
from pipelines.advice.following import followed
from pipelines.advice.measures import Measures, measures
from pipelines.advice.relief import feared, relief_plan
from pipelines.advice.situation import Situation
from pipelines.advice.standing import Standing
from pipelines.advice.switching import switch_plan
from pipelines.advice.words import Recommendation, SubjectKind
from pipelines.campaign import Campaign
from pipelines.vocabulary import AdviceKind, Cause, Contingency
from tests.advice.test_candidates import advised, disturbance, situation
from tests.advice.test_switching import load, seats, standing

SERVERS: tuple[str, ...] = ("p1", "p2", "p3", "p4")


def district(background: dict[str, int], offline: int = 0) -> Standing:
    """A hundred sites of five desks, each on all four servers, which others load too; 75 % is 195 logins."""
    working: dict[tuple[str, str], int] = {}
    for site in range(100):
        for lane in range(5):
            key = f"S{site:03}", SERVERS[(site + lane) % 4]
            working[key] = working.get(key, 0) + 1
    servers = seats(**{name: (260, sum(n for (_, on), n in working.items() if on == name)) for name in SERVERS})
    own = tuple(replace(seat, background=background.get(seat.server_id, 0)) for seat in servers)
    return standing(own, working, {}, offline=offline)


def test_whole_sites_leave_the_full_server_and_no_server_passes_its_bound() -> None:
    where = district({"p1": 110})
    plan = relief_plan(where)
    assert plan.load_now["p1"] > 0.75
    assert all(share <= 0.75 for share in plan.load_then.values())
    ends: dict[str, set[str]] = {}
    for move in plan.moves:
        assert not move.is_stuck
        ends.setdefault(move.site_id, set()).add(move.to_server)
    assert all(len(servers) == 1 and "p1" not in servers for servers in ends.values())
    assert load(plan, where)["p1"] > 185, "and no more of them than must"
    assert plan == relief_plan(where)


def test_within_their_bounds_nobody_moves_and_without_room_only_whole_trained_sites_go_offline() -> None:
    assert relief_plan(district({})).moves == ()
    everywhere = dict.fromkeys(SERVERS, 90)
    assert relief_plan(district(everywhere, offline=4)).moves == ()
    plan = relief_plan(district(everywhere, offline=5))
    assert {move.contingency for move in plan.moves} >= {Contingency.OFFLINE}
    assert all(share <= 0.75 for share in plan.load_then.values())


def test_sites_at_the_citys_system_are_left_there() -> None:
    servers = (replace(seats(p1=(20, 6))[0], background=12), *seats(p2=(40, 0), city=(20, 3)))
    where = standing(servers, {("S0", "p1"): 3, ("S0", "city"): 3, ("S1", "p1"): 3}, {})
    assert {move.site_id for move in relief_plan(where).moves} == {"S1"}


def test_a_fall_that_would_bring_down_one_server_after_the_other_brings_down_one_after_the_switch() -> None:
    where = district({"p1": 110})
    fall = feared(where, switch_plan(where), relief_plan(where), 20.0)
    assert fall.alone.falls > 0
    assert (fall.told.falls, fall.ordered.falls) == (0, 0)
    assert fall.ordered.desk_minutes_lost < fall.alone.desk_minutes_lost / 2


def loaded(campaign: Campaign) -> Situation:
    """The small district in a crowded hour, its first server full of others' logins."""
    calm = situation(campaign, dict.fromkeys((site.site_id for site in campaign.sites), 60))
    full = calm.servers.with_columns(
        logins=pl.when(pl.col("server_id") == "p1").then(8).when(pl.col("system") == "city").then(0).otherwise(4),
        health=pl.when(pl.col("server_id") == "p1").then(pl.lit("slow")).otherwise(pl.lit("ok")),
        capacity_logins=pl.lit(8),
    )
    on = [(site.site_id, SERVERS[(n + lane) % 4], 1) for n, site in enumerate(campaign.sites) for lane in range(2)]
    on_servers = pl.DataFrame(on, schema=["site_id", "server_id", "desks"], orient="row")
    return Situation(calm.as_of, calm.sites, full, calm.networks, on_servers=on_servers)


@pytest.fixture(scope="module")
def four(small: Campaign) -> Campaign:
    """The small district with four provincial servers for eight logins each."""
    first, *_, city = small.servers
    province = (replace(first, server_id=name, sheet_no=n + 1, capacity_logins=8) for n, name in enumerate(SERVERS))
    return replace(small, servers=(*province, city))


def test_a_full_server_is_advised_on_before_anybody_is_refused(four: Campaign) -> None:
    now = loaded(four)
    of = disturbance(Cause.SERVER, SubjectKind.SERVER, "p1", ["LS-1"], now.as_of)
    reckoned: Measures = measures(now, four, [of])
    assert reckoned.is_feared
    advice = advised(four, now, of)[AdviceKind.SWITCH_SERVERS]
    assert (advice.subject, advice.disturbance_id) == ("p1", of.disturbance_id)
    assert advice.effect.metric == "persons_if_it_falls"
    assert advice.effect.after < advice.effect.before
    assert float(str(advice.evidence["load_then"])) <= four.thresholds.server_load_share < 1.0
    taken = sum(int(str(n)) for key, n in advice.evidence.items() if key.startswith("desks_to_"))
    assert taken == advice.evidence["desks_moved"] == reckoned.by_site.desks_moved
    assert advice.orders == switch_orders(four, reckoned.by_site)
    assert {order.facts["server_id"] for order in advice.orders} <= set(SERVERS) - {"p1"}


@pytest.fixture(scope="module")
def wide(four: Campaign) -> Campaign:
    """The same district with servers for 60 logins each, of which 45 are within the bound."""
    return replace(four, servers=tuple(replace(server, capacity_logins=60) for server in four.servers))


def roomy(campaign: Campaign, logins: int) -> Situation:
    """The same hour with so many logins at the first server."""
    now = loaded(campaign)
    at = pl.when(pl.col("server_id") == "p1").then(logins).otherwise(pl.col("logins"))
    return replace(now, servers=now.servers.with_columns(health=pl.lit("ok"), logins=at))


def test_a_server_one_desk_over_its_bound_is_advised_on_though_its_fall_would_cost_a_trifle(wide: Campaign) -> None:
    advice = advised(wide, roomy(wide, 46))[AdviceKind.SWITCH_SERVERS]
    assert (advice.subject, advice.effect.metric) == ("p1", "server_load_percent")
    assert advice.effect.before == pytest.approx(76.7)
    assert advice.effect.after <= 75.0
    assert advice.orders
    assert AdviceKind.SWITCH_SERVERS not in advised(wide, roomy(wide, 45))


def test_a_load_that_wavers_about_the_bound_keeps_one_card(wide: Campaign) -> None:
    kept: list[Recommendation] = []
    for minute, logins in enumerate((46, 45, 46, 45, 45, 46, 45)):
        found = [one for one in candidates(wide, measures(roomy(wide, logins), wide, [])) if one.orders]
        kept = followed(found, kept, {}, loaded(wide).as_of + timedelta(minutes=minute))
        assert [(one.kind, one.state, one.made_at) for one in kept] == [
            (AdviceKind.SWITCH_SERVERS, "open", loaded(wide).as_of)
        ]


def test_within_its_bound_no_server_is_left(wide: Campaign) -> None:
    calm = roomy(wide, 45)
    assert not [one for one in candidates(wide, measures(calm, wide, [])) if one.kind is AdviceKind.SWITCH_SERVERS]
