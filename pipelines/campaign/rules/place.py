"""Rules of place: sites and town seats lie inside the district's outline."""

from collections.abc import Iterator

from pipelines.campaign.faults import Fault, fault
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
            is_swapped = book.boundary.contains(lat, lon)
            advice = f"{lon_column} and {lat_column} are swapped" if is_swapped else "correct the coordinates (WGS-84 degrees)"
            value, name = f"{lon:g}, {lat:g}", row.cells.get(key, "?")
            rule, shown = "a place inside the district's outline", f"{value} for {name!r}"
            yield fault(file, row.number, lon_column, rule=rule, value=value, shown=shown, advice=advice)


RULES = (places_lie_in_the_district,)
