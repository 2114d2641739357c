"""The district map: pure functions from frames to a deck, serialised once a snapshot and shared by all sessions.

The rows of the site layer keep the order of the site ids and are never dropped, since a selection comes back as a
row's number.
"""

import math
from collections.abc import Mapping
from typing import Any

import orjson
import polars as pl
import pydeck as pdk

from dashboard.colours import WAIT_SIGN, Palette, rgb
from dashboard.figures import queue_now
from dashboard.formats import count, number, percent
from dashboard.words import Words
from pipelines.client import CampaignInfo
from pipelines.vocabulary import WaitClass

SITES = "sites"
WORST_NAMED = 5
PANEL_PIXELS = (430, 530)
TILE_PIXELS = 512
RADIUS_PIXELS = (3.5, 8.0)
CALLOUT_GAP_PIXELS = 16
LINE_PIXELS = 17
EAST_SHIFT_PIXELS = 44
ZOOM_BUTTONS_PIXELS = 70
BAND_PIXELS = 20
NAME_GAP_PIXELS = 14
TOOLTIP = {
    "html": "<b>{n}</b><br/>{w}<br/>{p}<br/>{f}",
    "style": {
        "fontSize": "12px",
        "borderRadius": "6px",
        "maxWidth": "260px",
        "fontFamily": "'Noto Sans SC', sans-serif",
    },
}
FONT = "'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"
Layer = dict[str, Any]


class FrozenDeck(pdk.Deck):
    """A deck that is serialised already."""

    def __init__(self, spec: str) -> None:
        """Hold ``spec``, a deck.gl JSON document."""
        super().__init__(map_provider=None, tooltip=TOOLTIP)  # pyright: ignore[reportArgumentType]
        self._spec = spec

    def to_json(self) -> str:
        """Return the document as it was made."""
        return self._spec


def district(campaign: CampaignInfo, sites: pl.DataFrame, words: Words, palette: Palette, style_url: str) -> str:
    """Return the deck's JSON without a selection; ``sites`` is sites_live."""
    rows = sites.to_dicts()
    drawn = [_site(row, words, palette) for row in rows]
    view = start_view(campaign)
    marks = _town_marks(campaign, view, words)
    named = _callouts(rows, marks, view, words)
    layers: list[Any] = [
        [_town_names(marks, palette), _leaders(named, palette)],
        [_dots(drawn), _signs(drawn), _callout_names(named, palette)],
        _hit(drawn),
    ]
    return orjson.dumps({"initialViewState": view, "mapStyle": style_url, "layers": layers}).decode()


def with_selection(spec: str, row: Mapping[str, Any] | None, palette: Palette) -> str:
    """Return ``spec`` with a ring around the selected site; the layer is always there, so nothing is rebuilt."""
    data = [] if row is None else [{"c": [row["lon"], row["lat"]], "r": _radius(row) + 6}]
    ring = _circles("selected", data) | {
        "filled": False,
        "stroked": True,
        "getLineColor": rgb(palette.ink),
        "lineWidthMinPixels": 3,
    }
    return f"{spec[:-2]},[{orjson.dumps(ring).decode()}]]}}"


def selected_site(selection: Mapping[str, Any] | None) -> str | None:
    """Return the id of the site in a chart's selection; the id travels in the row, its number is not trusted."""
    chosen = ((selection or {}).get("selection") or {}).get("objects") or {}
    rows = chosen.get(SITES) or []
    return str(rows[0]["id"]) if rows and "id" in rows[0] else None


def start_view(campaign: CampaignInfo) -> dict[str, float]:
    """Return the constant first view: all sites with a margin, in a panel as wide-screen pages have it."""
    lons = [site.lon for site in campaign.sites] or [113.0]
    lats = [site.lat for site in campaign.sites] or [23.0]
    wide = max(max(lons) - min(lons), 0.02) * 1.35 / 360
    tall = max(_mercator(max(lats)) - _mercator(min(lats)), 0.0001) * 1.2
    zoom = math.log2(min(PANEL_PIXELS[0] / (TILE_PIXELS * wide), PANEL_PIXELS[1] / (TILE_PIXELS * tall)))
    return {
        "longitude": round((max(lons) + min(lons)) / 2 + 360 * EAST_SHIFT_PIXELS / (TILE_PIXELS * 2**zoom), 5),
        "latitude": round((max(lats) + min(lats)) / 2, 5),
        "zoom": round(zoom, 2),
        "minZoom": 7,
        "maxZoom": 15,
        "pitch": 0,
        "bearing": 0,
    }


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def _radius(row: Mapping[str, Any]) -> float:
    """Return a radius in pixels whose area grows with the persons registered in the last hour."""
    least, most = RADIUS_PIXELS
    return round(min(most, least + math.sqrt(max(row["persons_last_hour"] or 0, 0)) / 4), 1)


def _site(row: dict[str, Any], words: Words, palette: Palette) -> dict[str, Any]:
    wait = WaitClass(row["wait_class"])
    fresh = bool(row["is_fresh"])
    fill = rgb(palette.wait[wait], 235 if fresh else 40)
    edge = rgb(palette.outline if fresh and wait != WaitClass.UNKNOWN else palette.muted)
    age = words("never") if row["age_s"] is None else words("map.age", seconds=number(row["age_s"]))
    return {
        "id": row["site_id"],
        "c": [row["lon"], row["lat"]],
        "r": _radius(row),
        "k": fill,
        "e": edge,
        "s": WAIT_SIGN[wait] if fresh else "?",
        "q": rgb(palette.sign[wait] if fresh else palette.ink),
        "n": words.name(row),
        "w": words("map.wait", wait=words(f"wait.{wait}"), minutes=number(queue_now(row)["wait_minutes"])),
        "p": words("map.persons", persons=count(row["persons_registered"]), share=percent(row["load_share"])),
        "f": age if fresh else words("map.stale", age=age),
    }


def _callouts(
    rows: list[dict[str, Any]], marks: list[dict[str, Any]], view: Mapping[str, float], words: Words
) -> list[dict[str, Any]]:
    """Return the five longest waits as names in the east margin, one below the other, each led to its site.

    Names keep clear of the zoom buttons and of the town names (``marks``) that stand in the east as well.
    """
    waiting = [row for row in rows if row["is_fresh"] and row["wait_class"] in (WaitClass.MEDIUM, WaitClass.LONG)]
    worst = sorted(waiting, key=lambda row: -(row["wait_minutes"] or 0))[:WORST_NAMED]
    scale = TILE_PIXELS * 2 ** view["zoom"]
    lon = max(row["lon"] for row in rows) + 360 * CALLOUT_GAP_PIXELS / scale if rows else 0.0
    taken = [-_mercator(mark["c"][1]) * scale for mark in marks if mark["a"] == "start"]
    free = -_mercator(view["latitude"]) * scale - PANEL_PIXELS[1] / 2 + ZOOM_BUTTONS_PIXELS
    named = []
    for row in sorted(worst, key=lambda row: -row["lat"]):
        y = max(-_mercator(row["lat"]) * scale, free)
        while any(abs(y - other) < LINE_PIXELS - 1 for other in taken):
            y += 2
        free = y + LINE_PIXELS
        text = words("map.worst", name=words.name(row), minutes=number(row["wait_minutes"]))
        named.append({"c": [round(lon, 5), round(_latitude(-y / scale), 5)], "f": [row["lon"], row["lat"]], "t": text})
    return named


def _town_marks(campaign: CampaignInfo, view: Mapping[str, float], words: Words) -> list[dict[str, Any]]:
    """Return the towns' names beside the district, on the side where the town's own site is the outermost."""
    pixel = 360 / (TILE_PIXELS * 2 ** view["zoom"])
    marks = []
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


def _latitude(mercator: float) -> float:
    return math.degrees(2 * math.atan(math.exp(2 * math.pi * mercator)) - math.pi / 2)


def _circles(layer: str, data: list[Any]) -> Layer:
    return {
        "@@type": "ScatterplotLayer",
        "id": layer,
        "data": data,
        "getPosition": "@@=c",
        "getRadius": "@@=r",
        "radiusUnits": "pixels",
        "parameters": {"depthCompare": "always"},
    }


def _dots(drawn: list[dict[str, Any]]) -> Layer:
    data = [{key: site[key] for key in "crke"} for site in drawn]
    return _circles("dots", data) | {
        "stroked": True,
        "lineWidthUnits": "pixels",
        "getLineWidth": 1.2,
        "getFillColor": "@@=k",
        "getLineColor": "@@=e",
    }


def _hit(drawn: list[dict[str, Any]]) -> Layer:
    """The only layer a pointer meets: invisible, so that Streamlit's dimming of the unselected has nothing to dim."""
    data = [{key: site[key] for key in ("id", "c", "r", "n", "w", "p", "f")} for site in drawn]
    return _circles(SITES, data) | {"pickable": True, "opacity": 0, "radiusMinPixels": 9}


def _text(layer: str, data: list[Any], size: int, colour: list[int]) -> Layer:
    return {
        "@@type": "TextLayer",
        "id": layer,
        "data": data,
        "getPosition": "@@=c",
        "getText": "@@=t",
        "getSize": size,
        "getColor": colour,
        "characterSet": "auto",
        "fontFamily": FONT,
        "fontWeight": 700,
        "parameters": {"depthCompare": "always"},
    }


def _haloed(layer: str, data: list[Any], size: int, colour: list[int], halo: list[int]) -> Layer:
    return _text(layer, data, size, colour) | {
        "fontSettings": {"sdf": True, "fontSize": 64, "buffer": 8, "radius": 16},
        "outlineWidth": 4,
        "outlineColor": halo,
    }


def _signs(drawn: list[dict[str, Any]]) -> Layer:
    data = [{"c": site["c"], "t": site["s"], "k": site["q"]} for site in drawn if site["s"]]
    return _text("signs", data, 11, []) | {"getColor": "@@=k"}


def _callout_names(named: list[dict[str, Any]], palette: Palette) -> Layer:
    data = [{"c": name["c"], "t": name["t"]} for name in named]
    return _haloed("worst", data, 12, rgb(palette.ink), rgb(palette.beyond)) | {"getTextAnchor": "start"}


def _leaders(named: list[dict[str, Any]], palette: Palette) -> Layer:
    return {
        "@@type": "LineLayer",
        "id": "leaders",
        "data": [{"c": name["c"], "f": name["f"]} for name in named],
        "getSourcePosition": "@@=f",
        "getTargetPosition": "@@=c",
        "getColor": rgb(palette.muted, 200),
        "getWidth": 1,
        "parameters": {"depthCompare": "always"},
    }


def _town_names(marks: list[dict[str, Any]], palette: Palette) -> Layer:
    return _haloed("towns", marks, 12, rgb(palette.muted), rgb(palette.beyond)) | {"getTextAnchor": "@@=a"}
