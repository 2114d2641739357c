"""Figures say what is known: down and unknown are told apart, and what nobody knows is a grey dash, not a zero."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from dashboard.figures import district as figures
from dashboard.figures.district import Figure, catching_up, events_end
from dashboard.live import Snapshot
from dashboard.words import words
from pipelines.campaign import Campaign
from pipelines.client import Edge
from pipelines.server.campaign_info import campaign_info
from pipelines.vocabulary import SourceKind

ZH, EN = words("zh"), words("en")
TOTALS: dict[str, Any] = {
    "persons_registered": 1600,
    "persons_target": 10_000,
    "planned_persons": 10_000,
    "target_share": 0.16,
    "tubes_registered": 160,
    "tubes_sampled": 150,
    "persons_last_hour": 900,
    "tubes_last_hour": 90,
    "queue_persons": 120,
    "wait_p50_minutes": 12.0,
    "wait_max_minutes": 18.0,
    "staff_on_shift": 90,
    "staff_planned": 100,
    "networks_ok": 18,
    "networks_down": 0,
    "networks_unknown": 0,
    "networks_total": 18,
    "servers_up": 3,
    "servers_down": 0,
    "servers_unknown": 0,
    "servers_total": 3,
    "desks_total": 18,
}
TREND = pl.DataFrame(
    {"persons_total": [100], "persons_registered": [100], "tubes_registered": [10], "is_complete": [True]}
)


@pytest.fixture
def snapshot(small: Campaign) -> Snapshot:
    """A moment in which everything is known and in order, and every wait is short."""
    info = campaign_info(small)
    sites = pl.DataFrame({"wait_class": ["short"] * 9})
    nothing = pl.DataFrame()
    edge = Edge(as_of=info.round.opens_at, clock_at=info.round.opens_at, speed=60.0, tick=1)
    fresh = {"sites_fresh": 9, "sites_total": 9, "oldest_age_s": 1.0, "stale_feeds": []}
    return Snapshot(edge, info, TOTALS, fresh, TREND, sites, nothing, nothing, nothing, nothing, {})


def figure(snapshot: Snapshot, key: str, **totals: object) -> Figure:
    """Return the figure ``key`` of the snapshot with some totals changed."""
    changed = replace(snapshot, totals=TOTALS | totals)
    return next(item for item in figures.district(changed, ZH) if item.key == key)


def said(item: Figure) -> tuple[str, str, str]:
    """Return what a figure shows: value, note, tone."""
    return item.value, item.note, item.tone


@pytest.mark.parametrize(
    ("per", "totals", "shown"),
    [
        ("target", {"persons_registered": 1600}, ("16.0%", "÷ 目标 10,000", "blue")),
        ("planned", {"persons_registered": 400}, ("50.0%", "÷ 各点计划 800", "blue")),
        ("planned", {"persons_registered": 1000}, ("125.0%", "÷ 各点计划 800 · 可超 100%", "blue")),
        ("target", {"persons_registered": 5, "persons_target": None}, ("—", "÷ 目标 0", "gray")),
    ],
)
def test_coverage_is_measured_against_what_the_viewer_chose_and_never_clipped(
    snapshot: Snapshot, per: str, totals: dict[str, Any], shown: tuple[str, str, str]
) -> None:
    changed = replace(snapshot, totals=TOTALS | {"planned_persons": 800} | totals)
    item = next(item for item in figures.district(changed, ZH, per) if item.key == "coverage")
    assert said(item) == shown


def test_coverage_of_the_residents_takes_those_of_the_campaign_within_the_scope(snapshot: Snapshot) -> None:
    item = next(item for item in figures.district(snapshot, ZH, "residents") if item.key == "coverage")
    assert f"{snapshot.campaign.residents:,}" in item.note


@pytest.mark.parametrize(
    ("fresh", "age_s", "shown"),
    [
        (9, 1.0, ("1 秒", "9/9 点新鲜", "green")),
        (8, 420.0, ("7 分", "8/9 点新鲜", "orange")),
        (0, None, ("—", "0/9 点新鲜", "gray")),
    ],
)
def test_the_age_of_the_oldest_site_is_told_in_the_unit_people_say(
    snapshot: Snapshot, fresh: int, age_s: float | None, shown: tuple[str, str, str]
) -> None:
    changed = replace(snapshot, freshness=snapshot.freshness | {"sites_fresh": fresh, "oldest_age_s": age_s})
    assert said(next(item for item in figures.district(changed, ZH) if item.key == "age")) == shown


def test_an_unknown_server_is_not_counted_as_down(snapshot: Snapshot) -> None:
    assert said(figure(snapshot, "servers")) == ("3/3", "在用卡位 18", "green")
    assert said(figure(snapshot, "servers", servers_up=2, servers_unknown=1)) == ("2/3", "在用卡位 18 · 未知 1", "gray")
    assert said(figure(snapshot, "servers", servers_up=1, servers_down=1, servers_unknown=1)) == (
        "1/3",
        "1 台宕机 · 未知 1",
        "red",
    )


@pytest.mark.parametrize(
    ("key", "totals"),
    [
        ("servers", {"servers_up": 0, "servers_unknown": 3}),
        ("wait", {"wait_p50_minutes": None, "wait_max_minutes": None, "queue_persons": None}),
        ("staff", {"staff_on_shift": None, "staff_planned": None}),
        ("rate", {"persons_last_hour": None, "tubes_last_hour": None}),
    ],
)
def test_what_nobody_knows_is_a_grey_dash(snapshot: Snapshot, key: str, totals: dict[str, object]) -> None:
    assert said(figure(snapshot, key, **totals)) == ("—", "未知", "gray")


def test_a_feed_that_catches_up_says_how_far_it_is_instead_of_a_last_hour(snapshot: Snapshot) -> None:
    reached = {"events_reached_at": datetime(2031, 3, 2, 0, 15, tzinfo=UTC)}
    behind = replace(snapshot, freshness=snapshot.freshness | reached)
    told = figure(behind, "rate", persons_last_hour=None, tubes_last_hour=None)
    assert said(told) == ("—", "试管数据补拉中，已到 08:15", "gray")
    assert behind.are_events_partial
    assert events_end(behind, ZH, "stopped") == "试管数据补拉中，已到 08:15"


def test_what_tubes_tell_ends_early_where_their_feed_stopped_and_only_there(snapshot: Snapshot) -> None:
    gone = replace(snapshot, freshness=snapshot.freshness | {"stale_feeds": [SourceKind.TUBE_EVENTS]})
    assert events_end(gone, ZH, "stopped") == "stopped"
    assert events_end(snapshot, ZH, "stopped") == ""


def test_before_anything_was_fetched_no_figure_of_tubes_is_held_against_the_plan(snapshot: Snapshot) -> None:
    empty = replace(snapshot, freshness=snapshot.freshness | {"sites_fresh": 0, "oldest_age_s": None})
    assert catching_up(empty, ZH) == "未知"
    assert catching_up(snapshot, ZH) == ""


@pytest.mark.parametrize(
    ("classes", "tone"),
    [
        (["short", "unknown"], "green"),
        (["short", "medium"], "orange"),
        (["medium", "long", "closed"], "red"),
        (["closed"], "gray"),
    ],
)
def test_the_wait_takes_its_colour_from_the_classes_of_the_store(
    snapshot: Snapshot, classes: list[str], tone: str
) -> None:
    judged = replace(snapshot, sites=pl.DataFrame({"wait_class": classes}))
    assert figure(judged, "wait", wait_max_minutes=49.99).tone == tone


def test_a_site_whose_queue_is_unknown_shows_no_old_wait() -> None:
    detail = {"persons_registered": 1, "tubes_registered": 1, "tubes_sampled": 1, "load_share": 0.1} | {
        "planned_persons": 10,
        "persons_last_hour": None,
        "wait_class": "unknown",
        "wait_minutes": 33.0,
        "queue_persons": 70,
        "lanes_open": 2,
        "lanes": 2,
        "staff_on_shift": None,
        "staff_planned": None,
    }
    shown = {item.key: said(item) for item in figures.site(detail, EN)}
    assert shown["site_wait"] == ("—", "unknown", "gray")
    assert shown["rate"] == ("—", "— of 2 lanes open", "gray")
    assert shown["staff"] == ("—", "of — · —", "gray")
