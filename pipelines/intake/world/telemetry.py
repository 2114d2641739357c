"""The two Wi-Fi networks of every site as phones feel them and as samples tell them: one truth, the Link."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.contract import NetworkSample
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import Place
from pipelines.intake.world.crowd import SEED, Cause, stream
from pipelines.intake.world.vehicles import SignalVehicle
from pipelines.vocabulary import FaultKind, Network

PUBLIC_SHARE = 0.6
PLACES_ON_AIR = {Network.VOLUNTEER: 80, Network.PUBLIC: 260}
CELL_PERSONS = 1_500  # whose own phones load the site's mobile cell, the uplink of both networks, fully; assumption
SPELLS_PER_DAY = 1.0
DOWN_SHARE = 0.3
SLOW_SPELL = 12.0  # times the latency and the loss of a good time
WEAK_SHARE = 0.1  # of the sites lie where their carrier is weak
WEAK_SUPPLY = 0.55
VEHICLE_SUPPLY = 1.0  # a vehicle carries as much as a site's own uplink
VEHICLE_MS = 40.0
LEAST_SUPPLY = 0.02
CROWDING = 4.0  # how steeply a network worsens as its supply falls below what is in use; assumption
SLOWEST_MS = 5_000.0
BASE_LOSS = 0.002
MOST_LOSS = 0.5  # of a network that is up
_NOISE = 1_000_000
_WEAKNESS = 2_000_000
_SIDE = {network: side for side, network in enumerate(Network)}
_OF_NETWORKS = (FaultKind.WIFI_SLOW, FaultKind.VOLUNTEER_WIFI_DOWN, FaultKind.CARRIER_DOWN, FaultKind.POWER_CUT)


@dataclass(frozen=True)
class Link:
    """What a client of a network has: ``bandwidth_share`` is its share of what a client has when nobody else is there.

    A network that is down answers nothing: latency is then the longest, loss 1, bandwidth 0.
    """

    is_up: bool
    latency_ms: float
    loss_share: float
    bandwidth_share: float


NO_LINK = Link(False, SLOWEST_MS, 1.0, 0.0)


@dataclass(frozen=True)
class Spell:
    """A bad time of one network."""

    begins_at: int
    ends_at: int
    is_down: bool


@dataclass(frozen=True)
class Wifi:
    """Grain: one network of one site. ``base_ms``: latency without a crowd; ``supply``: its carrier's strength."""

    site_id: str
    network: Network
    base_ms: float
    spells: tuple[Spell, ...]
    supply: float = 1.0

    def spell(self, now: int) -> Spell | None:
        """Return the bad time that is on now."""
        return next((spell for spell in self.spells if spell.begins_at <= now < spell.ends_at), None)


def wifi_networks(places: Sequence[Place], opens_at: int, closes_at: int, seed: int = SEED) -> list[Wifi]:
    """Return every site's two networks with their bad spells of the day, two by two in the order of the places."""
    found: list[Wifi] = []
    for place in places:
        chance = stream(seed, Cause.NETWORK, place.index)
        is_weak = stream(seed, Cause.NETWORK, _WEAKNESS + place.index).random() < WEAK_SHARE
        for network in Network:
            spells = tuple(_spell(chance, opens_at, closes_at) for _ in range(chance.poisson(SPELLS_PER_DAY)))
            supply = WEAK_SUPPLY if is_weak else 1.0
            found.append(Wifi(place.site_id, network, float(chance.uniform(15, 45)), spells, supply))
    return found


def _spell(chance: np.random.Generator, opens_at: int, closes_at: int) -> Spell:
    begins_at = int(chance.uniform(opens_at, closes_at))
    return Spell(begins_at, begins_at + int(chance.uniform(4, 20) * MINUTE), bool(chance.random() < DOWN_SHARE))


@dataclass(frozen=True)
class _Trouble:
    """A fault as one site's networks feel it."""

    kind: FaultKind
    starts_at: int
    ends_at: int
    strength: float


class SiteNets:
    """Every site's networks under its crowd, the faults of the drill and the signal vehicles; owned by one thread."""

    def __init__(self, places: Sequence[Place], opens_at: int, closes_at: int, seed: int = SEED) -> None:
        """Stand without faults and vehicles."""
        self._places, self._seed = places, seed
        self.networks = wifi_networks(places, opens_at, closes_at, seed)
        self._troubles: dict[int, list[_Trouble]] = {}
        self._carrier_troubles: dict[str, list[_Trouble]] = {}
        self._vehicles: Sequence[SignalVehicle] = ()
        self._lending: tuple[int, defaultdict[int, float]] = (-1, defaultdict(float))
        self._noise: tuple[int, list[float]] = (-1, [])
        self._crowd: Sequence[int] = [0] * len(places)

    def change_faults(self, faults: Iterable[Fault]) -> None:
        """Feel these faults and no others from now on."""
        wanted = [fault for fault in faults if fault.kind in _OF_NETWORKS]
        self._troubles = {place.index: _felt(wanted, place) for place in self._places} if wanted else {}
        carriers = {place.carrier for place in self._places}
        down = [fault for fault in wanted if fault.kind is FaultKind.CARRIER_DOWN]
        self._carrier_troubles = {
            carrier: [_trouble(fault) for fault in down if fault.target in ("", carrier)] for carrier in carriers
        }
        self._lending = (-1, defaultdict(float))

    def change_vehicles(self, vehicles: Sequence[SignalVehicle]) -> None:
        """Know where every vehicle is and will be."""
        self._vehicles, self._lending = vehicles, (-1, defaultdict(float))

    def change_crowd(self, persons: Sequence[int]) -> None:
        """Know how many persons queue at every site: their own phones crowd the air for all (Q89)."""
        self._crowd = persons

    def link(self, place: Place, network: Network, now: int, clients: int) -> Link:
        """Return what each of ``clients`` of a site's network has now; more clients never have a better one (Q89)."""
        place_on_list = _place_on_list(place, network)
        wifi = self.networks[place_on_list]
        own, lent = self._own(place, wifi, now), self._lent(now)[place.index]
        supply = own + lent
        if supply <= 0:
            return NO_LINK
        own_ms = wifi.base_ms * (SLOW_SPELL if wifi.spell(now) else 1.0) / max(own, LEAST_SUPPLY) ** 0.5
        base_ms = min(own_ms if own > 0 else SLOWEST_MS, VEHICLE_MS if lent > 0 else SLOWEST_MS)
        load = clients / (PLACES_ON_AIR[network] * supply)
        crowding = self._crowd[place.index] / (CELL_PERSONS * supply)
        left = min(supply / wifi.supply, 1.0)  # of what the network has on a good day
        in_use = min((load + crowding) * supply / wifi.supply, 1.0)
        burden = (1 + load**2 + crowding**2) * left ** (-CROWDING * in_use)
        slowness = burden * self._noise_of(now // MINUTE)[place_on_list]
        loss = BASE_LOSS * max(base_ms / wifi.base_ms, 1.0) * slowness
        return Link(
            is_up=True,
            latency_ms=min(base_ms * slowness, SLOWEST_MS),
            loss_share=min(loss, MOST_LOSS),
            bandwidth_share=max(min(supply, 1.0) / burden, 0.001),
        )

    def is_up(self, place: Place, network: Network, now: int) -> bool:
        """Whether a site's network answers at all."""
        wifi = self.networks[_place_on_list(place, network)]
        return self._own(place, wifi, now) + self._lent(now)[place.index] > 0

    def _own(self, place: Place, wifi: Wifi, now: int) -> float:
        """Return the supply of the site's own network, 0 when it is down."""
        spell = wifi.spell(now)
        supply = 0.0 if spell and spell.is_down else wifi.supply
        for trouble in self._troubles.get(place.index, ()):
            if trouble.starts_at <= now < trouble.ends_at:
                supply *= _left(trouble, wifi.network)
        return supply

    def _lent(self, now: int) -> defaultdict[int, float]:
        """Return the supply of the vehicles at each site, of those whose carriers work."""
        at, lending = self._lending
        if at != now:
            lending = defaultdict(float)
            for vehicle in self._vehicles:
                site = vehicle.serves(now)
                if site is not None and not self._is_carrier_down(vehicle.carrier, now):
                    lending[site] += VEHICLE_SUPPLY
            self._lending = (now, lending)
        return lending

    def _is_carrier_down(self, carrier: str, now: int) -> bool:
        return any(
            trouble.strength >= 1.0 and trouble.starts_at <= now < trouble.ends_at
            for trouble in self._carrier_troubles.get(carrier, ())
        )

    def _noise_of(self, minute: int) -> list[float]:
        of, drawn = self._noise
        if of != minute:
            chance = stream(self._seed, Cause.NETWORK, _NOISE + minute)
            drawn = chance.gamma(16.0, 1 / 16.0, len(self.networks)).tolist()
            self._noise = (minute, drawn)
        return drawn


def _place_on_list(place: Place, network: Network) -> int:
    return len(_SIDE) * place.index + _SIDE[network]


def _felt(faults: Iterable[Fault], place: Place) -> list[_Trouble]:
    near = ("", place.site_id, place.town_code, place.carrier)
    return [_trouble(fault) for fault in faults if fault.target in near]


def _trouble(fault: Fault) -> _Trouble:
    return _Trouble(fault.kind, micros(fault.starts_at), micros(fault.ends_at), fault.strength)


def _left(trouble: _Trouble, network: Network) -> float:
    """Return the share of the own supply that a fault leaves: power and Wi-Fi all or nothing, the rest by strength."""
    if trouble.kind is FaultKind.POWER_CUT:
        return 0.0
    if trouble.kind is FaultKind.VOLUNTEER_WIFI_DOWN:
        return 0.0 if network is Network.VOLUNTEER else 1.0
    if trouble.kind is FaultKind.CARRIER_DOWN and trouble.strength >= 1.0:
        return 0.0
    return max(1.0 - trouble.strength, LEAST_SUPPLY)


def volunteer_clients(lanes_open: int) -> int:
    """Return how many phones of the staff are on the volunteers' network."""
    return 8 + 5 * lanes_open


def public_clients(queue_persons: int) -> int:
    """Return how many of the queue are on the public's network."""
    return int(queue_persons * PUBLIC_SHARE)


def network_samples(
    nets: SiteNets, places: Sequence[Place], crowd: dict[str, tuple[int, int]], now: int
) -> list[NetworkSample]:
    """Return how every network is now; ``crowd`` = (persons queueing, lanes open) by site."""
    found: list[NetworkSample] = []
    for place in places:
        queue, lanes_open = crowd[place.site_id]
        for network in Network:
            clients = volunteer_clients(lanes_open) if network is Network.VOLUNTEER else public_clients(queue)
            found.append(_sample(place.site_id, network, nets.link(place, network, now, clients), clients))
    return found


def _sample(site_id: str, network: Network, link: Link, clients: int) -> NetworkSample:
    return NetworkSample(
        site_id=site_id,
        network=network,
        is_up=link.is_up,
        latency_ms=round(link.latency_ms, 1) if link.is_up else None,
        loss_share=round(link.loss_share, 4),
        clients=clients if link.is_up else 0,
    )
