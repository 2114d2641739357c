"""The order contract: what the sites are told to do, by whom and why, as they take it and keep it."""

from typing import Annotated

from msgspec import Meta, Struct

from pipelines.contract import Identifier, Moment
from pipelines.vocabulary import Contingency, LentRole, ScopeLevel

Station = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{0,60}\Z")]  # a post or a page, never a name
Reason = Annotated[str, Meta(max_length=200)]


class Loan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Staff whom one site lends another until the day ends or they are lent back."""

    from_site: Identifier
    to_site: Identifier
    role: LentRole
    persons: Annotated[int, Meta(ge=1, le=999)]


class NewOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order to the sites, exactly one thing: a contingency for a scope (Q16, Q94, Q95), the server whose code its
    desks are to scan (Q73), a vehicle to a site (Q91), or staff lent from one site to another.

    ``target`` is the town's or the site's id, "" for the district; ``by`` a station. ``act_id`` is the sender's own:
    the same order sent again is one order, answered as it was. ``POST /v1/orders``.
    """

    scope: ScopeLevel
    target: Station = ""
    contingency: Contingency | None = None
    vehicle_id: Identifier | None = None
    server_id: Identifier | None = None
    loan: Loan | None = None
    by: Station
    reason: Reason = ""
    act_id: Identifier | None = None


class Order(Struct, frozen=True, kw_only=True):
    """Grain: one order as it was kept; the latest that reaches a site holds."""

    order_id: Identifier
    scope: ScopeLevel
    target: Station
    contingency: Contingency | None
    vehicle_id: Identifier | None
    server_id: Identifier | None = None
    loan: Loan | None = None
    by: Station
    reason: Reason
    ordered_at: Moment
    act_id: Identifier | None = None

    @property
    def lend_from(self) -> str | None:
        """The site that is to lend, None when the order is no loan."""
        return self.loan.from_site if self.loan else None

    @property
    def lend_to(self) -> str | None:
        """The site that is lent to, None when the order is no loan."""
        return self.loan.to_site if self.loan else None


class Orders(Struct, frozen=True, kw_only=True):
    """Grain: all orders of the round, in the order they were given. ``GET /v1/orders``."""

    observed_at: Moment
    orders: Annotated[list[Order], Meta(max_length=10_000)]
