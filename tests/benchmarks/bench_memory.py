"""Whether the dashboard's memory stays flat while 60 pages of every kind are open, over as much of a day as given."""

import asyncio
import os
import statistics
import sys
import tempfile
from pathlib import Path

import psutil

from dashboard.access import COOKIE
from pipelines.client_sessions import SessionClient
from pipelines.vocabulary import UserRole
from tests.benchmarks.report import Row, show
from tests.benchmarks.viewers import Viewer, dashboard_of, watch_all
from tests.end_to_end.product import running

VIEWERS = 60
PAGES_A_SESSION = 20
PAGES = ("", "", "", "tubes", "network", "town", "site", "staffing", "alerts", "work")
OPENED_WITHIN_S, SAMPLE_EVERY_S = 60.0, 5.0
# A simulated day of 15 hours at 60 times the pace takes a quarter of an hour.
WATCH_S = float(os.getenv("TENFOLD_WATCH_S", "900"))


def main() -> list[Row]:
    """Run the product and measure; returns the rows it also prints when run alone."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home", "--start", "07:00") as product:
        people = SessionClient(product.command)
        commander = next(one for one in people.demo_viewers() if one.role is UserRole.COMMANDER)
        cookies = [
            f"{COOKIE}={people.by_click(commander.user_id, 'bench').token}" for _ in range(VIEWERS // PAGES_A_SESSION)
        ]
        viewers = [
            Viewer(product.url, page=PAGES[n % len(PAGES)], headers={"Cookie": cookies[n % len(cookies)]})
            for n in range(VIEWERS)
        ]
        return asyncio.run(_measured(viewers, dashboard_of(product)))


async def _measured(viewers: list[Viewer], dashboard: psutil.Process) -> list[Row]:
    watching = asyncio.create_task(watch_all(viewers, OPENED_WITHIN_S + WATCH_S))
    await asyncio.sleep(OPENED_WITHIN_S)
    sizes: list[float] = []
    for _ in range(int(WATCH_S / SAMPLE_EVERY_S)):
        sizes.append(dashboard.memory_info().rss / 1e6)
        await asyncio.sleep(SAMPLE_EVERY_S)
    await watching
    later = sizes[len(sizes) // 2 :]
    slope = statistics.linear_regression(range(len(later)), later).slope * 60 / SAMPLE_EVERY_S
    return [
        Row(f"dashboard's memory with {VIEWERS} open pages, first / last", f"{sizes[0]:.0f} / {sizes[-1]:.0f} MB"),
        Row(f"its slope over the second half of {WATCH_S / 60:.0f} min", f"{slope:+.2f} MB a minute", "flat"),
    ]


if __name__ == "__main__":
    show("memory", main())
    sys.exit(0)
