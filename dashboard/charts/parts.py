"""What every chart that ticks is put together from: axes, legend, tooltip and remarks in the theme's colours."""

from typing import Any

import polars as pl

from dashboard.colours import Palette

Option = dict[str, Any]
ENLARGED = ("fontSize", "itemWidth", "itemHeight", "itemGap")


def base(palette: Palette) -> Option:
    """Return what every chart has: no animation, muted text."""
    return {"animation": False, "textStyle": {"color": palette.muted}}


def enlarged(part: Any, factor: float) -> Any:
    """Return a chart, or a part of one, with its letters, its legend's signs and its margins so many times as large."""
    if isinstance(part, dict):
        known: Option = part
        return {key: _grown(key, value, factor) for key, value in known.items()}
    if isinstance(part, list):
        parts: list[Any] = part
        return [enlarged(one, factor) for one in parts]
    return part


def _grown(key: str, value: Any, factor: float) -> Any:
    if key == "grid":
        return {edge: round(room * factor) if type(room) is int else room for edge, room in value.items()}
    return round(value * factor) if key in ENLARGED else enlarged(value, factor)


def named(names: dict[str, str], key: str, colour: str) -> Option:
    """Return a series' name and colour."""
    return {"name": names[key], "itemStyle": {"color": colour}, "color": colour}


def legend(palette: Palette, names: list[str]) -> Option:
    """Return the legend of the series ``names``, at the top right; where it has no room it is leafed through."""
    text = {"color": palette.muted, "fontSize": 11}
    signs = {"itemWidth": 14, "itemHeight": 8, "itemGap": 12}
    pages = {"pageIconColor": palette.ink, "pageIconInactiveColor": palette.line, "pageTextStyle": text}
    return {"type": "scroll", "data": names, "top": 0, "right": 0, "textStyle": text} | signs | pages


def tooltip(palette: Palette, trigger: str) -> Option:
    """Return a tooltip that stays within the chart; ``trigger`` is "axis" or "item"."""
    text = {"color": palette.ink, "fontSize": 12}
    return {
        "trigger": trigger,
        "confine": True,
        "backgroundColor": palette.surface,
        "borderColor": palette.line,
        "textStyle": text,
    }


def remark(colour: str, text: str, *, left: int | str, top: int | str) -> Option:
    """Return a sentence on the chart; the place is always there, so that it comes and goes without a rebuild."""
    return {"text": text, "left": left, "top": top, "textStyle": {"color": colour, "fontSize": 12, "fontWeight": 400}}


def time_axis(palette: Palette) -> Option:
    """Return the axis of the district's clock time, handed over as UTC."""
    made = axis(palette, "time")
    levels = {"year": "{MM}-{dd}", "month": "{MM}-{dd}", "day": "{MM}-{dd}", "hour": "{HH}:{mm}", "minute": "{HH}:{mm}"}
    made["axisLabel"] |= {"formatter": levels, "hideOverlap": True}
    return made


def over_time(palette: Palette, names: dict[str, str], rows: pl.DataFrame) -> Option:
    """Return a chart without series over the district's clock time; ``rows``: at, then a column for each of ``names``.

    The clock time is handed over as UTC, so that every browser shows it as it is.
    """
    return base(palette) | {
        "useUTC": True,
        "dataset": {
            "dimensions": [{"name": "at", "type": "time"}, *names],
            "source": [list(row) for row in rows.iter_rows()],
        },
        "legend": legend(palette, list(names.values())),
        "grid": {"left": 6, "right": 18, "top": 30, "bottom": 2, "containLabel": True},
        "tooltip": tooltip(palette, "axis"),
        "xAxis": time_axis(palette),
        "yAxis": axis(palette, "value"),
    }


def axis(palette: Palette, kind: str) -> Option:
    """Return an axis of ``kind``: value, category or time."""
    return {
        "type": kind,
        "axisLabel": {"color": palette.muted, "fontSize": 11},
        "axisLine": {"lineStyle": {"color": palette.line}},
        "splitLine": {"show": kind == "value", "lineStyle": {"color": palette.line, "opacity": 0.6}},
    }
