"""What a virtual day came to, as values and as the lines of a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta, timezone

from pipelines.campaign.model import Campaign
from pipelines.intake.day.virtual_door import VirtualDoor
from pipelines.intake.ledger import audit
from pipelines.intake.moments import MINUTE, moment
from pipelines.machines import MachineName

LATE = 60 * MINUTE


@dataclass(frozen=True)
class Effort:
    """Campaign seconds lived, and the wall and CPU seconds that took."""

    span_s: float
    wall_s: float
    cpu_s: float

    @property
    def speed(self) -> float:
        """How many times faster than the campaign's clock."""
        return self.span_s / max(self.wall_s, 1e-9)


@dataclass(frozen=True)
class DayResult:
    """What a virtual day came to. ``event_log_hash`` is over everything that was recorded, in its order.

    ``unanswered`` requests met silence, ``refused`` a rule or a fallen server; ``not_served`` stood in line when the
    desks closed; ``late_uploads`` were recorded more than an hour after their tube was closed.
    """

    event_log_hash: str
    held: audit.Sums
    short_tubes: dict[str, int]
    tubes_by_state: dict[str, int]
    sessions: dict[str, int]
    interruptions: int
    late_uploads: int
    requests: int
    unanswered: int
    refused: int
    falls: int
    not_served: int
    effort: Effort


def day_result(connection: audit.Connection, door: VirtualDoor, effort: Effort, not_served: int) -> DayResult:
    """Return what the ledger and the door know of a day."""
    return DayResult(
        event_log_hash=audit.event_log_hash(connection),
        held=audit.sums(connection),
        short_tubes=audit.short_tubes(connection),
        tubes_by_state=audit.tubes_by_state(connection),
        sessions=audit.thing_steps(connection, MachineName.SESSION),
        interruptions=audit.thing_steps(connection, MachineName.INTERRUPTION).get("begin", 0),
        late_uploads=audit.uploaded_late(connection, LATE),
        requests=door.asked,
        unanswered=door.lost,
        refused=door.refused,
        falls=door.falls,
        not_served=not_served,
        effort=effort,
    )


def day_lines(campaign: Campaign, day: DayResult) -> Iterator[tuple[str, str]]:
    """Yield what a person wants to know of a day: a name and a figure."""
    local = timezone(timedelta(minutes=campaign.timezone_offset_minutes))
    last = day.held.last_result_at
    short = ", ".join(f"{count:,} {reason}" for reason, count in day.short_tubes.items()) or "none"
    states = ", ".join(f"{count:,} {state}" for state, count in day.tubes_by_state.items()) or "none"
    yield "person-samples", f"{day.held.persons:,}"
    yield "not served", f"{day.not_served:,}"
    yield "tubes", f"{day.held.tubes:,} ({states})"
    yield "short tubes", short
    yield "events", f"{day.held.events:,}"
    yield "requests", f"{day.requests:,}; {day.unanswered:,} without an answer, {day.refused:,} refused"
    yield "servers fell", f"{day.falls:,} times under their logins"
    yield "desks scanned another code", f"{day.sessions.get('fail_over', 0):,} times"
    yield "registrations interrupted", f"{day.interruptions:,}"
    yield "offline", f"{day.sessions.get('go_offline', 0):,} phones went, {day.held.offline_tubes:,} tubes uploaded"
    yield "uploaded after an hour", f"{day.late_uploads:,}"
    yield "found twice and kept", f"{day.held.duplicates:,} duplicates, {day.held.conflicts:,} conflicts"
    yield "last result", moment(last).astimezone(local).strftime("%d %H:%M") if last else "none"
    effort = day.effort
    yield "took", f"{effort.wall_s:.1f} s ({effort.cpu_s:.1f} s CPU), {effort.speed:,.0f} x real time"
    yield "event log", day.event_log_hash
