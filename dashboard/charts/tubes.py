"""Charts of the tubes page: throughput and totals against plan, where tubes stand, why tubes are short."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from dashboard.charts.live import throughput
from dashboard.charts.parts import Option, axis, base, legend, named, over_time, tooltip
from dashboard.colours import Palette
from dashboard.formats import count, local, number
from dashboard.once import KEPT, once
from dashboard.words import Words
from pipelines.vocabulary import Health, ShortReason

STAMP = "%Y-%m-%dT%H:%M:00Z"
DONE = "resulted"
ASIDE = ("open", "suspended", "lost", "misrouted", "voided")
ALARMING = ("lost", "misrouted")
SIGN = {"lost": "◆ ", "misrouted": "▲ ", "voided": "× ", "open": "○ ", "suspended": "○ "}


@once(KEPT)
def against_plan(curve: pl.DataFrame, words: Words, palette: Palette, offset: int, ends: str = "") -> Option:
    """Tubes per five minutes by local time: registered and sampled as lines, the plan dotted, the running one as a bar.

    ``curve`` is plan_curve: its marks after the moment are NULL; ``ends``: why they end early.
    """
    option, name = throughput(curve, words, palette, offset, ends), words("tubes.plan")
    table, planned = option["dataset"], curve["tubes_planned"].cast(pl.Float64).round(1)
    table["dimensions"].append("plan")
    table["source"] = [[*row, plan] for row, plan in zip(table["source"], planned, strict=True)]
    option["legend"]["data"].append(name)
    step = {"type": "line", "showSymbol": False, "smooth": False, "step": "end"}
    dotted = {"lineStyle": {"width": 1.5, "type": [2, 3]}, "encode": {"x": "at", "y": "plan"}}
    option["series"].append(step | named({"plan": name}, "plan", palette.muted) | dotted)
    return option


@once(KEPT)
def cumulated(
    curve: pl.DataFrame, forecast: Mapping[str, Any] | None, words: Words, palette: Palette, offset: int
) -> Option:
    """Person-samples in total at the end of each whole five minutes, the plan's, and the way to the forecast finish.

    ``forecast`` is forecast_live's row with its 90 % band, None while there is none: its three lines are then empty.
    """
    done = pl.when("is_complete").then("persons_total")
    rows = curve.select(_at(offset, ends=True), done, pl.col("persons_planned_total").round(0))
    names = {"done": words("tubes.done"), "plan": words("tubes.plan")}
    ahead = {"likely": words("tubes.likely"), "band": words("tubes.band")}
    line = {"type": "line", "showSymbol": False}
    dotted = {"width": 1.2, "type": [2, 3]}
    paths = _paths(curve, forecast, offset)
    far = {"smooth": False, "silent": True}
    return over_time(palette, names, rows) | {
        "legend": legend(palette, [*names.values(), *ahead.values()]),
        "series": [
            line
            | named(names, "done", palette.accent)
            | {"areaStyle": {"opacity": 0.14}, "lineStyle": {"width": 2}, "encode": {"x": "at", "y": "done"}},
            line | named(names, "plan", palette.muted) | {"lineStyle": dotted, "encode": {"x": "at", "y": "plan"}},
            _ahead(line | far | named(ahead, "likely", palette.second), paths[0], {"width": 2, "type": [6, 3]}),
            _ahead(line | far | named(ahead, "band", palette.second), paths[1], dotted),
            _ahead(line | far | named(ahead, "band", palette.second), paths[2], dotted),
        ],
    }


@once(KEPT)
def standing(states: pl.DataFrame, words: Words, palette: Palette) -> Option:
    """Where the tubes stand as bars, those with a result left out; beside each how long its oldest has stood there.

    ``states`` is tubes_by_state.
    """
    bars, labels = [], []
    for row in states.iter_rows(named=True):
        if row["state"] == DONE:
            continue
        oldest = "" if not row["tubes"] else f" · {words('unit.minutes', value=number(row['oldest_minutes']))}"
        labels.append(SIGN.get(row["state"], "") + words(f"state.tube.{row['state']}"))
        colour = palette.accent if row["state"] not in ASIDE else palette.muted
        if row["state"] in ALARMING:
            colour = palette.health[Health.DOWN]
        value = [labels[-1], row["tubes"], f"{count(row['tubes'])}{oldest}"]
        bars.append({"value": value, "itemStyle": {"color": colour, "opacity": 0.85}})
    return _bars(palette, words("tubes.standing"), labels, bars, right=96)


@once(KEPT)
def short_reasons(short: pl.DataFrame, words: Words, palette: Palette) -> Option:
    """Short tubes by reason as bars, every reason in the order of the vocabulary; ``short``: short_reason, tubes."""
    found = dict(short.iter_rows())
    labels = [words(f"reason.{reason}") for reason in ShortReason]
    bars = [
        {"value": [label, found.get(reason.value, 0), count(found.get(reason.value, 0))]}
        for label, reason in zip(labels, ShortReason, strict=True)
    ]
    return _bars(palette, words("tubes.short"), labels, bars, right=48)


def _bars(palette: Palette, name: str, labels: list[str], bars: list[Option], *, right: int) -> Option:
    label = {"show": True, "position": "right", "color": palette.ink, "fontSize": 11, "formatter": "{@[2]}"}
    category: Option = axis(palette, "category") | {"inverse": True, "data": labels, "axisTick": {"show": False}}
    category["axisLabel"] |= {"interval": 0}
    return base(palette) | {
        "grid": {"left": 6, "right": right, "top": 4, "bottom": 2, "containLabel": True},
        "tooltip": tooltip(palette, "item"),
        "yAxis": category,
        "xAxis": axis(palette, "value") | {"axisLabel": {"show": False}, "splitLine": {"show": False}},
        "series": [
            {"type": "bar", "name": name, "barWidth": 12, "data": bars, "encode": {"x": 1, "y": 0}}
            | {"label": label, "itemStyle": {"color": palette.accent, "opacity": 0.85}}
        ],
    }


def _at(offset: int, *, ends: bool = False) -> pl.Expr:
    """Return the five minutes' local time: their beginning, or, for a total, their end."""
    moment = pl.col("bucket_at").dt.replace_time_zone(None) + timedelta(minutes=offset + (5 if ends else 0))
    return moment.dt.strftime(STAMP).alias("at")


def _paths(curve: pl.DataFrame, forecast: Mapping[str, Any] | None, offset: int) -> list[list[list[Any]]]:
    """Return the ways from now to the forecast finish: the likely one, the earliest and the latest of the band."""
    known = curve.filter(pl.col("persons_total").is_not_null() & pl.col("is_complete"))
    target = curve["persons_planned_total"].max() if curve.height else None
    if forecast is None or not known.height or target is None:
        return [[], [], []]
    start = [_stamp(known["bucket_at"][-1] + timedelta(minutes=5), offset), known["persons_total"][-1]]
    ends = (forecast[key] for key in ("finish_at", "finish_low_at", "finish_high_at"))
    return [[] if end is None else [start, [_stamp(end, offset), round(float(str(target)))]] for end in ends]


def _stamp(moment: datetime, offset: int) -> str:
    return local(moment, offset).strftime(STAMP)


def _ahead(series: Option, data: list[list[Any]], style: Option) -> Option:
    return series | {"data": data, "lineStyle": style, "encode": {"x": 0, "y": 1}}
