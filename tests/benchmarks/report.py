"""A benchmark's result: rows of one table, with the machine named."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One measured figure beside what it must reach ("" when nothing is promised)."""

    what: str
    figure: str
    target: str = ""


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile (``share`` of 0..1) of ``values``; raises ValueError when there are none."""
    if not values:
        raise ValueError("a percentile needs at least one value")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Return the processor, the cores this process may use, the memory and the versions that matter."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or "unknown processor",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def show(title: str, rows: Sequence[Row]) -> None:
    """Print ``rows`` as one table under ``title``."""
    table = Table("measured", "figure", "to reach", title=f"{title} · {machine()}", title_justify="left")
    for row in rows:
        table.add_row(row.what, row.figure, row.target)
    Console(width=140).print(table)


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
