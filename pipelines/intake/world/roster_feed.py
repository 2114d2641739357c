"""The roster as the feed tells it: counted anew only when somebody has come or gone, or a shift has changed."""

from bisect import bisect_right
from datetime import datetime

from pipelines.contract import Roster, RosterRow
from pipelines.intake.moments import micros
from pipelines.intake.world.attendance import Presence, Register


class RosterFeed:
    """Made anew when faults change the staff."""

    def __init__(self, register: Register) -> None:
        """Count nothing yet."""
        self._register = register
        self._moments = sorted({moment for presence in register.values() for moment in _moments(presence)})
        self._counted: tuple[int, list[RosterRow]] | None = None

    def tell(self, now: datetime) -> Roster:
        """Return who is on shift."""
        at = micros(now)
        span = bisect_right(self._moments, at)
        counted = self._counted
        if counted is None or counted[0] != span:
            counted = self._counted = (
                span,
                [
                    RosterRow(
                        site_id=site_id, role=role, on_shift=presence.on_shift(at), planned=presence.planned_at(at)
                    )
                    for (site_id, role), presence in self._register.items()
                ],
            )
        return Roster(observed_at=now, rows=counted[1])


def _moments(presence: Presence) -> set[int]:
    shifts = {edge for starts, ends, _ in presence.planned for edge in (starts, ends)}
    return {*presence.signed_in, *presence.signed_out, *shifts}
