"""The way from the gate to the queue: screening, diversion, codes made or refreshed, and the special channel.

Every stage serves first come, first served, so what a visitor meets depends only on those before. A spell of a fault
changes what is decided at the gate while it acts, and nothing before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from pipelines.campaign.model import Campaign
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import Place
from pipelines.intake.world.crowd import (
    DIVERSIONS,
    SEED,
    TESTED_SEPARATELY,
    Cause,
    Draws,
    Flags,
    Micros,
    Shares,
    arrivals,
    spans,
    stream,
    town_of,
    turned_aside,
    visitors,
)
from pipelines.vocabulary import Diversion, FaultKind

# All assumptions, but for the 5 s that a photo of an identity card takes (Baoying, 2021-08), the least of a capture.
SCREENING_S, SCREENING_SPREAD = 5.0, 0.5  # temperature, health code and itinerary code at a glance (Q46-Q48)
LANES_PER_GATE_LINE = 2
GENERATION_S, GENERATION_SPREAD = 90.0, 0.5  # a guide helps to make a code on the person's own phone (Q50)
SCREENSHOT_SHARE = 0.6  # of the codes made before (Q44)
UNREADABLE_SHARE = 0.01  # of all codes, before a refresh (Q45)
UNREADABLE_AT_WORST = 0.6  # under a fault of full strength
REFRESH_S, REFRESH_SPREAD = 40.0, 0.5  # open the mini programme, load, show (Q45)
CAPTURE_S, CAPTURE_SPREAD = 40.0, 0.4  # card photographed or number typed, phone number asked (Q52)
LANES_PER_COLLECTOR = 4
ASIDE = 5 * MINUTE  # a diverted person is questioned and measured again before the separate test
FEVER_AT_WORST = 0.05  # of arrivals, under a fault of full strength
# A gate feels a fault this long after its moments, so a world that hears of it a little late lives the same day as one
# that takes the day up from the record, to the very person.
FELT_AFTER = 3 * MINUTE


class Stream(IntEnum):
    """Which line a visitor ends in; the first three are served at the desks."""

    NORMAL = 0
    SPECIAL = 1
    SEPARATE = 2
    TURNED_AWAY = 3


@dataclass(frozen=True)
class Spell:
    """A fault as gates feel it: from ``begins`` to ``ends`` in microseconds, at ``target`` ("" = everywhere)."""

    kind: FaultKind
    target: str
    strength: float
    begins: int
    ends: int

    def reaches(self, place: Place) -> bool:
        """Whether it acts at a place."""
        return self.target in ("", place.site_id, place.town_code)


GATE_FAULTS = (FaultKind.FEVER_SURGE, FaultKind.UNREADABLE_CODES)


def gate_spells(faults: Iterable[Fault]) -> tuple[Spell, ...]:
    """Return the faults that gates feel."""
    return tuple(_felt(fault) for fault in faults if fault.kind in GATE_FAULTS)


def _felt(fault: Fault) -> Spell:
    begins, ends = micros(fault.starts_at) + FELT_AFTER, micros(fault.ends_at) + FELT_AFTER
    return Spell(fault.kind, fault.target, fault.strength, begins, ends)


def changed_spells(known: Sequence[Spell], faults: Iterable[Fault], now: int) -> tuple[Spell, ...]:
    """Return the spells that were, up to ``now``, and those of ``faults`` from then on; one that goes on stays one."""
    past = [replace(spell, ends=min(spell.ends, now)) for spell in known if spell.begins < now]
    coming: list[Spell] = []
    for spell in gate_spells(faults):
        later = replace(spell, begins=max(spell.begins, now))
        if later.begins >= later.ends:
            continue
        begun = next(
            (was for was in past if replace(was, begins=now, ends=later.ends) == later and was.ends == now), None
        )
        if begun:
            past.remove(begun)
            later = replace(later, begins=begun.begins)
        coming.append(later)
    return (*past, *coming)


@dataclass(frozen=True)
class Crowd:
    """Grain: one visitor of one site, by number in the order of arrival; moments in microseconds.

    ``screened_at``: past the gate (Q46-Q48). ``stream`` is a ``Stream``, ``diversion`` a place in ``DIVERSIONS`` or
    -1. ``ready_at``: in the line for a desk, with a code that can be read (``generated_at`` when it was made on site,
    ``refreshed_at`` when it was mended), or captured in the special channel; who is turned away leaves at the gate.
    ``lines``: the visitors' numbers in the order in which they are ready, for each stream that is served.
    """

    place: Place
    seed: int
    arrives_at: Micros
    screened_at: Micros
    ready_at: Micros
    stream: NDArray[np.int8]
    diversion: NDArray[np.int8]
    is_prepared: Flags
    is_screenshot: Flags
    is_unreadable: Flags
    is_generated: Flags
    generated_at: Micros
    refreshed_at: Micros
    lines: tuple[Micros, ...]


def site_crowd(campaign: Campaign, place: Place, seed: int = SEED, spells: Sequence[Spell] = ()) -> Crowd:
    """Return a site's visitors of the whole day under the spells that reach it."""
    draws = draw(campaign, place, seed)
    here = [spell for spell in spells if spell.reaches(place)]
    screened_at = served(draws.arrives_at, draws.screening, -(-place.lanes // LANES_PER_GATE_LINE))
    diversion, is_separate = _diverted(draws, screened_at, here)
    line = np.where(draws.is_special, Stream.SPECIAL, Stream.NORMAL)
    line = np.where(diversion >= 0, np.where(is_separate, Stream.SEPARATE, Stream.TURNED_AWAY), line).astype(np.int8)
    is_unreadable = ~draws.is_special & (draws.unreadable < _unreadable_share(screened_at, here)) & (diversion < 0)
    is_generated = ~draws.is_special & ~draws.is_prepared & (diversion < 0)
    generated_at = screened_at + is_generated * draws.generation
    refreshed_at = generated_at + is_unreadable * draws.refresh
    ready_at = np.where(line == Stream.SEPARATE, screened_at + ASIDE, refreshed_at)
    special = np.flatnonzero(line == Stream.SPECIAL)
    special = special[np.argsort(screened_at[special], kind="stable")]
    collectors = -(-place.lanes // LANES_PER_COLLECTOR)
    ready_at[special] = served(screened_at[special], draws.capture[special], collectors)
    return Crowd(
        place=place,
        seed=seed,
        arrives_at=draws.arrives_at,
        screened_at=screened_at,
        ready_at=ready_at,
        stream=line,
        diversion=diversion,
        is_prepared=draws.is_prepared,
        is_screenshot=draws.is_prepared & (draws.screenshot < SCREENSHOT_SHARE),
        is_unreadable=is_unreadable,
        is_generated=is_generated,
        generated_at=generated_at,
        refreshed_at=refreshed_at,
        lines=tuple(_line(line, ready_at, of) for of in (Stream.NORMAL, Stream.SPECIAL, Stream.SEPARATE)),
    )


def draw(campaign: Campaign, place: Place, seed: int = SEED) -> Draws:
    """Return all that chance decides about a site's visitors, whatever the faults."""
    count, index = visitors(place.planned_persons), place.index
    town = town_of(campaign, place, seed)

    def luck(cause: Cause) -> Shares:
        return stream(seed, cause, index).random(count)

    prepared = luck(Cause.PREPARED)
    diversion, is_separate = turned_aside(seed, place, count)
    return Draws(
        arrives_at=arrivals(campaign, place, seed),
        screening=spans(stream(seed, Cause.GATE, index), SCREENING_S, SCREENING_SPREAD, count),
        is_prepared=prepared < town.prepared,
        is_special=prepared >= 1.0 - town.special,
        screenshot=luck(Cause.SCREENSHOT),
        unreadable=luck(Cause.UNREADABLE),
        refresh=spans(stream(seed, Cause.REFRESH, index), REFRESH_S, REFRESH_SPREAD, count),
        generation=spans(stream(seed, Cause.GENERATION, index), GENERATION_S, GENERATION_SPREAD, count),
        capture=spans(stream(seed, Cause.CAPTURE, index), CAPTURE_S, CAPTURE_SPREAD, count),
        diversion=diversion,
        is_separate=is_separate,
        fever=luck(Cause.FEVER),
        separation=luck(Cause.SEPARATION),
    )


def served(comes_at: Micros, takes: Micros, servers: int) -> Micros:
    """Return when each is done at a stage: the next one goes to the servers' lines in turn, each first come first.

    ``comes_at`` ascends. In one line: done = max(comes, done of the one before) + takes, written as a running maximum.
    """
    count = len(comes_at)
    rows = -(-count // servers)
    comes, work = np.zeros(rows * servers, np.int64), np.zeros(rows * servers, np.int64)
    comes[:count], work[:count] = comes_at, takes
    comes, work = comes.reshape(rows, servers), work.reshape(rows, servers)
    worked = np.cumsum(work, axis=0)
    idle = np.maximum.accumulate(comes - (worked - work), axis=0)
    return (idle + worked).reshape(-1)[:count]


def _diverted(draws: Draws, screened_at: Micros, here: Sequence[Spell]) -> tuple[NDArray[np.int8], Flags]:
    diversion, is_separate = draws.diversion.copy(), draws.is_separate.copy()
    for spell in here:
        if spell.kind is FaultKind.FEVER_SURGE:
            acts = (spell.begins <= screened_at) & (screened_at < spell.ends) & (diversion < 0)
            chosen = acts & (draws.fever < spell.strength * FEVER_AT_WORST)
            diversion[chosen] = DIVERSIONS.index(Diversion.FEVER)
            is_separate[chosen] = draws.separation[chosen] < TESTED_SEPARATELY[Diversion.FEVER]
    return diversion, is_separate


def _unreadable_share(screened_at: Micros, here: Sequence[Spell]) -> Shares:
    share = np.full(len(screened_at), UNREADABLE_SHARE)
    for spell in here:
        if spell.kind is FaultKind.UNREADABLE_CODES:
            acts = (spell.begins <= screened_at) & (screened_at < spell.ends)
            worst = max(spell.strength * UNREADABLE_AT_WORST, UNREADABLE_SHARE)
            share[acts] = np.maximum(share[acts], worst)
    return share


def _line(line: NDArray[np.int8], ready_at: Micros, of: Stream) -> Micros:
    """Return the visitors of one stream in the order in which they join its line for the desks."""
    numbers = np.flatnonzero(line == of)
    return numbers[np.argsort(ready_at[numbers], kind="stable")]
