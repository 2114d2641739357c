"""Which desks scan which code, so that no server passes its share of capacity (Q72, Q73): exact, fewest moves.

Moved are the stuck desks, each once, and from a server over its bound just as many as are too many: fewer cannot do.
Stuck desks come first. A town's stay together where a server has room, else a site's, else they are split by lane.
When the servers have no room left, desks go offline as far as their registrars are trained, then to the city's system.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.advice.standing import Standing
from pipelines.vocabulary import Contingency, SystemKind


@dataclass(frozen=True)
class Move:
    """Grain: some desks of one site. ``to_server`` is "" for those that no server takes; "" in both: nowhere to go."""

    site_id: str
    from_server: str
    to_server: str
    contingency: Contingency | None
    desks: int
    is_stuck: bool


@dataclass(frozen=True)
class SwitchPlan:
    """The moves, and each server's share of capacity now and when all are made."""

    moves: tuple[Move, ...]
    load_now: Mapping[str, float]
    load_then: Mapping[str, float]

    @property
    def desks_moved(self) -> int:
        """How many desks the plan moves."""
        return sum(move.desks for move in self.moves)

    def desks_on(self, contingency: Contingency | None) -> int:
        """How many desks the plan sends to a system; None: nowhere."""
        return sum(move.desks for move in self.moves if move.contingency is contingency)


def switch_plan(where: Standing) -> SwitchPlan:
    """Return the plan for desks as they stand; deterministic, without moves when nothing need move."""
    province = [seat for seat in where.seats if seat.system is SystemKind.PROVINCE]
    free = {seat.server_id: seat.bound - seat.background - seat.desks for seat in province}
    moves, left = _seated(where.stuck, {key: max(room, 0) for key, room in free.items()}, where.town_of, True)
    for move in moves:
        free[move.to_server] -= move.desks
    excess = _excess(where, {key: -room for key, room in free.items() if room < 0})
    more, over = _seated(excess, {key: max(room, 0) for key, room in free.items()}, where.town_of, False)
    rest = _elsewhere(left, over, where)
    return with_loads([*moves, *more, *rest], where)


def _seated(
    groups: Mapping[tuple[str, str], int], free: Mapping[str, int], town_of: Mapping[str, str], is_stuck: bool
) -> tuple[list[Move], dict[tuple[str, str], int]]:
    """Seat groups of desks, whole towns first, then whole sites, then by lane; return the moves and who is left."""
    room, moves = dict(free), list[Move]()
    towns: defaultdict[str, list[tuple[tuple[str, str], int]]] = defaultdict(list)
    for key, desks in groups.items():
        towns[town_of.get(key[0], "")].append((key, desks))
    split: list[tuple[tuple[str, str], int]] = []
    for _, members in sorted(towns.items(), key=lambda town: (-sum(desks for _, desks in town[1]), town[0])):
        total = sum(desks for _, desks in members)
        target = _roomiest(room, total)
        if target:
            room[target] -= total
            moves += [_move(key, target, desks, is_stuck) for key, desks in sorted(members)]
        else:
            split += members
    for key, desks in sorted(split, key=lambda member: (-member[1], member[0])):
        for target, taken in _seats_for(room, desks):
            room[target] -= taken
            moves.append(_move(key, target, taken, is_stuck))
    seated = Counter[tuple[str, str]]()
    for move in moves:
        seated[move.site_id, move.from_server] += move.desks
    return moves, {key: desks - seated[key] for key, desks in sorted(groups.items()) if desks > seated[key]}


def _roomiest(room: Mapping[str, int], desks: int) -> str:
    """Return the server with the most room if it takes all of these desks, else ""."""
    if not room:
        return ""
    best = max(sorted(room), key=lambda server_id: room[server_id])
    return best if room[best] >= desks else ""


def _seats_for(room: Mapping[str, int], desks: int) -> list[tuple[str, int]]:
    """Return one server for all of these desks, or the roomiest ones one after another."""
    whole = _roomiest(room, desks)
    if whole:
        return [(whole, desks)]
    found: list[tuple[str, int]] = []
    for server_id in sorted(room, key=lambda one: (-room[one], one)):
        taken = min(room[server_id], desks)
        if taken > 0:
            found.append((server_id, taken))
            desks -= taken
    return found


def _excess(where: Standing, over: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Return which working desks leave each server that is over its bound: as many as are too many, no more."""
    leaving: dict[tuple[str, str], int] = {}
    for server_id, too_many in sorted(over.items()):
        on_it = [(key, desks) for key, desks in where.working.items() if key[1] == server_id]
        left = min(too_many, sum(desks for _, desks in on_it))
        for key, desks in sorted(on_it, key=lambda one: (-one[1], one[0])):
            taken = min(desks, left)
            if taken > 0:
                leaving[key] = taken
                left -= taken
    return leaving


def _elsewhere(
    stuck: Mapping[tuple[str, str], int], over: Mapping[tuple[str, str], int], where: Standing
) -> list[Move]:
    """Send the rest offline, then to the city's system, site by site; what is left has nowhere to go.

    Desks that work, on a server that is too full, stay where they are when there is nowhere to go.
    """
    city = [seat for seat in where.seats if seat.system is SystemKind.CITY]
    room = {seat.server_id: max(seat.bound - seat.background - seat.desks, 0) for seat in city}
    trained, standby, moves = dict(where.can_go_offline), dict(where.standby), list[Move]()
    for groups, is_stuck in ((stuck, True), (over, False)):
        for (site_id, from_server), desks in sorted(groups.items()):
            offline = min(desks, trained.get(site_id, 0))
            trained[site_id] = trained.get(site_id, 0) - offline
            rest, target = desks - offline, _roomiest(room, 1)
            to_city = min(rest, standby.get(site_id, 0), room.get(target, 0))
            standby[site_id] = standby.get(site_id, 0) - to_city
            if to_city:
                room[target] -= to_city
            none = rest - to_city if is_stuck else 0
            parts = ((offline, "", Contingency.OFFLINE), (to_city, target, Contingency.CITY), (none, "", None))
            moves += [
                Move(site_id, from_server, to, system, count, is_stuck) for count, to, system in parts if count > 0
            ]
    return moves


def with_loads(moves: Sequence[Move], where: Standing) -> SwitchPlan:
    """Return the plan of these moves, with every server's load before and after them."""
    now = {seat.server_id: seat.background + seat.desks for seat in where.seats}
    then = Counter(now)
    for move in moves:
        if not move.is_stuck and move.from_server in then:
            then[move.from_server] -= move.desks
        if move.to_server:
            then[move.to_server] += move.desks
    capacity = {seat.server_id: max(seat.capacity, 1) for seat in where.seats}
    ordered = sorted(moves, key=lambda one: (not one.is_stuck, one.site_id, one.from_server, one.to_server))
    return SwitchPlan(
        tuple(ordered),
        {server_id: logins / capacity[server_id] for server_id, logins in now.items()},
        {server_id: then[server_id] / capacity[server_id] for server_id in now},
    )


def _move(key: tuple[str, str], target: str, desks: int, is_stuck: bool) -> Move:
    return Move(key[0], key[1], target, Contingency.PROVINCE, desks, is_stuck)
