"""The map's document: fixed order, base layers out of reach, selection by id, names that do not collide."""

import itertools
import json
import math
from typing import Any

import polars as pl
import pytest

from dashboard import basemap, maps
from dashboard.colours import DARK, LIGHT, Palette
from dashboard.words import words
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
            | {"is_fresh": is_fresh, "queue_persons": 90, "lanes_open": 3}
            for at, s in enumerate(info.sites)
        ]
    )


def layers(document: str) -> dict[str, dict[str, Any]]:
    """Return every layer of a deck by its id, nested or not."""
    found = json.loads(document)["layers"]
    return {layer["id"]: layer for group in found for layer in (group if isinstance(group, list) else [group])}


def test_the_site_layer_has_all_sites_in_the_order_of_their_ids(info: CampaignInfo) -> None:
    document = maps.district(info, sites(info, is_fresh=False), ZH, DARK, "/map/style-dark.json")
    ids = [row["id"] for row in layers(document)["sites"]["data"]]
    assert ids == sorted(ids) == [site.site_id for site in info.sites]
    assert len(ids) == 118


def test_only_the_site_layer_can_be_picked_or_dimmed(info: CampaignInfo) -> None:
    document = json.loads(maps.district(info, sites(info), ZH, DARK, "/x.json"))
    reachable = [layer["id"] for layer in document["layers"] if not isinstance(layer, list)]
    assert reachable == ["sites"]
    assert "getFillColor" not in layers(json.dumps(document))["sites"]


def test_the_view_stays_the_same_whatever_the_figures_do(info: CampaignInfo) -> None:
    first, second = (json.loads(maps.district(info, sites(info, wait), ZH, DARK, "/x.json")) for wait in (1.0, 9.0))
    assert first["initialViewState"] == second["initialViewState"]


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
    document = maps.district(info, sites(info), ZH, DARK, "/x.json")
    row = sites(info).row(7, named=True)
    without, having = (
        layers(maps.with_selection(document, None, DARK)),
        layers(maps.with_selection(document, row, DARK)),
    )
    assert without.pop("selected")["data"] == []
    assert having.pop("selected")["data"][0]["c"] == [row["lon"], row["lat"]]
    assert without == having


def test_the_five_longest_waits_are_named_one_below_the_other(info: CampaignInfo) -> None:
    document = maps.district(info, sites(info), ZH, DARK, "/x.json")
    named = layers(document)["worst"]["data"]
    assert sorted(name["t"].split()[-1] for name in named) == ["61分", "62分", "63分", "64分", "65分"]
    pixel = 360 / (maps.TILE_PIXELS * 2 ** json.loads(document)["initialViewState"]["zoom"])
    lats = sorted(name["c"][1] for name in named)
    least = (maps.LINE_PIXELS - 3) * pixel * math.cos(math.radians(23))
    assert all(upper - lower > least for lower, upper in itertools.pairwise(lats))


def test_a_stale_site_loses_its_colour_and_gets_a_question_mark(info: CampaignInfo) -> None:
    drawn = layers(maps.district(info, sites(info, is_fresh=False), ZH, DARK, "/x.json"))
    assert {row["k"][3] for row in drawn["dots"]["data"]} == {40}
    assert {row["t"] for row in drawn["signs"]["data"]} == {"?"}
    assert drawn["worst"]["data"] == []


def test_a_site_of_which_nothing_is_known_is_drawn_and_its_old_wait_is_not_told(info: CampaignInfo) -> None:
    nothing = ("persons_registered", "load_share", "persons_last_hour", "age_s")
    silent = sites(info).with_columns(pl.lit(None, pl.Float64).alias(name) for name in nothing)
    silent = silent.with_columns(wait_class=pl.lit("unknown"), is_fresh=pl.lit(value=False))
    row = layers(maps.district(info, silent, ZH, DARK, "/x.json"))["sites"]["data"][0]
    assert (row["w"], row["p"], row["f"]) == ("等候 — 分（未知）", "— 人份 · 计划的 —", "数据陈旧：从未")


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_style_asks_only_for_layers_the_campaign_has(palette: Palette) -> None:
    for kept in (["district"], ["district", "neighbours", "towns", "water"]):
        style = basemap.style(palette, kept)
        assert {layer["source"] for layer in style["layers"] if "source" in layer} == set(kept)
        assert all(source["data"].startswith("/map/") for source in style["sources"].values())
        assert "glyphs" not in style
        assert "sprite" not in style
