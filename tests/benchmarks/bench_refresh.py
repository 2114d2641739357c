"""What one refresh of the district page costs: processor time of the dashboard, and bytes to the viewer (118 sites)."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import psutil

from dashboard.access import COOKIE
from pipelines.client_sessions import SessionClient
from pipelines.vocabulary import UserRole
from tests.benchmarks.report import Row, show
from tests.benchmarks.viewers import Viewer, dashboard_of, used_s, watch_all
from tests.end_to_end.product import running

VIEWERS = int(os.getenv("TENFOLD_VIEWERS", "12"))
PAGES_A_SESSION = 20
WARM_UP_S = 15.0
WATCH_S = 40.0


def main() -> list[Row]:
    """Run the product and measure; returns the rows it also prints when run alone."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home") as product:
        people = SessionClient(product.command)
        commander = next(one for one in people.demo_viewers() if one.role is UserRole.COMMANDER)
        sessions = -(-VIEWERS // PAGES_A_SESSION)
        cookies = [f"{COOKIE}={people.by_click(commander.user_id, 'bench').token}" for _ in range(sessions)]
        return measure(product.url, dashboard_of(product), cookies)


def measure(
    url: str,
    dashboard: psutil.Process,
    cookies: list[str],
    viewers: int = VIEWERS,
    processor: str = "≤ 12 ms",
    size: str = "≤ 80 kB",
) -> list[Row]:
    """Watch the page at ``url`` with viewers of these sessions; ``dashboard`` is the process whose time is counted."""
    viewing = [Viewer(url, headers={"Cookie": cookies[n % len(cookies)]}) for n in range(viewers)]
    cpu_s = asyncio.run(_watched(viewing, dashboard))
    runs, received = sum(v.runs for v in viewing), sum(v.received_bytes for v in viewing)
    largest: dict[str, int] = {}
    for viewer in viewing:
        for kind, held in viewer.largest.items():
            largest[kind] = largest.get(kind, 0) + held
    top = sorted(largest.items(), key=lambda item: -item[1])[:6]
    shares = ", ".join(f"{kind} {held / runs / 1000:.1f}" for kind, held in top)
    return [
        Row("district page, processor time a refresh", f"{cpu_s / runs * 1000:.1f} ms (n = {runs:,})", processor),
        Row("district page, bytes a refresh", f"{received / runs / 1000:.1f} kB", size),
        Row("the same by kind of element, kB a refresh", shares),
    ]


async def _watched(viewers: list[Viewer], dashboard: psutil.Process) -> float:
    """Return the seconds of processor time that the dashboard used once all viewers had their first pictures."""
    watching = asyncio.create_task(watch_all(viewers, WARM_UP_S + WATCH_S))
    await asyncio.sleep(WARM_UP_S)
    for viewer in viewers:
        viewer.forget_counts()
    before = used_s(dashboard)
    await watching
    return used_s(dashboard) - before


if __name__ == "__main__":
    show("refresh", main())
    sys.exit(0)
