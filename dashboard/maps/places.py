"""Where things stand on the map: the first view, the towns' names beside the district, the worst sites' names."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.words import Words
from pipelines.client import CampaignInfo

TILE_PIXELS = 512
CALLOUT_GAP_PIXELS = 16
EAST_SHIFT_PIXELS = 44
ZOOM_BUTTONS_PIXELS = 70
BAND_PIXELS = 20
NAME_GAP_PIXELS = 14
View = dict[str, float]
Mark = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """The room a map is laid out for, in pixels, and how large it writes; ``swell`` multiplies the sites' circles."""

    width: int
    height: int
    text: int = 12
    swell: float = 1.0

    @property
    def line(self) -> int:
        """Pixels from one line of names to the next."""
        return self.text + 5


PAGE = Panel(470, 430)
WALL = Panel(820, 600, text=18, swell=1.6)


def start_view(campaign: CampaignInfo, panel: Panel = PAGE) -> View:
    """Return the constant first view: all sites with a margin in the panel."""
    lons = [site.lon for site in campaign.sites] or [113.0]
    lats = [site.lat for site in campaign.sites] or [23.0]
    wide = max(max(lons) - min(lons), 0.02) * 1.35 / 360
    tall = max(_mercator(max(lats)) - _mercator(min(lats)), 0.0001) * 1.2
    zoom = math.log2(min(panel.width / (TILE_PIXELS * wide), panel.height / (TILE_PIXELS * tall)))
    return {
        "longitude": round((max(lons) + min(lons)) / 2 + 360 * EAST_SHIFT_PIXELS / (TILE_PIXELS * 2**zoom), 5),
        "latitude": round((max(lats) + min(lats)) / 2, 5),
        "zoom": round(zoom, 2),
        "minZoom": 7,
        "maxZoom": 15,
        "pitch": 0,
        "bearing": 0,
    }


def callouts(
    named: Sequence[tuple[Mapping[str, Any], str]], east: float, marks: Sequence[Mark], view: View, panel: Panel = PAGE
) -> list[Mark]:
    """Return names (a row and its text) in the east margin, one below the other, each led to its site.

    Names keep clear of the zoom buttons and of the town names (``marks``) that stand in the east as well.
    """
    scale = TILE_PIXELS * 2 ** view["zoom"]
    lon = east + 360 * CALLOUT_GAP_PIXELS / scale
    taken = [-_mercator(mark["c"][1]) * scale for mark in marks if mark["a"] == "start"]
    free = -_mercator(view["latitude"]) * scale - panel.height / 2 + ZOOM_BUTTONS_PIXELS
    placed: list[Mark] = []
    for row, text in sorted(named, key=lambda one: -one[0]["lat"]):
        y = max(-_mercator(row["lat"]) * scale, free)
        while any(abs(y - other) < panel.line - 1 for other in taken):
            y += 2
        free = y + panel.line
        place = [round(lon, 5), round(_latitude(-y / scale), 5)]
        placed.append({"c": place, "f": [row["lon"], row["lat"]], "t": text})
    return placed


def town_marks(campaign: CampaignInfo, view: View, words: Words) -> list[Mark]:
    """Return the towns' names beside the district, on the side where the town's own site is the outermost."""
    pixel = 360 / (TILE_PIXELS * 2 ** view["zoom"])
    marks: list[Mark] = []
    for town in campaign.towns:
        lat = _middle(campaign, town.town_code, town.seat_lat)
        band = [site for site in campaign.sites if abs(site.lat - lat) < BAND_PIXELS * pixel]
        west = min(band, key=lambda site: site.lon, default=None)
        east = max(band, key=lambda site: site.lon, default=None)
        if west is None or east is None:
            place = {"c": [town.seat_lon, lat], "a": "middle"}
        elif east.town_code == town.town_code and west.town_code != town.town_code:
            place = {"c": [round(east.lon + NAME_GAP_PIXELS * pixel, 5), round(lat, 5)], "a": "start"}
        else:
            place = {"c": [round(west.lon - NAME_GAP_PIXELS * pixel, 5), round(lat, 5)], "a": "end"}
        marks.append(place | {"t": words.town(town.name)})
    return marks


def _middle(campaign: CampaignInfo, town_code: str, seat_lat: float) -> float:
    lats = sorted(site.lat for site in campaign.sites if site.town_code == town_code)
    return lats[len(lats) // 2] if lats else seat_lat


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def _latitude(mercator: float) -> float:
    return math.degrees(2 * math.atan(math.exp(2 * math.pi * mercator)) - math.pi / 2)
