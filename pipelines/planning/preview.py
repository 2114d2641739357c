"""A scenario's answer without chance, while a slider moves: tanks that fill and empty, and the wait that chance adds.

Each site is a tank of persons (fluid): the curve fills it, its lanes empty it at the pace of the slower of their two
desks. Where no line stands the wait is the group's forming and, by Allen and Cunneen, the wait for a lane.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.planning.answers import wait_class
from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import SEATS, Ints
from pipelines.planning.packing import Load, packed
from pipelines.planning.preview_pace import lane_rates
from pipelines.planning.queueing import allen_cunneen
from pipelines.planning.scenario import Scenario
from pipelines.planning.validation import checked
from pipelines.vocabulary import ScopeLevel, WaitClass

GROUP_CV2 = 1.0 / SEATS  # of the time between two complete groups of persons who come one by one
ENDED = 0.5  # persons: a tank with fewer is empty
SPELL_S, HALF_NORMAL = 8 * 3600.0, 0.4  # where a site is just not overloaded, chance adds up over so long a spell


@dataclass(frozen=True)
class ScopePreview:
    """Grain: one scope; minutes, persons; the mean values that ``answers.ScopeAnswer`` has with bands."""

    level: ScopeLevel
    scope_id: str
    wait_class: WaitClass
    wait_minutes: float
    finish_minute: float
    peak_queue: float
    unserved: float
    not_by_closing: float


@dataclass(frozen=True)
class Preview:
    """``scopes`` as in an answer: district, towns, sites. ``queue``, ``wait_minutes``: sites × steps from opening."""

    scenario_name: str
    step_minutes: float
    scopes: tuple[ScopePreview, ...]
    queue: Floats
    wait_minutes: Floats

    @property
    def district(self) -> ScopePreview:
        """The whole."""
        return self.scopes[0]


@dataclass(frozen=True)
class Tanks:
    """Sites × steps: persons who come, whom the lanes can take, in line at the step's end, taken; step in seconds."""

    step_s: float
    come: Floats
    capacity: Floats
    queue: Floats
    taken: Floats


def preview(scenario: Scenario) -> Preview:
    """Return the scenario's answer in the mean; raises ScenarioError for a faulty one."""
    load = packed(checked(scenario))
    tanks = filled(load)
    waits = _waits(load, tanks)
    ends = _ends(load, tanks)
    return Preview(
        scenario.name,
        tanks.step_s / 60,
        tuple(
            _scope(load, tanks, waits, ends, level, scope_id, inside) for level, scope_id, inside in _scopes(scenario)
        ),
        tanks.queue,
        waits / 60,
    )


def filled(load: Load) -> Tanks:
    """Return the tanks of all sites over the day."""
    rules, places = load.rules, load.places
    step_s = rules.bin_s
    steps = int(np.ceil(rules.ends_s / step_s))
    edges = np.minimum(np.arange(steps + 1) * step_s, rules.ends_s)
    shares = np.interp(edges, load.shapes.edges, load.shapes.shares, left=0.0, right=1.0)
    come = np.diff(shares)[None, :] * places.persons[:, None]
    first = min(int(rules.starts_s / step_s), steps - 1)
    come[:, first] += places.waiting
    capacity = lane_rates(load, edges) * SEATS * np.diff(np.maximum(edges, rules.starts_s))[None, :]
    room = _desk_room(load) * places.lanes * SEATS
    queue, taken = np.empty_like(come), np.empty_like(come)
    line, ready = np.zeros(len(come)), room.copy()
    for step in range(steps):
        there, can = line + come[:, step], capacity[:, step] + ready
        taken[:, step] = np.minimum(there, can)
        ready = np.minimum(can - taken[:, step], room)
        line = there - taken[:, step]
        queue[:, step] = line
    return Tanks(step_s, come, capacity, queue, taken)


def _desk_room(load: Load) -> Floats:
    """Return how many groups more than its pace an idle lane of each site takes at once: one stands at each desk.

    Of a lane at rest groups begin at 0, R, R + S, R + 2 S, ...: on average 1.5 - R / S groups ahead of a flow of 1 / S.
    """
    means = load.places.means
    if load.rules.guides == 1:
        return np.full(len(means), 0.5)
    return 1.5 - np.minimum(means[:, 0] / means[:, 1], 1.0)


def _waits(load: Load, tanks: Tanks) -> Floats:
    """Return the wait in seconds of those who join each site's normal line in each step."""
    normal = 1.0 - load.scenario.special_share
    come, taken = tanks.come * normal, np.maximum(tanks.taken - tanks.come * (1.0 - normal), 0.0)
    joined = np.cumsum(come, axis=1) - come / 2
    gone = np.cumsum(taken, axis=1)
    moments = np.arange(1, come.shape[1] + 1) * tanks.step_s
    middle = moments - tanks.step_s / 2
    steps = np.arange(come.shape[1]) * 1e-9
    leaves = np.asarray([np.interp(joined[n], gone[n] + steps, moments) for n in range(len(come))])
    fluid = np.maximum(leaves - middle, 0.0)
    return np.maximum(fluid, 0.0) + _calm(load, tanks, fluid)


def _calm(load: Load, tanks: Tanks, fluid: Floats) -> Floats:
    """Return what a group's forming and chance add, less the longer the line that stands anyway."""
    places = load.places
    rate = np.maximum(tanks.come / tanks.step_s, 1e-9)
    forming = (SEATS - 1) / 2 / np.maximum(rate * (1.0 - load.scenario.special_share), 1e-9)
    per_lane = np.where(
        tanks.capacity > 0, SEATS * tanks.step_s * places.lanes[:, None] / np.maximum(tanks.capacity, 1e-9), 0.0
    )
    busy = np.where(tanks.capacity > 0, tanks.come / np.maximum(tanks.capacity, 1e-9), 1.0)
    spread2 = (_spreads(load) ** 2)[:, None]
    lanes = np.broadcast_to(places.lanes[:, None].astype(float), busy.shape)
    chance = allen_cunneen(lanes, busy * lanes, per_lane, GROUP_CV2, np.broadcast_to(spread2, busy.shape))
    groups = rate * SPELL_S / SEATS
    most = HALF_NORMAL * per_lane / lanes * np.sqrt((GROUP_CV2 + spread2) * groups)
    chance = np.minimum(chance, most) * np.minimum(busy, 1.0) ** (_desk_room(load)[:, None] * lanes)
    return np.minimum(forming, 3600.0) * np.exp(-fluid / np.maximum(forming, 1.0)) + chance * np.exp(-fluid / 300.0)


def _spreads(load: Load) -> Floats:
    return np.asarray([load.scenario.times_of(site.town_code)[1].spread for site in load.scenario.sites])


def _ends(load: Load, tanks: Tanks) -> Floats:
    """Return when each site's last group is sampled, in seconds; 0 where nobody comes."""
    rules, places = load.rules, load.places
    steps = tanks.queue.shape[1]
    moving = tanks.taken > ENDED / SEATS
    last = steps - 1 - np.argmax(moving[:, ::-1], axis=1)
    rows = np.arange(len(last))
    full = np.maximum(tanks.capacity[rows, last], 1e-9)
    emptied = last * tanks.step_s + np.minimum(tanks.taken[rows, last] / full, 1.0) * tanks.step_s
    desks, in_line = places.means.sum(axis=1), 2 * places.means.max(axis=1)
    late = emptied > rules.closes_s
    ends = np.where(late, emptied + in_line, rules.closes_s + desks)
    return np.where(tanks.come.sum(axis=1) > 0, ends, 0.0)


def _scopes(scenario: Scenario) -> list[tuple[ScopeLevel, str, Ints]]:
    towns = np.asarray([site.town_code for site in scenario.sites])
    return [
        (ScopeLevel.DISTRICT, "", np.arange(len(towns))),
        *((ScopeLevel.TOWN, str(town), np.flatnonzero(towns == town)) for town in dict.fromkeys(towns.tolist())),
        *((ScopeLevel.SITE, site.site_id, np.asarray([n])) for n, site in enumerate(scenario.sites)),
    ]


def _scope(
    load: Load, tanks: Tanks, waits: Floats, ends: Floats, level: ScopeLevel, scope_id: str, inside: Ints
) -> ScopePreview:
    come, queue, taken = tanks.come[inside], tanks.queue[inside], tanks.taken[inside]
    served = float(taken.sum())
    wait = float((waits[inside] * come).sum() / max(come.sum(), 1e-9) / 60)
    unserved = float(queue[:, -1].sum())
    return ScopePreview(
        level=level,
        scope_id=scope_id,
        wait_class=wait_class(wait, served),
        wait_minutes=wait,
        finish_minute=float(ends[inside].max()) / 60,
        peak_queue=float(queue.sum(axis=0).max()),
        unserved=unserved,
        not_by_closing=float(come.sum() - _sampled(load, tanks, inside)),
    )


def _sampled(load: Load, tanks: Tanks, inside: Ints) -> float:
    """Return how many persons of some sites are sampled by closing: those begun as long before as both desks take."""
    moments = np.arange(1, tanks.taken.shape[1] + 1) * tanks.step_s
    gone = np.cumsum(tanks.taken[inside], axis=1)
    before = load.rules.closes_s - load.places.means[inside].sum(axis=1)
    return float(sum(np.interp(at, moments, row) for at, row in zip(before, gone, strict=True)))
