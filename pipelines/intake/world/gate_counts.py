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

PACE_WINDOW = 60 * MINUTE  # a quiet channel fills a ten in a quarter of an hour


class GateTally:
    """Grain: one site. Sorted moments at which each counter grows; asked by bisection."""

    def __init__(self, crowd: Crowd) -> None:
        """Sort a crowd's moments by cause."""
        screened, line = crowd.screened_at, crowd.stream
        is_special = line == Stream.SPECIAL
        self.site_id, self.lanes = crowd.place.site_id, crowd.place.lanes
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

    def captured_since(self, then: int, now: int) -> int:
        """Return how many were captured after ``then`` and up to ``now``."""
        first, last = self._at["special_captured"].searchsorted((then, now), "right")
        return int(last - first)


def _sorted(moments: Micros, chosen: Flags) -> Micros:
    return np.sort(moments[chosen])


def gate_count(tally: GateTally, lanes: SiteLanes, now: int) -> GateCount:
    """Return one site's row; a group of the special channel counts when it is led to its desk."""
    counts = tally.counts(now)
    queue = max(counts["special_persons"] - lanes.persons_begun(Stream.SPECIAL), 0)
    busy, free = lanes.guides(now)
    return GateCount(
        site_id=tally.site_id,
        **counts,
        special_groups=lanes.groups_begun(Stream.SPECIAL),
        special_queue_persons=queue,
        special_wait_minutes=round(special_wait_minutes(tally, queue, now), 1),
        guides_busy=busy,
        guides_free=free,
    )


def special_wait_minutes(tally: GateTally, queue: int, now: int) -> float:
    """Return how long who joins the special channel now waits for a desk: those there over the pace of the last hour.

    Little's law; whoever joins is waited for too, since a group needs ten. Before anybody was captured the collectors'
    own pace stands in.
    """
    captured = tally.captured_since(now - PACE_WINDOW, now)
    if captured:
        return min((queue or 1) * PACE_WINDOW / captured / MINUTE, LONGEST_WAIT_MINUTES)
    collectors = -(-tally.lanes // LANES_PER_COLLECTOR)
    by_collectors = max(queue, SEATS[Stream.SPECIAL]) * CAPTURE_S * SECOND / collectors / MINUTE
    return min(by_collectors, LONGEST_WAIT_MINUTES)
