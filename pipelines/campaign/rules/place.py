"""Rules of place: sites and town seats lie inside the district's outline."""

from collections.abc import Iterator

from pipelines.campaign.faults import Fault, Place, fault
from pipelines.campaign.rules import Book

PLACES = (("sites.csv", "lon", "lat", "site_id"), ("towns.csv", "seat_lon", "seat_lat", "town_code"))


def places_lie_in_the_district(book: Book) -> Iterator[Fault]:
    """Yield a fault for every site or seat outside the outline; swapped coordinates are named as such."""
    if book.boundary is None:
        return
    for file, lon_column, lat_column, key in PLACES:
        for row in book.tables[file].rows:
            lon, lat = row.cells.get(lon_column), row.cells.get(lat_column)
            if lon is None or lat is None or book.boundary.contains(lon, lat):
                continue
            advice = "correct the coordinates: degrees, WGS-84"
            if book.boundary.contains(lat, lon):
                advice = f"{lon_column} and {lat_column} are swapped"
            place, value = Place(file, row.number, lon_column), f"{lon}, {lat}"
            came = f"{value} for {row.cells.get(key, 'a row without a readable id')}"
            yield fault(place, "a place inside the district's outline", value, advice, came)


RULES = (places_lie_in_the_district,)
