"""Outages and overload as work functions: at which pace desks and labs work, from which second on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf, prod

import numpy as np

from pipelines.planning.draws import Floats
from pipelines.planning.scenario import Desk, Hit, Outage, Scenario, SitePlan
from pipelines.planning.schedules import Steps
from pipelines.vocabulary import Contingency

Pace = tuple[tuple[float, float], ...]
FULL: Pace = ((-inf, 1.0),)


@dataclass
class PaceBook:
    """Invariant: each work function is kept once; number 0 is full pace."""

    kept: list[Pace] = field(default_factory=lambda: [FULL])

    def number(self, pace: Pace) -> int:
        """Return the number of a work function."""
        if pace not in self.kept:
            self.kept.append(pace)
        return self.kept.index(pace)

    def arrays(self) -> tuple[Floats, Floats]:
        """Return functions × parts: seconds from which on, and pace."""
        parts = max(len(pace) for pace in self.kept)
        at, paces = np.full((len(self.kept), parts), inf), np.ones((len(self.kept), parts))
        for n, pace in enumerate(self.kept):
            at[n, : len(pace)] = [minute * 60 for minute, _ in pace]
            paces[n, : len(pace)] = [share for _, share in pace]
        return at, paces


def merged(changes: Iterable[tuple[float, float]]) -> Pace:
    """Return a work function of (minute, pace) without steps that change nothing."""
    steps = [(-inf, 1.0), *changes]
    return tuple(step for n, step in enumerate(steps) if n == 0 or step[1] != steps[n - 1][1])


def outage_pace(outages: Sequence[Outage]) -> Pace:
    """Return the pace under outages that act together: what each leaves is multiplied."""
    edges = sorted({edge for outage in outages for edge in (outage.from_minute, outage.from_minute + outage.minutes)})
    return merged([(edge, _left(outages, edge)) for edge in edges])


def _left(outages: Sequence[Outage], minute: float) -> float:
    acting = (o for o in outages if o.from_minute <= minute < o.from_minute + o.minutes)
    return prod(1.0 - outage.strength for outage in acting)


def multiplied(first: Pace, second: Pace) -> Pace:
    """Return the pace of desks that two causes slow."""
    edges = sorted({edge for edge, _ in (*first, *second) if edge > -inf})
    both = zip(edges, paces_at(first, edges), paces_at(second, edges), strict=True)
    return merged([(edge, one * other) for edge, one, other in both])


def paces_at(pace: Pace, minutes: Floats | Sequence[float]) -> list[float]:
    """Return the pace at each of some minutes after opening."""
    edges, shares = zip(*pace, strict=True)
    return np.asarray(shares)[np.searchsorted(edges, minutes, side="right") - 1].tolist()


def site_outages(scenario: Scenario, site: SitePlan, desk: Desk) -> tuple[Outage, ...]:
    """Return the outages that slow a desk of a site directly."""
    hit = {(Hit.SITE, site.site_id), (Hit.TOWN, site.town_code)}
    return tuple(
        outage
        for outage in scenario.outages
        if outage.desk is desk and (outage.hits is Hit.DISTRICT or (outage.hits, outage.target) in hit)
    )


def lab_pace(scenario: Scenario, lab_id: str) -> Pace:
    """Return the pace of a lab under its outages."""
    return outage_pace([o for o in scenario.outages if o.hits is Hit.LAB and o.target in ("", lab_id)])


class Servers:
    """The provincial servers: desks stand at them in turn, leave one that is down, and slow one that is overfull."""

    def __init__(self, scenario: Scenario, all_steps: Sequence[Steps]) -> None:
        self._scenario = scenario
        self._province = [server for server in scenario.servers if not server.is_city]
        self._city = sum(server.logins for server in scenario.servers if server.is_city)
        self._outages = [o for o in scenario.outages if o.hits in (Hit.SERVER, Hit.PROVINCE)]
        self._lanes = _total(all_steps)
        self.count = max(len(self._province), 1)

    def pace(self, server: int) -> Pace:
        """Return the pace of desks whose first server is the ``server``-th."""
        if not self._province:
            return FULL
        edges = {minute for minute, _ in self._lanes}
        for outage in self._outages:
            begins, ends = outage.from_minute, outage.from_minute + outage.minutes
            edges |= {begins, ends, min(begins + self._scenario.failover_minutes, ends)}
        ordered = sorted(edges)
        return merged([(edge, self._pace_at(server, edge)) for edge in ordered])

    def _pace_at(self, server: int, minute: float) -> float:
        lanes = next((open_ for edge, open_ in reversed(self._lanes) if edge <= minute), 0)
        left = [self._left(n, minute) for n in range(self.count)]
        alive = [n for n in range(self.count) if left[n] > 0]
        if left[server] <= 0 and minute < self._down_since(server, minute) + self._scenario.failover_minutes:
            return 0.0
        if not alive:
            return self._without_province(lanes)
        moved = [self._pace_on(n, lanes, alive, left) for n in alive]
        return self._pace_on(server, lanes, alive, left) if server in alive else sum(moved) / len(moved)

    def _pace_on(self, server: int, lanes: int, alive: Sequence[int], left: Sequence[float]) -> float:
        load = lanes / len(alive)
        return min(1.0, self._province[server].logins * left[server] / load) if load > 0 else 1.0

    def _without_province(self, lanes: int) -> float:
        fallback = self._scenario.fallback
        if fallback is Contingency.CITY and self._city:
            return min(1.0, self._city / lanes) if lanes else 1.0
        return 1.0 if fallback is Contingency.OFFLINE else 0.0

    def _left(self, server: int, minute: float) -> float:
        return _left(self._hitting(server), minute)

    def _down_since(self, server: int, minute: float) -> float:
        acting = [o for o in self._hitting(server) if o.from_minute <= minute < o.from_minute + o.minutes]
        return max(outage.from_minute for outage in acting)

    def _hitting(self, server: int) -> list[Outage]:
        server_id = self._province[server].server_id
        return [o for o in self._outages if o.hits is Hit.PROVINCE or o.target == server_id]


def _total(all_steps: Sequence[Steps]) -> list[tuple[float, int]]:
    edges = sorted({minute for steps in all_steps for minute, _ in steps})
    total: list[tuple[float, int]] = []
    for edge in edges:
        lanes = (next((n for minute, n in reversed(steps) if minute <= edge), 0) for steps in all_steps)
        total.append((edge, sum(lanes)))
    return total
