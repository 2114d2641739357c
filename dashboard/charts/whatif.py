"""The curves of what-if answers over the district's clock time, each with its band: Plotly, for who explores them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import plotly.graph_objects as go

from dashboard.colours import Palette, Step, rgb

KINDS = ("wait_minutes", "queue", "sampled")
DASHES = ("dot", "solid", "dash", "dashdot")
BAND_ALPHA = 0.16
WITH_PICTURE: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": True,
    "responsive": True,
    "modeBarButtons": [["toImage", "resetScale2d"]],
    "toImageButtonOptions": {"format": "svg", "filename": "whatif-curves"},
}
"""How Plotly shows the chart: with a button that takes it away as a picture (SVG)."""


@dataclass(frozen=True)
class Line:
    """One scenario's curve: its name, and mean, day_low and day_high in steps of ``step_minutes`` from opening."""

    name: str
    step_minutes: float
    bands: Mapping[str, Sequence[float]]


def curves(lines: Sequence[Line], opens_at: datetime, unit: str, palette: Palette) -> go.Figure:
    """Return the curves; ``opens_at`` is the district's own clock time. The first line is the reference, dotted."""
    drawn = go.Figure()
    for at, line in enumerate(lines):
        times = [opens_at + timedelta(minutes=line.step_minutes * n) for n in range(len(line.bands["mean"]))]
        colour = _colours(palette)[at % len(DASHES)]
        if "day_low" in line.bands:
            drawn.add_trace(_band(times, line, colour))
        drawn.add_trace(
            go.Scatter(
                x=times,
                y=list(line.bands["mean"]),
                name=line.name,
                line={"color": colour, "width": 2, "dash": DASHES[at % len(DASHES)] if len(lines) > 1 else "solid"},
                legendgroup=line.name,
            )
        )
    text = {"color": palette.muted, "size": 12}
    return drawn.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font=text,
        hovermode="x unified",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"gridcolor": palette.line, "tickformat": "%H:%M"},
        yaxis={"gridcolor": palette.line, "rangemode": "tozero", "title": {"text": unit, "font": text}},
    )


def _colours(palette: Palette) -> tuple[str, ...]:
    return palette.muted, palette.accent, palette.second, palette.step[Step.WATCH]


def _band(times: list[datetime], line: Line, colour: str) -> Any:
    red, green, blue, _ = rgb(colour)
    return go.Scatter(
        x=[*times, *reversed(times)],
        y=[*line.bands["day_high"], *reversed(line.bands["day_low"])],
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},{BAND_ALPHA})",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=line.name,
    )
