"""Orders to the sites: who ordered what, why and when, kept in a file and never changed (Q16, Q94, Q95)."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from pipelines.contract_orders import NewOrder, Order
from pipelines.intake.places import Place
from pipelines.vocabulary import Contingency, ScopeLevel


class OrderRefused(Exception):
    """An order that cannot be given; ``rule`` names why, the message is the sentence."""

    def __init__(self, rule: str, sentence: str, field: str) -> None:
        """Keep the parts of the answer."""
        super().__init__(sentence)
        self.rule, self.sentence, self.field = rule, sentence, field


class OrderBook:
    """All orders of the round, in the order they were given. Without a path they live in memory alone."""

    def __init__(
        self,
        places: Sequence[Place],
        vehicles: Sequence[str] = (),
        path: Path | None = None,
        servers: Sequence[str] = (),
    ) -> None:
        """Take up the orders that were given before."""
        self._path = path
        self._targets = {
            ScopeLevel.DISTRICT: {""},
            ScopeLevel.TOWN: {place.town_code for place in places},
            ScopeLevel.SITE: {place.site_id for place in places},
        }
        self._vehicles, self._servers = frozenset(vehicles), tuple(servers)
        self.orders: list[Order] = _kept(path) if path and path.exists() else []

    def given(self, new: NewOrder) -> Order | None:
        """Return the order that was kept when ``new`` came before; raises OrderRefused when that was another one."""
        known = next((order for order in self.orders if new.act_id and order.act_id == new.act_id), None)
        if known is not None and _said(known) != _said(new):
            sentence = f"another order, {known.order_id}, was given under act_id {new.act_id}; send this under its own"
            raise OrderRefused("act_id_reused", sentence, "act_id")
        return known

    def give(self, new: NewOrder, now: datetime) -> Order:
        """Keep an order, on disk before this returns; one given before is not kept again. Raises OrderRefused."""
        self._check(new)
        if (known := self.given(new)) is not None:
            return known
        order = Order(
            order_id=f"order-{len(self.orders) + 1:04d}",
            scope=new.scope,
            target=new.target,
            contingency=new.contingency,
            vehicle_id=new.vehicle_id,
            server_id=new.server_id,
            loan=new.loan,
            by=new.by,
            reason=new.reason,
            ordered_at=now,
            act_id=new.act_id,
        )
        self._write(order)
        self.orders.append(order)
        return order

    def _check(self, new: NewOrder) -> None:
        if new.target not in self._targets[new.scope]:
            sentence = (
                f"no {new.scope.value} {new.target!r} in this campaign; name one of its own, none for the district"
            )
            raise OrderRefused("unknown_target", sentence, "target")
        if sum(thing is not None for thing in (new.contingency, new.vehicle_id, new.server_id, new.loan)) != 1:
            sentence = "an order gives one of a contingency, a vehicle, a server or a loan of staff, no more"
            raise OrderRefused("one_thing_at_a_time", sentence, "contingency")
        self._check_vehicle(new)
        self._check_server_and_loan(new)
        if not new.by:
            raise OrderRefused("nobody_ordered", "who orders is missing; name the post, not the person", "by")

    def _check_vehicle(self, new: NewOrder) -> None:
        if new.vehicle_id is not None and new.vehicle_id not in self._vehicles:
            sentence = f"no vehicle {new.vehicle_id} on the roster; name one that GET /v1/vehicles tells"
            raise OrderRefused("unknown_vehicle", sentence, "vehicle_id")
        if new.vehicle_id is not None and new.scope is ScopeLevel.TOWN:
            sentence = "a vehicle goes to one site, or back to the depot (the district); name either"
            raise OrderRefused("vehicle_to_a_site", sentence, "scope")

    def _check_server_and_loan(self, new: NewOrder) -> None:
        if new.server_id is not None and new.server_id not in self._servers:
            sentence = f"no server {new.server_id} on the sheets of codes; name one of {', '.join(self._servers)}"
            raise OrderRefused("unknown_server", sentence, "server_id")
        if new.loan is None:
            return
        for field, site_id in (("loan.from_site", new.loan.from_site), ("loan.to_site", new.loan.to_site)):
            if site_id not in self._targets[ScopeLevel.SITE]:
                raise OrderRefused(
                    "unknown_target", f"no site {site_id!r} in this campaign; name one of its own", field
                )
        if new.loan.from_site == new.loan.to_site:
            raise OrderRefused("unknown_target", "a site cannot lend to itself; name another", "loan.to_site")

    def _write(self, order: Order) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(order) + b"\n")
            file.flush()
            os.fsync(file.fileno())


def reaches(order: Order, place: Place) -> bool:
    """Whether an order is meant for a site."""
    name = {ScopeLevel.DISTRICT: "", ScopeLevel.TOWN: place.town_code, ScopeLevel.SITE: place.site_id}
    return order.target == name[order.scope]


def standing(orders: Sequence[Order], place: Place) -> Order | None:
    """Return the latest order that tells a site's desks what to work on, a contingency or a server; None when none."""
    to_desks = (order for order in reversed(orders) if order.contingency is not None or order.server_id is not None)
    return next((order for order in to_desks if reaches(order, place)), None)


def holding(orders: Sequence[Order], place: Place) -> tuple[Contingency, Order | None]:
    """Return what a site is to work on, and the order that says so: the latest that reaches it."""
    for order in reversed(orders):
        if order.contingency is not None and reaches(order, place):
            return order.contingency, order
    return Contingency.PROVINCE, None


def _said(order: NewOrder | Order) -> tuple[object, ...]:
    things = (order.contingency, order.vehicle_id, order.server_id, order.loan)
    return (order.scope, order.target, *things, order.by, order.reason)


def _kept(path: Path) -> list[Order]:
    whole, _, torn = path.read_bytes().rpartition(b"\n")
    if torn:
        os.truncate(path, len(whole) + bool(whole))
    return [msgspec.json.decode(text, type=Order) for text in whole.splitlines()]
