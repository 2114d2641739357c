"""Orders: who ordered what, why and when; the latest that reaches a site holds (Q16, Q94, Q95)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.campaign import Campaign
from pipelines.contract_orders import Loan, NewOrder
from pipelines.intake.places import places
from pipelines.intake.world.orders import OrderBook, OrderRefused, holding, standing
from pipelines.vocabulary import Contingency, LentRole, ScopeLevel

DISTRICT, TOWN, SITE = ScopeLevel.DISTRICT, ScopeLevel.TOWN, ScopeLevel.SITE


def order(
    scope: ScopeLevel, target: str, contingency: Contingency | None, vehicle: str | None = None, **more: Any
) -> NewOrder:
    said = {"scope": scope, "target": target, "contingency": contingency, "vehicle_id": vehicle, "reason": "p1 is down"}
    return NewOrder(**{"by": "duty-officer"} | said | more)


def loan(giver: str, taker: str) -> Loan:
    return Loan(from_site=giver, to_site=taker, role=LentRole.REGISTRAR, persons=1)


def test_the_latest_order_that_reaches_a_site_holds(small: Campaign):
    sites, now = places(small), small.round.demo_starts_at
    book = OrderBook(sites)
    book.give(order(DISTRICT, "", Contingency.OFFLINE), now)
    book.give(order(TOWN, "990001002", Contingency.CITY), now)
    book.give(order(SITE, "LS-5", Contingency.PROVINCE), now)

    assert {place.site_id: holding(book.orders, place)[0] for place in sites} == {
        **dict.fromkeys(("LS-1", "LS-2", "LS-3", "LS-4", "LS-9"), Contingency.OFFLINE),
        **dict.fromkeys(("LS-6", "LS-7", "LS-8"), Contingency.CITY),
        "LS-5": Contingency.PROVINCE,
    }


def test_without_an_order_every_site_works_on_the_province_s_system(small: Campaign):
    assert {holding([], place) for place in places(small)} == {(Contingency.PROVINCE, None)}


def test_orders_outlive_the_process_with_who_why_and_when(small: Campaign, tmp_path: Path):
    book = OrderBook(places(small), ["mobile-1"], tmp_path / "orders.jsonl")
    book.give(order(DISTRICT, "", Contingency.OFFLINE), small.round.demo_starts_at)
    book.give(order(SITE, "LS-1", None, "mobile-1"), small.round.demo_starts_at)

    again = OrderBook(places(small), ["mobile-1"], tmp_path / "orders.jsonl")

    assert again.orders == book.orders
    first = again.orders[0]
    assert (first.order_id, first.by, first.reason) == ("order-0001", "duty-officer", "p1 is down")
    assert first.ordered_at == small.round.demo_starts_at


def test_of_contingencies_and_servers_the_latest_order_stands(small: Campaign):
    sites, now = places(small), small.round.demo_starts_at
    book = OrderBook(sites, ["mobile-1"], servers=["p1", "p2"])
    assert standing(book.orders, sites[0]) is None
    city = book.give(order(DISTRICT, "", Contingency.CITY), now)
    second = book.give(order(TOWN, sites[0].town_code, None, server_id="p2"), now)
    book.give(order(SITE, sites[0].site_id, None, "mobile-1"), now)

    assert (standing(book.orders, sites[0]), standing(book.orders, sites[-1])) == (second, city)


def test_the_same_act_delivered_again_is_one_order_also_after_a_restart(small: Campaign, tmp_path: Path):
    path, now = tmp_path / "orders.jsonl", small.round.demo_starts_at
    new = order(DISTRICT, "", None, server_id="p2", act_id="a" * 32)
    first = OrderBook(places(small), path=path, servers=["p2"]).give(new, now)
    book = OrderBook(places(small), path=path, servers=["p2"])

    assert book.give(new, now + timedelta(minutes=1)) == first and book.given(new) == first
    assert len(book.orders) == 1
    with pytest.raises(OrderRefused) as refused:
        book.give(order(DISTRICT, "", Contingency.CITY, act_id="a" * 32), now)
    assert refused.value.rule == "act_id_reused" and len(book.orders) == 1


def test_orders_kept_before_there_were_acts_are_still_read(small: Campaign, tmp_path: Path):
    path = tmp_path / "orders.jsonl"
    path.write_text(
        '{"order_id":"order-0001","scope":"district","target":"","contingency":"city","vehicle_id":null,"by":"x",'
        '"reason":"","ordered_at":"2031-03-02T01:00:00Z"}\n'
    )
    (kept,) = OrderBook(places(small), path=path).orders
    assert (kept.contingency, kept.server_id, kept.act_id) == (Contingency.CITY, None, None)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (order(SITE, "LS-99", Contingency.CITY), "unknown_target"),
        (order(DISTRICT, "LS-1", Contingency.CITY), "unknown_target"),
        (order(SITE, "LS-1", None), "one_thing_at_a_time"),
        (order(SITE, "LS-1", Contingency.CITY, "mobile-1"), "one_thing_at_a_time"),
        (order(SITE, "LS-1", None, "mobile-9"), "unknown_vehicle"),
        (order(TOWN, "990001002", None, "mobile-1"), "vehicle_to_a_site"),
        (order(DISTRICT, "", None, server_id="p9"), "unknown_server"),
        (order(DISTRICT, "", Contingency.CITY, server_id="p2"), "one_thing_at_a_time"),
        (order(SITE, "LS-1", None, "mobile-1", server_id="p2"), "one_thing_at_a_time"),
        (order(DISTRICT, "", None, loan=loan("LS-1", "LS-99")), "unknown_target"),
        (order(DISTRICT, "", None, loan=loan("LS-1", "LS-1")), "unknown_target"),
        (NewOrder(scope=DISTRICT, contingency=Contingency.CITY, by=""), "nobody_ordered"),
    ],
)
def test_an_order_that_cannot_be_followed_is_refused_and_not_kept(small: Campaign, wrong: NewOrder, rule: str):
    book = OrderBook(places(small), ["mobile-1"], servers=["p1", "p2", "city"])

    with pytest.raises(OrderRefused) as refused:
        book.give(wrong, small.round.demo_starts_at)

    assert (refused.value.rule, book.orders) == (rule, [])
