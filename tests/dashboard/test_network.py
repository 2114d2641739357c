"""The network page: servers down and why, the air over crowds, orders with a reason; its charts and tables."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access, acting
from dashboard.charts import network as charts
from dashboard.colours import DARK
from dashboard.panels import network_cards
from dashboard.tables import network as tables_network
from dashboard.tables import orders as tables_orders
from dashboard.words import words
from pipelines.campaign import Campaign
from pipelines.client import DISTRICT, CommandUnavailable, Scope, Viewer
from pipelines.server.campaign_info import campaign_info
from pipelines.store.moments import RECENT_S
from pipelines.vocabulary import Cause, UserRole
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts

ZH, EN = words("zh"), words("en")
AT = datetime(2031, 3, 2, 2, 0, tzinfo=UTC)
TREND = pl.DataFrame(
    {
        "minute_at": [AT - timedelta(minutes=minutes) for minutes in (3, 2, 1)],
        "connect_ms": [1.0, 1.5, None],
        "first_byte_ms": [9.0, 12.25, None],
        "transfer_ms": [0.5, 0.5, None],
        "load_share": [0.5, 0.755, None],
    }
)
Given = list[tuple[Scope, dict[str, Any], str]]


def opened(app: AppTest, **address: str) -> AppTest:
    """Open the network page as an address names its choices."""
    app.switch_page("app_pages/network.py")
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """What was ordered; AppTest has no browser whose cookie would name a session."""
    told: Given = []
    monkeypatch.setattr(acting, "perform", lambda _id, _kind, scope, facts, why, *_: told.append((scope, facts, why)))
    return told


@pytest.fixture
def seen_by() -> Iterator[access.Door]:
    """The door, put back as it was after the test."""
    before = access.DOOR.read
    yield access.DOOR
    access.DOOR.read = before


@pytest.mark.usefixtures("command")
def test_a_dead_server_says_since_when_why_and_how_many_desks_are_on_it(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.minute("01:01", down="p1")
    opened(app)
    assert not app.exception
    tile = app.container(key="server-p1")
    assert "自 09:01:00 起无应答" in tile.error[0].value.replace("\\", "")
    assert "connection refused \\[by design\\]" in tile.error[0].value
    assert "18 个卡位 · 码 1" in tile.markdown[0].value
    assert not app.container(key="server-p2").error
    assert metrics(app)["登记服务器"] == "2/3"
    assert all(metric.help for metric in app.metric)


@pytest.mark.usefixtures("command")
def test_a_server_not_probed_lately_says_what_its_last_probe_told(district: District, app: AppTest) -> None:
    district.minute("01:00", down="p2")
    threading.Event().wait(RECENT_S)  # until then the newest tick is the moment that is asked about
    district.clock.put("01:20")
    opened(app)
    assert not app.exception
    assert "最后一次探测 09:00:00：无应答" in app.container(key="server-p2").markdown[-1].value.replace("\\", "")
    assert "最后一次探测 09:00:00：有应答" in app.container(key="server-p1").markdown[-1].value.replace("\\", "")


@pytest.mark.usefixtures("command")
def test_every_site_shows_both_networks_and_the_crowd_on_them(district: District, app: AppTest) -> None:
    district.minute("01:00")
    opened(app, town="990001002")
    air = app.container(key="card-air").dataframe[0].value
    assert len(air) == 4
    assert air["volunteer"].iloc[0] == "● 正常 · 30 毫秒 · 1.0% · 8"
    assert list(air["class"].iloc[0]) == ["● 空闲"]


@pytest.mark.usefixtures("command")
def test_an_order_wants_a_reason_and_is_given_to_whom_was_chosen(
    district: District, app: AppTest, given: Given
) -> None:
    district.minute("01:00")
    opened(app)
    app.selectbox(key="order-target").set_value(Scope.town("990001002")).run()
    app.button(key="order-offline").click().run()
    assert "到达 **4** 个采样点" in texts(app)
    app.button(key="order-give").click().run()
    assert given == []
    assert "请写明原因" in texts(app)
    app.text_area(key="order-reason").set_value(" 2 号服务器宕机 ")
    app.button(key="order-give").click().run()
    assert not app.exception
    assert given == [(Scope.town("990001002"), {"contingency": "offline"}, "2 号服务器宕机")]
    assert "已下达：转离线应用" in app.success[0].value.replace("\\", "")
    assert not app.text_area


@pytest.mark.usefixtures("command")
def test_an_order_that_does_not_arrive_says_so_and_may_be_given_again(
    district: District, app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise CommandUnavailable("no answer within 3 s [by design]")

    monkeypatch.setattr(acting, "perform", lost)
    district.minute("01:00")
    opened(app)
    app.button(key="order-province").click().run()
    app.text_area(key="order-reason").set_value("恢复")
    app.button(key="order-give").click().run()
    assert not app.exception
    assert any("within 3 s \\[by design\\]" in str(error.value) for error in app.error)


@pytest.mark.usefixtures("command")
def test_who_may_not_order_is_told_so_and_finds_no_button(
    district: District, app: AppTest, seen_by: access.Door
) -> None:
    seen_by.read = lambda: Viewer(user_id="a", name="A", role=UserRole.ANALYST, scope=DISTRICT)
    district.minute("01:00")
    opened(app)
    assert "您的角色不能下达命令" in texts(app)
    assert [button.key for button in app.button if str(button.key).startswith("order-")] == []


@pytest.mark.usefixtures("command")
def test_an_empty_store_shows_every_card_in_its_state(app: AppTest) -> None:
    opened(app)
    assert not app.exception
    assert "尚未收到任何采样点的数据" in texts(app)
    assert metrics(app)["登记服务器"] == "0/3"
    assert "本轮尚无命令" in texts(app)


@pytest.mark.usefixtures("chosen")
def test_a_command_server_that_never_answered_is_named(app: AppTest) -> None:
    opened(app)
    assert not app.exception
    assert app.container(key="command-lost").error[0].value


def test_a_minute_without_an_answer_is_a_gap_and_each_phase_has_its_own_stroke() -> None:
    option = charts.latency(TREND, AT, 1000.0, EN, DARK, 480)
    assert [series["name"] for series in option["series"]] == ["Connect", "First byte", "Transfer"]
    assert option["series"][1]["data"][1:] == [["2031-03-02T09:58:00Z", 12.25], ["2031-03-02T09:59:00Z", None]]
    assert len({str(series["lineStyle"]["type"]) for series in option["series"]}) == 3
    assert (option["xAxis"]["min"], option["xAxis"]["max"]) == ("2031-03-02T09:00:00Z", "2031-03-02T10:00:00Z")


def test_the_load_is_drawn_against_the_limit_on_an_axis_that_never_moves() -> None:
    option = charts.load(TREND, AT, 0.75, EN, DARK, 480)
    assert option["series"][0]["data"][1][1] == 75.5
    assert option["series"][0]["markLine"]["data"] == [{"yAxis": 75.0}]
    assert (option["yAxis"]["min"], option["yAxis"]["max"]) == (0, 100)


def test_every_cause_keeps_its_series_and_charts_keep_their_shape() -> None:
    told = pl.DataFrame({"bucket_at": [AT], "cause": ["power"], "interruptions": [4]})
    full, none = (charts.interruptions(frame, AT, EN, DARK, 480) for frame in (told, told.clear()))
    assert [len(series["data"]) for series in full["series"]] == [int(cause is Cause.POWER) for cause in Cause]
    assert [series["name"] for series in full["series"]] == [series["name"] for series in none["series"]]
    for option in (full, charts.load(TREND.clear(), AT, 0.75, ZH, DARK, 0), charts.latency(TREND, AT, 9, ZH, DARK, 0)):
        json.dumps(option, allow_nan=False)
        assert all(series["encode"] and series["name"] for series in option["series"])


def test_the_worst_site_comes_first_and_each_state_has_a_sign_of_its_own() -> None:
    base = {"town_code": "1", "carrier": "mobile", "size_class": "small", "queue_persons": 9}
    rows = [("S1", "free", 0.1), ("S2", "over", 2.0), ("S3", "lost", None), ("S4", "over", 3.0)]
    crowd = pl.DataFrame(
        [
            {"site_id": key, "name_zh": key, "name_en": key, "crowd_class": kind, "crowd_index": index, **base}
            for key, kind, index in rows
        ]
    )
    nets = pl.DataFrame(schema={"site_id": pl.String, "network": pl.String})
    cars = pl.DataFrame({"site_id": ["S4"], "vehicle_id": ["mobile-1"]})
    shown, _ = tables_network.sites(crowd, nets, cars, EN)
    assert shown["site"].to_list() == ["S3 · S3", "S4 · S4", "S2 · S2", "S1 · S1"]
    assert shown["vehicle"].to_list()[1] == "mobile-1"
    assert len({EN(f"air.{kind}")[0] for kind in tables_network.CLASSES}) == len(tables_network.CLASSES)


def test_a_switch_says_from_where_to_where_and_what_it_does(small: Campaign) -> None:
    info = campaign_info(small)
    plan = pl.DataFrame(
        {
            **{"site_id": ["LS-1", "LS-2"], "name_zh": ["a", "b"], "name_en": ["A", "B"], "desks": [3, 2]},
            **{"from_server_id": ["p2", "p2"], "to_server_id": ["p1", ""], "contingency": ["province", "offline"]},
            "is_stuck": [True, False],
        }
    )
    shown, _ = tables_orders.switches(plan, info, EN)
    assert shown["to"].to_list() == ["Provincial server 1", EN("system.offline")]
    assert shown["state"].to_list() == [["▲ stuck"], ["– too full"]]

    class Told:
        campaign = info

    with_plan = {"recovery_minutes": 4.2, "persons_not_registered": 120, "falls": 0}
    without = {"recovery_minutes": None, "persons_not_registered": 2400, "falls": 2}
    servers = [{"server_id": "p1", "load_now": 0.5, "load_then": 0.71}]
    facts = json.dumps({"with": with_plan, "without": without, "servers": servers})
    snapshot: Any = Told()
    said = network_cards.effect(facts, snapshot, EN).splitlines()
    assert said[0].startswith("Without: recovered in — min, 2,400 person-samples")
    assert "Provincial server 1 50% → 71%" in said[2]


def test_an_order_shows_what_it_is_to_whom_and_how_many_follow(small: Campaign) -> None:
    row = {"ordered_at": AT, "contingency": None, "vehicle_id": None, "server_id": "p1", "scope_id": "990001002"}
    row |= {
        "state": "delivered",
        "desks_reached": 8,
        "desks_obeying": 6,
        "actor": "li",
        "reason": "p2",
        "failure": None,
    }
    city = row | {
        "contingency": "city",
        "scope_id": None,
        "desks_obeying": None,
        "state": "failed",
        "failure": "refused",
    }
    shown, _ = tables_orders.given(pl.DataFrame([row, city]), campaign_info(small), EN, 480)
    assert shown["what"].to_list() == ["scan Provincial server 1", EN("system.city")]
    assert shown["whom"].to_list() == ["North Bank", "Lakeside District"]
    assert shown["spread"].to_list() == [75.0, None]
    assert shown["why"].to_list() == ["p2", "refused"]
