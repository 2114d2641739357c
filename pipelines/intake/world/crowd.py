"""Who comes when, and how long each group takes: drawn once from the seed, one stream of chance for each cause."""

from enum import IntEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from pipelines.campaign.model import Campaign
from pipelines.intake.moments import SECOND, micros
from pipelines.intake.places import Place
from pipelines.vocabulary import PERSONS_PER_TUBE

SEED = 20210606
REGISTRATION_SPREAD = 0.25
SAMPLING_SPREAD = 0.15
Micros = NDArray[np.int64]


class Cause(IntEnum):
    """What chance decides; a cause never disturbs another's stream."""

    ARRIVALS = 0
    REGISTRATION = 1
    SAMPLING = 2
    ATTENDANCE = 3
    COURIER = 4
    NETWORK = 5


def stream(seed: int, cause: Cause, index: int = 0) -> np.random.Generator:
    """Return the random stream of one cause at one place."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(cause, index)))


def arrivals(campaign: Campaign, place: Place, seed: int = SEED) -> Micros:
    """Return the sorted moments at which a site's planned persons join its queue, by the campaign's arrival curve."""
    opens_at, closes_at = micros(campaign.round.opens_at), micros(campaign.round.closes_at)
    edges = np.linspace(opens_at, closes_at, len(campaign.arrival_hours) + 1)
    share = np.concatenate([[0.0], np.cumsum(campaign.arrival_hours)]) / sum(campaign.arrival_hours)
    draws = np.sort(stream(seed, Cause.ARRIVALS, place.index).random(place.planned_persons))
    return np.interp(draws, share, edges).astype(np.int64)


def group_times(mean_s: float, spread: float, place: Place, cause: Cause, seed: int = SEED) -> Micros:
    """Return how long each of a site's groups takes at one desk (gamma; ``spread`` = deviation / mean)."""
    groups = -(-place.planned_persons // PERSONS_PER_TUBE)
    shape = 1 / spread**2
    draws = stream(seed, cause, place.index).gamma(shape, mean_s / shape, groups)
    return (np.maximum(draws, 0.1) * SECOND).astype(np.int64)


def person_tokens(key: bytes, round_id: str, site_id: str, first: int, persons: int) -> list[bytes]:
    """Return the keyed pseudonyms (16 bytes each) of a site's persons from number ``first`` on."""
    base = blake2b(f"{round_id}/{site_id}/".encode(), digest_size=16, key=key)
    return [_token(base, number) for number in range(first, first + persons)]


def _token(base: "blake2b", number: int) -> bytes:
    digest = base.copy()
    digest.update(b"%d" % number)
    return digest.digest()
