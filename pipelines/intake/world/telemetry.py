"""The two Wi-Fi networks of every site: a base by chance, a load by the crowd, and a few bad spells a day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.contract import NetworkSample
from pipelines.intake.moments import MINUTE
from pipelines.intake.places import Place
from pipelines.intake.world.crowd import SEED, Cause, stream
from pipelines.vocabulary import Network

PUBLIC_SHARE = 0.6
PLACES_ON_AIR = {Network.VOLUNTEER: 80, Network.PUBLIC: 260}
SPELLS_PER_DAY = 1.0
DOWN_SHARE = 0.3
_NOISE = 1_000_000


@dataclass(frozen=True)
class Spell:
    """A bad time of one network."""

    begins_at: int
    ends_at: int
    is_down: bool


@dataclass(frozen=True)
class Wifi:
    """Grain: one network of one site. ``base_ms`` is its latency without a crowd."""

    site_id: str
    network: Network
    base_ms: float
    spells: tuple[Spell, ...]

    def spell(self, now: int) -> Spell | None:
        """Return the bad time that is on now."""
        return next((spell for spell in self.spells if spell.begins_at <= now < spell.ends_at), None)


def wifi_networks(places: Sequence[Place], opens_at: int, closes_at: int, seed: int = SEED) -> list[Wifi]:
    """Return every site's two networks with their bad spells of the day."""
    found: list[Wifi] = []
    for place in places:
        chance = stream(seed, Cause.NETWORK, place.index)
        for network in Network:
            spells = tuple(_spell(chance, opens_at, closes_at) for _ in range(chance.poisson(SPELLS_PER_DAY)))
            found.append(Wifi(place.site_id, network, float(chance.uniform(15, 45)), spells))
    return found


def _spell(chance: np.random.Generator, opens_at: int, closes_at: int) -> Spell:
    begins_at = int(chance.uniform(opens_at, closes_at))
    return Spell(begins_at, begins_at + int(chance.uniform(4, 20) * MINUTE), bool(chance.random() < DOWN_SHARE))


def network_samples(networks: list[Wifi], crowd: dict[str, tuple[int, int]], now: int) -> list[NetworkSample]:
    """Return how every network is now; ``crowd`` = (persons queueing, lanes open) by site; noise is a minute's."""
    noise = stream(SEED, Cause.NETWORK, _NOISE + now // MINUTE).gamma(16.0, 1 / 16.0, len(networks)).tolist()
    return [_sample(wifi, *crowd[wifi.site_id], now, factor) for wifi, factor in zip(networks, noise, strict=True)]


def _sample(wifi: Wifi, queue: int, lanes_open: int, now: int, noise: float) -> NetworkSample:
    clients = 8 + 5 * lanes_open if wifi.network is Network.VOLUNTEER else int(queue * PUBLIC_SHARE)
    load = clients / PLACES_ON_AIR[wifi.network]
    spell = wifi.spell(now)
    if spell and spell.is_down:
        return _sampled(wifi, None, 1.0, 0)
    factor = 12.0 if spell else 1.0
    latency_ms = min(wifi.base_ms * factor * (1 + load**2) * noise, 5_000.0)
    return _sampled(wifi, latency_ms, min(0.002 * factor * (1 + load**2) * noise, 1.0), clients)


def _sampled(wifi: Wifi, latency_ms: float | None, loss_share: float, clients: int) -> NetworkSample:
    return NetworkSample(
        site_id=wifi.site_id,
        network=wifi.network,
        is_up=latency_ms is not None,
        latency_ms=None if latency_ms is None else round(latency_ms, 1),
        loss_share=round(loss_share, 4),
        clients=clients,
    )
