"""What is wrong with a scenario, one sentence a fault; demand beyond every capacity is no fault but an answer."""

from collections.abc import Iterable, Iterator
from math import isfinite

from pipelines.campaign.model import Campaign
from pipelines.planning.scenario import VERSION, Hit, Outage, Scenario, ServiceTime, SitePlan
from pipelines.vocabulary import Contingency, Role

LONGEST_DAY_MINUTES = 24 * 60.0
LONGEST_OVERTIME_MINUTES = 48 * 60.0
LEAST_SERVICE_S, LONGEST_SERVICE_S, WIDEST_SPREAD = 1.0, 3600.0, 2.0
MOST_SITES, MOST_LANES, MOST_PERSONS, MOST_STAFF = 20_000, 60, 400_000, 10_000


class ScenarioError(Exception):
    """A scenario cannot be simulated; the message holds one sentence for each fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def checked(scenario: Scenario) -> Scenario:
    """Return the scenario as it is; raises ScenarioError with every fault in it."""
    if found := faults(scenario):
        raise ScenarioError(found)
    return scenario


def faults(scenario: Scenario) -> tuple[str, ...]:
    """Return a sentence for each fault: what was expected, what it got, where."""
    return (*_of_day(scenario), *_of_people(scenario), *_of_sites(scenario), *_of_systems(scenario))


def beyond(scenario: Scenario, campaign: Campaign) -> tuple[str, ...]:
    """Return a sentence for each thing a scenario has more of than the campaign's register: staff that do not exist."""
    exist = sum(plan.persons for plan in campaign.staff if plan.role in (Role.VOLUNTEER, Role.CADRE))
    asked = sum(site.staff for site in scenario.sites)
    if asked <= exist:
        return ()
    return (
        f"the sites' lane staff add up to {asked:,}, more than exist: the register has {exist:,} volunteers and "
        "cadres; take some away, or add them to staff.csv",
    )


def _of_day(scenario: Scenario) -> Iterator[str]:
    if scenario.version != VERSION:
        yield f"the scenario is of version {scenario.version}, this program simulates version {VERSION}; save it anew"
    yield from _within("open_minutes", scenario.open_minutes, 1.0, LONGEST_DAY_MINUTES, "a site closes after it opens")
    yield from _within("overtime_minutes", scenario.overtime_minutes, 0.0, LONGEST_OVERTIME_MINUTES)
    if not 0.0 <= scenario.starts_minute < scenario.open_minutes:
        yield (
            f"starts_minute must be from 0 to before closing at {scenario.open_minutes:g}, got "
            f"{scenario.starts_minute:g}; ask before the sites close"
        )
    weights = scenario.curve.weights
    if not 1 <= len(weights) <= 288 or not all(isfinite(w) and w >= 0 for w in weights) or sum(weights) <= 0:
        yield f"the arrival curve {scenario.curve.name!r} must hold 1 to 288 weights from 0 on, not all 0"
    elif not _comes_after(scenario):
        yield (
            f"the arrival curve {scenario.curve.name!r} has nobody after starts_minute {scenario.starts_minute:g}, "
            "yet sites expect persons; set their persons to 0 or change the curve"
        )


def _comes_after(scenario: Scenario) -> bool:
    part = scenario.open_minutes / len(scenario.curve.weights)
    later = [w for n, w in enumerate(scenario.curve.weights) if (n + 1) * part > scenario.starts_minute]
    return sum(later) > 0 or not any(site.persons for site in scenario.sites)


def _of_people(scenario: Scenario) -> Iterator[str]:
    yield from _service("registration", scenario.registration)
    yield from _service("sampling", scenario.sampling)
    for town in scenario.town_times:
        yield from _service(f"registration in town {town.town_code}", town.registration)
        yield from _service(f"sampling in town {town.town_code}", town.sampling)
    yield from _within("guides_per_lane", scenario.guides_per_lane, 0, 20)
    yield from _within("registrars_per_lane", scenario.registrars_per_lane, 1, 20)
    yield from _within("medics_per_lane", scenario.medics_per_lane, 1, 20)
    yield from _within("absence_share", scenario.absence_share, 0.0, 1.0)
    yield from _within("special_share", scenario.special_share, 0.0, 1.0)
    yield from _within("prepared_share", scenario.prepared_share, 0.0, 1.0)
    yield from _within("turnout", scenario.turnout, 0.0, 3.0)
    yield from _within("pace_spread", scenario.pace_spread, 0.0, 0.5)
    yield from _within("turnout_spread", scenario.turnout_spread, 0.0, 0.5)
    for number, shift in enumerate(scenario.shifts, start=1):
        yield from _within(f"the share of shift {number}", shift.share, 0.0, 1.0)
        if not shift.from_minute < shift.to_minute:
            yield f"shift {number} must end after it begins, got {shift.from_minute:g} to {shift.to_minute:g}"
    if (total := sum(shift.share for shift in scenario.shifts)) > 1.0 + 1e-6:
        yield f"the shifts share out {total:.0%} of the staff: more than exist; their shares add up to at most 100 %"


def _of_sites(scenario: Scenario) -> Iterator[str]:
    if not 1 <= len(scenario.sites) <= MOST_SITES:
        yield f"a scenario has 1 to {MOST_SITES} sites, got {len(scenario.sites)}"
    seen: set[str] = set()
    for site in scenario.sites:
        if site.site_id in seen:
            yield f"site {site.site_id} is there twice; leave one"
        seen.add(site.site_id)
        yield from _of_site(site)
    if not any(_could_open(scenario, site) for site in scenario.sites):
        yield "no lane opens at any site: nobody could be served; raise lanes, staff or the schedule"


def _could_open(scenario: Scenario, site: SitePlan) -> bool:
    if site.schedule is not None:
        return any(site.schedule)
    return site.lanes > 0 and site.staff >= scenario.guides_per_lane + scenario.registrars_per_lane


def _of_site(site: SitePlan) -> Iterator[str]:
    where = f"of site {site.site_id}"
    yield from _within(f"lanes {where}", site.lanes, 1, MOST_LANES, "a site without a lane serves nobody, leave it out")
    yield from _within(f"persons {where}", site.persons, 0, MOST_PERSONS)
    yield from _within(f"waiting {where}", site.waiting, 0, MOST_PERSONS)
    yield from _within(f"staff {where}", site.staff, 0, MOST_STAFF)
    if site.schedule is not None:
        if not 1 <= len(site.schedule) <= 288:
            yield f"the schedule {where} must hold 1 to 288 parts of the day, got {len(site.schedule)}"
        if any(not 0 <= lanes <= site.lanes for lanes in site.schedule):
            yield f"the schedule {where} opens 0 to {site.lanes} lanes, for more are not built; got {site.schedule}"


def _of_systems(scenario: Scenario) -> Iterator[str]:
    yield from _within("failover_minutes", scenario.failover_minutes, 0.0, LONGEST_DAY_MINUTES)
    if scenario.fallback is Contingency.PROVINCE:
        yield "fallback must be offline, city or stopped: it is what desks do when the province's servers are gone"
    for server in scenario.servers:
        yield from _within(f"logins of server {server.server_id}", server.logins, 1, 10_000_000)
    for lab in scenario.labs:
        yield from _within(f"tubes_per_day of lab {lab.lab_id}", lab.tubes_per_day, 1, 10_000_000)
    for number, outage in enumerate(scenario.outages, start=1):
        yield from _of_outage(scenario, outage, number)


def _of_outage(scenario: Scenario, outage: Outage, number: int) -> Iterator[str]:
    where = f"of outage {number}"
    yield from _within(f"from_minute {where}", outage.from_minute, 0.0, scenario.end_minute)
    hint = "it is longer than the day"
    yield from _within(f"minutes {where}", outage.minutes, 0.0, scenario.end_minute, hint)
    yield from _within(f"strength {where}", outage.strength, 0.0, 1.0)
    known = {
        Hit.SERVER: {server.server_id for server in scenario.servers},
        Hit.SITE: {site.site_id for site in scenario.sites},
        Hit.TOWN: {site.town_code for site in scenario.sites},
        Hit.LAB: {lab.lab_id for lab in scenario.labs},
    }.get(outage.hits)
    if known is not None and outage.target not in known:
        yield f"outage {number} hits {outage.hits.value} {outage.target!r}, which the scenario does not have"


def _service(what: str, time: ServiceTime) -> Iterator[str]:
    yield from _within(f"the mean of {what}", time.mean_s, LEAST_SERVICE_S, LONGEST_SERVICE_S, "seconds a group of ten")
    yield from _within(f"the spread of {what}", time.spread, 0.0, WIDEST_SPREAD, "deviation / mean")
    if time.count < 0:
        yield f"the count of {what} must be 0 or more, got {time.count}"


def _within(what: str, value: float, least: float, most: float, hint: str = "") -> Iterator[str]:
    if not (isfinite(value) and least <= value <= most):
        yield f"{what} must be from {least:g} to {most:g}, got {value:g}" + (f"; {hint}" if hint else "")
