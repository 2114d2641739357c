"""What each layer of the map says of a site, and which sites it names as the worst."""

from typing import Any

import polars as pl
import pytest

from dashboard.colours import DARK, LIGHT, Palette, Step
from dashboard.maps import layers as maps_layers
from dashboard.maps.layers import KINDS, Ground, LayerName
from dashboard.maps.legend import legend
from dashboard.tables import sites as tables_sites
from dashboard.words import words
from pipelines.campaign import Campaign
from pipelines.server.campaign_info import campaign_info
from pipelines.vocabulary import Contingency

EN = words("en")
SITE: dict[str, Any] = {
    "site_id": "LS-1",
    "name_zh": "码头",
    "name_en": "Harbour",
    "town_code": "990001001",
    "wait_class": "short",
    "wait_minutes": 12.0,
    "queue_persons": 60,
    "persons_last_hour": 40,
    "planned_persons": 600,
    "lanes": 3,
    "lanes_open": 3,
    "desks_stuck": 0,
    "main_server_id": "p1",
    "desks_off_province": 0,
    "network_health": "ok",
    "staff_on_shift": 30,
    "staff_need": 30,
    "staff_short": 0,
    "age_s": 1.0,
    "is_fresh": True,
}


@pytest.fixture(scope="module")
def ground(small: Campaign) -> Ground:
    """The small district, open for six hours, in English."""
    return Ground(campaign_info(small), EN)


def said(layer: str, ground: Ground, **changed: object) -> tuple[str, str, float]:
    """Return class, text and badness that a layer finds in the site with some columns changed."""
    (reading,) = maps_layers.readings(LayerName(layer), [SITE | changed], ground)
    return reading.kind, reading.text, reading.badness


@pytest.mark.parametrize(
    ("layer", "changed", "kind", "text", "badness"),
    [
        ("wait", {}, "short", "12 min", 0),
        ("wait", {"wait_class": "long", "wait_minutes": 71.6}, "long", "72 min", 71.6),
        ("wait", {"wait_class": "long", "wait_minutes": 71.6, "is_fresh": False}, "long", "72 min", 0),
        ("wait", {"wait_class": "unknown", "wait_minutes": 90.0}, "unknown", "unknown", 0),
        ("wait", {"wait_class": "closed", "wait_minutes": None}, "closed", "closed", 0),
        ("load", {}, "within", "100%", 0),
        ("load", {"queue_persons": 110}, "above", "150%", 1.5),
        ("load", {"queue_persons": 860}, "far_above", "900%", 9),
        ("load", {"planned_persons": 0}, "unknown", "unknown", 0),
        ("load", {"persons_last_hour": None}, "unknown", "unknown", 0),
        ("load", {"wait_class": "unknown"}, "unknown", "unknown", 0),
        ("load", {"wait_class": "closed", "queue_persons": None}, "closed", "closed", 0),
        ("system", {}, "province", "province", 0),
        ("system", {"desks_off_province": 2}, "province", "2 desks off the province", 2),
        ("system", {"main_server_id": "city", "desks_off_province": 3}, "city", "city system", 1_000_003),
        ("system", {"contingency": "offline"}, "offline", "offline app", 2_000_000),
        ("system", {"contingency": "stopped"}, "stopped", "stopped", 3_000_000),
        ("system", {"main_server_id": None}, "unknown", "unknown", 0),
        ("network", {}, "ok", "OK", 0),
        ("network", {"network_health": "slow"}, "slow", "Slow", 1),
        ("network", {"network_health": "down"}, "down", "Down", 2),
        ("network", {"network_health": None}, "unknown", "Unknown", 0),
        ("staff", {}, "full", "nobody missing", 0),
        ("staff", {"staff_short": 3}, "short", "3 missing", 3),
        ("staff", {"staff_short": 4}, "very_short", "4 missing", 4),
        ("staff", {"staff_short": None}, "unknown", "unknown", 0),
        ("staff", {"staff_short": 4, "wait_class": "closed"}, "closed", "closed", 0),
        ("age", {}, "fresh", "1 s", 0),
        ("age", {"age_s": 30.0, "is_fresh": False}, "stale", "30 s", 30),
        ("age", {"age_s": 420.0, "is_fresh": False}, "silent", "7 min", 420),
        ("age", {"age_s": None, "is_fresh": False}, "never", "never", 1e12),
    ],
)
def test_a_layer_finds_class_figure_and_badness(
    ground: Ground, layer: str, changed: dict[str, object], kind: str, text: str, badness: float
) -> None:
    assert said(layer, ground, **changed) == (kind, text, pytest.approx(badness))


def test_five_sites_at_most_are_the_worst_and_none_that_is_in_order(ground: Ground) -> None:
    rows = [SITE | {"site_id": f"S{at}", "staff_short": at % 7, "queue_persons": at} for at in range(20)]
    reading = maps_layers.readings(LayerName.STAFF, rows, ground)
    assert [rows[at]["site_id"] for at in maps_layers.worst(rows, reading)] == ["S13", "S6", "S19", "S12", "S5"]
    calm = maps_layers.readings(LayerName.NETWORK, rows, ground)
    assert maps_layers.worst(rows, calm) == []
    assert sorted(maps_layers.ranked(rows, calm)) == list(range(20))


@pytest.mark.parametrize("layer", list(LayerName))
@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_legend_names_every_class_with_a_sign_of_its_own(ground: Ground, layer: LayerName, colours: Palette) -> None:
    drawn = legend(ground.campaign, layer, EN, colours)
    names = [maps_layers.kind_name(layer, kind, ground) for kind in KINDS[layer]]
    assert all(name.replace("<", "&lt;").replace(">", "&gt;") in drawn for name in names)
    assert "{" not in drawn
    looks = {
        maps_layers.look(layer, maps_layers.Reading(kind, "", sign=_sign(layer, kind)), colours)[:2]
        for kind in KINDS[layer]
    }
    assert len({sign for _, sign in looks}) == len(KINDS[layer])


def _sign(layer: LayerName, kind: str) -> str:
    is_off = layer is LayerName.SYSTEM and kind in (Contingency.OFFLINE, Contingency.CITY, Contingency.STOPPED)
    return EN(f"layer.sign.{kind}") if is_off else ""


def test_the_list_says_what_the_map_says_and_dashes_what_nobody_knows(ground: Ground) -> None:
    rows = [SITE, SITE | {"site_id": "LS-2", "wait_class": "unknown", "staff_short": None, "age_s": None}]
    reading = {layer: maps_layers.readings(layer, rows, ground) for layer in LayerName}
    shown, columns = tables_sites.sites(rows, reading, LayerName.WAIT, ground)
    assert list(columns) == shown.columns
    assert shown.select("state", "wait", "load", "system", "network", "short", "age").rows() == [
        ("● short <20 min", 12, 100, "province", "● OK", 0, "1 s"),
        ("? unknown or stale", None, None, "province", "● OK", None, "never"),
    ]
    assert shown.schema["wait"] == pl.Int32
    assert {tables_sites.sign(step) for step in Step} == {"●", "–", "!", "×", "?"}
