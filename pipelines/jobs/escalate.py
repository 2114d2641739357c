"""The job that lets no ticket lie: when its level's time is over it goes to the next level, once, whoever restarts.

The act's id is made of the ticket and of the act that put it where it lies, so a repeat after a crash is the same act.
"""

from hashlib import sha256

from pipelines.acts import ActOvertaken
from pipelines.acts.register import Register
from pipelines.acts.ticketing import BY_ITSELF, Ticket
from pipelines.api import NewAct
from pipelines.clock import wall_now
from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import ActKind

EVERY_S = 1.0
STATION = "command"
AT_ONCE = 200


def escalate(desk: Desk) -> Harvest:
    """Escalate what is over its time; when somebody acts meanwhile, the rest waits for the next run."""
    if desk.acts is None:
        return Harvest()
    register: Register = desk.memory.setdefault("register", Register())
    register.catch_up(desk.acts)
    now, clocks, done = desk.clock.now(), desk.campaign.tickets, 0
    late = [ticket for ticket in register.tickets.values() if is_left(ticket) and ticket.due_at(clocks) <= now]
    for ticket in late[:AT_ONCE]:
        try:
            register.take(desk.acts.append(act_of(ticket), STATION, "", now, wall_now(), newest=register.sequence))
        except ActOvertaken:
            break
        done += 1
    return Harvest(rows_pulled=done)


def is_left(ticket: Ticket) -> bool:
    """Whether a ticket goes up by itself when its time is over."""
    return ticket.is_open and ticket.level in BY_ITSELF


def act_of(ticket: Ticket) -> NewAct:
    """Return the act that takes a ticket to the next level, the same whenever it is made."""
    above = ticket.level.above
    return NewAct(
        act_id=sha256(f"escalated/{ticket.ticket_id}/{ticket.moved}".encode()).hexdigest()[:32],
        kind=ActKind.TICKET_ESCALATED,
        scope=ticket.scope,
        target=ticket.ticket_id,
        facts={"level": above.value if above else "", "is_timed_out": True},
        reason=f"the time of the {ticket.level.value} is over",
    )
