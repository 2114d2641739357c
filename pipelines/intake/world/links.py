"""What a site's phones have to work with: the volunteers' Wi-Fi, and power, or the battery while that lasts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pipelines.intake.faults import Fault
from pipelines.intake.moments import micros
from pipelines.intake.places import Place
from pipelines.intake.world.sites import Sites
from pipelines.intake.world.telemetry import Link, volunteer_clients
from pipelines.vocabulary import Cause, FaultKind, Network

SLOW_MS = 1_500.0
UNNOTICED_MS = 150.0
TRIPS = 3  # there and back, for each person's scan; assumption


@dataclass(frozen=True)
class Reach:
    """What a phone sees on site. ``cause``: what whoever holds it says when nothing comes through (Q61).

    ``drag`` is how much longer each person's scan takes than on a good network, in microseconds.
    """

    is_up: bool = True
    is_slow: bool = False
    cause: Cause = Cause.SERVER
    drag: int = 0


class Links(Protocol):
    """What phones have to work with, site by site."""

    def reach(self, place: Place, now: int, lanes_open: int) -> Reach:
        """Return what the phones of a site see of the network."""
        ...

    def is_dead(self, place: Place, lane_no: int, now: int) -> bool:
        """Whether a phone's battery is empty."""
        ...


class GoodLinks:
    """Networks that always work and phones that are always charged."""

    def reach(self, place: Place, now: int, lanes_open: int) -> Reach:
        """Return the best there is."""
        return Reach()

    def is_dead(self, place: Place, lane_no: int, now: int) -> bool:
        """Never."""
        return False


class SiteLinks:
    """The sites' own networks and power, as the faults of the drill leave them."""

    def __init__(self, sites: Sites) -> None:
        """Ask the sites; know of no carrier that is silent."""
        self._sites = sites
        self._silent: list[tuple[int, int, str]] = []

    def change_faults(self, faults: Iterable[Fault]) -> None:
        """Know which carriers are silent when, from now on; the sites are told of the faults by their owner."""
        self._silent = [
            (micros(fault.starts_at), micros(fault.ends_at), fault.target)
            for fault in faults
            if fault.kind is FaultKind.CARRIER_DOWN and fault.strength >= 1
        ]

    def reach(self, place: Place, now: int, lanes_open: int) -> Reach:
        """Return what the phones of a site see: its Wi-Fi, whether the lights are out, whether a SIM has a signal."""
        link = self._sites.nets.link(place, Network.VOLUNTEER, now, volunteer_clients(lanes_open))
        is_slow = link.latency_ms >= SLOW_MS
        if link.is_up and link.latency_ms <= UNNOTICED_MS:
            return Reach()
        return Reach(link.is_up, is_slow, self._cause(place, now), _drag(link) if link.is_up else 0)

    def is_dead(self, place: Place, lane_no: int, now: int) -> bool:
        """Whether the power has been off for longer than the phone's battery lasts."""
        return self._sites.is_flat(place, lane_no, now)

    def _cause(self, place: Place, now: int) -> Cause:
        if not self._sites.has_power(place, now):
            return Cause.POWER
        if any(begun <= now < ended and of in ("", place.carrier) for begun, ended, of in self._silent):
            return Cause.CARRIER
        return Cause.SITE_NETWORK


def _drag(link: Link) -> int:
    """Return how much longer a scan takes: each trip is as slow as the link, and is repeated when it is lost."""
    again = 1 / (1 - min(link.loss_share, 0.5))
    return int(TRIPS * (link.latency_ms * again - UNNOTICED_MS) * 1_000)
