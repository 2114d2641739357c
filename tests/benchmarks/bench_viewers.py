"""How long refreshes of the district page wait with 300 open pages on one dashboard process, the pipelines running."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import psutil

from dashboard.access import COOKIE
from pipelines.client import CommandClient, CommandUnavailable
from pipelines.client_sessions import SessionClient
from pipelines.vocabulary import UserRole
from tests.benchmarks.report import Row, percentile, show
from tests.benchmarks.viewers import Viewer, dashboard_of, used_s
from tests.end_to_end.product import running

VIEWERS = int(os.getenv("TENFOLD_VIEWERS", "300"))
OPENED_A_SECOND, PAGES_A_SESSION = 4, 20
SETTLED_WITHIN_S = float(os.getenv("TENFOLD_SETTLE_S", "45"))
WATCH_S = float(os.getenv("TENFOLD_WATCH_S", "60"))
# A real campaign's day goes at 1; the simulated one, 60 times as fast, takes processor time beside the dashboard.
SPEED = os.getenv("TENFOLD_SPEED", "60")


def main() -> list[Row]:
    """Run the product and measure; returns the rows it also prints when run alone."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home", "--speed", SPEED) as product:
        people = SessionClient(product.command)
        commander = next(one for one in people.demo_viewers() if one.role is UserRole.COMMANDER)
        cookies = [
            f"{COOKIE}={people.by_click(commander.user_id, 'bench').token}"
            for _ in range(-(-VIEWERS // PAGES_A_SESSION))
        ]
        viewers = [
            Viewer(product.url, counts_kinds=False, headers={"Cookie": cookies[n % len(cookies)]})
            for n in range(VIEWERS)
        ]
        return asyncio.run(_measured(viewers, dashboard_of(product), product.command))


async def _measured(viewers: list[Viewer], dashboard: psutil.Process, command: CommandClient) -> list[Row]:
    opening_s = len(viewers) / OPENED_A_SECOND
    watching = [asyncio.create_task(_open(at, one, opening_s)) for at, one in enumerate(viewers)]
    await asyncio.sleep(opening_s + SETTLED_WITHIN_S)
    for viewer in viewers:
        viewer.forget_counts()
    before_s, lags_s = used_s(dashboard), await _lags_s(command)
    cpu_s = used_s(dashboard) - before_s
    await asyncio.gather(*watching)
    waits = [wait for viewer in viewers for wait in viewer.waits_s]
    runs = sum(viewer.runs for viewer in viewers)
    beats = sorted({viewer.interval_s for viewer in viewers})
    return [
        Row(
            f"{len(viewers)} open pages, a day at {SPEED}×: a refresh waits, p95",
            f"{percentile(waits, 0.95):.2f} s",
            "≤ 2 s",
        ),
        Row("the same, median", f"{percentile(waits, 0.5):.2f} s (n = {runs:,}; below every {beats} s)"),
        Row(
            "the same, refreshes that came after the next was due",
            f"{sum(viewer.spared for viewer in viewers) / runs:.1%}",
        ),
        Row("the same, processor of the dashboard", f"{cpu_s / WATCH_S:.0%} of a core"),
        Row("the same, age of the newest stored moment, p95", f"{percentile(lags_s, 0.95):.1f} s", "≤ 2 s"),
    ]


async def _open(at: int, viewer: Viewer, opening_s: float) -> None:
    await asyncio.sleep(at / OPENED_A_SECOND)
    await viewer.watch(opening_s + SETTLED_WITHIN_S + WATCH_S - at / OPENED_A_SECOND)


async def _lags_s(command: CommandClient) -> list[float]:
    """Return, once a second, how old in wall seconds the newest moment was that can be asked about."""
    lags: list[float] = []
    for _ in range(int(WATCH_S)):
        try:
            edge = await asyncio.to_thread(command.edge)
            lags.append((edge.clock_at - edge.as_of).total_seconds() / edge.speed)
        except CommandUnavailable:
            lags.append(float("inf"))
        await asyncio.sleep(1)
    return lags


if __name__ == "__main__":
    show("viewers", main())
    sys.exit(0)
