"""The switch as orders carry it out: an order reaches all desks of a site, so whole sites scan one code.

It moves more desks than the exact plan, and keeps the same bounds: sites with stuck desks take the server that moves
the fewest of their desks, the roomiest of those; where none has room for the whole site it goes offline if it can.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from pipelines.advice.standing import Standing
from pipelines.advice.switching import Move, SwitchPlan, with_loads
from pipelines.vocabulary import Contingency, SystemKind

OFFLINE_SHARE = 0.5  # of a site's desks must be able to, before all of it is sent offline for want of a server


def site_plan(where: Standing) -> SwitchPlan:
    """Return the plan by whole sites, for those with stuck desks; deterministic."""
    load = {seat.server_id: seat.background + seat.desks for seat in where.seats}
    bound = {seat.server_id: seat.bound for seat in where.seats if seat.system is SystemKind.PROVINCE}
    stuck, working = on_each_site(where.stuck), on_each_site(where.working)
    moves: list[Move] = []
    for site_id in sorted(stuck, key=lambda one: (-sum(stuck[one].values()), one)):
        total = sum(stuck[site_id].values()) + sum(working[site_id].values())
        target = target_of(total, working[site_id], load, bound)
        if target:
            moves += moved_together(site_id, target, stuck[site_id], working[site_id])
            load[target] += total - working[site_id][target]
            for server_id, desks in working[site_id].items():
                load[server_id] -= desks if server_id != target else 0
        elif where.can_go_offline.get(site_id, 0) >= OFFLINE_SHARE * total:
            gone = sorted(stuck[site_id].items())
            moves += [Move(site_id, left, "", Contingency.OFFLINE, desks, True) for left, desks in gone]
    return with_loads(moves, where)


def target_of(total: int, own: Counter[str], load: dict[str, int], bound: dict[str, int]) -> str:
    """Return the server that takes the whole site within its bound and moves the fewest desks, "" for none."""
    fits = [name for name in sorted(bound) if load[name] - own[name] + total <= bound[name]]
    return min(fits, key=lambda name: (total - own[name], load[name] - bound[name], name), default="")


def moved_together(site_id: str, target: str, stuck: Counter[str], working: Counter[str]) -> list[Move]:
    """Return the moves that bring all of a site's desks to one server."""
    found = [Move(site_id, left, target, Contingency.PROVINCE, desks, True) for left, desks in sorted(stuck.items())]
    return found + [
        Move(site_id, left, target, Contingency.PROVINCE, desks, False)
        for left, desks in sorted(working.items())
        if left != target
    ]


def on_each_site(desks: Mapping[tuple[str, str], int]) -> defaultdict[str, Counter[str]]:
    """Return desks by (site, server) as a count of servers a site."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (site_id, server_id), count in desks.items():
        found[site_id][server_id] += count
    return found
