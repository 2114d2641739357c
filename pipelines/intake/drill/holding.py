"""Which servers a drill holds down now."""

from collections.abc import Collection
from datetime import datetime

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock
from pipelines.intake.drill.catalogue import province
from pipelines.intake.faults import FaultBook, KnownFaults
from pipelines.vocabulary import FaultKind


def servers_down(campaign: Campaign, faults: FaultBook | KnownFaults, now: datetime) -> frozenset[str]:
    """Return the servers that a fault holds down at ``now``."""
    known = faults.all()
    if not known:
        return frozenset()
    one = {f.target for f in known if f.kind is FaultKind.SERVER_DOWN and f.is_on(now)}
    is_province_down = any(f.kind is FaultKind.PROVINCE_DOWN and f.is_on(now) for f in known)
    return frozenset(one | set(province(campaign) if is_province_down else ()))


class HeldServers:
    """The same for a supervisor that asks again and again: by the shared clock, as process names."""

    def __init__(self, campaign: Campaign, faults: FaultBook, clock: Clock) -> None:
        """Know whom to ask."""
        self._campaign, self._faults, self._clock = campaign, faults, clock

    def __call__(self) -> Collection[str]:
        """Return the names of the processes to hold down."""
        return {process_name(server_id) for server_id in self._down()}

    def _down(self) -> frozenset[str]:
        if not self._faults.all():
            return frozenset()
        return servers_down(self._campaign, self._faults, self._clock.now())


def process_name(server_id: str) -> str:
    """Return the name under which a supervisor keeps a server."""
    return f"server-{server_id}"
