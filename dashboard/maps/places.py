"""Where things stand on the map: the first view, the towns' names beside the district, the worst sites' names.

A panel is the least room that a map has on any screen: what is placed within it is cut nowhere.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from dashboard.words import Words
from pipelines.client import CampaignInfo

TILE_PIXELS = 512
EAST_SHIFT_PIXELS = 8
ZOOM_BUTTONS_PIXELS = 70
BAND_PIXELS = 20
NAME_GAP_PIXELS = 14
EDGE_PIXELS, CLEAR_PIXELS, STEP_PIXELS = 6, 10, 3
NARROW_SHARE = 0.6  # of a letter's height, what a Latin one is wide on average
ONE_LINE_SHARE = 0.4  # of the panel's width: what is longer takes two lines
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


PAGE = Panel(350, 430)
WALL = Panel(700, 600, text=18, swell=1.6)


@dataclass(frozen=True)
class Box:
    """Room that is taken, in pixels from the view's middle, to the right and down."""

    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether two of them overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Plane:
    """The first view's pixels, from its middle, and the degrees they are."""

    view: View

    @property
    def scale(self) -> float:
        """Pixels around the world."""
        return TILE_PIXELS * 2 ** self.view["zoom"]

    def pixels(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is."""
        down = (_mercator(self.view["latitude"]) - _mercator(lat)) * self.scale
        return (lon - self.view["longitude"]) * self.scale / 360, down

    def degrees(self, right: float, down: float) -> list[float]:
        """Return which place is there, as longitude and latitude."""
        lat = _latitude(_mercator(self.view["latitude"]) - down / self.scale)
        return [round(self.view["longitude"] + 360 * right / self.scale, 5), round(lat, 5)]


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
    named: Sequence[tuple[Mapping[str, Any], str, str]],
    sites: Sequence[Mapping[str, Any]],
    marks: Sequence[Mark],
    view: View,
    panel: Panel = PAGE,
) -> list[Mark]:
    """Return names (a row, its name, its figure) that end at the panel's right edge, each led to its site.

    Each stands as near to its site's height as it can without lying on circles of ``sites``, on the towns' names
    (``marks``), on the zoom buttons or on another name; where there is no such place, on circles.
    """
    plane, edge = Plane(view), panel.width / 2 - EDGE_PIXELS
    east = _east(sites, plane)
    taken = [box_of(mark, plane, panel) for mark in marks]
    taken.append(Box(edge - ZOOM_BUTTONS_PIXELS, edge, -panel.height, ZOOM_BUTTONS_PIXELS - panel.height / 2))
    placed: list[Mark] = []
    for row, name, figure in sorted(named, key=lambda one: -one[0]["lat"]):
        is_long = _wide(f"{name} · {figure}", panel) > ONE_LINE_SHARE * panel.width
        text = f"{name}\n{figure}" if is_long else f"{name} · {figure}"
        box = _free(plane.pixels(row["lon"], row["lat"])[1], text, east, taken, panel)
        taken.append(box)
        middle = (box.top + box.bottom) / 2
        left = plane.degrees(box.left - 2, middle)
        placed.append({"c": plane.degrees(edge, middle), "l": left, "f": [row["lon"], row["lat"]], "t": text})
    return placed


def _east(sites: Sequence[Mapping[str, Any]], plane: Plane) -> dict[int, float]:
    """Return how far to the right circles reach, by steps down."""
    down = plane.scale / 360 / math.cos(math.radians(plane.view["latitude"])) / STEP_PIXELS
    right, lon, lat = plane.scale / 360, plane.view["longitude"], plane.view["latitude"]
    reach: defaultdict[int, float] = defaultdict(lambda: -math.inf)
    for row in sites:
        step, there = int((lat - row["lat"]) * down), (row["lon"] - lon) * right
        reach[step] = max(reach[step], there)
    return dict(reach)


def _free(wanted: float, text: str, east: Mapping[int, float], taken: Sequence[Box], panel: Panel) -> Box:
    """Return the free place for a name at the right edge that is nearest to ``wanted``, in pixels down."""
    edge, high = panel.width / 2 - EDGE_PIXELS, panel.line * (text.count("\n") + 1)
    wide = max(_wide(line, panel) for line in text.split("\n"))
    bound = (panel.height - high) / 2
    wanted = min(max(wanted, -bound), bound)
    on_circles: Box | None = None
    for at in _around(wanted, bound):
        spot = Box(edge - wide, edge, at - high / 2, at + high / 2)
        if any(spot.meets(other) for other in taken):
            continue
        if spot.left - CLEAR_PIXELS * panel.swell > _reach(spot, east, panel):
            return spot
        on_circles = on_circles or spot
    return on_circles or Box(edge - wide, edge, wanted - high / 2, wanted + high / 2)


def _reach(spot: Box, east: Mapping[int, float], panel: Panel) -> float:
    around = CLEAR_PIXELS * panel.swell
    steps = range(int((spot.top - around) / STEP_PIXELS), int((spot.bottom + around) / STEP_PIXELS) + 1)
    return max(east.get(step, -math.inf) for step in steps)


def _around(middle: float, bound: float) -> Iterator[float]:
    """Yield places from ``middle`` outwards, below before above, as far as the bounds."""
    yield middle
    for step in range(1, int(2 * bound / STEP_PIXELS) + 1):
        for at in (middle + step * STEP_PIXELS, middle - step * STEP_PIXELS):
            if -bound <= at <= bound:
                yield at


def box_of(mark: Mark, plane: Plane, panel: Panel) -> Box:
    """Return the room that a name takes, about."""
    x, y = plane.pixels(*mark["c"])
    lines = mark["t"].split("\n")
    wide, high = max(_wide(line, panel) for line in lines), panel.line * len(lines)
    left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[mark["a"]]
    return Box(left, left + wide, y - high / 2, y + high / 2)


def _wide(text: str, panel: Panel) -> float:
    """Return about how many pixels a text is wide."""
    return sum(panel.text * (1.0 if east_asian_width(sign) in "WF" else NARROW_SHARE) for sign in text)


def town_marks(campaign: CampaignInfo, view: View, words: Words, panel: Panel = PAGE) -> list[Mark]:
    """Return the towns' names beside the district, on the side where the town's own site is the outermost."""
    plane, marks = Plane(view), list[Mark]()
    pixel = 360 / plane.scale
    for town in campaign.towns:
        lat = _middle(campaign, town.town_code, town.seat_lat)
        band = [site for site in campaign.sites if abs(site.lat - lat) < BAND_PIXELS * pixel]
        west = min(band, key=lambda site: site.lon, default=None)
        east = max(band, key=lambda site: site.lon, default=None)
        name = words.town(town.name)
        if west is None or east is None:
            lon, side = town.seat_lon, "middle"
        elif east.town_code == town.town_code and west.town_code != town.town_code:
            lon, side = east.lon + NAME_GAP_PIXELS * pixel, "start"
        else:
            lon, side = west.lon - NAME_GAP_PIXELS * pixel, "end"
        marks.append(_within({"c": [lon, lat], "a": side, "t": name}, plane, panel))
    return marks


def _within(mark: Mark, plane: Plane, panel: Panel) -> Mark:
    """Return a name, moved inwards where it would be cut at the panel's edge."""
    edge, box = panel.width / 2 - EDGE_PIXELS, box_of(mark, plane, panel)
    x, y = plane.pixels(*mark["c"])
    return mark | {"c": plane.degrees(x + max(-edge - box.left, 0.0) + min(edge - box.right, 0.0), y)}


def _middle(campaign: CampaignInfo, town_code: str, seat_lat: float) -> float:
    lats = sorted(site.lat for site in campaign.sites if site.town_code == town_code)
    return lats[len(lats) // 2] if lats else seat_lat


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def _latitude(mercator: float) -> float:
    return math.degrees(2 * math.atan(math.exp(2 * math.pi * mercator)) - math.pi / 2)
