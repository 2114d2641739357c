"""The district map: pure functions from frames to a deck, serialised once a snapshot and shared by all sessions.

The rows of the site layer keep the order of the site ids and are never dropped, since a selection comes back as a
row's number.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
import pydeck as pdk

from dashboard.colours import Palette, Step, rgb
from dashboard.formats import age, count, percent
from dashboard.maps.layers import KINDS, Ground, LayerName, Reading, contingency, kind_name, look, worst
from dashboard.maps.places import PAGE, Mark, Panel, callouts, start_view, town_marks
from dashboard.words import Words
from pipelines.vocabulary import Contingency

SITES = "sites"
RADIUS_PIXELS = (3.5, 8.0)
EDGE_PIXELS, RING_PIXELS = 1.2, 3.2
FADING = (LayerName.WAIT, LayerName.LOAD)
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
Row = Mapping[str, Any]


class FrozenDeck(pdk.Deck):
    """A deck that is serialised already."""

    def __init__(self, spec: str) -> None:
        """Hold ``spec``, a deck.gl JSON document; all the rest is that of every deck, and made once."""
        vars(self).update(vars(_blank()))
        self._spec = spec

    def to_json(self) -> str:
        """Return the document as it was made."""
        return self._spec


@cache
def _blank() -> pdk.Deck:
    return pdk.Deck(map_provider=None, tooltip=TOOLTIP)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True)
class Drawing:
    """How a map is to be drawn: of what, which layer, in which colours, over which base map, for how much room."""

    ground: Ground
    layer: LayerName
    palette: Palette
    style_url: str
    panel: Panel = PAGE


def district(drawing: Drawing, rows: Sequence[Row], said: Sequence[Reading]) -> str:
    """Return the deck's JSON without a selection; ``rows`` are those of sites_live, ``said`` the layer's readings."""
    campaign, words, palette, panel = drawing.ground.campaign, drawing.ground.words, drawing.palette, drawing.panel
    kinds = {kind: kind_name(drawing.layer, kind, drawing.ground) for kind in KINDS[drawing.layer]}
    drawn = [_site(row, reading, kinds[reading.kind], drawing) for row, reading in zip(rows, said, strict=True)]
    view = start_view(campaign, panel)
    marks = town_marks(campaign, view, words, panel)
    named = [(rows[at], words.name(rows[at]), said[at].text) for at in worst(rows, said)]
    placed = callouts(named, rows, marks, view, panel)
    layers: list[Any] = [
        [_town_names(marks, palette, panel), _leaders(placed, palette)],
        [_dots(drawn), _signs(drawn, panel), _callout_names(placed, palette, panel)],
        _hit(drawn),
    ]
    return orjson.dumps({"initialViewState": view, "mapStyle": drawing.style_url, "layers": layers}).decode()


def with_selection(spec: str, row: Row | None, palette: Palette, panel: Panel = PAGE) -> str:
    """Return ``spec`` with a ring around the selected site; the layer is always there, so nothing is rebuilt."""
    data = [] if row is None else [{"c": [row["lon"], row["lat"]], "r": _radius(row, panel) + 6}]
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


def _radius(row: Row, panel: Panel) -> float:
    """Return a radius in pixels whose area grows with the persons registered in the last hour."""
    least, most = RADIUS_PIXELS
    return round(min(most, least + math.sqrt(max(row["persons_last_hour"] or 0, 0)) / 4) * panel.swell, 1)


def _site(row: Row, said: Reading, kind: str, drawing: Drawing) -> dict[str, Any]:
    """Return what the layers draw of one site; a ring tells a site that works on another system than the province's."""
    words, palette, layer = drawing.ground.words, drawing.palette, drawing.layer
    colour, sign, ink = look(layer, said, palette)
    faded = layer in FADING and not row["is_fresh"]
    known = KINDS[layer][said.kind] is not Step.UNKNOWN and not faded
    system = contingency(row, drawing.ground)
    is_off = system not in (None, Contingency.PROVINCE) or bool(row["desks_off_province"])
    ring = palette.system[system if system and system is not Contingency.PROVINCE else Contingency.OFFLINE]
    seen = words("never") if row["age_s"] is None else words("map.age", age=age(row["age_s"], words.language))
    return {
        "id": row["site_id"],
        "c": [row["lon"], row["lat"]],
        "r": _radius(row, drawing.panel),
        "k": rgb(colour, 40 if faded else 235),
        "e": rgb(ring if is_off else palette.outline if known else palette.muted),
        "b": RING_PIXELS if is_off else EDGE_PIXELS,
        "s": "?" if faded else sign,
        "q": rgb(palette.ink if faded else ink),
        "n": words.name(row),
        "w": f"{words(f'layer.{layer}')} {said.text} · {kind}",
        "p": said.detail or _measured(row, words),
        "f": "" if said.detail else seen if row["is_fresh"] else words("map.stale", age=seen),
    }


def _measured(row: Row, words: Words) -> str:
    return words("map.persons", persons=count(row["persons_registered"]), share=percent(row["load_share"]))


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
    data = [{key: site[key] for key in "crkeb"} for site in drawn]
    return _circles("dots", data) | {
        "stroked": True,
        "lineWidthUnits": "pixels",
        "getLineWidth": "@@=b",
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


def _signs(drawn: list[dict[str, Any]], panel: Panel) -> Layer:
    data = [{"c": site["c"], "t": site["s"], "k": site["q"]} for site in drawn if site["s"]]
    return _text("signs", data, round(11 * panel.swell), []) | {"getColor": "@@=k"}


def _callout_names(named: list[Mark], palette: Palette, panel: Panel) -> Layer:
    data = [{"c": name["c"], "t": name["t"]} for name in named]
    return _haloed("worst", data, panel.text, rgb(palette.ink), rgb(palette.beyond)) | {"getTextAnchor": "end"}


def _leaders(named: list[Mark], palette: Palette) -> Layer:
    return {
        "@@type": "LineLayer",
        "id": "leaders",
        "data": [{"c": name["l"], "f": name["f"]} for name in named],
        "getSourcePosition": "@@=f",
        "getTargetPosition": "@@=c",
        "getColor": rgb(palette.muted, 200),
        "getWidth": 1,
        "parameters": {"depthCompare": "always"},
    }


def _town_names(marks: list[Mark], palette: Palette, panel: Panel) -> Layer:
    return _haloed("towns", marks, panel.text, rgb(palette.muted), rgb(palette.beyond)) | {"getTextAnchor": "@@=a"}
