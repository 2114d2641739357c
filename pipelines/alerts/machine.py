"""The one state machine of every alert: a pure function of what was, what is seen, when, and the rule's patience."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pipelines.vocabulary import AlertState


class Reading(StrEnum):
    """What one look at one subject says; BETWEEN: past the bound that clears, short of the one that alarms."""

    GOOD = "good"
    BETWEEN = "between"
    BAD = "bad"
    NO_DATA = "no_data"
    ERROR = "error"


@dataclass(frozen=True)
class Patience:
    """How long (campaign time) a subject must be bad before it alarms, and good before the alarm is over."""

    fire_after: timedelta = timedelta()
    clear_after: timedelta = timedelta()


@dataclass(frozen=True)
class Standing:
    """Where one alert stands and since when; ``fired_at``: when the alarm began that is not over yet, else None."""

    state: AlertState
    since: datetime
    fired_at: datetime | None = None

    def become(self, state: AlertState, at: datetime) -> "Standing":
        """Return this standing in ``state``, since ``at`` if that is news."""
        return self if state is self.state else replace(self, state=state, since=at)


def step(was: Standing, reading: Reading, as_of: datetime, patience: Patience) -> Standing:
    """Return where an alert stands at ``as_of``; an alarm outlives the time in which nothing can be said about it."""
    is_alarm = was.fired_at is not None
    if reading in (Reading.NO_DATA, Reading.ERROR):
        return was.become(AlertState(reading), as_of)
    if is_alarm and reading is not Reading.GOOD:
        return was.become(AlertState.FIRING, as_of)
    if is_alarm:
        recovering = was.become(AlertState.RECOVERING, as_of)
        is_over = as_of - recovering.since >= patience.clear_after
        return Standing(AlertState.OK, as_of) if is_over else recovering
    if reading is Reading.BAD:
        pending = was.become(AlertState.PENDING, as_of)
        is_due = as_of - pending.since >= patience.fire_after
        return Standing(AlertState.FIRING, as_of, fired_at=as_of) if is_due else pending
    return was.become(AlertState.OK, as_of)
