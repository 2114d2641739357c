"""When to go offline, and when to come back (Q94): for sites that cannot register online, and for those that can."""

from collections.abc import Iterable

from pipelines.advice.measures import WORTH_MINUTES, Measures
from pipelines.advice.outlook import HEARD_AFTER_MINUTES
from pipelines.advice.situation import by_site
from pipelines.advice.words import Disturbance, Effect, Figure, OrderToGive, Recommendation, SubjectKind
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import AdviceKind, Cause, Contingency, ScopeLevel

HOUR = 60.0
CANNOT_REGISTER = frozenset({Cause.CARRIER, Cause.POWER, Cause.SITE_NETWORK})


def offline(
    campaign: Campaign, measures: Measures, one: Disturbance, ordered: dict[str, object]
) -> list[Recommendation]:
    """Return plan one for the sites where a disturbance leaves no way to register online (Q94)."""
    is_province = one.kind is SubjectKind.PROVINCE
    if not is_province and (one.cause not in CANNOT_REGISTER or one.evidence.get("both_networks_down") == 0):
        return []
    within = one.desks_by_site or [site.site_id for site in campaign.sites if is_province]
    told, gone = {Contingency.OFFLINE.value, Contingency.CITY.value}, _gone(measures)
    sites = [site_id for site_id in within if ordered.get(site_id) not in told and site_id not in gone]
    of = {outlook.site_id: outlook for outlook in measures.outlooks}
    hit = [of[site_id] for site_id in sites if site_id in of]
    if not hit:
        return []
    saved = sum(each.waited_stopped - each.waited_offline for each in hit)
    before, after = sum(each.stopped[-1] for each in hit), sum(each.offline[-1] for each in hit)
    evidence: dict[str, Figure] = {
        "cause": one.cause.value,
        "sites": len(hit),
        "desks": one.desks,
        "can_go_offline_share": round(sum(each.offline_share for each in hit) / len(hit), 3),
        "queue_now": sum(each.queue for each in hit),
    }
    level, target, orders = reached(campaign, one, tuple(sites), {"contingency": Contingency.OFFLINE.value})
    return [
        Recommendation(
            kind=AdviceKind.GO_OFFLINE,
            subject=f"{one.cause}:{one.subject or one.kind}",
            level=level,
            target=target,
            site_ids=tuple(sites),
            evidence=evidence,
            orders=orders,
            effect=Effect("queue_persons", before, after, HOUR, round(saved, 1)),
            disturbance_id=one.disturbance_id,
        )
    ]


def _gone(measures: Measures) -> set[str]:
    """Return the sites of whose open lanes none is left to send: their desks went offline, or to the city, unbidden."""
    lanes, now = by_site(measures.situation.sites, "lanes_open"), measures.situation.contingency
    off = [by_site(now, column) for column in ("desks_offline", "desks_city")]
    return {site_id for site_id in off[0] if 0 < (lanes.get(site_id) or 0) <= sum(of.get(site_id) or 0 for of in off)}


def reached(
    campaign: Campaign, one: Disturbance, sites: tuple[str, ...], facts: dict[str, Figure]
) -> tuple[ScopeLevel, str, tuple[OrderToGive, ...]]:
    """Return the scope that holds these sites, and the fewest orders that reach just them."""
    town_of = {site.site_id: site.town_code for site in campaign.sites}
    if len(sites) == len(campaign.sites):
        return ScopeLevel.DISTRICT, "", (OrderToGive(ScopeLevel.DISTRICT, "", facts),)
    whole: list[OrderToGive] = []
    for town in sorted({town_of[site_id] for site_id in sites}):
        inside = [site_id for site_id in sites if town_of[site_id] == town]
        if len(inside) == sum(code == town for code in town_of.values()):
            whole.append(OrderToGive(ScopeLevel.TOWN, town, facts))
        else:
            whole += [OrderToGive(ScopeLevel.SITE, site_id, facts) for site_id in inside]
    if len(sites) == 1:
        return ScopeLevel.SITE, sites[0], tuple(whole)
    towns = {town_of[site_id] for site_id in sites}
    level = ScopeLevel.TOWN if len(towns) == 1 else ScopeLevel.DISTRICT
    return level, towns.pop() if level is ScopeLevel.TOWN else "", tuple(whole)


def returns(
    campaign: Campaign, measures: Measures, found: Iterable[Disturbance], ordered: dict[str, object]
) -> list[Recommendation]:
    """Return the sites to the province's system that were ordered offline and have nothing that keeps them there."""
    kept = {site_id for one in found for site_id in one.desks_by_site}
    is_province_gone = any(one.kind is SubjectKind.PROVINCE for one in found)
    sites = [
        site_id
        for site_id, order in sorted(ordered.items())
        if order == Contingency.OFFLINE.value and site_id not in kept and site_id in measures.hour.index
    ]
    if not sites or is_province_gone:
        return []
    hour, saved = measures.hour, 0.0
    for site_id in sites:
        share = float(hour.offline_share[hour.index[site_id]])
        saved += hour.waited(site_id, hour.pace(site_id, share, share, 0.0))
        saved -= hour.waited(site_id, hour.pace(site_id, share, 1.0, HEARD_AFTER_MINUTES))
    of = {outlook.site_id: outlook for outlook in measures.outlooks}
    before = sum(of[site_id].offline[-1] for site_id in sites)
    after = sum(of[site_id].going_on[-1] for site_id in sites)
    facts: dict[str, Figure] = {"contingency": Contingency.PROVINCE.value}
    orders = tuple(OrderToGive(ScopeLevel.SITE, site_id, facts) for site_id in sites)
    if len(sites) == len(campaign.sites):
        orders = (OrderToGive(ScopeLevel.DISTRICT, "", facts),)
    return [
        Recommendation(
            kind=AdviceKind.RETURN_ONLINE,
            subject="offline",
            level=ScopeLevel.DISTRICT if len(sites) > 1 else ScopeLevel.SITE,
            target="" if len(sites) > 1 else sites[0],
            site_ids=tuple(sites),
            evidence={"sites": len(sites), "servers_ok": True, "networks_ok": True},
            orders=orders,
            effect=Effect("queue_persons", before, after, HOUR, round(max(saved, WORTH_MINUTES), 1)),
        )
    ]
