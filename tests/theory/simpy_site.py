"""One site's day as processes and events in SimPy: the engine's rules written a second time, in another way."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

from pipelines.planning import kernel_arrivals, kernel_crowd, kernel_site
from pipelines.planning.draws import Cause, Keys, fill
from pipelines.planning.kernel_words import CAPTURED, SCREENED
from pipelines.planning.packing import Load

Steps = Generator[simpy.Event, Any, Any]
SEATS = 10


@dataclass
class Drawn:
    """What chance decided for a site: both engines are given the same."""

    comes: list[float]
    takes: list[float]
    kinds: list[float]
    capture: list[float]
    works: tuple[list[float], list[float], list[float], list[float]]


def drawn(load: Load, keys: Keys, site: int) -> Drawn:
    """Return the site's draws: more of each than can be needed."""
    places, rules, shapes = load.places, load.rules, load.shapes
    count = int(places.persons[site])
    comes, takes, kinds, capture = np.empty(count), np.empty(count), np.empty(count), np.empty(count)
    kernel_arrivals.arrivals(keys[Cause.ARRIVALS, site], shapes, np.empty(count + 1), comes)
    fill(keys[Cause.KIND, site], kinds)
    kernel_crowd.durations(keys[Cause.SCREENING, site], rules.screening_s, shapes.quantiles[SCREENED], takes)
    kernel_crowd.durations(keys[Cause.CAPTURE, site], rules.capture_s, shapes.quantiles[CAPTURED], capture)
    groups = (count + int(places.waiting[site])) // SEATS + 2
    works = kernel_site.works_of(site, keys, places, shapes, groups, groups)
    return Drawn(comes.tolist(), takes.tolist(), kinds.tolist(), capture.tolist(), tuple(w.tolist() for w in works))


@dataclass
class Group:
    """A group that was begun, and when it passed what."""

    stream: int
    number: int
    lane: int
    started: float
    persons: int
    registered: float = 0.0
    moved: float = 0.0
    done: float = 0.0


@dataclass
class SimpySite:
    """Invariant: groups begin in the order of ``begun``; a lane in ``idle`` stands there since it became idle."""

    load: Load
    site: int
    chance: Drawn
    begun: list[Group] = field(default_factory=list)

    def run(self) -> list[Group]:
        """Live the day; return the groups in the order in which they began."""
        load, rules = self.load, self.load.rules
        self.env = simpy.Environment()
        lanes = int(load.places.lanes[self.site])
        self.gates = [simpy.Resource(self.env) for _ in range(int(load.places.gates[self.site]))]
        self.collectors = simpy.Resource(self.env, int(load.places.collectors[self.site]))
        self.sampling = [simpy.Resource(self.env) for _ in range(lanes)]
        self.idle = list(range(lanes))
        self.open, self.guides_out = int(load.places.lanes_open[self.site, 0]), 0
        self.lines: list[list[float]] = [[], []]
        self.taken, self.captured = [0, 0], 0
        is_special = [kind >= rules.special_from for kind in self.chance.kinds]
        self.expected = [is_special.count(False) + int(load.places.waiting[self.site]), is_special.count(True)]
        self._in_full_swing()
        self.env.process(self._schedule())
        self.env.process(self._stand())
        for number, comes in enumerate(self.chance.comes):
            self.env.process(self._person(number, comes))
        self.env.process(self._close())
        self.env.run()
        return self.begun

    def _schedule(self) -> Steps:
        places = self.load.places
        for at, lanes in zip(places.opens_at[self.site, 1:], places.lanes_open[self.site, 1:], strict=True):
            if np.isfinite(at):
                yield self.env.timeout(at - self.env.now)
                self.open = int(lanes)
                self._begin()

    def _in_full_swing(self) -> None:
        """Begin a day that is taken up amid crowds: at each open lane a group at either desk."""
        places, starts = self.load.places, self.load.rules.starts_s
        part = int(np.searchsorted(places.opens_at[self.site], starts, side="right")) - 1
        is_open = int(places.lanes_open[self.site, part])
        if not starts or not is_open or places.waiting[self.site] < SEATS * is_open:
            return
        self.idle = self.idle[is_open:]
        for lane in range(is_open):
            self.env.process(self._busy(lane, starts + places.means[self.site, 1] * (lane + 0.5) / is_open))

    def _busy(self, lane: int, moves_at: float) -> Steps:
        with self.sampling[lane].request() as turn:
            yield turn
            yield self.env.timeout(moves_at)
            self.idle.append(lane)
            self._begin()
            yield self.env.timeout(self.load.places.means[self.site, 1])

    def _close(self) -> Steps:
        yield self.env.timeout(self.load.rules.closes_s)
        self._begin()

    def _stand(self) -> Steps:
        yield self.env.timeout(self.load.rules.starts_s)
        for _ in range(int(self.load.places.waiting[self.site])):
            self._join(0)

    def _person(self, number: int, comes: float) -> Steps:
        rules, kind = self.load.rules, self.chance.kinds[number]
        yield self.env.timeout(comes)
        with self.gates[number % len(self.gates)].request() as turn:
            yield turn
            yield self.env.timeout(self.chance.takes[number])
        if kind >= rules.special_from:
            takes = self.chance.capture[self.captured]
            self.captured += 1
            with self.collectors.request() as turn:
                yield turn
                yield self.env.timeout(takes)
            self._join(1)
            return
        if kind >= rules.prepared:
            yield self.env.timeout(rules.generation_s)
        self._join(0)

    def _join(self, stream: int) -> None:
        self.lines[stream].append(self.env.now)
        self._begin()

    def _is_complete(self, stream: int) -> bool:
        standing = len(self.lines[stream]) - self.taken[stream] * SEATS
        if standing >= SEATS:
            return True
        is_last = len(self.lines[stream]) == self.expected[stream] and self.env.now >= self.load.rules.closes_s
        return standing > 0 and is_last

    def _begin(self) -> None:
        guides = self.load.rules.guides
        while self.env.now < self.load.rules.ends_s - 1e-6:
            lane = next((lane for lane in self.idle if lane < self.open), None)
            if lane is None or (guides and self.guides_out >= guides * self.open):
                return
            stream = next((stream for stream in (1, 0) if self._is_complete(stream)), None)
            if stream is None:
                return
            number = self.taken[stream]
            persons = min(SEATS, len(self.lines[stream]) - number * SEATS)
            self.taken[stream] += 1
            self.idle.remove(lane)
            self.guides_out += 1
            group = Group(stream, number, lane, self.env.now, persons)
            self.begun.append(group)
            self.env.process(self._lead(group))

    def _lead(self, group: Group) -> Steps:
        places, works = self.load.places, self.chance.works
        registration, sampling = (works[2], works[3]) if group.stream else (works[0], works[1])
        share = group.persons / SEATS
        yield from self._work(int(places.pace_of[self.site, group.lane]), registration[group.number] * share)
        group.registered = self.env.now
        with self.sampling[group.lane].request() as turn:
            yield turn
            group.moved = self.env.now
            self.idle.append(group.lane)
            self._begin()
            yield from self._work(int(places.sampling_pace[self.site]), sampling[group.number] * share)
        group.done = self.env.now
        yield self.env.timeout(self.load.rules.walk_s)
        self.guides_out -= 1
        self._begin()

    def _work(self, own: int, seconds: float) -> Steps:
        at, paces = self.load.shapes.pace_at[own], self.load.shapes.paces[own]
        left = seconds
        while left > 0:
            part = int(np.searchsorted(at, self.env.now, side="right")) - 1
            pace = float(paces[part])
            until = float(at[part + 1]) if part + 1 < len(at) else np.inf
            if pace > 0 and self.env.now + left / pace <= until:
                yield self.env.timeout(left / pace)
                return
            span = until - self.env.now
            yield self.env.timeout(span)
            left -= span * pace
