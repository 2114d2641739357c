"""Who can lend whom a lane's registrar or medics: the nearest site that is quiet, and what it does to both waits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.advice.ahead import Ahead
from pipelines.advice.situation import Situation, by_site
from pipelines.campaign.lending import Pair, lending_order, lent, staff_of
from pipelines.campaign.model import Campaign, Site
from pipelines.campaign.places import distance_km, drive_minutes

QUIET_MINUTES = 10.0  # a wait up to which a site can spare a lane
NEAREST_KM = 15.0
READY_MINUTES = 10.0
MOST = 12
REGISTRAR, MEDIC = "registrar", "medic"


@dataclass(frozen=True)
class Loan:
    """Grain: staff of one role from one site to another, for one more lane there. Waits are minutes in half an hour.

    ``person_minutes`` is the waiting saved within the hour, both sites together; a lane's two roles share it.
    """

    from_site: str
    to_site: str
    role: str
    persons: int
    distance_km: float
    ready_in_minutes: float
    to_wait_before: float
    to_wait_after: float
    from_wait_before: float
    from_wait_after: float
    person_minutes: float


def staff_loans(situation: Situation, campaign: Campaign, hour: Ahead) -> list[Loan]:
    """Return the loans that save waiting, the longest lines served first; a site lends or borrows one lane at a time.

    Who lends whom is told by what also tells the staffing plans' moves: the own town before its neighbours, then the
    nearest.
    """
    waits = by_site(situation.sites, "wait_minutes")
    minutes = {site_id: wait for site_id, wait in waits.items() if wait is not None}
    open_lanes = {site_id: int(hour.sites.lanes[n]) for site_id, n in hour.index.items()}
    short = [
        site
        for site in campaign.sites
        if minutes.get(site.site_id, 0.0) >= campaign.waits.medium_from_minutes
        and 0 < open_lanes.get(site.site_id, 0) < site.lanes
    ]
    givers = [
        site
        for site in campaign.sites
        if minutes.get(site.site_id, 1e9) <= QUIET_MINUTES and open_lanes.get(site.site_id, 0) >= 2
    ]
    sites, staff = {site.site_id: site for site in campaign.sites}, _staff(situation)
    found: list[Loan] = []

    def pairs() -> Iterator[Pair]:
        for taker in sorted(short, key=lambda one: (-hour.sites.queue[hour.index[one.site_id]], one.site_id)):
            if len(found) >= MOST:
                return
            yield from sorted(lending_order(taker, giver) for giver in givers)

    def is_worth(giver: str, taker: str, _teams: int) -> bool:
        loans = _loans(sites[giver], sites[taker], campaign, hour, staff)
        is_good = bool(loans) and loans[0].distance_km <= NEAREST_KM and loans[0].person_minutes > 0
        found.extend(loans if is_good else [])
        return is_good

    lent({one.site_id: 1 for one in givers}, {one.site_id: 1 for one in short}, pairs(), is_worth)
    return found[:MOST]


def _loans(
    giver: Site, taker: Site, campaign: Campaign, hour: Ahead, staff: Mapping[tuple[str, str], int]
) -> list[Loan]:
    roles = _lacking(taker, campaign, hour, staff)
    km = distance_km(giver, taker)
    ready = READY_MINUTES + drive_minutes(km)
    more, less = _with_lanes(hour, taker, 1), _with_lanes(hour, giver, -1)
    saved = 0.0
    for site, factor, at in ((taker, more, ready), (giver, less, 0.0)):
        alone = hour.waited(site.site_id, hour.pace(site.site_id, 1.0, 1.0, 0.0))
        saved += alone - hour.waited(site.site_id, hour.pace(site.site_id, 1.0, factor, at))
    after = _wait_then(hour, giver, less, 0.0)
    if after > campaign.waits.medium_from_minutes:
        return []
    return [
        Loan(
            from_site=giver.site_id,
            to_site=taker.site_id,
            role=role,
            persons=persons,
            distance_km=round(km, 1),
            ready_in_minutes=round(ready),
            to_wait_before=_wait_then(hour, taker, 1.0, 0.0),
            to_wait_after=_wait_then(hour, taker, more, ready),
            from_wait_before=_wait_then(hour, giver, 1.0, 0.0),
            from_wait_after=after,
            person_minutes=round(saved / len(roles), 1),
        )
        for role, persons in roles
    ]


def _lacking(
    site: Site, campaign: Campaign, hour: Ahead, staff: Mapping[tuple[str, str], int]
) -> list[tuple[str, int]]:
    """Return whom one more lane lacks; who is there counts where it is told, else a lane's registrar and medics."""
    lanes = int(hour.sites.lanes[hour.index[site.site_id]]) + 1
    medics = staff.get((site.site_id, "medic"))
    pool = [staff[site.site_id, role] for role in ("volunteer", "cadre") if (site.site_id, role) in staff]
    norms, found = campaign.norms, list[tuple[str, int]]()
    one, needed = staff_of(norms, 1), staff_of(norms, lanes)
    lacking_medics = one["medic"] if medics is None else needed["medic"] - medics
    lacking_pool = needed["guide"] + needed["registrar"] - sum(pool) if pool else one["registrar"]
    if lacking_pool > 0:
        found.append((REGISTRAR, lacking_pool))
    if lacking_medics > 0:
        found.append((MEDIC, lacking_medics))
    return found or [(REGISTRAR, one["registrar"])]


def _with_lanes(hour: Ahead, site: Site, more: int) -> float:
    lanes = hour.sites.lanes[hour.index[site.site_id]]
    return float((lanes + more) / lanes) if lanes > 0 else 1.0


def _wait_then(hour: Ahead, site: Site, factor: float, at: float) -> float:
    return hour.wait_at(site.site_id, hour.pace(site.site_id, 1.0, factor, at))


def _staff(situation: Situation) -> dict[tuple[str, str], int]:
    if situation.staff.is_empty():
        return {}
    rows = situation.staff.select("site_id", "role", "on_shift").drop_nulls().rows()
    return {(site_id, role): on_shift for site_id, role, on_shift in rows}
