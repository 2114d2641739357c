"""Who comes when, with what code, and what chance decides for each: drawn once from the seed, a stream for each cause.

A fault never draws anew: it moves a threshold that a draw is held against, so what happened before it stays as it was.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from pipelines.campaign.model import Campaign
from pipelines.intake.moments import SECOND, micros
from pipelines.intake.places import Place
from pipelines.vocabulary import Diversion

SEED = 20210606
REGISTRATION_SPREAD = 0.25
SAMPLING_SPREAD = 0.15
# A code made the day before (Q43): 70 % (assumption), from town to town 8 points more or less (assumption).
PREPARED_SHARE, PREPARED_SPREAD = 0.70, 0.08
# No phone, or no code that could be made (Q51): 6-8 % of arrivals, by the census's ages.
SPECIAL_SHARE = (0.06, 0.08)
# Why the gate sends people aside (Q49), as shares of arrivals, and how many of those are tested separately: who was
# vaccinated within 24 hours comes again another day, most fevers go to the fever clinic. Assumptions.
DIVERTED = {Diversion.FEVER: 0.0015, Diversion.RISK_TRAVEL: 0.001, Diversion.VACCINATED: 0.004}
TESTED_SEPARATELY = {Diversion.FEVER: 0.3, Diversion.RISK_TRAVEL: 0.8, Diversion.VACCINATED: 0.0}
DIVERSIONS = tuple(DIVERTED)
SEPARATE_SHARE = sum(DIVERTED[why] * TESTED_SEPARATELY[why] for why in DIVERSIONS)
TURNED_AWAY_SHARE = sum(DIVERTED.values()) - SEPARATE_SHARE
Micros = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shares = NDArray[np.float64]


class Cause(IntEnum):
    """What chance decides; a cause never disturbs another's stream."""

    ARRIVALS = 0
    REGISTRATION = 1
    SAMPLING = 2
    ATTENDANCE = 3
    COURIER = 4
    NETWORK = 5
    TOWN = 6
    GATE = 7
    PREPARED = 8
    SCREENSHOT = 9
    UNREADABLE = 10
    REFRESH = 11
    GENERATION = 12
    DIVERSION = 13
    FEVER = 14
    SEPARATION = 15
    CAPTURE = 16
    RESCAN = 17
    MANUAL_ENTRY = 18
    VERIFICATION = 19


def stream(seed: int, cause: Cause, index: int = 0, part: int = 0) -> np.random.Generator:
    """Return the random stream of one cause at one place; ``part`` tells several lines of the place apart."""
    spawn_key = (cause, index, part) if part else (cause, index)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=spawn_key))


def visitors(planned_persons: int) -> int:
    """Return how many come so that the planned persons are sampled after some are turned away."""
    return round(planned_persons / (1.0 - TURNED_AWAY_SHARE))


def arrivals(campaign: Campaign, place: Place, seed: int = SEED) -> Micros:
    """Return the sorted moments at which a site's visitors come to its gate, by the campaign's arrival curve."""
    opens_at, closes_at = micros(campaign.round.opens_at), micros(campaign.round.closes_at)
    edges = np.linspace(opens_at, closes_at, len(campaign.arrival_hours) + 1)
    share = np.concatenate([[0.0], np.cumsum(campaign.arrival_hours)]) / sum(campaign.arrival_hours)
    draws = np.sort(stream(seed, Cause.ARRIVALS, place.index).random(visitors(place.planned_persons)))
    return np.interp(draws, share, edges).astype(np.int64)


@dataclass(frozen=True)
class Town:
    """What differs from town to town: shares of arrivals."""

    prepared: float
    special: float


def town_of(campaign: Campaign, place: Place, seed: int = SEED) -> Town:
    """Return the shares of a place's town."""
    index = next(no for no, town in enumerate(campaign.towns) if town.town_code == place.town_code)
    more, channel = stream(seed, Cause.TOWN, index).random(2)
    low, high = SPECIAL_SHARE
    return Town(PREPARED_SHARE + PREPARED_SPREAD * (2.0 * more - 1.0), low + (high - low) * channel)


@dataclass(frozen=True)
class Draws:
    """Grain: one visitor of one site, in the order of arrival; draws of 0..1 unless the name says how long (us).

    ``is_prepared`` and ``is_special`` exclude each other; who is neither has a code made on site (Q50). ``diversion``
    is the reason's place in ``DIVERSIONS``, -1 for nearly all; ``is_separate`` says whether a diverted one is tested.
    """

    arrives_at: Micros
    screening: Micros
    is_prepared: Flags
    is_special: Flags
    screenshot: Shares
    unreadable: Shares
    refresh: Micros
    generation: Micros
    capture: Micros
    diversion: NDArray[np.int8]
    is_separate: Flags
    fever: Shares
    separation: Shares


def spans(chance: np.random.Generator, mean_s: float, spread: float, count: int) -> Micros:
    """Return how long something takes, so many times (gamma; ``spread`` = deviation / mean)."""
    shape = 1 / spread**2
    return (np.maximum(chance.gamma(shape, mean_s / shape, count), 0.1) * SECOND).astype(np.int64)


def turned_aside(seed: int, place: Place, count: int) -> tuple[NDArray[np.int8], Flags]:
    """Return why each visitor is diverted on a day without faults (-1: not), and who of them is tested separately.

    Exactly as many are turned away as come on top of the planned persons, so the plan is met whatever the seed.
    """
    chance = stream(seed, Cause.DIVERSION, place.index)
    order, kinds = np.argsort(chance.random(count), kind="stable"), chance.random(count)
    away = count - place.planned_persons
    aside = away + min(round(count * SEPARATE_SHARE), place.planned_persons)
    diversion = np.full(count, -1, np.int8)
    is_separate = np.zeros(count, np.bool_)
    is_separate[order[away:aside]] = True
    for chosen, tested in ((order[:away], False), (order[away:aside], True)):
        weights = [
            DIVERTED[why] * (TESTED_SEPARATELY[why] if tested else 1 - TESTED_SEPARATELY[why]) for why in DIVERTED
        ]
        diversion[chosen] = np.searchsorted(np.cumsum(weights) / sum(weights), kinds[chosen], side="right")
    return diversion, is_separate
