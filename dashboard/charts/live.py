"""Charts that tick: pure functions from a frame to an ECharts option, updated in place by the browser.

Every option has the same shape whatever the frame holds, so that an update never rebuilds the chart.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from dashboard.charts.parts import Option, axis, base, legend, named, over_time, remark, tooltip
from dashboard.colours import Palette
from dashboard.formats import count, signed
from dashboard.words import Words
from pipelines.vocabulary import Health, Network

SYMBOL = {Health.OK: "roundRect", Health.SLOW: "triangle", Health.DOWN: "diamond", Health.UNKNOWN: "emptyCircle"}
SYMBOL_SIZE = {Health.OK: 8, Health.SLOW: 11, Health.DOWN: 13, Health.UNKNOWN: 8}
CELLS_A_ROW = 26
SEVERITY = [Health.DOWN, Health.SLOW, Health.UNKNOWN, Health.OK]


def throughput(trend: pl.DataFrame, words: Words, palette: Palette, offset: int, ends: str = "") -> Option:
    """Tubes per five minutes by local time: registered and sampled as lines, the running five minutes as a bar.

    ``trend`` has bucket_at (UTC), tubes_registered, tubes_sampled, is_complete; ``ends``: why they end early.
    """
    at = pl.col("bucket_at").dt.replace_time_zone(None) + timedelta(minutes=offset)
    whole = pl.col("is_complete")
    rows = trend.select(
        at.dt.strftime("%Y-%m-%dT%H:%M:00Z").alias("at"),
        pl.when(whole).then("tubes_registered").alias("registered"),
        pl.when(whole).then("tubes_sampled").alias("sampled"),
        pl.when(~whole).then("tubes_registered").alias("running"),
    )
    names = {key: words(f"chart.{key}") for key in ("registered", "sampled", "running")}
    line = {"type": "line", "showSymbol": False, "smooth": 0.2, "lineStyle": {"width": 2}}
    return over_time(palette, names, rows) | {
        "title": remark(palette.health[Health.SLOW], ends, left=48, top=34),
        "series": [
            line
            | named(names, "registered", palette.accent)
            | {"areaStyle": {"opacity": 0.14}, "encode": {"x": "at", "y": "registered"}},
            line
            | named(names, "sampled", palette.second)
            | {"lineStyle": {"width": 2, "type": [6, 3]}, "encode": {"x": "at", "y": "sampled"}},
            named(names, "running", palette.accent)
            | {"type": "bar", "barWidth": 5, "itemStyle": {"color": palette.accent, "opacity": 0.55}}
            | {"encode": {"x": "at", "y": "running"}},
        ],
    }


def staffing(staff: pl.DataFrame, words: Words, palette: Palette) -> Option:
    """People on shift by role as bars, the norm's need as a mark, the gap in figures beside it.

    ``staff`` has role, on_shift, need, gap; with nobody known on shift a sentence stands in the bars' place.
    """
    rows = [
        [words(f"role.{row['role']}"), row["on_shift"], row["need"], _against(row)]
        for row in staff.iter_rows(named=True)
    ]
    short = [(row["gap"] or 0) < 0 for row in staff.iter_rows(named=True)]
    colours = [palette.health[Health.DOWN] if is_short else palette.accent for is_short in short]
    bars = [
        {"value": row, "itemStyle": {"color": colour, "opacity": 0.85}}
        for row, colour in zip(rows, colours, strict=True)
    ]
    names = {key: words(f"chart.{key}") for key in ("on_shift", "need")}
    is_unknown = staff["on_shift"].null_count() == staff.height
    right = {"show": True, "position": "right", "distance": 8, "color": palette.ink, "fontSize": 11}
    return base(palette) | {
        "title": remark(palette.muted, words("chart.no_staff") if is_unknown else "", left="center", top="middle"),
        "legend": legend(palette, list(names.values())),
        "grid": {"left": 6, "right": 84, "top": 30, "bottom": 2, "containLabel": True},
        "tooltip": tooltip(palette, "item"),
        "yAxis": axis(palette, "category") | {"inverse": True, "axisTick": {"show": False}},
        "xAxis": axis(palette, "value"),
        "series": [
            named(names, "on_shift", palette.accent)
            | {"type": "bar", "barWidth": 12, "data": bars, "encode": {"x": 1, "y": 0}}
            | {"label": right | {"formatter": "{@[3]}"}},
            named(names, "need", palette.ink)
            | {"type": "scatter", "symbol": "rect", "symbolSize": [3, 20], "z": 5, "data": rows}
            | {"encode": {"x": 2, "y": 0}},
        ],
    }


def _against(row: dict[str, Any]) -> str:
    gap = "" if row["gap"] is None else f" ({signed(row['gap'])})"
    return f"{count(row['on_shift'])}{gap}"


def network_strip(networks: pl.DataFrame, towns: pl.DataFrame, words: Words, palette: Palette) -> Option:
    """One cell a site in its town's rows, its worse network by colour and sign; one series a state, always all four.

    ``networks`` has site_id, name_*, town_code, network, health, latency_ms; ``towns`` has town_code, name_*.
    """
    sites: dict[str, list[tuple[Health, str]]] = {code: [] for code in towns["town_code"]}
    said = _Said.of(words)
    by_site: dict[str, list[dict[str, Any]]] = {}
    for row in networks.iter_rows(named=True):
        by_site.setdefault(row["site_id"], []).append(row)
    for rows in by_site.values():
        worst = min((Health(row["health"]) for row in rows), key=SEVERITY.index)
        sites[rows[0]["town_code"]].append((worst, f"{words.name(rows[0])}: {_both(rows, said)}"))
    labels: list[str] = []
    cells: dict[Health, list[list[Any]]] = {health: [] for health in SEVERITY}
    for row in towns.iter_rows(named=True):
        town = sites[row["town_code"]]
        for start in range(0, max(1, len(town)), CELLS_A_ROW):
            for at, (health, text) in enumerate(town[start : start + CELLS_A_ROW]):
                cells[health].append([at, len(labels), text])
            labels.append(words.town(row) if start == 0 else "")
    category = axis(palette, "category")
    category["axisLabel"] |= {"interval": 0}
    return base(palette) | {
        "legend": legend(palette, [_health_name(words, health) for health in cells]),
        "grid": {"left": 6, "right": 4, "top": 26, "bottom": 0, "containLabel": True},
        "tooltip": tooltip(palette, "item") | {"formatter": "{@[2]}"},
        "xAxis": {"type": "value", "show": False, "min": -0.6, "max": CELLS_A_ROW - 0.4},
        "yAxis": category
        | {"inverse": True, "data": labels, "axisTick": {"show": False}, "axisLine": {"show": False}}
        | {"splitLine": {"show": False}},
        "series": [_cells(health, data, words, palette) for health, data in cells.items()],
    }


def _cells(health: Health, data: list[list[Any]], words: Words, palette: Palette) -> Option:
    return {
        "name": _health_name(words, health),
        "type": "scatter",
        "symbol": SYMBOL[health],
        "symbolSize": SYMBOL_SIZE[health],
        "itemStyle": {"color": palette.health[health]},
        "encode": {"x": 0, "y": 1},
        "data": data,
    }


@dataclass(frozen=True)
class _Said:
    """Words that are needed once for each of thousands of networks, in the order of the networks."""

    networks: dict[str, str]
    healths: dict[str, str]
    between: str

    @classmethod
    def of(cls, words: Words) -> "_Said":
        """Return them in the viewer's language."""
        return cls(
            {network.value: words(f"network.{network}") for network in Network},
            {health.value: _health_name(words, health) for health in SEVERITY},
            "，" if words.language == "zh" else ", ",
        )


def _both(rows: list[dict[str, Any]], said: _Said) -> str:
    """Return both networks of one site in words."""
    by_network = {row["network"]: row for row in rows}
    parts: list[str] = []
    for network, name in said.networks.items():
        if (row := by_network.get(network)) is not None:
            latency = "" if row["latency_ms"] is None else f" {row['latency_ms']:.0f} ms"
            parts.append(f"{name} {said.healths[row['health']]}{latency}")
    return said.between.join(parts)


def _health_name(words: Words, health: Health) -> str:
    return words(f"health.{health}")
