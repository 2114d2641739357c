"""What a site's gate and special channel have counted by a moment: the sources of the counters, sorted once."""

import numpy as np

from pipelines.contract import LONGEST_WAIT_MINUTES
from pipelines.contract_sites import GateCount
from pipelines.intake.moments import MINUTE, SECOND
from pipelines.intake.world.crowd import DIVERSIONS, Flags, Micros
from pipelines.intake.world.gate import CAPTURE_S, LANES_PER_COLLECTOR, Crowd, Stream
from pipelines.intake.world.groups import SEATS
from pipelines.intake.world.lanes import SiteLanes
from pipelines.vocabulary import Diversion

PACE_WINDOW = 120 * MINUTE  # a quiet channel fills a ten in half an hour and more


class GateTally:
    """Grain: one site. Sorted moments at which each counter grows; asked by bisection."""

    def __init__(self, crowd: Crowd) -> None:
        """Sort a crowd's moments by cause."""
        screened, line = crowd.screened_at, crowd.stream
        is_special = line == Stream.SPECIAL
        self.site_id, self.lanes = crowd.place.site_id, crowd.place.lanes
        self.begins_at = int(crowd.arrives_at[0]) if len(screened) else 0
        self._at: dict[str, Micros] = {
            "persons_screened": np.sort(screened),
            "codes_prepared": _sorted(screened, crowd.is_prepared),
            "screenshots": _sorted(screened, crowd.is_screenshot),
            "codes_generated": _sorted(crowd.generated_at, crowd.is_generated),
            "codes_unreadable": _sorted(crowd.generated_at, crowd.is_unreadable),
            "codes_refreshed": _sorted(crowd.refreshed_at, crowd.is_unreadable),
            "fevers": _sorted(screened, crowd.diversion == DIVERSIONS.index(Diversion.FEVER)),
            "risk_travellers": _sorted(screened, crowd.diversion == DIVERSIONS.index(Diversion.RISK_TRAVEL)),
            "vaccinated": _sorted(screened, crowd.diversion == DIVERSIONS.index(Diversion.VACCINATED)),
            "turned_away": _sorted(screened, line == Stream.TURNED_AWAY),
            "tested_separately": _sorted(crowd.ready_at, line == Stream.SEPARATE),
            "special_persons": _sorted(screened, is_special),
            "special_captured": _sorted(crowd.ready_at, is_special),
        }

    def counts(self, now: int) -> dict[str, int]:
        """Return every counter at ``now``."""
        return {name: int(at.searchsorted(now, "right")) for name, at in self._at.items()}

    def came_since(self, then: int, now: int) -> int:
        """Return how many joined the special channel after ``then`` and up to ``now``."""
        first, last = self._at["special_persons"].searchsorted((then, now), "right")
        return int(last - first)


def _sorted(moments: Micros, chosen: Flags) -> Micros:
    return np.sort(moments[chosen])


def gate_count(tally: GateTally, lanes: SiteLanes, now: int) -> GateCount:
    """Return one site's row; a group of the special channel counts when it is led to its desk."""
    counts = tally.counts(now)
    begun = lanes.persons_begun(Stream.SPECIAL)
    busy, free = lanes.guides(now)
    wait = special_wait(tally, lanes, counts["special_persons"], counts["special_captured"], now)
    return GateCount(
        site_id=tally.site_id,
        **counts,
        special_groups=lanes.groups_begun(Stream.SPECIAL),
        special_queue_persons=max(counts["special_persons"] - begun, 0),
        special_wait_minutes=min(round(wait / MINUTE, 1), LONGEST_WAIT_MINUTES),
        guides_busy=busy,
        guides_free=free,
    )


def special_wait(tally: GateTally, lanes: SiteLanes, came: int, captured: int, now: int) -> float:
    """Return how long (us) who joins the special channel now waits for a desk, ``came`` before and ``captured`` so far.

    The capture station first; then those who are still missing in the joiner's ten, at the pace of the last two hours;
    then the complete tens ahead and half a group's time, since the channel goes before the normal line.
    """
    collectors = -(-tally.lanes // LANES_PER_COLLECTOR)
    capture = CAPTURE_S * SECOND / collectors
    missing = -(came + 1) % SEATS[Stream.SPECIAL]
    recent = tally.came_since(now - PACE_WINDOW, now)
    since = min(PACE_WINDOW, max(now - tally.begins_at, MINUTE))
    filling = missing * (since / recent if recent else capture)
    complete = max(captured - lanes.persons_begun(Stream.SPECIAL), 0) // SEATS[Stream.SPECIAL]
    desk = (complete + 0.5) * lanes.group_span / max(lanes.lanes_open, 1)
    return (max(came - captured, 0) + 1) * capture + filling + desk
