"""The chart of the days before a round: how many checks of sites are still open, evening by evening (Q17)."""

import polars as pl

from dashboard.charts.parts import Option, base, legend, named, tooltip
from dashboard.colours import Palette
from dashboard.words import Words


def burndown(frame: pl.DataFrame, words: Words, colours: Palette) -> Option:
    """Return open checks by day, of those there are; ``frame`` is readiness_burndown. Days nobody measured are gaps."""
    days = (
        frame.group_by("day_at", "days_before", maintain_order=True)
        .agg(
            left=pl.when(pl.col("ready").is_not_null().any()).then((pl.col("needed") - pl.col("ready")).sum()),
            all=pl.col("needed").sum(),
        )
        .sort("day_at")
    )
    rows = [[f"T−{before}" if before else "T0", left, whole] for before, left, whole in days.drop("day_at").rows()]
    names = {name: words(f"ready.chart.{name}") for name in ("open", "all")}
    axis = {"axisLabel": {"color": colours.muted}, "splitLine": {"lineStyle": {"color": colours.line}}}
    series = (("open", "bar", colours.accent), ("all", "line", colours.muted))
    return base(colours) | {
        "dataset": {"dimensions": ["day", "open", "all"], "source": rows},
        "grid": {"left": 44, "right": 12, "top": 28, "bottom": 24},
        "legend": legend(colours, list(names.values())),
        "tooltip": tooltip(colours, "axis"),
        "xAxis": {"type": "category", "axisLabel": {"color": colours.muted}},
        "yAxis": {"type": "value", **axis},
        "series": [
            {"type": kind, "encode": {"x": "day", "y": name}, **named(names, name, colour)}
            for name, kind, colour in series
        ],
    }
