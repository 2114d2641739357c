"""Orders: who ordered what, why and when; the latest that reaches a site holds (Q16, Q94, Q95)."""

from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.contract_sites import NewOrder
from pipelines.intake.places import places
from pipelines.intake.world.orders import OrderBook, OrderRefused, holding
from pipelines.vocabulary import Contingency, ScopeLevel

DISTRICT, TOWN, SITE = ScopeLevel.DISTRICT, ScopeLevel.TOWN, ScopeLevel.SITE


def order(scope: ScopeLevel, target: str, contingency: Contingency | None, vehicle: str | None = None) -> NewOrder:
    return NewOrder(
        scope=scope, target=target, contingency=contingency, vehicle_id=vehicle, by="duty-officer", reason="p1 is down"
    )


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


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (order(SITE, "LS-99", Contingency.CITY), "unknown_target"),
        (order(DISTRICT, "LS-1", Contingency.CITY), "unknown_target"),
        (order(SITE, "LS-1", None), "one_thing_at_a_time"),
        (order(SITE, "LS-1", Contingency.CITY, "mobile-1"), "one_thing_at_a_time"),
        (order(SITE, "LS-1", None, "mobile-9"), "unknown_vehicle"),
        (order(TOWN, "990001002", None, "mobile-1"), "vehicle_to_a_site"),
        (NewOrder(scope=DISTRICT, contingency=Contingency.CITY, by=""), "nobody_ordered"),
    ],
)
def test_an_order_that_cannot_be_followed_is_refused_and_not_kept(small: Campaign, wrong: NewOrder, rule: str):
    book = OrderBook(places(small), ["mobile-1"])

    with pytest.raises(OrderRefused) as refused:
        book.give(wrong, small.round.demo_starts_at)

    assert (refused.value.rule, book.orders) == (rule, [])
