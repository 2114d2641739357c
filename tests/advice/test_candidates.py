"""What is recommended in a bad hour: which orders, for whom, with what effect."""

from datetime import timedelta

import polars as pl
import pytest

from pipelines.advice.candidates import candidates, switch_orders
from pipelines.advice.measures import measures
from pipelines.advice.situation import Situation
from pipelines.advice.words import Disturbance, Recommendation, SubjectKind
from pipelines.campaign import Campaign
from pipelines.vocabulary import AdviceKind, Cause, ScopeLevel, Severity


def situation(campaign: Campaign, queues: dict[str, int], lanes: dict[str, int] | None = None, **parts) -> Situation:
    """Two hours after opening; three of twenty in line and all lanes open where nothing else is said."""
    rows = [
        {
            "site_id": site.site_id,
            "town_code": site.town_code,
            "planned_persons": site.planned_persons,
            "persons_registered": site.planned_persons // 3,
            "persons_last_hour": site.planned_persons // 6,
            "lanes_open": (lanes or {}).get(site.site_id, site.lanes),
            "queue_persons": queues.get(site.site_id, 3),
            "wait_minutes": queues.get(site.site_id, 3) / site.lanes / 2,
            "wait_class": "short",
            "main_server_id": "p1",
        }
        for site in campaign.sites
    ]
    servers = [
        {
            "server_id": server.server_id,
            "health": "ok",
            "logins": 6,
            "capacity_logins": server.capacity_logins,
            "system": server.system.value,
        }
        for server in campaign.servers
    ]
    at = campaign.round.opens_at + timedelta(hours=2)
    return Situation(at, pl.DataFrame(rows), pl.DataFrame(servers), pl.DataFrame(), **parts)


def disturbance(cause: Cause, kind: SubjectKind, subject: str, sites: list[str], at) -> Disturbance:
    figures = {"both_networks_down": len(sites)}
    desks = dict.fromkeys(sites, 2)
    return Disturbance(cause, kind, subject, Severity.CRITICAL, at, at, desks, {cause.value: 1.0}, figures)


def advised(campaign: Campaign, now: Situation, *found: Disturbance) -> dict[AdviceKind, Recommendation]:
    """The best advice of each kind."""
    some = candidates(campaign, measures(now, campaign, found))
    return {one.kind: one for one in reversed(some)}


def test_a_quiet_hour_needs_no_advice(small: Campaign):
    assert candidates(small, measures(situation(small, {}), small, [])) == []


def test_sites_that_no_carrier_reaches_go_offline_by_site_and_whole_towns_by_one_order(small: Campaign):
    now = situation(small, {"LS-1": 200, "LS-9": 150})
    of = disturbance(Cause.CARRIER, SubjectKind.CARRIER, "x", ["LS-1", "LS-9"], now.as_of)
    advice = advised(small, now, of)[AdviceKind.GO_OFFLINE]
    assert (advice.level, advice.disturbance_id) == (ScopeLevel.DISTRICT, of.disturbance_id)
    told = {(order.level.value, order.target, order.facts["contingency"]) for order in advice.orders}
    assert told == {("site", "LS-1", "offline"), ("town", "990001003", "offline")}
    assert advice.effect.before > advice.effect.after
    assert advice.effect.person_minutes > 0


def test_who_is_offline_on_order_already_is_not_told_again_and_comes_back_when_nothing_keeps_him(small: Campaign):
    ordered = pl.DataFrame({"site_id": ["LS-1"], "ordered": ["offline"], "desks_stopped": [0], "desks_offline": [3]})
    now = situation(small, {"LS-1": 200}, contingency=ordered)
    cut = disturbance(Cause.POWER, SubjectKind.SITE, "LS-1", ["LS-1"], now.as_of)
    assert AdviceKind.GO_OFFLINE not in advised(small, now, cut)
    assert AdviceKind.RETURN_ONLINE not in advised(small, now, cut)
    back = advised(small, now)[AdviceKind.RETURN_ONLINE]
    assert [order.facts for order in back.orders] == [{"contingency": "province"}]


def test_a_site_whose_desks_went_offline_unbidden_is_not_told_to_and_one_with_a_desk_left_is(small: Campaign):
    sites, lanes = ["LS-1", "LS-5"], {"LS-1": 3, "LS-5": 3}
    gone = {"ordered": ["province"] * 2, "desks_stopped": [0, 0], "desks_offline": [3, 2], "desks_city": [0, 0]}
    now = situation(small, {"LS-1": 200, "LS-5": 200}, lanes, contingency=pl.DataFrame({"site_id": sites} | gone))
    cut = disturbance(Cause.POWER, SubjectKind.TOWN, "x", sites, now.as_of)
    assert advised(small, now, cut)[AdviceKind.GO_OFFLINE].site_ids == ("LS-5",)


def test_staff_is_lent_by_the_nearest_quiet_site_for_a_lane_that_stands_empty(small: Campaign):
    now = situation(small, {"LS-1": 300}, {"LS-1": 1})
    advice = advised(small, now)[AdviceKind.LEND_STAFF]
    assert (advice.evidence["lend_to"], advice.evidence["lend_from"]) == ("LS-1", "LS-2")
    assert {order.facts["role"] for order in advice.orders} == {"registrar", "medic"}
    assert advice.effect.after < advice.effect.before
    assert (advice.level, advice.target) == (ScopeLevel.TOWN, "990001001")


def test_a_vehicle_goes_where_the_crowd_has_outgrown_the_air(small: Campaign):
    crowd = pl.DataFrame(
        [
            {"site_id": site.site_id, "crowd_class": "over" if site.site_id == "LS-5" else "free", "crowd_index": 1.4}
            | {"queue_persons": 300 if site.site_id == "LS-5" else 3}
            for site in small.sites
        ]
    )
    vehicles = pl.DataFrame(
        {
            "vehicle_id": ["mobile-1", "telecom-1"],
            "carrier": ["mobile", "telecom"],
            "state": ["on_site", "on_site"],
            "site_id": ["LS-6", "LS-7"],
        }
    )
    now = situation(small, {"LS-5": 300}, crowd=crowd, vehicles=vehicles)
    advice = advised(small, now)[AdviceKind.SEND_VEHICLE]
    assert (advice.target, [order.facts for order in advice.orders]) == ("LS-5", [{"vehicle_id": "telecom-1"}])
    down = disturbance(Cause.CARRIER, SubjectKind.CARRIER, "telecom", ["LS-2"], now.as_of)
    other = advised(small, now, down)[AdviceKind.SEND_VEHICLE]
    assert [order.facts for order in other.orders] == [{"vehicle_id": "mobile-1"}]


def test_a_line_that_stands_for_want_of_a_network_is_told_as_ten_hours_at_most(small: Campaign):
    rows = [{"site_id": s.site_id, "crowd_class": "free", "crowd_index": 0.1, "queue_persons": 3} for s in small.sites]
    crowd = pl.DataFrame(rows).with_columns(
        crowd_class=pl.when(pl.col("site_id") == "LS-5").then(pl.lit("lost")).otherwise("crowd_class"),
        queue_persons=pl.when(pl.col("site_id") == "LS-5").then(900).otherwise("queue_persons"),
    )
    told = {"vehicle_id": ["mobile-1"], "carrier": ["mobile"], "state": ["on_site"], "site_id": ["LS-6"]}
    vehicles = pl.DataFrame(told)
    now = situation(small, {"LS-5": 900}, crowd=crowd, vehicles=vehicles)
    assert advised(small, now)[AdviceKind.SEND_VEHICLE].effect.before == 600.0


def test_a_line_beyond_its_limit_is_held_at_the_entrance(small: Campaign):
    advice = advised(small, situation(small, {"LS-4": 700}))[AdviceKind.HOLD_CROWD]
    assert (advice.target, advice.site_ids, advice.orders) == ("990001001", ("LS-4",), ())
    assert advice.effect.before > advice.effect.after == advice.evidence["crowd_limit"]


@pytest.mark.parametrize("room", [6, 12])
def test_a_switch_is_advised_only_when_it_saves_waiting(small: Campaign, room: int):
    """Server p1 is gone with all its desks; p2 has room for some of them, or it falls when they come by themselves."""
    left = pl.DataFrame([{"server_id": "p1", "site_id": site.site_id, "desks": site.lanes} for site in small.sites])
    now = situation(small, dict.fromkeys((site.site_id for site in small.sites), 60), left=left)
    rows = now.servers.with_columns(
        pl.when(pl.col("server_id") == "p1").then(pl.lit("down")).otherwise(pl.lit("ok")).alias("health"),
        pl.when(pl.col("server_id") == "p2").then(16 - room).otherwise(0).alias("logins"),
    )
    bad = Situation(now.as_of, now.sites, rows, now.networks, left=left)
    some = measures(bad, small, [])
    assert sum(move.desks for move in some.plan.moves) == sum(site.lanes for site in small.sites)
    assert all(share <= small.thresholds.server_load_share for share in some.plan.load_then.values())
    assert some.alone is not None
    assert some.told is not None
    assert all(share <= small.thresholds.server_load_share for share in some.by_site.load_then.values())
    orders = switch_orders(small, some.by_site)
    assert all(list(order.facts) in (["server_id"], ["contingency"]) for order in orders)
    if AdviceKind.SWITCH_SERVERS in advised(small, bad):
        assert some.ordered is not None
        assert some.ordered.desk_minutes_lost < some.alone.desk_minutes_lost


def without_the_province(campaign: Campaign, queues: dict[str, int], trained: float, **parts) -> Situation:
    """All provincial servers are down; so many registrars can go offline, LS-1 and LS-5 stand ready for the city."""
    calm = situation(campaign, queues)
    servers = calm.servers.with_columns(
        pl.when(pl.col("system") == "province").then(pl.lit("down")).otherwise(pl.lit("ok")).alias("health"),
        pl.lit(0).alias("logins"),
    )
    ids = [site.site_id for site in campaign.sites]
    skills = pl.DataFrame({"site_id": ids, "can_go_offline_share": [trained] * len(ids)})
    ready = [int(site_id in ("LS-1", "LS-5")) for site_id in ids]
    kit = pl.DataFrame({"site_id": ids, "standby_desks": ready, "is_standby_ready": [True] * len(ids)})
    return Situation(calm.as_of, calm.sites, servers, calm.networks, skills=skills, kit=kit, **parts)


def test_without_the_province_the_city_takes_the_sites_that_stand_ready_and_that_plan_one_cannot_carry(small: Campaign):
    now = without_the_province(small, {"LS-1": 200, "LS-5": 100, "LS-9": 300}, trained=0.2)
    gone = disturbance(Cause.SERVER, SubjectKind.PROVINCE, "", [site.site_id for site in small.sites], now.as_of)
    advice = advised(small, now, gone)[AdviceKind.GO_CITY]
    assert advice.site_ids == ("LS-1", "LS-5"), "LS-9 has no desk that stands ready"
    assert {(order.target, order.facts["contingency"]) for order in advice.orders} == {
        *(("LS-1", "city"), ("LS-5", "city"))
    }
    assert advice.effect.after < advice.effect.before
    assert advice.evidence["desks_city"] == 6
    assert float(str(advice.evidence["load_then"])) <= small.thresholds.server_load_share


def test_plan_two_is_not_advised_where_plan_one_carries_the_line_or_the_province_answers(small: Campaign):
    everywhere = [site.site_id for site in small.sites]
    carried = without_the_province(small, {"LS-1": 400, "LS-5": 400}, trained=1.0)
    gone = disturbance(Cause.SERVER, SubjectKind.PROVINCE, "", everywhere, carried.as_of)
    assert AdviceKind.GO_CITY not in advised(small, carried, gone)
    now = without_the_province(small, {"LS-1": 200}, trained=0.2)
    one = disturbance(Cause.SERVER, SubjectKind.SERVER, "p1", everywhere, now.as_of)
    assert AdviceKind.GO_CITY not in advised(small, now, one)
    ordered = pl.DataFrame({"site_id": everywhere, "ordered": ["city"] * len(everywhere)}).with_columns(
        desks_stopped=pl.lit(0), desks_offline=pl.lit(0)
    )
    there = without_the_province(small, {"LS-1": 200}, trained=0.2, contingency=ordered)
    assert AdviceKind.GO_CITY not in advised(small, there, gone)
