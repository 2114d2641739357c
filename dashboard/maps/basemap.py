"""The base map: a local MapLibre style with the campaign's own layers in it; it asks no host for anything more."""

from collections.abc import Mapping
from typing import Any

import orjson

from dashboard.colours import Palette

Layer = dict[str, Any]


def style(palette: Palette, layers: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the MapLibre style of the base map: land, neighbours, rivers, schematic zones, the district's edge.

    ``layers`` holds the GeoJSON of each layer, which goes into the style as it is: one answer brings the whole map.
    """
    sources = {name: {"type": "geojson", "data": orjson.Fragment(layer)} for name, layer in layers.items()}
    drawn = [
        {"id": "beyond", "type": "background", "paint": {"background-color": palette.beyond}},
        _fill("land", "district", palette.land),
        _line("neighbour-edges", "neighbours", palette.zone, 0.8),
        _fill("water", "water", palette.water) | {"filter": ["==", ["geometry-type"], "Polygon"]},
        _line("rivers", "water", palette.water, 2.5) | {"filter": ["==", ["geometry-type"], "LineString"]},
        _line("zones", "towns", palette.zone, 1.2, dash=[3, 2]),
        _line("edge", "district", palette.border, 1.8),
    ]
    kept = [layer for layer in drawn if layer.get("source", "") in ("", *layers)]
    return {"version": 8, "name": "Tenfold", "sources": sources, "layers": kept}


def _fill(layer: str, source: str, colour: str) -> Layer:
    return {"id": layer, "type": "fill", "source": source, "paint": {"fill-color": colour}}


def _line(layer: str, source: str, colour: str, width: float, dash: list[int] | None = None) -> Layer:
    paint: dict[str, Any] = {"line-color": colour, "line-width": width}
    return {
        "id": layer,
        "type": "line",
        "source": source,
        "layout": {"line-join": "round", "line-cap": "round"},
        "paint": paint | ({"line-dasharray": dash} if dash else {}),
    }
