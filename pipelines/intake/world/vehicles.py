"""Signal vehicles: a roster by carrier, one at every large site of its carrier, movable by orders (Q91)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from pipelines.campaign.model import Campaign
from pipelines.contract_orders import Order
from pipelines.contract_sites import Vehicle
from pipelines.intake.moments import MINUTE, micros, moment
from pipelines.vocabulary import VehicleState

LARGE = "large"
RESERVES_PER_CARRIER = 1
SET_UP_BEFORE = 60 * MINUTE  # before opening
PACKING = 10 * MINUTE  # to take the mast down here and put it up there
KM_PER_MINUTE = 0.5
KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Stay:
    """Grain: one stay of one vehicle, reached at ``from_at``. ``site`` is a place's index, None the depot."""

    sets_off_at: int
    from_at: int
    site: int | None


@dataclass(frozen=True)
class SignalVehicle:
    """Grain: one vehicle of one carrier: its stays in their order, the first from the day's beginning."""

    vehicle_id: str
    carrier: str
    stays: tuple[Stay, ...]

    def stay(self, now: int) -> Stay:
        """Return the stay it is at or on the way to."""
        return next((stay for stay in reversed(self.stays) if stay.sets_off_at <= now), self.stays[0])

    def serves(self, now: int) -> int | None:
        """Return the site whose crowd it carries now, None on the way and at the depot."""
        stay = self.stay(now)
        return stay.site if stay.from_at <= now else None


def roster(campaign: Campaign) -> list[SignalVehicle]:
    """Return the vehicles as planned: one at each large site, of its carrier; each carrier's reserve at the depot."""
    at = micros(campaign.round.opens_at) - SET_UP_BEFORE
    large = [(site.carrier, index) for index, site in enumerate(campaign.sites) if site.size_class == LARGE]
    found: list[SignalVehicle] = []
    for carrier in dict.fromkeys(site.carrier for site in campaign.sites):
        sites = [*(index for of, index in large if of == carrier), *[None] * RESERVES_PER_CARRIER]
        found += [SignalVehicle(f"{carrier}-{no}", carrier, (Stay(at, at, site),)) for no, site in enumerate(sites, 1)]
    return found


def follow(campaign: Campaign, orders: Sequence[Order]) -> list[SignalVehicle]:
    """Return the roster's vehicles with the stays that the orders have given them; unknown ids move nothing."""
    index = {site.site_id: n for n, site in enumerate(campaign.sites)}
    vehicles = {vehicle.vehicle_id: vehicle for vehicle in roster(campaign)}
    for order in orders:
        vehicle = vehicles.get(order.vehicle_id or "")
        if vehicle and order.target in ("", *index):
            moved = _move(campaign, vehicle, micros(order.ordered_at), index.get(order.target))
            vehicles[vehicle.vehicle_id] = moved
    return list(vehicles.values())


def _move(campaign: Campaign, vehicle: SignalVehicle, at: int, site: int | None) -> SignalVehicle:
    here = vehicle.stay(at)
    if here.site == site:
        return vehicle
    arrives_at = at + PACKING + int(_distance_km(campaign, here.site, site) / KM_PER_MINUTE * MINUTE)
    return SignalVehicle(vehicle.vehicle_id, vehicle.carrier, (*vehicle.stays, Stay(at, arrives_at, site)))


def _distance_km(campaign: Campaign, one: int | None, other: int | None) -> float:
    (lon, lat), (lon_there, lat_there) = _position(campaign, one), _position(campaign, other)
    return KM_PER_DEGREE * hypot((lon - lon_there) * cos(radians(lat)), lat - lat_there)


def _position(campaign: Campaign, site: int | None) -> tuple[float, float]:
    """Return where a site is; the depot is the first town's seat."""
    if site is None:
        return campaign.towns[0].seat_lon, campaign.towns[0].seat_lat
    return campaign.sites[site].lon, campaign.sites[site].lat


def as_told(campaign: Campaign, vehicle: SignalVehicle, now: int) -> Vehicle:
    """Return a vehicle as the feed tells it."""
    stay = vehicle.stay(now)
    is_there = stay.from_at <= now
    there = VehicleState.DEPOT if stay.site is None else VehicleState.ON_SITE
    return Vehicle(
        vehicle_id=vehicle.vehicle_id,
        carrier=vehicle.carrier,
        state=there if is_there else VehicleState.ON_THE_WAY,
        site_id=None if stay.site is None else campaign.sites[stay.site].site_id,
        since=moment(stay.from_at if is_there else stay.sets_off_at),
    )
