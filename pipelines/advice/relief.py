"""Servers over their bound while nobody is stuck yet: which whole sites leave them, and what that does if one falls.

Below its bound a server can take its part of another's desks; above it the next fall brings it down too (Q72). So the
plan is weighed by the hour that would follow a fall: of the fullest server, or of the one that most desks would leave.
"""

from collections import Counter
from dataclasses import dataclass, replace

from pipelines.advice.site_switching import moved_together, on_each_site, target_of
from pipelines.advice.standing import Seats, Standing
from pipelines.advice.switch_effect import SwitchEffect, switch_effect
from pipelines.advice.switching import Move, SwitchPlan, with_loads
from pipelines.vocabulary import Contingency, SystemKind


@dataclass(frozen=True)
class Feared:
    """What comes of a fall of the server whose fall costs most: as the desks stand, and after either plan.

    ``told`` and ``ordered`` hold the switch's own lost time too.
    """

    alone: SwitchEffect
    told: SwitchEffect
    ordered: SwitchEffect


def relief_plan(where: Standing) -> SwitchPlan:
    """Return whole sites to move until each server is within its bound, those first that lie most on a full one.

    A site goes where there is room for all of its desks, else offline where all of its registrars can; a site with
    desks at the city's system stays as it is. Deterministic.
    """
    load = {seat.server_id: seat.background + seat.desks for seat in where.seats}
    bound = {seat.server_id: seat.bound for seat in _province(where)}
    working, moves = on_each_site(where.working), list[Move]()
    gone = {site_id for site_id, own in working.items() if not own.keys() <= bound.keys()}
    for full in sorted(bound, key=lambda name: (bound[name] - load[name], name)):
        there = [site_id for site_id in working.keys() - gone if working[site_id][full]]
        there.sort(key=lambda site_id: (-working[site_id][full] / working[site_id].total(), site_id))
        for site_id in there:
            if load[full] <= bound[full]:
                break
            own = working[site_id]
            target = target_of(own.total(), own, load, bound)
            found = moved_together(site_id, target, Counter(), own) if target else _offline(site_id, own, where)
            for move in found:
                load[move.from_server] -= move.desks
                if move.to_server:
                    load[move.to_server] += move.desks
            moves += found
            gone |= {site_id} if found else set()
    return with_loads(moves, where)


def feared(where: Standing, plan: SwitchPlan, by_site: SwitchPlan, switch_s: float) -> Feared:
    """Return the hour after the costliest fall, without and with the plans."""
    after = [_after_a_fall(standing, switch_s) for standing in (where, _moved(where, plan), _moved(where, by_site))]
    own = [switch_effect(where, one, switch_s).desk_minutes_lost for one in (plan, by_site)]
    told, ordered = (
        replace(effect, desk_minutes_lost=effect.desk_minutes_lost + lost)
        for effect, lost in zip(after[1:], own, strict=True)
    )
    return Feared(after[0], told, ordered)


def _after_a_fall(where: Standing, switch_s: float) -> SwitchEffect:
    """Return what comes of the fall that costs most, of the fullest server or of the one with the most desks."""
    province = _province(where)
    fullest = max(province, key=lambda seat: ((seat.background + seat.desks) / max(seat.capacity, 1), seat.server_id))
    largest = max(province, key=lambda seat: (seat.desks, seat.server_id))
    falls = dict.fromkeys((fullest.server_id, largest.server_id))
    effects = [switch_effect(_fallen(where, server_id), None, switch_s) for server_id in falls]
    return max(effects, key=lambda effect: effect.desk_minutes_lost)


def _fallen(where: Standing, server_id: str) -> Standing:
    """Return where the desks stand when that server has just fallen."""
    stuck = {key: desks for key, desks in where.working.items() if key[1] == server_id}
    return replace(
        where,
        seats=tuple(seat for seat in where.seats if seat.server_id != server_id),
        working={key: desks for key, desks in where.working.items() if key[1] != server_id},
        stuck=dict(where.stuck) | stuck,
    )


def _moved(where: Standing, plan: SwitchPlan) -> Standing:
    """Return where the desks stand when a plan for desks that work is carried out; offline is on no server."""
    working = Counter(where.working)
    for move in plan.moves:
        working[move.site_id, move.from_server] -= move.desks
        if move.to_server:
            working[move.site_id, move.to_server] += move.desks
    ours = Counter[str]()
    for (_, server_id), desks in working.items():
        ours[server_id] += desks
    seats = tuple(replace(seat, desks=ours[seat.server_id]) for seat in where.seats)
    return replace(where, seats=seats, working={key: desks for key, desks in working.items() if desks > 0})


def _offline(site_id: str, own: Counter[str], where: Standing) -> list[Move]:
    """Return the moves of a whole site to the offline app, none where not all of its registrars are trained."""
    if where.can_go_offline.get(site_id, 0) < own.total():
        return []
    return [Move(site_id, left, "", Contingency.OFFLINE, desks, False) for left, desks in sorted(own.items())]


def _province(where: Standing) -> list[Seats]:
    return [seat for seat in where.seats if seat.system is SystemKind.PROVINCE]
