"""Charts on paper: columns by the hour, a line against a plan, a bar of progress; positions are millimetres."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from pipelines.paper import Colour, Paper

BLUE: Colour = (31, 119, 180)
PALE: Colour = (222, 226, 230)
RED: Colour = (200, 55, 45)
INK: Colour = (60, 60, 60)
FEWEST = 8
"""The hours that a chart has room for at least: a young day's columns stand at the left."""
LABEL = 6.5
"""The width that a time of day below a chart needs to be read: where hours stand closer, some have none."""
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Box:
    """A place on the page."""

    x: float
    y: float
    width: float
    height: float


def top_of(most: float) -> float:
    """Return a round number at or above ``most`` for an axis to end at."""
    size = 1.0
    while size * 10 <= most:
        size *= 10
    return next((size * step for step in _STEPS if size * step >= most), size * 10)


def columns(paper: Paper, box: Box, names: Sequence[str], values: Sequence[float]) -> None:
    """Draw a column a value, its number above it where there is room, its name below."""
    top = top_of(max([*values, 1]))
    _axes(paper, box, top)
    step = box.width / max(len(values), FEWEST)
    for at, value in enumerate(values):
        high = box.height * max(value, 0) / top
        x = box.x + at * step
        if high:
            paper.block(x + step * 0.15, box.y + box.height - high, step * 0.7, high, BLUE)
        paper.text(x, box.y + box.height - high - 3, step, f"{value:,.0f}", 5.5, centred=True)
    _hours(paper, box, names, step)


def line(paper: Paper, box: Box, names: Sequence[str], values: Sequence[float], plan: float) -> None:
    """Draw a line through the values, and the plan as a level of its own colour with its number."""
    top = top_of(max([*values, plan, 1]))
    _axes(paper, box, top)
    step = box.width / max(len(values), FEWEST)
    points = [(box.x + (at + 0.5) * step, _height(box, value, top)) for at, value in enumerate(values)]
    if plan:
        level = _height(box, plan, top)
        paper.path([(box.x, level), (box.x + box.width, level)], RED, 0.3)
        paper.text(box.x, level - 3, box.width, f"{plan:,.0f}", 6)
    paper.path(points, BLUE, 0.6)
    _hours(paper, box, names, step)
    for (x, y), value in zip(points, values, strict=True):
        paper.block(x - 0.7, y - 0.7, 1.4, 1.4, BLUE)
        if value == values[-1] and x == points[-1][0]:
            beside = y - 4 if value < top / 2 else y + 1.2
            paper.text(x - 11, beside, 14, f"{value:,.0f}", 6.5, bold=True, centred=True)


def progress(paper: Paper, box: Box, share: float) -> None:
    """Draw a bar of a share; what goes beyond the whole is drawn red, up to a fifth of it."""
    whole = box.width / 1.2
    paper.block(box.x, box.y, whole, box.height, PALE)
    paper.block(box.x, box.y, whole * min(max(share, 0.0), 1.0), box.height, BLUE)
    if share > 1:
        paper.block(box.x + whole, box.y, whole * min(share - 1, 0.2), box.height, RED)


def _hours(paper: Paper, box: Box, names: Sequence[str], step: float) -> None:
    """Write the hours below their columns; the last one and as many before it as can be read."""
    every = ceil(LABEL / step)
    for at in range((len(names) - 1) % every, len(names), every):
        middle = box.x + (at + 0.5) * step
        paper.text(middle - LABEL, box.y + box.height + 1, 2 * LABEL, names[at], 5.5, centred=True, grey=90)


def _height(box: Box, value: float, top: float) -> float:
    return box.y + box.height * (1 - value / top)


def _axes(paper: Paper, box: Box, top: float) -> None:
    for share in (0.0, 0.5, 1.0):
        y = box.y + box.height * (1 - share)
        paper.path([(box.x, y), (box.x + box.width, y)], INK if share == 0 else PALE)
        paper.text(box.x - 13, y - 1.4, 12, f"{top * share:,.0f}", 5.5, right=True, grey=90)
