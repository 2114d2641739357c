"""What the acts so far add up to where an act depends on those before it: tickets, closed days, what is decided."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.acts.errors import ActOvertaken, ActRefused, ActsUnavailable
from pipelines.acts.ledger import ActLedger
from pipelines.acts.ticketing import TICKETS, Ticket, after
from pipelines.api import Act, NewAct, Scope, Viewer
from pipelines.vocabulary import ActKind

TRIES = 8
DAYS = frozenset({ActKind.DAY_CLOSED, ActKind.DAY_REOPENED})
DECISIONS = frozenset({ActKind.RECOMMENDATION_ACCEPTED, ActKind.RECOMMENDATION_REJECTED})
STATEFUL = TICKETS | DAYS | DECISIONS


@dataclass
class Register:
    """Tickets by id, and the acts that closed each scope's day or decided a recommendation; up to ``sequence``."""

    tickets: dict[str, Ticket] = field(default_factory=dict[str, Ticket])
    closed: dict[Scope, Act] = field(default_factory=dict[Scope, Act])
    decided: dict[str, Act] = field(default_factory=dict[str, Act])
    sequence: int = 0

    def catch_up(self, ledger: ActLedger) -> None:
        """Take up the acts since; raises ActsUnavailable."""
        while found := ledger.feed(self.sequence):
            for entry in found:
                self.take(entry.act)

    def take(self, act: Act) -> None:
        """Take up one act that is on record."""
        self.sequence = act.sequence
        if act.kind in TICKETS:
            ticket_id = act.act_id if act.kind is ActKind.TICKET_OPENED else act.target
            ticket = after(self.tickets.get(ticket_id), act)
            if ticket is not None:
                self.tickets[ticket_id] = ticket
        elif act.kind is ActKind.DAY_CLOSED:
            self.closed[act.scope] = act
        elif act.kind is ActKind.DAY_REOPENED:
            self.closed.pop(act.scope, None)
        elif act.kind in DECISIONS:
            self.decided.setdefault(act.target, act)


Check = Callable[[Register, NewAct], None]


class Registrar:
    """Appends acts that depend on those before them: each is checked against all of them; safe between threads."""

    def __init__(self, ledger: ActLedger) -> None:
        """Append to ``ledger``."""
        self._ledger, self._register = ledger, Register()
        self._turn = threading.Lock()

    def append(
        self, new: NewAct, actor: Viewer | str, address: str, happened_at: datetime, recorded_at: datetime, check: Check
    ) -> Act:
        """Record an act if ``check`` raises nothing and no other act came in between; a repeat is answered as it was.

        Raises what the check raises, ActRefused, ActConflict or ActsUnavailable; then nothing was recorded.
        """
        for _ in range(TRIES):
            with self._turn:
                self._register.catch_up(self._ledger)
                sequence = self._register.sequence
                if not self._ledger.holds(new.act_id):
                    check(self._register, new)
            try:
                return self._ledger.append(new, actor, address, happened_at, recorded_at, newest=sequence)
            except ActOvertaken:
                continue
        raise ActsUnavailable("others act faster than this act could be checked; nothing was recorded, repeat it")


def check_day(register: Register, new: NewAct) -> None:
    """Raise ActRefused when a day that is closed is to be closed, or one that is not is to be reopened."""
    before = register.closed.get(new.scope)
    if new.kind is ActKind.DAY_CLOSED and before is not None:
        sentence = f"the day is closed already, by {before.by} at {before.happened_at:%H:%M} UTC; it is closed once"
        raise ActRefused("day_closed", sentence, "kind")
    if new.kind is ActKind.DAY_REOPENED and before is None:
        raise ActRefused("day_open", "the day is not closed here, so it cannot be reopened", "kind")


def check_decision(register: Register, new: NewAct) -> None:
    """Raise ActRefused when somebody has decided on the recommendation already, so that its orders are given once."""
    before = register.decided.get(new.target)
    if before is not None:
        how = "accepted" if before.kind is ActKind.RECOMMENDATION_ACCEPTED else "rejected"
        sentence = (
            f"this recommendation was {how} already, by {before.by} at {before.happened_at:%H:%M} UTC; "
            "nothing was recorded and no order given"
        )
        raise ActRefused("decided", sentence, "target")
