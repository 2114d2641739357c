"""Whether a point lies in an outline, against shapes whose inside is known by arithmetic."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.campaign.boundary import Boundary, BoundaryError, read_boundary

Ring = list[list[float]]


def boundary_of(path: Path, *rings: Ring) -> Boundary:
    feature = {"type": "Feature", "properties": None, "geometry": {"type": "Polygon", "coordinates": rings}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return read_boundary(path)


def rectangle(west: float, south: float, east: float, north: float) -> Ring:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Boundary:
    """A square of 10 with a hole of 4 in its middle."""
    return boundary_of(tmp_path_factory.mktemp("b") / "f.geojson", rectangle(0, 0, 10, 10), rectangle(3, 3, 7, 7))


@pytest.fixture(scope="module")
def disc(tmp_path_factory: pytest.TempPathFactory) -> Boundary:
    """A polygon of 720 corners around the unit circle."""
    turns = [math.tau * step / 720 for step in [*range(720), 0]]
    return boundary_of(tmp_path_factory.mktemp("b") / "d.geojson", [[math.cos(t), math.sin(t)] for t in turns])


@given(lon=st.floats(-1, 11), lat=st.floats(-1, 11))
def test_a_frame_contains_its_wood_and_not_its_hole(frame: Boundary, lon: float, lat: float) -> None:
    assume(not {lon, lat} & {0, 3, 7, 10})

    in_square, in_hole = 0 < lon < 10 and 0 < lat < 10, 3 < lon < 7 and 3 < lat < 7
    assert frame.contains(lon, lat) is (in_square and not in_hole)


@given(lon=st.floats(-1.5, 1.5), lat=st.floats(-1.5, 1.5))
def test_a_disc_contains_what_is_nearer_than_its_radius(disc: Boundary, lon: float, lat: float) -> None:
    distance = math.hypot(lon, lat)
    assume(abs(distance - 1) > 1e-4)

    assert disc.contains(lon, lat) is (distance < 1)


def test_a_ring_left_open_is_closed(tmp_path: Path) -> None:
    assert boundary_of(tmp_path / "o.geojson", [*rectangle(0, 0, 1, 1)[:-1], [0, 0.5]]).contains(0.5, 0.5)


def test_a_ring_of_three_positions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BoundaryError, match=r"length >= 4"):
        boundary_of(tmp_path / "r.geojson", [[0, 0], [1, 1], [0, 0]])


def test_the_outline_of_sanshui_holds_its_towns_and_not_its_neighbours(sanshui: Campaign) -> None:
    outline = read_boundary(sanshui.map.district)

    assert all(outline.contains(town.seat_lon, town.seat_lat) for town in sanshui.towns)
    assert not outline.contains(113.122, 23.022)  # Foshan's centre, in Chancheng
    assert not outline.contains(112.460, 23.047)  # Zhaoqing
