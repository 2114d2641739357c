"""What an ORDERED act orders: exactly one thing, read from its facts (Q73, Q91, Q94, Q95)."""

from typing import NamedTuple

from pipelines.acts.errors import ActRefused
from pipelines.api import Fact
from pipelines.vocabulary import Contingency, LentRole

LEND = ("lend_from", "lend_to", "role", "persons")
MOST_LENT = 999


class Ordered(NamedTuple):
    """What is ordered: one of a contingency, a vehicle, a server whose code is to be scanned, or staff to be lent."""

    contingency: Contingency | None = None
    vehicle_id: str | None = None
    server_id: str | None = None
    lend_from: str | None = None
    lend_to: str | None = None
    role: LentRole | None = None
    persons: int | None = None

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites that a loan of staff is about."""
        return tuple(site for site in (self.lend_from, self.lend_to) if site is not None)


def ordered(facts: dict[str, Fact]) -> Ordered:
    """Return what the facts of an ORDERED act order; raises ActRefused when that is not exactly one thing."""
    named = [name for name in ("contingency", "vehicle_id", "server_id") if facts.get(name) is not None]
    if any(facts.get(name) is not None for name in LEND):
        named.append("lend")
    if len(named) != 1:
        sentence = (
            "an order is exactly one of contingency, vehicle_id, server_id, or lend_from with lend_to, role and "
            f"persons; got {', '.join(named) or 'none of them'}"
        )
        raise ActRefused("one_thing_at_a_time", sentence, "facts")
    if named == ["lend"]:
        return _loan(facts)
    if named == ["contingency"]:
        return Ordered(contingency=_contingency(facts["contingency"]))
    if named == ["vehicle_id"]:
        return Ordered(vehicle_id=_text(facts, "vehicle_id"))
    return Ordered(server_id=_text(facts, "server_id"))


def _contingency(told: Fact) -> Contingency:
    known = [contingency.value for contingency in Contingency]
    if told not in known:
        sentence = f"a contingency is one of {', '.join(known)}; got {told!r:.60}"
        raise ActRefused("contingency", sentence, "facts.contingency")
    return Contingency(told)


def _loan(facts: dict[str, Fact]) -> Ordered:
    giver, taker = _text(facts, "lend_from"), _text(facts, "lend_to")
    if giver == taker:
        raise ActRefused("lend", f"site {giver} cannot lend to itself; name another site", "facts.lend_to")
    role, persons = facts.get("role"), facts.get("persons")
    roles = [known.value for known in LentRole]
    if role not in roles:
        raise ActRefused(
            "lend", f"those who are lent are of the role {' or '.join(roles)}; got {role!r:.60}", "facts.role"
        )
    if not isinstance(persons, int) or isinstance(persons, bool) or not 1 <= persons <= MOST_LENT:
        sentence = f"persons is a whole number from 1 to {MOST_LENT}; got {persons!r:.60}"
        raise ActRefused("lend", sentence, "facts.persons")
    return Ordered(lend_from=giver, lend_to=taker, role=LentRole(role), persons=persons)


def _text(facts: dict[str, Fact], name: str) -> str:
    told = facts.get(name)
    if not isinstance(told, str) or not told:
        raise ActRefused(name, f"{name} must be an id, a text that is not empty; got {told!r:.60}", f"facts.{name}")
    return told
