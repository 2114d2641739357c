"""Where signal vehicles should go: to sites whose crowd has outgrown their network, from where it has not (Q91)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.advice.ahead import Ahead
from pipelines.advice.situation import Situation
from pipelines.advice.words import Disturbance
from pipelines.campaign.model import Campaign, Site
from pipelines.campaign.places import distance_km, drive_minutes, from_depot_km
from pipelines.vocabulary import Cause, VehicleState

LOST, OVER, FREE = "lost", "over", "free"  # classes of the crowd index
LEAST_QUEUE = 50  # persons in line below which no vehicle is sent; assumption
PACKING_MINUTES = 20.0
DRAGS = 0.7  # what a network that is outgrown leaves of a site's pace; assumption
MOST = 6


@dataclass(frozen=True)
class VehicleMove:
    """Grain: one vehicle's suggested move. ``from_site`` "" is the depot; ``crowd_index`` is the target's, None without
    any network there. Waits are minutes in half an hour, without and with it.
    """

    vehicle_id: str
    carrier: str
    from_site: str
    to_site: str
    distance_km: float
    ready_in_minutes: float
    crowd_index: float | None
    wait_before: float
    wait_after: float
    person_minutes: float


def vehicle_plan(
    situation: Situation, campaign: Campaign, hour: Ahead, found: Iterable[Disturbance] = ()
) -> list[VehicleMove]:
    """Return the moves worth making, the longest lines first; a vehicle of a carrier that is down stays."""
    rows = {row["site_id"]: row for row in situation.crowd.iter_rows(named=True)}
    sites = {site.site_id: site for site in campaign.sites}
    down = {one.subject for one in found if one.cause is Cause.CARRIER and one.ended_at is None}
    spare, there = _spare(situation, rows, down), _there(situation)
    needy = [
        row
        for row in rows.values()
        if row["crowd_class"] in (LOST, OVER)
        and (row["queue_persons"] or 0) >= LEAST_QUEUE
        and not there[row["site_id"]]
    ]
    moves: list[VehicleMove] = []
    for row in sorted(needy, key=lambda each: (-each["queue_persons"], each["site_id"])):
        if not spare or len(moves) >= MOST:
            break
        vehicle = min(spare, key=lambda each: (_km(campaign, sites, each[2], row["site_id"]), each[0]))
        spare.remove(vehicle)
        moves.append(_move(campaign, sites, vehicle, row, hour))
    return moves


def _spare(situation: Situation, rows: Mapping[str, Mapping[str, Any]], down: set[str]) -> list[tuple[str, str, str]]:
    """Return (vehicle, carrier, where it is) of those that could go: at the depot, or where the air is free."""
    if situation.vehicles.is_empty():
        return []
    found: list[tuple[str, str, str]] = []
    told = situation.vehicles.select("vehicle_id", "carrier", "state", "site_id").sort("vehicle_id").rows()
    for vehicle_id, carrier, state, site_id in told:
        row = rows.get(site_id or "", {})
        is_idle = state == VehicleState.ON_SITE and row.get("crowd_class") == FREE
        is_quiet = (row.get("queue_persons") or 0) < LEAST_QUEUE
        if carrier not in down and (state == VehicleState.DEPOT or (is_idle and is_quiet)):
            found.append((vehicle_id, carrier, site_id or ""))
    return found


def _move(
    campaign: Campaign, sites: dict[str, Site], vehicle: tuple[str, str, str], row: Mapping[str, Any], hour: Ahead
) -> VehicleMove:
    vehicle_id, carrier, from_site = vehicle
    to_site = row["site_id"]
    km = _km(campaign, sites, from_site, to_site)
    ready = PACKING_MINUTES + drive_minutes(km)
    now = 0.0 if row["crowd_class"] == LOST else DRAGS
    alone, helped = hour.pace(to_site, now, now, 0.0), hour.pace(to_site, now, 1.0, ready)
    return VehicleMove(
        vehicle_id=vehicle_id,
        carrier=carrier,
        from_site=from_site,
        to_site=to_site,
        distance_km=round(km, 1),
        ready_in_minutes=round(ready),
        crowd_index=row["crowd_index"],
        wait_before=hour.wait_at(to_site, alone),
        wait_after=hour.wait_at(to_site, helped),
        person_minutes=round(max(hour.waited(to_site, alone) - hour.waited(to_site, helped), 0.0), 1),
    )


def _km(campaign: Campaign, sites: dict[str, Site], from_site: str, to_site: str) -> float:
    if from_site in sites:
        return distance_km(sites[from_site], sites[to_site])
    return from_depot_km(campaign, sites[to_site])


def _there(situation: Situation) -> Counter[str]:
    if situation.vehicles.is_empty():
        return Counter()
    rows = situation.vehicles.select("site_id", "state").rows()
    return Counter(site_id for site_id, state in rows if site_id and state == VehicleState.ON_SITE)
