"""Orders to the sites: who ordered what, why and when, kept in a file and never changed (Q16, Q94, Q95)."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from pipelines.contract_sites import NewOrder, Order
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

    def __init__(self, places: Sequence[Place], vehicles: Sequence[str] = (), path: Path | None = None) -> None:
        """Take up the orders that were given before."""
        self._path = path
        self._targets = {
            ScopeLevel.DISTRICT: {""},
            ScopeLevel.TOWN: {place.town_code for place in places},
            ScopeLevel.SITE: {place.site_id for place in places},
        }
        self._vehicles = frozenset(vehicles)
        self.orders: list[Order] = _kept(path) if path and path.exists() else []

    def give(self, new: NewOrder, now: datetime) -> Order:
        """Keep an order, on disk before this returns; raises OrderRefused."""
        self._check(new)
        order = Order(
            order_id=f"order-{len(self.orders) + 1:04d}",
            scope=new.scope,
            target=new.target,
            contingency=new.contingency,
            vehicle_id=new.vehicle_id,
            by=new.by,
            reason=new.reason,
            ordered_at=now,
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
        if (new.contingency is None) == (new.vehicle_id is None):
            sentence = "an order gives either a contingency or a vehicle; leave one of the two out"
            raise OrderRefused("one_thing_at_a_time", sentence, "contingency")
        if new.vehicle_id is not None and new.vehicle_id not in self._vehicles:
            sentence = f"no vehicle {new.vehicle_id} on the roster; name one that GET /v1/vehicles tells"
            raise OrderRefused("unknown_vehicle", sentence, "vehicle_id")
        if new.vehicle_id is not None and new.scope is ScopeLevel.TOWN:
            sentence = "a vehicle goes to one site, or back to the depot (the district); name either"
            raise OrderRefused("vehicle_to_a_site", sentence, "scope")
        if not new.by:
            raise OrderRefused("nobody_ordered", "who orders is missing; name the post, not the person", "by")

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


def holding(orders: Sequence[Order], place: Place) -> tuple[Contingency, Order | None]:
    """Return what a site is to work on, and the order that says so: the latest that reaches it."""
    for order in reversed(orders):
        if order.contingency is not None and reaches(order, place):
            return order.contingency, order
    return Contingency.PROVINCE, None


def _kept(path: Path) -> list[Order]:
    whole, _, torn = path.read_bytes().rpartition(b"\n")
    if torn:
        os.truncate(path, len(whole) + bool(whole))
    return [msgspec.json.decode(text, type=Order) for text in whole.splitlines()]
