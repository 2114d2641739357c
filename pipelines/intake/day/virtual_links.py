"""The sites' networks of a virtual day, asked at most once a site and step, for they change slowly."""

from collections.abc import Iterable, Sequence

from pipelines.intake.faults import Fault
from pipelines.intake.places import Place
from pipelines.intake.world.links import Reach, SiteLinks
from pipelines.intake.world.sites import Sites
from pipelines.intake.world.telemetry import Link, volunteer_clients
from pipelines.vocabulary import Network


class VirtualLinks:
    """Links as phones and the door see them. What is asked within one step is answered as of its beginning."""

    def __init__(self, sites: Sites, places: Sequence[Place], faults: Iterable[Fault], step: int) -> None:
        """Remember nothing yet."""
        self._sites, self._links, self._step = sites, SiteLinks(sites), step
        self._links.change_faults(faults)
        self._reach: list[tuple[int, Reach]] = [(-1, Reach())] * len(places)
        self._link: list[tuple[int, Link | None]] = [(-1, None)] * len(places)

    def reach(self, place: Place, now: int, lanes_open: int) -> Reach:
        """Return what the phones of a site see."""
        step = now // self._step
        asked, reach = self._reach[place.index]
        if asked != step:
            reach = self._links.reach(place, step * self._step, lanes_open)
            self._reach[place.index] = (step, reach)
        return reach

    def link(self, place: Place, now: int, lanes_open: int) -> Link:
        """Return what each phone of a site has of the volunteers' network."""
        step = now // self._step
        asked, link = self._link[place.index]
        if asked != step or link is None:
            link = self._sites.nets.link(place, Network.VOLUNTEER, step * self._step, volunteer_clients(lanes_open))
            self._link[place.index] = (step, link)
        return link

    def is_dead(self, place: Place, lane_no: int, now: int) -> bool:
        """Whether a phone's battery is empty."""
        return self._links.is_dead(place, lane_no, now)
