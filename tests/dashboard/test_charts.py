"""Charts are pure functions: the same frame gives the same option, and its shape never changes."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl

from dashboard.charts import live as charts
from dashboard.charts import parts
from dashboard.colours import DARK, HEALTH_SIGN, LIGHT, STEP_SIGN, Step, palette
from dashboard.words import words
from pipelines.vocabulary import Health

ZH, EN = words("zh"), words("en")
OPENING = datetime(2021, 6, 5, 23, 0, tzinfo=UTC)
TREND = pl.DataFrame(
    {
        "bucket_at": [OPENING, OPENING + timedelta(minutes=5), OPENING + timedelta(minutes=10)],
        "tubes_registered": [700, 720, 90],
        "tubes_sampled": [600, 710, 80],
        "is_complete": [True, True, False],
    }
)
STAFF = pl.DataFrame({"role": ["medic", "volunteer"], "on_shift": [1932, 1181], "need": [1190, 1190], "gap": [742, -9]})
TOWNS = pl.DataFrame(
    {"town_code": ["1", "2"], "name_zh": ["西南街道", "白坭镇"], "name_en": ["Xinan Subdistrict", "Baini Town"]}
)


def networks(sites: int, health: str = "ok") -> pl.DataFrame:
    """Return two networks for each of ``sites`` sites of town 1; the public one of every site is in order."""
    rows = [
        {"site_id": f"S{at:03}", "name_zh": f"点{at}", "name_en": f"Site {at}", "town_code": "1"}
        | {"network": network, "health": health if network == "volunteer" else "ok", "latency_ms": None}
        for at in range(sites)
        for network in ("volunteer", "public")
    ]
    return pl.DataFrame(rows, schema_overrides={"latency_ms": pl.Float64})


def test_the_running_five_minutes_are_a_bar_and_not_a_drop_of_the_line() -> None:
    option = charts.throughput(TREND, ZH, DARK, 480)
    assert option["dataset"]["source"] == [
        ["2021-06-06T07:00:00Z", 700, 600, None],
        ["2021-06-06T07:05:00Z", 720, 710, None],
        ["2021-06-06T07:10:00Z", None, None, 90],
    ]
    assert [(series["type"], series["name"]) for series in option["series"]] == [
        ("line", "登记"),
        ("line", "采样"),
        ("bar", "本五分钟"),
    ]


def test_the_same_time_on_another_day_is_another_place_on_the_axis() -> None:
    days = pl.concat([TREND, TREND.with_columns(pl.col("bucket_at") + timedelta(days=1))])
    option = charts.throughput(days, ZH, DARK, 480)
    assert len({row[0] for row in option["dataset"]["source"]}) == 6
    assert option["xAxis"]["type"] == "time"
    assert option["xAxis"]["axisLabel"]["formatter"]["day"] == "{MM}-{dd}"


def test_a_dead_event_feed_is_said_on_the_chart_it_feeds() -> None:
    said = ("", EN("chart.events_stale"))
    live, dead = (charts.throughput(TREND, EN, DARK, 480, ends)["title"]["text"] for ends in said)
    assert (live, dead) == ("", "tube events stale, end incomplete")


def test_without_a_roster_the_staffing_chart_says_so_and_keeps_its_shape() -> None:
    nothing = STAFF.with_columns(on_shift=pl.lit(None, pl.Int64), gap=pl.lit(None, pl.Int64))
    known, unknown = charts.staffing(STAFF, EN, LIGHT), charts.staffing(nothing, EN, LIGHT)
    assert (known["title"]["text"], unknown["title"]["text"]) == ("", "No current roster data")
    assert [bar["value"][3] for bar in unknown["series"][0]["data"]] == ["—", "—"]
    assert known.keys() == unknown.keys()
    assert charts.staffing(STAFF.clear(), EN, LIGHT)["title"]["text"]


def test_a_role_below_its_norm_is_red_and_says_by_how_much() -> None:
    bars, marks = charts.staffing(STAFF, EN, LIGHT)["series"]
    assert [bar["value"][3] for bar in bars["data"]] == ["1,932 (+742)", "1,181 (−9)"]
    assert [bar["itemStyle"]["color"] for bar in bars["data"]] == [LIGHT.accent, LIGHT.health[Health.DOWN]]
    assert [row[2] for row in marks["data"]] == [1190, 1190]


def test_a_cell_takes_the_worse_of_a_sites_two_networks() -> None:
    option = charts.network_strip(networks(2, "down"), TOWNS, ZH, DARK)
    cells = {series["name"]: len(series["data"]) for series in option["series"]}
    assert cells == {"中断": 2, "缓慢": 0, "未知": 0, "正常": 0}
    assert option["series"][0]["data"][0][2] == "点0: 志愿者网 中断，公众网 正常"


def test_a_town_of_many_sites_takes_several_rows_and_every_site_has_one_cell() -> None:
    option = charts.network_strip(networks(51), TOWNS, ZH, DARK)
    assert option["yAxis"]["data"] == ["西南街道", "", "白坭镇"]
    places = [tuple(cell[:2]) for series in option["series"] for cell in series["data"]]
    assert len(places) == len(set(places)) == 51


def test_every_state_of_health_keeps_its_series_so_that_an_update_rebuilds_nothing() -> None:
    for frame in (networks(0), networks(3), networks(3, "slow")):
        option = charts.network_strip(frame if frame.height else networks(1).clear(), TOWNS, EN, DARK)
        assert [series["name"] for series in option["series"]] == ["Down", "Slow", "Unknown", "OK"]


def test_every_series_is_named_and_says_which_column_is_which() -> None:
    options = [
        charts.throughput(TREND, ZH, DARK, 480),
        charts.staffing(STAFF, ZH, DARK),
        charts.network_strip(networks(3), TOWNS, ZH, DARK),
    ]
    for option in options:
        json.dumps(option, allow_nan=False)
        assert all(series["name"] and series["encode"] for series in option["series"])
        assert option["animation"] is False


def test_no_state_is_told_by_colour_alone() -> None:
    assert len(set(HEALTH_SIGN.values())) == len(Health)
    assert len(set(STEP_SIGN.values())) == len(Step)
    assert len({charts.SYMBOL[health] for health in Health}) == len(Health)


def test_an_unknown_theme_is_the_dark_one() -> None:
    assert palette(None) is DARK
    assert palette("light") is LIGHT


def test_on_a_wall_letters_and_margins_grow_and_the_shared_chart_stays_as_it_is() -> None:
    chart: parts.Option = {
        "grid": {"right": 84, "bottom": 2, "containLabel": True},
        "legend": {"itemWidth": 14, "textStyle": {"fontSize": 11}},
        "series": [{"barWidth": 12, "label": {"fontSize": 10}, "data": [[1, "fontSize"]]}],
    }
    assert parts.enlarged(chart, 1.6) == {
        "grid": {"right": 134, "bottom": 3, "containLabel": True},
        "legend": {"itemWidth": 22, "textStyle": {"fontSize": 18}},
        "series": [{"barWidth": 12, "label": {"fontSize": 16}, "data": [[1, "fontSize"]]}],
    }
    assert chart["legend"]["textStyle"]["fontSize"] == 11
