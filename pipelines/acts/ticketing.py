"""What acts about tickets say, and what each makes of its ticket: levels, clocks, who may do what when (Q77-Q80)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.acts.errors import ActRefused
from pipelines.api import Act, NewAct, Scope
from pipelines.campaign.model_keeping import TicketClocks
from pipelines.vocabulary import ActKind, ScopeLevel, Severity, TicketCategory, TicketLevel

TICKETS = frozenset(kind for kind in ActKind if kind.value.startswith("ticket_"))
OF_A_TICKET = TICKETS - {ActKind.TICKET_OPENED}
WITHOUT_WORDS = frozenset({ActKind.TICKET_TAKEN})
BY_ITSELF = frozenset({TicketLevel.SITE, TicketLevel.TOWN})
"""The levels from which a ticket goes up when its time is over; from the district to a vendor a person hands it."""
LOWEST = {
    ScopeLevel.SITE: TicketLevel.SITE,
    ScopeLevel.TOWN: TicketLevel.TOWN,
    ScopeLevel.DISTRICT: TicketLevel.DISTRICT,
}
_LEVELS = list(TicketLevel)


@dataclass(frozen=True)
class Ticket:
    """Where one ticket stands; ``moved`` is the sequence of the act that put it on its level's desk."""

    ticket_id: str
    number: int
    scope: Scope
    severity: Severity
    level: TicketLevel
    moved: int
    since: datetime
    is_open: bool = True

    def due_at(self, clocks: TicketClocks) -> datetime:
        """Return when the time of its level is over."""
        share = clocks.critical_share if self.severity is Severity.CRITICAL else 1.0
        return self.since + timedelta(minutes=clocks.minutes(self.level) * share)


def check_ticket_words(new: NewAct) -> None:
    """Raise ActRefused when an act about a ticket does not say what its kind must; acts of other kinds pass."""
    if new.kind not in TICKETS:
        return
    if new.kind not in WITHOUT_WORDS and not new.reason.strip():
        raise ActRefused("reason", f"{new.kind.value} needs words: say in a sentence what is the matter", "reason")
    if new.kind is ActKind.TICKET_OPENED:
        _word(new, "category", [word.value for word in TicketCategory])
        _word(new, "severity", [word.value for word in Severity])
        _word(new, "level", [word.value for word in _LEVELS[_LEVELS.index(LOWEST[new.scope.level]) : -1]])
    elif not new.target:
        raise ActRefused("target", f"{new.kind.value} needs the ticket's id in target", "target")
    if new.kind is ActKind.TICKET_HANDED and not isinstance(new.facts.get("vendor"), str):
        raise ActRefused("vendor", "vendor is the contact that the ticket is handed to", "facts.vendor")


def check_ticket(ticket: Ticket | None, new: NewAct) -> None:
    """Raise ActRefused when ``new`` cannot be done about its ticket as it stands."""
    if new.kind is ActKind.TICKET_OPENED:
        return
    if ticket is None or ticket.scope != new.scope:
        sentence = f"there is no ticket {new.target:.40} about the place that the act names"
        raise ActRefused("ticket", sentence, "target")
    is_open = new.kind is not ActKind.TICKET_REOPENED
    if new.kind is not ActKind.TICKET_NOTED and ticket.is_open is not is_open:
        stands = "open" if ticket.is_open else "solved"
        raise ActRefused("ticket_state", f"ticket {ticket.number} is {stands}; look at it again", "target")
    if new.kind is ActKind.TICKET_ESCALATED:
        _check_escalation(ticket, new)
    if new.kind is ActKind.TICKET_HANDED and ticket.level in BY_ITSELF:
        sentence = f"ticket {ticket.number} lies with the {ticket.level.value}; escalate it to the district first"
        raise ActRefused("ticket_level", sentence, "target")


def after(ticket: Ticket | None, act: Act) -> Ticket | None:
    """Return the ticket after an act that is on record; None when there is none."""
    if act.kind is ActKind.TICKET_OPENED:
        level, severity = TicketLevel(str(act.facts["level"])), Severity(str(act.facts["severity"]))
        return Ticket(act.act_id, act.sequence, act.scope, severity, level, act.sequence, act.happened_at)
    if ticket is None:
        return None
    if act.kind is ActKind.TICKET_ESCALATED:
        level = TicketLevel(str(act.facts["level"]))
        return replace(ticket, level=level, moved=act.sequence, since=act.happened_at)
    if act.kind is ActKind.TICKET_HANDED:
        return replace(ticket, level=TicketLevel.VENDOR, moved=act.sequence, since=act.happened_at)
    if act.kind is ActKind.TICKET_REOPENED:
        return replace(ticket, is_open=True, moved=act.sequence, since=act.happened_at)
    return replace(ticket, is_open=False) if act.kind is ActKind.TICKET_SOLVED else ticket


def _check_escalation(ticket: Ticket, new: NewAct) -> None:
    above = ticket.level.above
    if ticket.level not in BY_ITSELF or above is None:
        sentence = f"ticket {ticket.number} lies with the {ticket.level.value}; hand it to a vendor instead"
        raise ActRefused("ticket_level", sentence, "target")
    if new.facts.get("level") != above.value:
        sentence = f"ticket {ticket.number} lies with the {ticket.level.value}; the next level is {above.value}"
        raise ActRefused("ticket_level", sentence, "facts.level")


def _word(new: NewAct, name: str, known: list[str]) -> None:
    told = new.facts.get(name)
    if told not in known:
        sentence = f"a ticket's {name} is one of {', '.join(known)}; got {told!r:.60}"
        raise ActRefused(name, sentence, f"facts.{name}")
