"""What logins do to a server: unnoticed, then slower, then it falls and stays down until the rush is over (Q72)."""

from datetime import datetime, timedelta

UNNOTICED_SHARE = 0.75
SLOWEST_S = 2.0
ATTEMPTS_COUNT_FOR = timedelta(minutes=1)
CALM_NEEDED = timedelta(minutes=2)
SESSION_ENDS_AFTER = timedelta(hours=1)


class Logins:
    """The sessions of one server in campaign time. ``background`` is the load of devices that nobody here knows.

    Above its capacity it falls and drops every session. It rises when the demand, which is the distinct devices that
    tried within a minute and the background, has been unnoticeable for two minutes: a hysteresis, not a timer.
    """

    def __init__(self, capacity: int) -> None:
        """Nobody is logged in."""
        self._capacity = capacity
        self._seen: dict[str, datetime] = {}
        self._tried: dict[str, datetime] = {}
        self._busy_until: datetime | None = None

    def __len__(self) -> int:
        """Return how many devices are logged in."""
        return len(self._seen)

    def enter(self, device_id: str, now: datetime) -> None:
        """Log a device in, or note that it still works."""
        self._seen.pop(device_id, None)
        self._seen[device_id] = now  # the dictionary stays in the order of the moments

    def leave(self, device_id: str) -> None:
        """Log a device out; harmless when it is not logged in."""
        self._seen.pop(device_id, None)

    def turned_away(self, device_id: str, now: datetime) -> None:
        """Note that a device tried in vain."""
        self._tried.pop(device_id, None)
        self._tried[device_id] = now

    def has_fallen(self, now: datetime, background: float) -> bool:
        """Return whether the server is down at ``now``, after falling or rising if it must."""
        if self._busy_until is None:
            return self._falls(now, background)
        self._follow_demand(self._busy_until, now, UNNOTICED_SHARE * self._capacity - background)
        if now - self._busy_until >= CALM_NEEDED:
            self._busy_until = None
            self._tried.clear()
        return self._busy_until is not None

    def delay_s(self, background: float) -> float:
        """Return how many campaign seconds the load adds to an answer."""
        beyond = (len(self._seen) + background) / self._capacity - UNNOTICED_SHARE
        return SLOWEST_S * max(0.0, min(1.0, beyond / (1.0 - UNNOTICED_SHARE))) ** 2

    def _falls(self, now: datetime, background: float) -> bool:
        self._end_idle_sessions(now)
        if len(self._seen) + background <= self._capacity:
            return False
        self._seen.clear()
        self._busy_until = now
        return True

    def _end_idle_sessions(self, now: datetime) -> None:
        while self._seen:
            device_id, seen_at = next(iter(self._seen.items()))
            if now - seen_at < SESSION_ENDS_AFTER:
                return
            del self._seen[device_id]

    def _follow_demand(self, busy_until: datetime, now: datetime, unnoticed: float) -> None:
        while self._tried:
            device_id, tried_at = next(iter(self._tried.items()))
            forgotten_at = tried_at + ATTEMPTS_COUNT_FOR
            if forgotten_at > now:
                break
            if len(self._tried) > unnoticed:
                busy_until = max(busy_until, forgotten_at)
            del self._tried[device_id]
        self._busy_until = max(busy_until, now) if len(self._tried) > unnoticed else busy_until
