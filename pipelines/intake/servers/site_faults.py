"""What a drill does to a site's counts: the site falls silent, or its counters freeze while their moment moves on."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from pipelines.contract import SiteCounts
from pipelines.intake.ledger.record import Refused
from pipelines.intake.servers.core import ActiveFaults
from pipelines.vocabulary import FaultKind

NO_ANSWER_FROM = 1.0  # at full strength nobody answers at all; below it the site says that it cannot
HANG_S = 60.0


@dataclass
class SiteFaults:
    """The faults of sites, and the counts of those that are frozen, as they were when that was first seen."""

    faults: ActiveFaults | None
    town_of: dict[str, str]
    frozen: dict[str, SiteCounts] = field(default_factory=dict)

    async def silence(self, site_id: str, now: datetime, receive: Any) -> None:
        """Raise Refused (503) when the site is silent, at full strength only after the asker has lost patience."""
        active = self._active(FaultKind.SITE_SILENT, site_id, now)
        if not active:
            return
        if max(fault.strength for fault in active) >= NO_ANSWER_FROM:
            await until_gone(receive, HANG_S)
        raise Refused(503, "site_silent", f"site {site_id} does not answer; its counts will catch up when it does")

    def as_told(self, counts: SiteCounts, now: datetime) -> SiteCounts:
        """Return the counts that the site tells: those of before while they are frozen."""
        if not self._active(FaultKind.COUNTER_FROZEN, counts.site_id, now):
            self.frozen.pop(counts.site_id, None)
            return counts
        return replace(self.frozen.setdefault(counts.site_id, counts), observed_at=now)

    def _active(self, kind: FaultKind, site_id: str, now: datetime) -> Any:
        return self.faults.active(kind, now, (site_id, self.town_of[site_id])) if self.faults else ()


async def until_gone(receive: Any, within_s: float) -> None:
    """Return when the asker has hung up, or after ``within_s``."""

    async def hung_up() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(hung_up(), within_s)
    except TimeoutError:
        return
