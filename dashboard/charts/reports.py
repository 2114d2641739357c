"""The chart of an hourly report: persons and tubes of each hour as bars, the total so far as a line."""

from datetime import timedelta

import polars as pl

from dashboard.charts.parts import Option, axis, base, legend, named, tooltip
from dashboard.colours import Palette
from dashboard.words import Words


def by_hour(day: pl.DataFrame, words: Words, palette: Palette, offset: int) -> Option:
    """Return the day by the hour; ``day`` is report_day, hours in the district's clock time."""
    names = {"hour": words("report.chart.hour"), "total": words("report.chart.total")}
    at = (pl.col("hour_at").dt.replace_time_zone(None) + timedelta(minutes=offset)).dt.strftime("%H:%M")
    rows = day.select(at.alias("at"), "hour_persons", "persons")
    right = axis(palette, "value")
    right["splitLine"] = {"show": False}
    return base(palette) | {
        "dataset": {"dimensions": ["at", *names], "source": [list(row) for row in rows.iter_rows()]},
        "legend": legend(palette, list(names.values())),
        "grid": {"left": 6, "right": 6, "top": 30, "bottom": 2, "containLabel": True},
        "tooltip": tooltip(palette, "axis"),
        "xAxis": axis(palette, "category"),
        "yAxis": [axis(palette, "value"), right],
        "series": [
            {"type": "bar", "barMaxWidth": 28, "encode": {"x": "at", "y": "hour"}}
            | named(names, "hour", palette.accent),
            {"type": "line", "yAxisIndex": 1, "encode": {"x": "at", "y": "total"}}
            | named(names, "total", palette.muted),
        ],
    }
