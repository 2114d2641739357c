"""How far sites lie from one another."""

from math import cos, hypot, radians

from pipelines.campaign.model import Campaign, Site

KM_PER_DEGREE = 111.2
KM_PER_MINUTE = 0.5


def distance_km(one: Site, other: Site) -> float:
    """Return the distance as the crow flies."""
    return _km(one.lon, one.lat, other.lon, other.lat)


def from_depot_km(campaign: Campaign, site: Site) -> float:
    """Return the distance from the depot, which is the first town's seat."""
    seat = campaign.towns[0]
    return _km(seat.seat_lon, seat.seat_lat, site.lon, site.lat)


def drive_minutes(km: float) -> float:
    """Return how long a vehicle is on its way."""
    return km / KM_PER_MINUTE


def _km(lon: float, lat: float, lon_there: float, lat_there: float) -> float:
    return KM_PER_DEGREE * hypot((lon - lon_there) * cos(radians(lat)), lat - lat_there)
