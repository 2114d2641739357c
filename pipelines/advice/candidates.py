"""What could be done now, each with its orders, its evidence and the waiting that it is expected to save (Q87).

Everything is reckoned over the next hour. Persons who are not registered for want of a server wait half of it on
average; all other waiting comes from the sites' own lines.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from pipelines.advice.contingencies import offline, returns
from pipelines.advice.loans import Loan
from pipelines.advice.measures import WORTH_MINUTES, Measures
from pipelines.advice.outlook import Outlook
from pipelines.advice.plan_two import city
from pipelines.advice.situation import by_site
from pipelines.advice.switch_effect import SwitchEffect
from pipelines.advice.switching import SwitchPlan
from pipelines.advice.words import Disturbance, Effect, Figure, Figures, OrderToGive, Recommendation
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import AdviceKind, Cause, Contingency, ScopeLevel, SystemKind

HALF_HOUR, HOUR = 30.0, 60.0
HELD_SHARE = 0.25
FEARED_SHARE = 0.25  # of what a server's fall costs, for one that is feared within the hour; assumption
LOAD = "server_load_percent"


def candidates(campaign: Campaign, measures: Measures) -> list[Recommendation]:
    """Return all that could be done, those that save the most waiting first; none saves less than a trifle.

    Only a server over its bound is told of whatever that saves: the bound is a rule, not an estimate (Q72).
    """
    ordered = by_site(measures.situation.contingency, "ordered")
    open_ones = [one for one in measures.found if one.ended_at is None]
    some = [
        *_switches(campaign, measures),
        *(advice for one in open_ones for advice in offline(campaign, measures, one, ordered)),
        *(advice for one in open_ones for advice in city(campaign, measures, one, ordered)),
        *returns(campaign, measures, open_ones, ordered),
        *_vehicles(measures),
        *_lending(campaign, measures),
        *_holds(campaign, measures),
    ]
    worth = [one for one in some if one.effect.person_minutes >= WORTH_MINUTES or one.effect.metric == LOAD]
    return sorted(worth, key=lambda one: (-one.effect.person_minutes, one.kind, one.subject))


def _switches(campaign: Campaign, measures: Measures) -> list[Recommendation]:
    plan, alone, told = measures.by_site, measures.alone, measures.ordered
    if alone is None or told is None or not plan.moves:
        return []
    cause = next((one for one in measures.found if one.cause is Cause.SERVER and one.ended_at is None), None)
    sites = tuple(sorted({move.site_id for move in plan.moves}))
    evidence: dict[str, Figure] = {
        "desks_moved": plan.desks_moved,
        "desks_offline": plan.desks_on(Contingency.OFFLINE),
        "desks_city": plan.desks_on(Contingency.CITY),
        "load_now": _most(plan.load_now.values()),
        "load_then": _most(plan.load_then.values()),
        "peak_load_without": _most(alone.peak_load.values()),
        "peak_load_with": _most(told.peak_load.values()),
        "falls_without": alone.falls,
        "falls_with": told.falls,
        "recovery_minutes_without": alone.recovery_minutes,
        "recovery_minutes_with": told.recovery_minutes,
    } | _desks_to(plan)
    if measures.is_feared:
        effect = _relief(measures, alone, told)
    else:
        effect = _registered(measures, alone, told, "persons_not_registered", 1.0)
    return [
        Recommendation(
            kind=AdviceKind.SWITCH_SERVERS,
            subject=_bearer(cause, measures),
            level=ScopeLevel.DISTRICT,
            target="",
            site_ids=sites,
            evidence=evidence,
            orders=switch_orders(campaign, plan),
            effect=effect,
            disturbance_id=cause.disturbance_id if cause else "",
        )
    ]


def _registered(measures: Measures, alone: SwitchEffect, told: SwitchEffect, metric: str, share: float) -> Effect:
    """Return how many persons fewer are not registered; ``share``: of the waiting that is counted as saved."""
    before, after = measures.not_registered(alone), measures.not_registered(told)
    return Effect(metric, round(before), round(after), HOUR, (before - after) * HALF_HOUR * share)


def _relief(measures: Measures, alone: SwitchEffect, told: SwitchEffect) -> Effect:
    """Return what a switch before a fall does: to what a fall would cost or, where that is a trifle, to the load."""
    plan, effect = measures.by_site, _registered(measures, alone, told, "persons_if_it_falls", FEARED_SHARE)
    if effect.person_minutes >= WORTH_MINUTES or told.falls > alone.falls:
        return effect
    now, then = (max(load[name] for name in _ours(measures)) for load in (plan.load_now, plan.load_then))
    return Effect(LOAD, round(100 * now, 1), round(100 * then, 1), HOUR, 0.0)


def _bearer(cause: Disturbance | None, measures: Measures) -> str:
    """Return what a switch is about: the server that fell, or all of them; before a fall the province's fullest."""
    if measures.is_feared:
        load = measures.by_site.load_now
        return max(_ours(measures), key=lambda name: load[name])
    return cause.subject or cause.kind.value if cause else "load"


def _ours(measures: Measures) -> list[str]:
    """Return the province's servers."""
    return sorted(seat.server_id for seat in measures.where.seats if seat.system is SystemKind.PROVINCE)


def _desks_to(plan: SwitchPlan) -> dict[str, Figure]:
    """Return how many desks each server takes, as evidence: ``desks_to_p1``."""
    taken = Counter[str]()
    for move in plan.moves:
        taken[move.to_server] += move.desks
    return {f"desks_to_{server_id}": desks for server_id, desks in sorted(taken.items()) if server_id}


def switch_orders(campaign: Campaign, plan: SwitchPlan) -> tuple[OrderToGive, ...]:
    """Return the orders of a plan by whole sites: one a town where all its sites do the same, else one a site."""
    town_of = {site.site_id: site.town_code for site in campaign.sites}
    of_site: dict[str, tuple[str, str]] = {}
    for move in plan.moves:
        if move.to_server or move.contingency is not None:
            system = move.contingency.value if move.contingency else ""
            of_site[move.site_id] = ("server_id", move.to_server) if move.to_server else ("contingency", system)
    orders: list[OrderToGive] = []
    for town in campaign.towns:
        sites = [site_id for site_id, code in town_of.items() if code == town.town_code]
        told = {of_site.get(site_id) for site_id in sites}
        same = told.pop() if len(told) == 1 else None
        if same:
            orders.append(OrderToGive(ScopeLevel.TOWN, town.town_code, dict([same])))
        else:
            parts = [(site_id, of_site[site_id]) for site_id in sites if site_id in of_site]
            orders += [OrderToGive(ScopeLevel.SITE, site_id, dict([part])) for site_id, part in parts]
    return tuple(orders)


def _vehicles(measures: Measures) -> list[Recommendation]:
    return [
        Recommendation(
            kind=AdviceKind.SEND_VEHICLE,
            subject=move.to_site,
            level=ScopeLevel.SITE,
            target=move.to_site,
            site_ids=(move.to_site,),
            evidence={
                "vehicle_id": move.vehicle_id,
                "crowd_index": move.crowd_index,
                "carrier": move.carrier,
                "from_site": move.from_site,
                "distance_km": move.distance_km,
                "ready_in_minutes": move.ready_in_minutes,
            },
            orders=(OrderToGive(ScopeLevel.SITE, move.to_site, {"vehicle_id": move.vehicle_id}),),
            effect=Effect("wait_minutes", move.wait_before, move.wait_after, HALF_HOUR, move.person_minutes),
        )
        for move in measures.moves
    ]


def _lending(campaign: Campaign, measures: Measures) -> list[Recommendation]:
    town_of = {site.site_id: site.town_code for site in campaign.sites}
    pairs: defaultdict[tuple[str, str], list[Loan]] = defaultdict(list)
    for loan in measures.loans:
        pairs[loan.from_site, loan.to_site].append(loan)
    found: list[Recommendation] = []
    for (giver, taker), loans in pairs.items():
        together = town_of[giver] == town_of[taker]
        level, target = (ScopeLevel.TOWN, town_of[giver]) if together else (ScopeLevel.DISTRICT, "")
        orders = tuple(
            OrderToGive(
                level, target, {"lend_from": giver, "lend_to": taker, "role": loan.role, "persons": loan.persons}
            )
            for loan in loans
        )
        first = loans[0]
        evidence: Figures = {
            "lend_from": giver,
            "lend_to": taker,
            "distance_km": first.distance_km,
            "ready_in_minutes": first.ready_in_minutes,
            "from_wait_before": first.from_wait_before,
            "from_wait_after": first.from_wait_after,
        } | {f"persons_{loan.role}": loan.persons for loan in loans}
        effect = Effect(
            "wait_minutes",
            first.to_wait_before,
            first.to_wait_after,
            HALF_HOUR,
            sum(loan.person_minutes for loan in loans),
        )
        found.append(
            Recommendation(AdviceKind.LEND_STAFF, taker, level, target, (giver, taker), evidence, orders, effect)
        )
    return found


def _holds(campaign: Campaign, measures: Measures) -> list[Recommendation]:
    """Return the towns at whose sites the police should close the entrance for a while: the line is a crowd (Q93).

    Who is held back waits too, at home: a part of it counts as saved.
    """
    towns: defaultdict[str, list[Outlook]] = defaultdict(list)
    for each in measures.outlooks:
        if each.queue >= each.crowd_limit and each.going_on[1] > each.crowd_limit:
            towns[each.town_code].append(each)
    found: list[Recommendation] = []
    for town in campaign.towns:
        crowded = towns[town.town_code]
        if not crowded:
            continue
        worst = max(crowded, key=lambda each: each.queue - each.crowd_limit)
        evidence: dict[str, Figure] = {
            "sites": len(crowded),
            "queue_now": sum(each.queue for each in crowded),
            "crowd_limit": sum(each.crowd_limit for each in crowded),
            "worst_site_id": worst.site_id,
            "worst_queue": worst.queue,
        }
        before, after = sum(each.going_on[1] for each in crowded), sum(each.crowd_limit for each in crowded)
        effect = Effect("queue_persons", before, after, HALF_HOUR, (before - after) * HALF_HOUR / 2 * HELD_SHARE)
        sites = tuple(each.site_id for each in crowded)
        code, at = town.town_code, ScopeLevel.TOWN
        found.append(Recommendation(AdviceKind.HOLD_CROWD, code, at, code, sites, evidence, (), effect))
    return found


def _most(loads: Iterable[float]) -> float | None:
    return round(max(loads, default=0.0), 3) or None
