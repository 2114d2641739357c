"""The district page at 5,000 sites: until it can be read, until its map is drawn, and what a refresh costs."""

import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil

from dashboard.access import COOKIE
from pipelines.campaign import load_campaign
from pipelines.client import CommandClient
from pipelines.client_sessions import SessionClient
from pipelines.config import DEFAULT_CAMPAIGN, Settings, secret, settings
from pipelines.vocabulary import UserRole
from tests.benchmarks.bench_freshness import paint_s
from tests.benchmarks.bench_refresh import measure
from tests.benchmarks.grown import grown
from tests.benchmarks.report import Row, show
from tests.browser import sign_in
from tests.dashboard.kit import District, Ticking, command_server, dashboard
from tests.end_to_end.screen import viewing
from tests.ports import free_ports

SITES = 5_000
PAINTS = 3


def main() -> list[Row]:
    """Serve a district of so many sites, its minutes going on, and look at it."""
    with _shown() as (url, chosen):
        paints = _paints(url)
        people = SessionClient(CommandClient(chosen.command_url, secret(chosen, "command")))
        commander = next(one for one in people.demo_viewers() if one.role is UserRole.COMMANDER)
        cookie = f"{COOKIE}={people.by_click(commander.user_id, 'bench').token}"
        refreshes = measure(url, _dashboard(chosen), [cookie], viewers=12, processor="≤ 30 ms", size="")
    readable, drawn = sorted(useful for useful, _ in paints), sorted(whole for _, whole in paints)
    of = f"district page at {SITES:,} sites"
    return [
        Row(f"{of}, totals and servers readable, scripts cached", f"{_spread(readable)}", "≤ 4 s"),
        Row(f"{of}, map drawn (software GL on the same cores)", f"{_spread(drawn)}"),
        *(Row(row.what.replace("district page", of), row.figure, row.target) for row in refreshes),
    ]


@contextmanager
def _shown() -> Generator[tuple[str, Settings]]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        chosen = settings(home, port=free_ports())
        district = District(home / "command.duckdb", grown(load_campaign(DEFAULT_CAMPAIGN), SITES))
        district.minute("01:00")
        with (
            command_server(district, chosen, chosen.command_port),
            dashboard(chosen, home / "dashboard.log") as url,
            Ticking(district),
        ):
            yield url, chosen
        district.store.close()


def _dashboard(chosen: Settings) -> psutil.Process:
    return next(
        child
        for child in psutil.Process().children()
        if "streamlit" in child.cmdline() and str(chosen.dashboard_port) in child.cmdline()
    )


def _paints(url: str) -> list[tuple[float, float]]:
    with viewing("about:blank") as page:
        sign_in(page, url)
        paint_s(page, url)
        paints = [paint_s(page, url) for _ in range(PAINTS)]
    return [(paint.useful_s, paint.whole_s) for paint in paints]


def _spread(values: list[float]) -> str:
    return f"{values[0]:.1f} to {values[-1]:.1f} s (n = {len(values)})"


if __name__ == "__main__":
    show("many", main())
    sys.exit(0)
