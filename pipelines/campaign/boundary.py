"""The district's outline: reading it from GeoJSON, and whether a point lies inside, in plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

Position = Annotated[list[float], Meta(min_length=2, max_length=4)]
Ring = Annotated[list[Position], Meta(min_length=4)]
Rings = Annotated[list[Ring], Meta(min_length=1)]
Edge = tuple[float, float, float, float]
T = TypeVar("T")


class _Polygon(Struct, tag_field="type", tag="Polygon"):
    coordinates: Rings


class _MultiPolygon(Struct, tag_field="type", tag="MultiPolygon"):
    coordinates: Annotated[list[Rings], Meta(min_length=1)]


class _Area(Struct, tag_field="type", tag="Feature"):
    geometry: _Polygon | _MultiPolygon


class _Areas(Struct, tag_field="type", tag="FeatureCollection"):
    features: Annotated[list[_Area], Meta(min_length=1)]


class _Layer(Struct, tag_field="type", tag="FeatureCollection"):
    features: list[dict[str, object]]


class BoundaryError(Exception):
    """The file holds no outline that can be used; the message says what is wrong with it."""


@dataclass(frozen=True)
class Boundary:
    """Outlines as edges (lon, lat, lon, lat); holes are edges like any other, since a point is counted by crossings."""

    edges: tuple[Edge, ...]
    box: Edge

    def contains(self, lon: float, lat: float) -> bool:
        """Whether the point lies inside: a ray to the east crosses the outline an odd number of times."""
        west, south, east, north = self.box
        if not (west <= lon <= east and south <= lat <= north):
            return False
        crossings = (
            (south_of > lat) != (north_of > lat)
            and lon < start + (lat - south_of) / (north_of - south_of) * (end - start)
            for start, south_of, end, north_of in self.edges
        )
        return sum(crossings) % 2 == 1


def read_boundary(path: Path) -> Boundary:
    """Return the outline of all polygons of a GeoJSON feature collection; raises BoundaryError, OSError."""
    areas = _decode(path, _Areas)
    rings = [ring for area in areas.features for polygon in _polygons(area.geometry) for ring in polygon]
    edges = tuple(edge for ring in rings for edge in _edges(ring))
    lons, lats = [edge[0] for edge in edges], [edge[1] for edge in edges]
    return Boundary(edges, (min(lons), min(lats), max(lons), max(lats)))


def check_layer(path: Path) -> None:
    """Raise BoundaryError or OSError unless the file is a GeoJSON feature collection that a map can draw."""
    _decode(path, _Layer)


def _decode(path: Path, form: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BoundaryError(str(error)) from error


def _polygons(geometry: _Polygon | _MultiPolygon) -> Sequence[list[list[list[float]]]]:
    return [geometry.coordinates] if isinstance(geometry, _Polygon) else geometry.coordinates


def _edges(ring: Sequence[Sequence[float]]) -> list[Edge]:
    return [(a[0], a[1], b[0], b[1]) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
