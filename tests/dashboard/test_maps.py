"""The map's document: fixed order, base layers out of reach, selection by id, names that do not collide."""

import itertools
import json
import math
from typing import Any

import orjson
import polars as pl
import pytest

from dashboard.colours import DARK, LIGHT, Palette
from dashboard.maps import basemap
from dashboard.maps import decks as maps
from dashboard.maps import layers as maps_layers
from dashboard.maps.layers import Ground, LayerName
from dashboard.maps.places import PAGE, TILE_PIXELS, WALL, Panel, Plane, box_of, start_view
from dashboard.panels import wall
from dashboard.planning.on_map import ROOM
from dashboard.words import Words, words
from pipelines.api import CampaignInfo
from pipelines.campaign import Campaign
from pipelines.server.campaign_info import campaign_info

ZH = words("zh")


@pytest.fixture(scope="module")
def info(sanshui: Campaign) -> CampaignInfo:
    """The built-in campaign as the dashboard gets it."""
    return campaign_info(sanshui)


def sites(info: CampaignInfo, wait: float = 5.0, *, is_fresh: bool = True) -> pl.DataFrame:
    """Return sites_live as far as the map needs it; the first six sites wait an hour and more."""
    return pl.DataFrame(
        [
            {"site_id": s.site_id, "name_zh": s.name.zh, "name_en": s.name.en, "lon": s.lon, "lat": s.lat}
            | {"persons_registered": 400, "load_share": 1.02, "persons_last_hour": 590, "age_s": 1.2}
            | {"wait_minutes": 60.0 + at if at < 6 else wait, "wait_class": "long" if at < 6 else "short"}
            | {"is_fresh": is_fresh, "queue_persons": 90, "lanes_open": 3, "town_code": s.town_code}
            | {"planned_persons": 8000, "main_server_id": "p1", "desks_off_province": 0, "network_health": "ok"}
            | {"staff_short": 0, "staff_need": 30}
            for at, s in enumerate(info.sites)
        ]
    )


def drawn_map(
    info: CampaignInfo,
    frame: pl.DataFrame,
    layer: LayerName = LayerName.WAIT,
    panel: Panel = PAGE,
    said: Words = ZH,
) -> str:
    """Return the map of the sites, in Chinese where nothing else is said, and dark."""
    rows, ground = frame.to_dicts(), Ground(info, said)
    drawing = maps.Drawing(ground, layer, DARK, "/x.json", panel)
    return maps.district(drawing, rows, maps_layers.readings(layer, rows, ground))


def layers(document: str) -> dict[str, dict[str, Any]]:
    """Return every layer of a deck by its id, nested or not."""
    found = json.loads(document)["layers"]
    return {layer["id"]: layer for group in found for layer in (group if isinstance(group, list) else [group])}


def test_the_site_layer_has_all_sites_in_the_order_of_their_ids(info: CampaignInfo) -> None:
    document = drawn_map(info, sites(info, is_fresh=False))
    ids = [row["id"] for row in layers(document)["sites"]["data"]]
    assert ids == sorted(ids) == [site.site_id for site in info.sites]
    assert len(ids) == 118


def test_only_the_site_layer_can_be_picked_or_dimmed(info: CampaignInfo) -> None:
    document = json.loads(drawn_map(info, sites(info)))
    reachable = [layer["id"] for layer in document["layers"] if not isinstance(layer, list)]
    assert reachable == ["sites"]
    assert "getFillColor" not in layers(json.dumps(document))["sites"]


def test_the_view_stays_the_same_whatever_the_figures_do(info: CampaignInfo) -> None:
    first, second = (json.loads(drawn_map(info, sites(info, wait))) for wait in (1.0, 9.0))
    assert first["initialViewState"] == second["initialViewState"]


def test_no_layer_moves_the_view_or_drops_a_site(info: CampaignInfo) -> None:
    documents = [json.loads(drawn_map(info, sites(info), layer)) for layer in LayerName]
    assert all(document["initialViewState"] == documents[0]["initialViewState"] for document in documents)
    ids = [[row["id"] for row in layers(json.dumps(document))["sites"]["data"]] for document in documents]
    assert all(row == ids[0] for row in ids)
    assert len(ids[0]) == 118


def test_a_wall_writes_larger_and_comes_closer(info: CampaignInfo) -> None:
    page, wall = (drawn_map(info, sites(info), panel=panel) for panel in (PAGE, WALL))
    assert layers(wall)["worst"]["getSize"] > layers(page)["worst"]["getSize"]
    assert json.loads(wall)["initialViewState"]["zoom"] > json.loads(page)["initialViewState"]["zoom"]


def test_a_site_off_the_provinces_system_has_a_thick_ring_in_every_layer(info: CampaignInfo) -> None:
    frame = sites(info).with_columns(
        contingency=pl.when(pl.col("site_id") == info.sites[3].site_id).then(pl.lit("offline"))
    )
    for layer in LayerName:
        dots = layers(drawn_map(info, frame, layer))["dots"]["data"]
        assert [at for at, dot in enumerate(dots) if dot["b"] == maps.RING_PIXELS] == [3]


def test_a_selection_is_resolved_by_the_site_id_and_not_by_the_rows_number() -> None:
    chosen = {"selection": {"indices": {"sites": [3]}, "objects": {"sites": [{"id": "SS-001-009"}]}}}
    assert maps.selected_site(chosen) == "SS-001-009"
    for nothing in (
        None,
        {},
        {"selection": {"indices": {}, "objects": {}}},
        {"selection": {"objects": {"sites": [{}]}}},
    ):
        assert maps.selected_site(nothing) is None


def test_a_selection_changes_the_ring_and_nothing_else(info: CampaignInfo) -> None:
    document = drawn_map(info, sites(info))
    row = sites(info).row(7, named=True)
    without, having = (
        layers(maps.with_selection(document, None, DARK)),
        layers(maps.with_selection(document, row, DARK)),
    )
    assert without.pop("selected")["data"] == []
    assert having.pop("selected")["data"][0]["c"] == [row["lon"], row["lat"]]
    assert without == having


def test_the_five_longest_waits_are_named_one_below_the_other(info: CampaignInfo) -> None:
    document = drawn_map(info, sites(info))
    named = layers(document)["worst"]["data"]
    assert sorted(name["t"].split()[-2] for name in named) == ["61", "62", "63", "64", "65"]
    pixel = 360 / (TILE_PIXELS * 2 ** json.loads(document)["initialViewState"]["zoom"])
    lats = sorted(name["c"][1] for name in named)
    least = (PAGE.line - 3) * pixel * math.cos(math.radians(23))
    assert all(upper - lower > least for lower, upper in itertools.pairwise(lats))


def test_a_stale_site_loses_its_colour_and_gets_a_question_mark(info: CampaignInfo) -> None:
    drawn = layers(drawn_map(info, sites(info, is_fresh=False)))
    assert {row["k"][3] for row in drawn["dots"]["data"]} == {40}
    assert {row["t"] for row in drawn["signs"]["data"]} == {"?"}
    assert drawn["worst"]["data"] == []


def test_a_site_of_which_nothing_is_known_is_drawn_and_its_old_wait_is_not_told(info: CampaignInfo) -> None:
    nothing = ("persons_registered", "load_share", "persons_last_hour", "age_s")
    silent = sites(info).with_columns(pl.lit(None, pl.Float64).alias(name) for name in nothing)
    silent = silent.with_columns(wait_class=pl.lit("unknown"), is_fresh=pl.lit(value=False))
    row = layers(drawn_map(info, silent))["sites"]["data"][0]
    assert (row["w"], row["p"], row["f"]) == ("等候 未知 · 未知或陈旧", "— 人份 · 计划的 —", "数据陈旧：从未")


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_style_holds_the_layers_that_the_campaign_has_and_asks_for_nothing(palette: Palette) -> None:
    for kept in (["district"], ["district", "neighbours", "towns", "water"]):
        style = basemap.style(palette, {name: b'{"features":[]}' for name in kept})
        assert {layer["source"] for layer in style["layers"] if "source" in layer} == set(kept)
        told = orjson.loads(orjson.dumps(style))
        assert [source["data"] for source in told["sources"].values()] == [{"features": []}] * len(kept)
        assert "glyphs" not in style
        assert "sprite" not in style


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("panel", [PAGE, WALL, ROOM])
def test_every_name_lies_within_the_least_room_that_a_map_has_and_on_no_other(
    info: CampaignInfo, language: str, panel: Panel
) -> None:
    drawn = layers(drawn_map(info, sites(info), panel=panel, said=words(language)))
    plane = Plane(start_view(info, panel))
    boxes = [box_of(mark | {"a": mark.get("a", "end")}, plane, panel) for mark in texts_of(drawn)]
    assert len(boxes) == len(info.towns) + 5
    assert all(abs(side) <= panel.width / 2 for box in boxes for side in (box.left, box.right))
    assert all(abs(side) <= panel.height / 2 for box in boxes for side in (box.top, box.bottom))
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].meets(pair[1])]


def texts_of(drawn: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the towns' names and those of the worst sites."""
    return [*drawn["towns"]["data"], *drawn["worst"]["data"]]


@pytest.mark.parametrize(
    ("browser", "room"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36",
            PAGE,
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", PAGE),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36", WALL),
        ("", WALL),
    ],
)
def test_a_wall_on_a_phone_is_laid_out_for_a_phone(browser: str, room: Panel) -> None:
    assert wall.room(browser) is room
