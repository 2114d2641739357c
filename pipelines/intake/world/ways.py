"""Each site's way to the servers made as bad as its volunteers' Wi-Fi is: only where it is bad, really delayed."""

from collections.abc import Callable, Iterable, Sequence

from pipelines.intake.faults import Fault
from pipelines.intake.moments import micros
from pipelines.intake.places import Place
from pipelines.intake.relay import Relays, Shape
from pipelines.intake.world.telemetry import Link, SiteNets, volunteer_clients
from pipelines.vocabulary import FaultKind, Network

GOOD_MS, GOOD_LOSS = 150.0, 0.02  # up to here a phone's request is not made worse than loopback is
BYTES_PER_S = 250_000.0  # of a phone that is alone on a good network; assumption


class Ways:
    """Owned by the world's thread, but for ``port``, which the phones' requests ask in worker threads."""

    def __init__(self, places: Sequence[Place], nets: SiteNets, seed: int) -> None:
        """Begin with good ways everywhere; no relay is started before one is needed."""
        self._places, self._nets, self._seed = places, nets, seed
        self._relays: Relays | None = None
        self._deaf: list[tuple[int, int, str, float]] = []

    def change_faults(self, faults: Iterable[Fault]) -> None:
        """Know where answers get lost from now on."""
        self._deaf = [
            (micros(fault.starts_at), micros(fault.ends_at), fault.target, fault.strength)
            for fault in faults
            if fault.kind is FaultKind.ANSWER_LOST
        ]

    def port(self, site_id: str, server_port: int) -> int:
        """Return where a phone of a site finds a server's port."""
        return self._relays.port(site_id, server_port) if self._relays else server_port

    def follow(self, now: int, speed: float, lanes_open: Callable[[Place], int]) -> None:
        """Shape every way as its network is ``now``; delays pass as fast as the campaign's clock."""
        for place in self._places:
            clients = volunteer_clients(lanes_open(place))
            link = self._nets.link(place, Network.VOLUNTEER, now, clients)
            shape = _shape(link, self._lost(place, now), max(speed, 1.0))
            if shape is not None and self._relays is None:
                self._relays = Relays(self._seed)
            if self._relays:
                self._relays.shape(place.site_id, shape)

    def stop(self) -> None:
        """Close the relays."""
        if self._relays:
            self._relays.stop()

    def _lost(self, place: Place, now: int) -> float:
        near = ("", place.site_id, place.town_code)
        return max((share for begun, ends, of, share in self._deaf if begun <= now < ends and of in near), default=0.0)


def _shape(link: Link, lost: float, speed: float) -> Shape | None:
    """Return what a relay has to do, None where the way is good."""
    if link.is_up and link.latency_ms <= GOOD_MS and link.loss_share <= GOOD_LOSS and not lost:
        return None
    return Shape(
        latency_s=link.latency_ms / 1_000 / speed,
        bytes_per_s=max(link.bandwidth_share, 0.001) * BYTES_PER_S * speed,
        cut_share=link.loss_share**2 if link.is_up else 0.0,  # TCP sends a lost packet again; a second loss ends it
        swallow_share=lost,
        is_cut=not link.is_up,
    )
