"""Orders reach the sites: each once, in the order in which they were given, again until taken or refused."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from pipelines.acts import ActLedger, ActsUnavailable
from pipelines.api import Act, NewAct, Scope
from pipelines.campaign import Campaign
from pipelines.clock import stopwatch, wall_now
from pipelines.config import OrderSpec
from pipelines.contract_orders import NewOrder, Order, Orders
from pipelines.http import Http
from pipelines.intake.places import places
from pipelines.intake.world.order_routes import add_order_routes
from pipelines.intake.world.orders import OrderBook
from pipelines.jobs.deliver_orders import PAUSES_S, deliver_orders, new_order
from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import ActKind, Contingency, Outcome, ScopeLevel
from tests.acts.kit import COMMANDER, HAPPENED, note
from tests.api.serving import served
from tests.store.kit import HandClock, moment


@dataclass
class Sites:
    """The sites' end: a real order book behind its real routes, which can be taken away and brought back."""

    campaign: Campaign
    path: Path
    stack: ExitStack = field(default_factory=ExitStack)
    address: str = ""

    @property
    def book(self) -> OrderBook:
        return OrderBook(places(self.campaign), ["mobile-1"], self.path, ["p1", "p2", "city"])

    def open(self) -> str:
        app, book, at = FastAPI(), self.book, self.campaign.round.demo_starts_at
        add_order_routes(app, lambda new: book.give(new, at), lambda: Orders(observed_at=at, orders=book.orders))
        self.address = self.stack.enter_context(served(app))
        return self.address

    def close(self) -> None:
        self.stack.pop_all().close()


@dataclass
class Dispatch:
    """A ledger, the sites and the job between them; ``restart`` forgets what the job remembered."""

    sites: Sites
    ledger: ActLedger
    desk: Desk

    def order(self, scope: Scope = Scope(), age: timedelta = timedelta(), **facts: object) -> Act:  # noqa: B008
        new = note("p1 is hot", kind=ActKind.ORDERED, scope=scope, facts=facts)
        return self.ledger.append(new, COMMANDER, "10.1.2.3", HAPPENED, wall_now() - age)

    def run(self) -> Harvest:
        if "orders" in self.desk.memory:
            self.desk.memory["orders"].again_s = 0.0  # as if the pause were over
        return deliver_orders(self.desk)

    def restart(self) -> None:
        self.desk.memory.clear()

    def told(self) -> list[tuple[str, str, str]]:
        return [
            (act.kind.value, act.target, act.reason)
            for act in (entry.act for entry in self.ledger.feed())
            if act.by == "command"
        ]

    def kept(self) -> list[Order]:
        return self.sites.book.orders


@pytest.fixture
def dispatch(tmp_path, small):
    sites, ledger = Sites(small, tmp_path / "orders.jsonl"), ActLedger(tmp_path / "acts.sqlite")
    address = sites.open()
    made = Dispatch(sites, ledger, _desk(ledger, address, small))
    yield made
    sites.close()
    ledger.close()


def _desk(ledger, address, small) -> Desk:
    nothing: object = None
    spec = OrderSpec(url=f"http://{address}/v1/orders", deadline_s=2.0)
    common = {"acts": ledger, "orders": spec, "http": Http([address])}
    return Desk(nothing, small, HandClock(moment("01:41")), (), nothing, nothing, nothing, **common)  # pyright: ignore


def test_every_kind_of_order_arrives_as_the_sites_take_it(dispatch):
    acts = [
        dispatch.order(contingency="offline", recommendation_id="r1"),
        dispatch.order(Scope.town("990001002"), server_id="p2"),
        dispatch.order(Scope.site("LS-1"), vehicle_id="mobile-1"),
        dispatch.order(lend_from="LS-1", lend_to="LS-2", role="registrar", persons=2),
    ]
    assert dispatch.run().rows_pulled == 4
    kept = dispatch.kept()
    assert [order.act_id for order in kept] == [act.act_id for act in acts]
    assert [(order.contingency, order.server_id, order.vehicle_id) for order in kept[:3]] == [
        (Contingency.OFFLINE, None, None),
        (None, "p2", None),
        (None, None, "mobile-1"),
    ]
    assert (kept[1].scope, kept[1].target, kept[1].by, kept[1].reason) == (
        *(ScopeLevel.TOWN, "990001002"),
        *("liang.wei", "p1 is hot"),
    )
    assert kept[3].loan is not None and (kept[3].loan.to_site, kept[3].loan.persons) == ("LS-2", 2)
    assert dispatch.told() == [("order_delivered", act.act_id, "") for act in acts]
    assert dispatch.run() == Harvest() and len(dispatch.kept()) == 4


def test_an_order_that_the_sites_refuse_is_on_record_with_their_sentence_and_not_sent_again(dispatch):
    wrong, right = dispatch.order(Scope.site("LS-1"), vehicle_id="mobile-9"), dispatch.order(contingency="city")
    dispatch.run()
    (kind, target, reason), second = dispatch.told()
    assert (kind, target) == ("order_failed", wrong.act_id) and "no vehicle mobile-9 on the roster" in reason
    assert second == ("order_delivered", right.act_id, "")
    dispatch.restart()
    assert dispatch.run() == Harvest() and len(dispatch.kept()) == 1


def test_orders_wait_in_their_order_while_the_sites_do_not_answer(dispatch):
    dispatch.sites.close()
    first, second = dispatch.order(contingency="city"), dispatch.order(contingency="province")
    for _ in range(3):
        run = dispatch.run()
        assert run.outcome is Outcome.PARTIAL and run.reason.startswith(
            "2 orders wait to be delivered: nothing listens"
        )
    assert [(kind, target) for kind, target, _ in dispatch.told()] == [("order_failed", first.act_id)]
    dispatch.desk = _desk(dispatch.ledger, dispatch.sites.open(), dispatch.sites.campaign)
    dispatch.run()
    assert [order.act_id for order in dispatch.kept()] == [first.act_id, second.act_id]
    assert [kind for kind, _, _ in dispatch.told()] == ["order_failed", "order_delivered", "order_delivered"]


def test_after_a_failure_it_pauses_longer_and_longer(dispatch):
    dispatch.sites.close()
    dispatch.order(contingency="city")
    deliver_orders(dispatch.desk)
    assert deliver_orders(dispatch.desk) == Harvest()  # too early to try again
    pauses = []
    for _ in range(7):
        dispatch.run()
        pauses.append(dispatch.desk.memory["orders"].again_s - stopwatch())
    assert pauses[0] < pauses[1] < pauses[2] < pauses[3] < pauses[4] and max(pauses) <= PAUSES_S[-1]
    assert dispatch.desk.memory["orders"].attempts == 8


def test_a_crash_between_sending_and_recording_makes_no_second_order(dispatch, monkeypatch):
    act = dispatch.order(contingency="offline")

    def fails(*_):
        raise ActsUnavailable("the disk is full")

    with monkeypatch.context() as crashing:
        crashing.setattr(dispatch.ledger, "append", fails)
        with pytest.raises(ActsUnavailable):
            dispatch.run()
    assert len(dispatch.kept()) == 1 and dispatch.told() == []
    dispatch.restart()
    dispatch.run()
    assert len(dispatch.kept()) == 1 and dispatch.told() == [("order_delivered", act.act_id, "")]


def test_what_was_recorded_is_not_recorded_again_by_a_run_that_began_before(dispatch):
    act = dispatch.order(contingency="offline")
    dispatch.run()
    dispatch.desk.memory["orders"].waiting[act.act_id] = act
    dispatch.run()
    assert len(dispatch.kept()) == 1 and dispatch.told() == [("order_delivered", act.act_id, "")]


def test_an_order_that_waited_too_long_is_given_up_never_sent_late(dispatch):
    late = dispatch.order(age=timedelta(minutes=11), contingency="stopped")
    dispatch.run()
    ((kind, target, reason),) = dispatch.told()
    assert (kind, target) == ("order_failed", late.act_id) and "order again if it still holds" in reason
    assert dispatch.kept() == []


def test_without_an_address_the_run_says_how_many_orders_wait(dispatch, small):
    nothing: object = None
    desk = Desk(nothing, small, HandClock(moment("01:41")), (), nothing, nothing, nothing, acts=dispatch.ledger)  # pyright: ignore
    assert deliver_orders(desk) == Harvest()
    dispatch.order(contingency="offline")
    run = deliver_orders(desk)
    assert (
        run.outcome is Outcome.PARTIAL
        and "1 order waits to be delivered: the sources file has no [orders]" in run.reason
    )


def test_a_reason_and_an_actor_fit_what_the_sites_take(dispatch):
    new = NewAct(act_id="a" * 32, kind=ActKind.ORDERED, facts={"contingency": "city"}, reason="x" * 1_500)
    act = dispatch.ledger.append(new, "someone@example.org", "", HAPPENED, HAPPENED)
    told = new_order(act)
    assert isinstance(told, NewOrder) and told.by == "someone_example.org" and len(told.reason) == 200
