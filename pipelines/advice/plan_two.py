"""Plan two (Q95): the city's system, for sites that the offline app cannot carry alone while the province is down."""

from dataclasses import dataclass

from pipelines.advice.contingencies import HOUR, reached
from pipelines.advice.measures import WORTH_MINUTES, Measures
from pipelines.advice.outlook import HEARD_AFTER_MINUTES, Outlook
from pipelines.advice.situation import by_site
from pipelines.advice.standing import Seats
from pipelines.advice.words import Disturbance, Effect, Figure, Recommendation, SubjectKind
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import AdviceKind, Contingency, SystemKind


@dataclass(frozen=True)
class _Site:
    """Grain: a site that plan two would help: its desks, its line in an hour with the city, the minutes saved."""

    outlook: Outlook
    desks: int
    line: float
    saved: float


def city(campaign: Campaign, measures: Measures, one: Disturbance, ordered: dict[str, object]) -> list[Recommendation]:
    """Return plan two while the whole province is down: for sites with standby desks whose lines plan one lets grow.

    Those that save the most waiting a desk come first, as many as the city's server takes within its bound.
    """
    seats = [seat for seat in measures.where.seats if seat.system is SystemKind.CITY]
    if one.kind is not SubjectKind.PROVINCE or not seats:
        return []
    seat = max(seats, key=_room)
    chosen = _within(_room(seat), _helped(measures, ordered))
    if not chosen:
        return []
    sites = tuple(sorted(site.outlook.site_id for site in chosen))
    desks = sum(site.desks for site in chosen)
    share = sum(site.outlook.offline_share for site in chosen) / len(chosen)
    evidence: dict[str, Figure] = {
        "cause": one.cause.value,
        "sites": len(sites),
        "desks_city": desks,
        "can_go_offline_share": round(share, 3),
        "queue_now": sum(site.outlook.queue for site in chosen),
        "load_then": round((seat.background + seat.desks + desks) / max(seat.capacity, 1), 3),
    }
    level, target, orders = reached(campaign, one, sites, {"contingency": Contingency.CITY.value})
    before = sum(site.outlook.offline[-1] for site in chosen)
    after, saved = round(sum(site.line for site in chosen)), sum(site.saved for site in chosen)
    return [
        Recommendation(
            kind=AdviceKind.GO_CITY,
            subject=f"{one.cause}:{one.subject or one.kind}",
            level=level,
            target=target,
            site_ids=sites,
            evidence=evidence,
            orders=orders,
            effect=Effect("queue_persons", before, after, HOUR, round(saved, 1)),
            disturbance_id=one.disturbance_id,
        )
    ]


def _room(seat: Seats) -> int:
    return max(seat.bound - seat.background - seat.desks, 0)


def _helped(measures: Measures, ordered: dict[str, object]) -> list[_Site]:
    """Return the sites that stand ready for the city's system, not on it yet, with a line that plan one lets grow."""
    lanes, hour = by_site(measures.situation.sites, "lanes_open"), measures.hour
    found: list[_Site] = []
    for outlook in measures.outlooks:
        site_id = outlook.site_id
        is_ready = measures.where.standby.get(site_id, 0) > 0 and ordered.get(site_id) != Contingency.CITY.value
        if not is_ready or not lanes.get(site_id) or outlook.offline[-1] <= outlook.queue:
            continue
        pace = hour.pace(site_id, 0.0, 1.0, HEARD_AFTER_MINUTES)
        saved = outlook.waited_offline - hour.waited(site_id, pace)
        if saved >= WORTH_MINUTES:
            found.append(_Site(outlook, lanes[site_id], float(hour.queues(site_id, pace)[-1]), saved))
    return sorted(found, key=lambda site: (-site.saved / site.desks, site.outlook.site_id))


def _within(room: int, sites: list[_Site]) -> list[_Site]:
    chosen: list[_Site] = []
    for site in sites:
        if site.desks <= room:
            room -= site.desks
            chosen.append(site)
    return chosen
