"""A scenario taken from the day that runs: desk times as measured, persons, lines and lanes as they are now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipelines.planning.scenario import Scenario, ServiceTime, SitePlan, TownTimes

LEAST_GROUPS = 30  # fewer measured groups than that say little: the wider figure stands
REGISTRATION, SAMPLING = "registration", "sampling"
PACE_SPREAD, TURNOUT_SPREAD = 0.03, 0.03  # what a day leaves open when it is asked about in its course; assumption


@dataclass(frozen=True)
class Measured:
    """Grain: one desk in one town, "" for the whole district, as the ask ``desk_times`` tells it."""

    town_code: str
    desk: str
    groups: int
    mean_s: float
    spread: float


@dataclass(frozen=True)
class SiteNow:
    """Grain: one site, now: persons registered, sampled, in line, and lanes open."""

    registered: int
    sampled: int
    waiting: int
    lanes_open: int


def measured_today(scenario: Scenario, found: Iterable[Measured], as_of: str) -> Scenario:
    """Return the scenario with the desk times measured up to ``as_of``; what was hardly measured stays as it is."""
    by_desk = {(one.town_code, one.desk): one for one in found if one.groups >= LEAST_GROUPS}
    wide = replace(
        scenario,
        name="measured_today",
        registration=_time(by_desk.get(("", REGISTRATION)), scenario.registration, as_of),
        sampling=_time(by_desk.get(("", SAMPLING)), scenario.sampling, as_of),
    )
    towns = {site.town_code: None for site in scenario.sites}
    return replace(
        wide,
        town_times=tuple(
            TownTimes(
                town,
                _time(by_desk.get((town, REGISTRATION)), wide.registration, as_of),
                _time(by_desk.get((town, SAMPLING)), wide.sampling, as_of),
            )
            for town in towns
            if (town, REGISTRATION) in by_desk or (town, SAMPLING) in by_desk
        ),
    )


def from_now(scenario: Scenario, as_of: datetime, now: Mapping[str, SiteNow]) -> Scenario:
    """Return the rest of the day from ``as_of``: who stands in line, who is still to come, lanes as they are open.

    Still to come are a site's persons less those registered, in line and at the desks. A site that tells nothing keeps
    its plan from here on; before opening the scenario stays as it is.
    """
    minute = (as_of - scenario.opens_at).total_seconds() / 60
    if not 0.0 < minute < scenario.open_minutes:
        return scenario
    return replace(
        scenario,
        name="from_now",
        sites=tuple(_rest(site, now.get(site.site_id)) for site in scenario.sites),
        starts_minute=minute,
        pace_spread=PACE_SPREAD,
        turnout_spread=TURNOUT_SPREAD,
    )


def at_desks(now: SiteNow) -> int:
    """Return how many persons stand at a site's desks: where a line stands two groups a lane, else who is sampled."""
    between = max(now.registered - now.sampled, 0)
    return max(between, 20 * now.lanes_open) if now.waiting >= 10 * now.lanes_open > 0 else between


def _rest(site: SitePlan, now: SiteNow | None) -> SitePlan:
    if now is None:
        return site
    lanes = min(now.lanes_open, site.lanes)
    come = max(site.persons - now.sampled - at_desks(now) - now.waiting, 0)
    return replace(site, persons=come, waiting=now.waiting, schedule=(lanes,))


def _time(found: Measured | None, otherwise: ServiceTime, as_of: str) -> ServiceTime:
    if found is None:
        return otherwise
    mean_s, spread = min(max(found.mean_s, 1.0), 3600.0), min(found.spread, 2.0)
    return ServiceTime(round(mean_s, 2), round(spread, 4), found.groups, f"measured today up to {as_of}")


def measured_rows(rows: Iterable[Mapping[str, Any]]) -> list[Measured]:
    """Return what rows of the ask ``desk_times`` say."""
    return [
        Measured(row["town_code"] or "", row["desk"], row["groups"], row["mean_s"], row["spread"] or 0.0)
        for row in rows
    ]


def site_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, SiteNow]:
    """Return what rows of the ask ``day_so_far`` say, by site; a site that tells nothing is left out."""
    return {
        row["site_id"]: SiteNow(
            row["persons_registered"], row["persons_sampled"], row["queue_persons"], row["lanes_open"]
        )
        for row in rows
        if None not in (row["persons_registered"], row["persons_sampled"], row["queue_persons"], row["lanes_open"])
    }
