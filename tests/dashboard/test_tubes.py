"""The tubes page: its figures, its choices kept in the address, every state, and its charts as pure functions."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts import tubes as charts
from dashboard.colours import DARK, LIGHT
from dashboard.figures import tubes as figures
from dashboard.panels import tube_quality
from dashboard.words import words
from pipelines.vocabulary import Health, ShortReason
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts

ZH, EN = words("zh"), words("en")
OPENING = datetime(2021, 6, 5, 23, 0, tzinfo=UTC)
CURVE = pl.DataFrame(
    {
        "bucket_at": [OPENING + timedelta(minutes=5 * n) for n in range(4)],
        "tubes_registered": [70, 72, 9, None],
        "tubes_sampled": [60, 71, 8, None],
        "tubes_planned": [107.14, 107.14, 107.14, 107.14],
        "persons_total": [700, 1420, 1510, None],
        "persons_planned_total": [1071.4, 2142.8, 3214.2, 4285.6],
        "is_complete": [True, True, False, False],
    }
)
FORECAST = {
    "finish_at": OPENING + timedelta(hours=2),
    "finish_low_at": OPENING + timedelta(hours=1),
    "finish_high_at": None,
}
STATES = pl.DataFrame(
    {
        "state": ["open", "received", "resulted", "lost"],
        "tubes": [0, 20, 90, 1],
        "oldest_minutes": [None, 44.4, 9.0, 7.0],
    }
)
EVENTS = """
sequence | barcode  | kind       | site_id | lab_id | persons | happened_at
1        | LK100001 | registered | LS-1    | lab-1  | 10      | 00:01
2        | LK100002 | registered | LS-1    | lab-1  | 10      | 00:02
3        | LK100002 | lost       | LS-1    | lab-1  | 10      | 00:40
4        | LK200003 | registered | LS-5    | lab-2  | 10      | 00:06
5        | LK200003 | voided     | LS-5    | lab-2  | 10      | 00:09
"""


def opened(app: AppTest, **address: str) -> AppTest:
    """Open the tubes page as an address names its choices."""
    app.switch_page("app_pages/tubes.py")
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.usefixtures("command")
def test_the_page_holds_what_is_done_against_the_plan_and_names_what_is_missing(
    district: District, app: AppTest
) -> None:
    district.minute("01:00", persons=100)
    district.tick("01:00:30", tube_event=EVENTS)
    opened(app)
    assert not app.exception
    assert metrics(app)["已登记 · 人份"] == "30"
    assert metrics(app)["下落不明"] == "1"
    assert metrics(app)["少扫次数"] == "810"
    missing = app.container(key="card-missing").dataframe[0].value
    assert list(missing["barcode"]) == ["LK100002", "LK200003"]
    assert list(missing["why"].iloc[0]) == ["◆ 丢失"]
    assert all(metric.help for metric in app.metric)
    labs = app.container(key="card-labs").dataframe[0].value
    assert [list(cell) for cell in labs["interface"]] == [["✓ 接口"], ["! 人工录入"]]


@pytest.mark.usefixtures("command")
def test_a_town_and_a_lab_in_the_address_cut_the_page(district: District, app: AppTest) -> None:
    district.minute("01:00", persons=100)
    district.tick("01:00:30", tube_event=EVENTS)
    opened(app, town="990001002")
    assert metrics(app)["已登记 · 人份"] == "10"
    assert metrics(app)["下落不明"] == "0"
    assert list(app.container(key="card-labs").dataframe[0].value["lab"]) == ["北岸检测机构"]
    app.selectbox(key="choose-town").set_value("").run()
    assert "town" not in app.query_params
    assert metrics(app)["已登记 · 人份"] == "30"
    app.selectbox(key="choose-lab").set_value("lab-1").run()
    assert app.query_params["lab"] == "lab-1"
    assert metrics(app)["已登记 · 人份"] == "20"


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("hostile", ["' OR 1=1--", "<img src=x>", "[x](http://evil)", "990001002 ", "A" * 5000])
def test_a_choice_that_there_is_not_shows_everything_and_says_so(
    district: District, app: AppTest, hostile: str
) -> None:
    district.minute("01:00")
    opened(app, town=hostile, lab=hostile)
    assert not app.exception
    assert len([caption for caption in app.caption if "已显示全部" in caption.value]) == 2
    assert "](http" not in texts(app)


@pytest.mark.usefixtures("command")
def test_an_empty_store_draws_the_plan_and_says_that_nothing_came_yet(app: AppTest) -> None:
    opened(app)
    assert not app.exception
    assert "尚未收到任何采样点的数据" in texts(app)
    assert metrics(app)["待检 · 管"] == "—"
    assert "没有丢失、送错、超时或作废的试管" in texts(app)


@pytest.mark.usefixtures("chosen")
def test_a_command_server_that_never_answered_is_named(app: AppTest) -> None:
    opened(app)
    assert not app.exception
    assert app.container(key="command-lost").error[0].value
    assert not app.metric


def test_the_plan_goes_on_where_nothing_is_known_yet() -> None:
    option = charts.against_plan(CURVE, EN, DARK, 480)
    assert option["dataset"]["source"][1:] == [
        ["2021-06-06T07:05:00Z", 72, 71, None, 107.1],
        ["2021-06-06T07:10:00Z", None, None, 9, 107.1],
        ["2021-06-06T07:15:00Z", None, None, None, 107.1],
    ]


def test_a_total_stands_at_the_end_of_its_five_minutes_and_the_running_one_waits() -> None:
    source = charts.cumulated(CURVE, None, EN, DARK, 480)["dataset"]["source"]
    assert source[1:3] == [["2021-06-06T07:10:00Z", 1420, 2143.0], ["2021-06-06T07:15:00Z", None, 3214.0]]


def test_the_forecast_leads_from_now_to_the_target_and_its_band_may_be_open() -> None:
    likely, low, high = (series["data"] for series in charts.cumulated(CURVE, FORECAST, EN, DARK, 480)["series"][2:])
    assert likely == [["2021-06-06T07:10:00Z", 1420], ["2021-06-06T09:00:00Z", 4286]]
    assert (low[1][0], high) == ("2021-06-06T08:00:00Z", [])


def test_a_day_that_ends_in_no_case_says_so_in_place_of_a_band() -> None:
    row = dict.fromkeys(("finish_at", "finish_low_at", "finish_high_at")) | {
        "closes_at": datetime(2031, 3, 2, tzinfo=UTC)
    }
    shown = figures.finish(row, EN, 480)
    assert (shown.value, shown.note, shown.tone) == ("—", "no end in sight at this pace", "orange")


def test_lost_tubes_are_told_by_sign_and_by_colour_and_resulted_ones_are_left_out() -> None:
    option = charts.standing(STATES, EN, LIGHT)
    assert option["yAxis"]["data"] == ["○ open", "received", "◆ lost"]
    assert [bar["value"][2] for bar in option["series"][0]["data"]] == ["0", "20 · 44 min", "1 · 7 min"]
    assert option["series"][0]["data"][2]["itemStyle"]["color"] == LIGHT.health[Health.DOWN]


def test_every_reason_of_a_short_tube_has_its_bar() -> None:
    short = pl.DataFrame({"short_reason": ["interrupted"], "tubes": [4]})
    bars = charts.short_reasons(short, EN, LIGHT)["series"][0]["data"]
    assert [bar["value"][1] for bar in bars] == [
        4 if reason is ShortReason.INTERRUPTED else 0 for reason in ShortReason
    ]


def test_charts_keep_their_shape_whatever_they_hold() -> None:
    for full, none in (
        (charts.against_plan(CURVE, ZH, DARK, 480, "no events"), charts.against_plan(CURVE.clear(), ZH, DARK, 480)),
        (charts.cumulated(CURVE, FORECAST, ZH, DARK, 480), charts.cumulated(CURVE.clear(), None, ZH, DARK, 480)),
    ):
        json.dumps(full, allow_nan=False)
        assert full.keys() == none.keys()
        assert [series["name"] for series in full["series"]] == [series["name"] for series in none["series"]]
        assert all(series["encode"] for series in full["series"])


def test_entries_are_summed_over_the_sites_that_told_and_the_most_typed_comes_first() -> None:
    told = {"rescans": 20, "manual_entries": 3, "tubes_short": 2, "tubes_unverified": 1, "tubes_offline": 0}
    shares = {f"{name}_share": 0.01 for name in tube_quality.SHARES}
    rows = [
        {"name_zh": "甲", "name_en": "A", "tubes_registered": 40, **told, **shares},
        {"name_zh": "乙", "name_en": "B", "tubes_registered": 60, **told, **shares, "manual_share": 0.05},
        {"name_zh": "丙", "name_en": "C", "tubes_registered": None, **dict.fromkeys([*told, *shares])},
    ]
    quality = pl.DataFrame(rows, infer_schema_length=None)
    said = tube_quality.sums(quality, EN)
    assert "re-scans **40** · typed **6** · short **4** (4.0%)" in said
    shown, _ = tube_quality.by_site(quality, EN)
    assert shown["site"].to_list() == ["B", "A", "C"]
    assert shown["manual"].to_list() == [5.0, 1.0, None]
    assert tube_quality.sums(quality.filter(pl.col("tubes_registered").is_null()), EN) == ":gray[unknown]"


def test_the_longest_wait_for_an_upload_comes_first() -> None:
    lag = pl.DataFrame(
        {
            **{"name_zh": ["甲", "乙"], "name_en": ["A", "B"], "queued_uploads": [2, 5]},
            **{"oldest_minutes": [3.2, 41.7], "age_s": [1.0, 2.4]},
        }
    )
    shown, _ = tube_quality.uploading(lag, EN)
    assert shown.rows() == [("B", 5, 42.0, 2.0), ("A", 2, 3.0, 1.0)]
