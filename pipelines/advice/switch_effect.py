"""What a switch of servers does before it is ordered: desks that look for a server, servers that fall under them.

A small world in steps of its own: no chance, no clock. A desk without a server tries the codes on its sheet one after
the other; a server above its capacity falls and drops everybody, and rises when those who try have been few for two
minutes. With a plan, a desk goes where the plan says as soon as it hears of it.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count

from pipelines.advice.standing import Seats, Standing
from pipelines.advice.switching import SwitchPlan
from pipelines.vocabulary import Contingency, SystemKind

COHORTS = 600  # at most so many lots of desks move one by one; more desks make larger lots
NOTICED_S = 30.0  # within this a desk notices that its server is gone
HEARD_S = (10.0, 180.0)  # an order reaches the first and the last desk
COUNTS_S = 60.0  # an attempt weighs on a server that is down for so long
CALM_S = 120.0
CALM_SHARE = 0.75
ALL_FAILED_S = 60.0  # after the last code, before the first is tried again
HORIZON_S = 3_600.0
OFFLINE, NOWHERE = "offline", ""


@dataclass(frozen=True)
class SwitchEffect:
    """What comes of it within the hour. ``recovery_minutes`` is None when some desks then still have no server.

    ``desk_minutes_lost`` is work that desks did not do, ``peak_load`` each server's highest logins over its capacity,
    ``falls`` how often a server fell.
    """

    recovery_minutes: float | None
    desk_minutes_lost: float
    peak_load: Mapping[str, float]
    falls: int


@dataclass
class _Server:
    capacity: int
    background: int
    on_it: set[int] = field(default_factory=set[int])
    load: int = 0
    peak: int = 0
    busy_until: float | None = None
    tried: deque[tuple[float, int]] = field(default_factory=deque[tuple[float, int]])

    def is_down(self, now: float) -> bool:
        """Whether it has fallen and not risen yet."""
        if self.busy_until is None:
            return False
        while self.tried and self.tried[0][0] <= now - COUNTS_S:
            self.tried.popleft()
        if sum(desks for _, desks in self.tried) + self.background > CALM_SHARE * self.capacity:
            self.busy_until = now
        if now - self.busy_until >= CALM_S:
            self.busy_until = None
        return self.busy_until is not None


@dataclass
class _Lot:
    """Desks that act as one. ``at``: where they work, "" while they look."""

    desks: int
    codes: tuple[str, ...]
    can_go_offline: bool
    at: str = NOWHERE
    tries: int = 0
    since: float = 0.0


def switch_effect(where: Standing, plan: SwitchPlan | None, switch_s: float) -> SwitchEffect:
    """Return what comes of the desks as they stand, left to themselves or told of the plan."""
    return _Scene(where, plan, switch_s).played()


class _Scene:
    """One run; owned by one call."""

    def __init__(self, where: Standing, plan: SwitchPlan | None, switch_s: float) -> None:
        self._servers = {s.server_id: _Server(s.capacity, s.background) for s in where.seats}
        province = [s for s in where.seats if s.system is SystemKind.PROVINCE]
        city = tuple(s.server_id for s in where.seats if s.system is SystemKind.CITY)
        size = -(-(sum(where.stuck.values()) + sum(where.working.values())) // COHORTS) or 1
        self._switch_s, self._falls, self._last, self._lost = switch_s, 0, 0.0, 0.0
        self._lots: list[_Lot] = []
        self._events: list[tuple[float, int, int, str]] = []
        self._numbers = count()
        self._settle(where, province, city, size)
        self._wake_stuck()
        self._tell(plan)
        heapify(self._events)

    def played(self) -> SwitchEffect:
        """Play the hour and return what came of it."""
        while self._events and self._events[0][0] <= HORIZON_S:
            now, _, lot, order = heappop(self._events)
            if order:
                self._follow(lot, order, now)
            elif not self._lots[lot].at:
                self._try(lot, now)
        idle = [lot for lot in self._lots if not lot.at]
        lost = self._lost + sum((HORIZON_S - lot.since) * lot.desks for lot in idle)
        peaks = {name: round(each.peak / max(each.capacity, 1), 3) for name, each in self._servers.items()}
        return SwitchEffect(None if idle else self._last / 60, lost / 60, peaks, self._falls)

    def _settle(self, where: Standing, province: Iterable[Seats], city: tuple[str, ...], size: int) -> None:
        """Put every desk where it stands; the codes of a sheet begin with another server from lot to lot."""
        ids = [seat.server_id for seat in province]
        trained = Counter(where.can_go_offline)
        groups = [(key, desks, key[1]) for key, desks in sorted(where.working.items())]
        groups += [(key, desks, NOWHERE) for key, desks in sorted(where.stuck.items())]
        turn = 0
        for (site_id, _), desks, at in groups:
            for _ in range(-(-desks // size)):
                part = min(size, desks)
                desks -= part
                start = turn % max(len(ids), 1)
                codes = (*ids[start:], *ids[:start], *city)
                can = trained[site_id] >= part
                trained[site_id] -= part if can else 0
                self._lots.append(_Lot(part, codes, can, at))
                turn += 1
                if at:
                    self._servers[at].on_it.add(len(self._lots) - 1)
                    self._servers[at].load += part
        for server in self._servers.values():
            server.peak = server.load + server.background

    def _wake_stuck(self) -> None:
        stuck = [n for n, lot in enumerate(self._lots) if not lot.at]
        for place, n in enumerate(stuck):
            self._push((place + 1) / len(stuck) * NOTICED_S, n)

    def _tell(self, plan: SwitchPlan | None) -> None:
        """Let every lot that the plan moves hear of it, one after the other."""
        if plan is None:
            return
        orders: list[tuple[int, str]] = []
        stuck = [n for n, lot in enumerate(self._lots) if not lot.at]
        working = {name: sorted(server.on_it) for name, server in self._servers.items()}
        for move in plan.moves:
            target = move.to_server or (OFFLINE if move.contingency is Contingency.OFFLINE else NOWHERE)
            among = stuck if move.is_stuck else working[move.from_server]
            left = move.desks
            while left > 0 and among:
                lot = among.pop(0)
                left -= self._lots[lot].desks
                if target:
                    orders.append((lot, target))
        first, last = HEARD_S
        for place, (lot, target) in enumerate(orders):
            self._push(first + (place + 1) / len(orders) * (last - first), lot, target)

    def _push(self, at: float, lot: int, order: str = "") -> None:
        self._events.append((at, next(self._numbers), lot, order))

    def _later(self, at: float, lot: int, order: str = "") -> None:
        heappush(self._events, (at, next(self._numbers), lot, order))

    def _follow(self, number: int, target: str, now: float) -> None:
        """Go where the plan says, unless that is where the lot works already."""
        lot = self._lots[number]
        if lot.at == target:
            return
        server = self._servers.get(lot.at)
        if server is not None:
            server.on_it.discard(number)
            server.load -= lot.desks
        if lot.at:
            lot.at, lot.since = NOWHERE, now
        if target == OFFLINE:
            self._work(lot, OFFLINE, now)
            return
        lot.codes = (target, *(code for code in lot.codes if code != target))
        lot.tries = 0
        self._later(now + self._switch_s, number)

    def _try(self, number: int, now: float) -> None:
        lot = self._lots[number]
        if not lot.codes:
            self._give_up(lot, number, now)
            return
        server = self._servers[lot.codes[lot.tries % len(lot.codes)]]
        if server.is_down(now):
            server.tried.append((now, lot.desks))
            lot.tries += 1
            if lot.tries % len(lot.codes) == 0:
                self._give_up(lot, number, now)
            else:
                self._later(now + self._switch_s, number)
            return
        server.on_it.add(number)
        server.load += lot.desks
        server.peak = max(server.peak, server.load + server.background)
        self._work(lot, lot.codes[lot.tries % len(lot.codes)], now)
        if server.load + server.background > server.capacity:
            self._fall(server, now)

    def _give_up(self, lot: _Lot, number: int, now: float) -> None:
        if lot.can_go_offline:
            self._work(lot, OFFLINE, now)
        else:
            self._later(now + ALL_FAILED_S + self._switch_s, number)

    def _work(self, lot: _Lot, at: str, now: float) -> None:
        self._lost += (now - lot.since) * lot.desks
        self._last = max(self._last, now)
        lot.at = at

    def _fall(self, server: _Server, now: float) -> None:
        self._falls += 1
        dropped = sorted(server.on_it)
        server.on_it.clear()
        server.load, server.busy_until = 0, now
        for place, number in enumerate(dropped):
            lot = self._lots[number]
            lot.at, lot.since, lot.tries = NOWHERE, now, lot.tries + 1
            self._later(now + (place + 1) / len(dropped) * NOTICED_S, number)
