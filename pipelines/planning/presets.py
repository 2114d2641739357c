"""Scenarios to begin with: the campaign's own day, and values with their sources that a question can put in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.campaign.model import Campaign
from pipelines.planning.scenario import (
    Curve,
    LabPlan,
    Scenario,
    ServerPlan,
    ServiceTime,
    ShiftPlan,
    SitePlan,
)
from pipelines.vocabulary import Role, SystemKind

LANE_ROLES = (Role.VOLUNTEER, Role.CADRE)
REGISTRATION_SPREAD, SAMPLING_SPREAD = 0.25, 0.15
LONGEST_NIGHT_MINUTES = 48 * 60.0

APPOINTMENT = Curve(
    "appointment",
    (1.0, 1.0, 1.1, 1.2, 1.1, 0.9, 0.8, 0.9, 1.0, 1.0, 1.1, 1.2, 1.0, 0.9),
    "by appointment nearly flat, peak / mean 1.2: Tianjin, 2022-01",
)
THREE_PEAKS = Curve(
    "three_peaks",
    (1.2, 1.3, 1.0, 0.8, 0.7, 0.8, 1.0, 1.2, 0.9, 0.8, 0.9, 1.2, 1.4, 0.8),
    "free: three peaks, the evening's the highest, peak / mean 1.4: Shenzhen, 2022-03",
)
OPENING_SURGE = Curve(
    "opening_surge",
    (2.5,) * 6 + (1.0,) * 50,
    "2.5 times as many for the first 90 of 840 minutes: assumption",
)
CURVES = {curve.name: curve for curve in (APPOINTMENT, THREE_PEAKS, OPENING_SURGE)}

SERVICE_TIMES = {
    "sanshui": ServiceTime(275, SAMPLING_SPREAD, 0, "131 persons a lane and hour: calibration of the design"),
    "beijing": ServiceTime(360, SAMPLING_SPREAD, 0, "about 100 persons a sampling desk and hour: Beijing, press"),
    "liaoning": ServiceTime(180, SAMPLING_SPREAD, 0, "more than 200 persons a sampling desk and hour: Liaoning, press"),
    "nurse": ServiceTime(144, SAMPLING_SPREAD, 0, "200-300 persons a sampling desk and hour: a nurse's diary"),
    "shunyi": ServiceTime(600, SAMPLING_SPREAD, 0, "about 60 s from code scan to swab done: Shunyi, 2021-01"),
    "chengdu": ServiceTime(2700, 0.3, 0, "4-5 min a scan while the system was broken: Chengdu, 2022-09-02"),
}
"""Sampling times of a group of ten; ``chengdu`` is a registration time."""


def base_case(campaign: Campaign) -> Scenario:
    """Return the campaign's day as it is planned: its sites, staff, shifts, servers, labs, arrival curve and times."""
    opens_at = campaign.round.opens_at
    served = campaign.service
    return Scenario(
        name="base",
        campaign_id=campaign.campaign_id,
        opens_at=opens_at,
        open_minutes=_minutes(opens_at, campaign.round.closes_at),
        sites=_sites(campaign),
        curve=Curve("campaign", campaign.arrival_hours, "campaign.toml, arrivals.hours"),
        registration=ServiceTime(served.registration_s, REGISTRATION_SPREAD, 0, "campaign.toml, service"),
        sampling=ServiceTime(served.sampling_s, SAMPLING_SPREAD, 0, "campaign.toml, service"),
        mode=campaign.round.mode,
        guides_per_lane=campaign.norms.guides_per_lane,
        registrars_per_lane=campaign.norms.registrars_per_lane,
        medics_per_lane=campaign.norms.medics_per_lane,
        shifts=tuple(
            ShiftPlan(_minutes(opens_at, shift.starts_at), _minutes(opens_at, shift.ends_at), shift.staff_share)
            for shift in campaign.shifts
        ),
        servers=tuple(
            ServerPlan(server.server_id, server.capacity_logins, server.system is SystemKind.CITY)
            for server in campaign.servers
        ),
        labs=tuple(LabPlan(lab.lab_id, lab.capacity_tubes_per_day) for lab in campaign.labs),
    )


def volunteers_only(campaign: Campaign) -> Scenario:
    """Return the day when only volunteers man the lanes: 343 in Sanshui (1,374 at 3 + 1), all day, until done."""
    return _manned(campaign, (Role.VOLUNTEER,), "volunteers_only")


def with_cadres(campaign: Campaign) -> Scenario:
    """Return the day when volunteers and cadres all man lanes, as many as they make: 700 in Sanshui."""
    return _manned(campaign, LANE_ROLES, "with_cadres")


def volunteers_as_registered(campaign: Campaign) -> Scenario:
    """Return the day when only volunteers man lanes and nobody is moved: each site opens the whole sets it has."""
    day = _manned(campaign, (Role.VOLUNTEER,), "volunteers_as_registered")
    have = _staff(campaign, (Role.VOLUNTEER,))
    each = campaign.norms.guides_per_lane + campaign.norms.registrars_per_lane
    return with_lanes(day, {site.site_id: max(have[site.site_id] // each, 1) for site in day.sites})


def with_lanes(scenario: Scenario, lanes: dict[str, int]) -> Scenario:
    """Return the scenario with so many lanes built, and open all day, at each site."""
    sites = (replace(site, lanes=lanes[site.site_id], schedule=(lanes[site.site_id],)) for site in scenario.sites)
    return replace(scenario, sites=tuple(sites))


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Return ``total`` shared out in proportion to weights, at least 1 each, by largest remainder."""
    whole = sum(weights)
    exact = [total * weight / whole if whole > 0 else total / len(weights) for weight in weights]
    shares = [max(int(share), 1) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: (int(exact[n]) - exact[n], n))
    for n in by_rest[: max(total - sum(shares), 0)]:
        shares[n] += 1
    return shares


def _manned(campaign: Campaign, roles: Sequence[Role], name: str) -> Scenario:
    day = base_case(campaign)
    have = _staff(campaign, roles)
    each = campaign.norms.guides_per_lane + campaign.norms.registrars_per_lane
    total = sum(have.values())
    shares = shared_out(total // each, [float(have[site.site_id]) for site in day.sites])
    day = replace(
        day,
        name=name,
        sites=tuple(replace(site, staff=have[site.site_id]) for site in day.sites),
        absence_share=0.0,
        shifts=(),
        overtime_minutes=LONGEST_NIGHT_MINUTES,
    )
    return with_lanes(day, {site.site_id: lanes for site, lanes in zip(day.sites, shares, strict=True)})


def _sites(campaign: Campaign) -> tuple[SitePlan, ...]:
    staff = _staff(campaign, LANE_ROLES)
    return tuple(
        SitePlan(
            site_id=site.site_id,
            town_code=site.town_code,
            lab_id=campaign.lab_of(site.town_code),
            persons=site.planned_persons,
            lanes=site.lanes,
            staff=staff[site.site_id],
        )
        for site in campaign.sites
    )


def _staff(campaign: Campaign, roles: Sequence[Role]) -> dict[str, int]:
    found = {site.site_id: 0 for site in campaign.sites}
    for plan in campaign.staff:
        if plan.role in roles:
            found[plan.site_id] += plan.persons
    return found


def _minutes(opens_at: datetime, at: datetime) -> float:
    return (at - opens_at).total_seconds() / 60
