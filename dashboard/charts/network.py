"""Charts of the network page: a server's last hour as small lines, and what interrupted registrations, by cause."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from dashboard.charts.parts import Option, axis, base, legend, tooltip
from dashboard.colours import Palette
from dashboard.formats import local
from dashboard.words import Words
from pipelines.vocabulary import Cause, Health

STAMP = "%Y-%m-%dT%H:%M:%SZ"
PHASES = ("connect_ms", "first_byte_ms", "transfer_ms")
DASHES: dict[str, Any] = {"connect_ms": [2, 2], "first_byte_ms": "solid", "transfer_ms": [6, 3]}
HOUR = timedelta(hours=1)
SLOT = timedelta(minutes=15)


def latency(
    trend: pl.DataFrame, as_of: datetime, slow_ms: float, words: Words, palette: Palette, offset: int
) -> Option:
    """One server's probe phases of the last hour as three lines, with the threshold of slow as a mark.

    ``trend`` holds the server's rows of server_trend; a minute in which nothing answered leaves a gap.
    """
    colours = {"connect_ms": palette.muted, "first_byte_ms": palette.accent, "transfer_ms": palette.second}
    mark = {"silent": True, "symbol": "none", "label": {"show": False}, "data": [{"yAxis": slow_ms}]}
    mark |= {"lineStyle": {"color": palette.health[Health.SLOW], "type": [4, 4]}}
    series = [
        _line(words(f"phase.{phase}"), trend, phase, offset, colours[phase])
        | {"lineStyle": {"width": 1.6, "type": DASHES[phase], "color": colours[phase]}}
        for phase in PHASES
    ]
    series[1] |= {"markLine": mark}
    return _hour(palette, as_of, offset) | {"legend": _small(palette, series), "series": series}


def load(trend: pl.DataFrame, as_of: datetime, limit: float, words: Words, palette: Palette, offset: int) -> Option:
    """One server's load over the last hour in per cent of its capacity, with the limit as a mark."""
    line = _line(words("network.load"), trend, "load_share", offset, palette.accent, times=100)
    mark = {"silent": True, "symbol": "none", "label": {"show": False}, "data": [{"yAxis": limit * 100}]}
    mark |= {"lineStyle": {"color": palette.health[Health.DOWN], "type": [4, 4]}}
    series = [line | {"areaStyle": {"opacity": 0.12}, "lineStyle": {"width": 1.6}, "markLine": mark}]
    option: Option = _hour(palette, as_of, offset) | {"legend": _small(palette, series), "series": series}
    option["yAxis"] |= {"min": 0, "max": 100, "interval": 50}
    return option


def interruptions(frame: pl.DataFrame, as_of: datetime, words: Words, palette: Palette, offset: int) -> Option:
    """Interruptions that began in each quarter of an hour, stacked by cause, every cause in the vocabulary's order.

    The time shown goes from the first of them, and over the last hour at the least, to ``as_of``.
    """
    shades = [palette.health[Health.DOWN], palette.accent, palette.second, palette.health[Health.SLOW]]
    shades += [palette.muted, palette.border]
    names = [words(f"cause.{cause}") for cause in Cause]
    series = [
        {"type": "bar", "name": name, "stack": "all", "barMaxWidth": 14, "encode": {"x": 0, "y": 1}}
        | {"itemStyle": {"color": shade}, "data": _bars(frame, cause, offset)}
        for cause, name, shade in zip(Cause, names, shades, strict=True)
    ]
    first = min([as_of - HOUR, *frame["bucket_at"]])
    axis_of_time: Option = axis(palette, "time") | {"min": _stamp(first, offset), "max": _stamp(as_of + SLOT, offset)}
    axis_of_time["axisLabel"] |= {"formatter": "{HH}:{mm}", "hideOverlap": True}
    return base(palette) | {
        "useUTC": True,
        "legend": legend(palette, names) | {"left": 0},
        "grid": {"left": 6, "right": 12, "top": 30, "bottom": 2, "containLabel": True},
        "tooltip": tooltip(palette, "axis"),
        "xAxis": axis_of_time,
        "yAxis": axis(palette, "value") | {"minInterval": 1},
        "series": series,
    }


def _bars(frame: pl.DataFrame, cause: Cause, offset: int) -> list[list[Any]]:
    rows = frame.filter(pl.col("cause") == cause.value).sort("bucket_at")
    return [[_stamp(at + SLOT / 2, offset), count] for at, count in rows.select("bucket_at", "interruptions").rows()]


def _line(name: str, trend: pl.DataFrame, column: str, offset: int, colour: str, times: float = 1.0) -> Option:
    data = [
        [_stamp(at, offset), None if value is None else round(value * times, 2)]
        for at, value in trend.select("minute_at", column).rows()
    ]
    return {
        **{"type": "line", "name": name, "showSymbol": False, "connectNulls": False, "data": data},
        **{"encode": {"x": 0, "y": 1}, "color": colour},
    }


def _hour(palette: Palette, as_of: datetime, offset: int) -> Option:
    time: Option = axis(palette, "time") | {"min": _stamp(as_of - HOUR, offset), "max": _stamp(as_of, offset)}
    time["axisLabel"] |= {"formatter": "{HH}:{mm}", "hideOverlap": True, "fontSize": 10}
    value: Option = axis(palette, "value") | {"splitNumber": 2}
    value["axisLabel"] |= {"fontSize": 10}
    return base(palette) | {
        "useUTC": True,
        "grid": {"left": 2, "right": 18, "top": 22, "bottom": 2, "containLabel": True},
        "tooltip": tooltip(palette, "axis"),
        "xAxis": time,
        "yAxis": value,
    }


def _small(palette: Palette, series: list[Option]) -> Option:
    return legend(palette, [line["name"] for line in series]) | {"left": 0, "itemGap": 6, "itemWidth": 12}


def _stamp(moment: datetime, offset: int) -> str:
    return local(moment, offset).strftime(STAMP)
