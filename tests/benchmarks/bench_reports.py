"""How long the three levels' reports of a full day's last hour take, at 118 sites and at 5,000; and reconciliation."""

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.campaign import Campaign, load_campaign
from pipelines.campaign.hours import reporting_hours
from pipelines.clock import stopwatch
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.http import Http
from pipelines.jobs import Jobs
from pipelines.reports.freezing import versions_due
from pipelines.store import Store
from tests.benchmarks.bench_store import DayClock, day_of_tubes
from tests.benchmarks.grown import grown
from tests.benchmarks.report import Row, percentile, show
from tests.jobs.world import World, told

MANY = 5_000
KINDS = ("registered", "sampled", "received", "resulted")
SLOT = timedelta(minutes=10)
REPEATS = 10
LEAD = timedelta(seconds=15)
"""How long the jobs run before the hour that is waited for."""


def main() -> list[Row]:
    """Measure all of it."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    frozen = [*_frozen(campaign, "≤ 2 s"), *_frozen(grown(campaign, MANY), "≤ 10 s")]
    return [_waited_for(campaign), *frozen, *_reconciled(campaign)]


@dataclass
class RunningClock:
    """Campaign time that runs with the stopwatch, at speed 1."""

    starts_at: datetime
    began_s: float
    speed: float = 1.0

    def now(self) -> datetime:
        """Return the moment."""
        return self.starts_at + timedelta(seconds=stopwatch() - self.began_s)


def _waited_for(campaign: Campaign) -> Row:
    """Let all jobs run over real HTTP through a full hour, and wait until its three levels can be read."""
    hour_at = reporting_hours(campaign)[0]
    clock = RunningClock(hour_at - LEAD, stopwatch())
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "command.duckdb", clock, campaign)
        world = World(campaign, clock)
        with told(world) as sources:
            jobs = Jobs(store, campaign, sources, Http(sources.allow, connections=16), clock)
            jobs.start()
            waited_s = _seconds_until_read(store, clock, hour_at)
            world.over.set()
            jobs.stop()
        store.close()
    of = f"{len(campaign.sites)} sites, all jobs running"
    return Row(f"from the hour until its three levels can be read, {of}", f"{waited_s:.2f} s", "≤ 2 s")


def _seconds_until_read(store: Store, clock: RunningClock, hour_at: datetime) -> float:
    while clock.now() < hour_at + timedelta(seconds=60):
        edge = store.moments.edge()
        asked = {"as_of": edge.as_of, "speed": 1.0, "scope_level": "district", "scope_id": None}
        if edge.as_of >= hour_at and store.ask("reports_newest", asked).height:
            return (clock.now() - hour_at).total_seconds()
        time.sleep(0.02)
    return float("nan")


def _frozen(campaign: Campaign, target: str) -> list[Row]:
    """Bring a day, a tube a site and step every ten minutes, freeze all hours but the last, then time that one."""
    hours = [hour for hour in reporting_hours(campaign) if hour <= campaign.round.closes_at]
    with tempfile.TemporaryDirectory() as folder:
        clock = DayClock(campaign.round.opens_at)
        store = Store(Path(folder) / "command.duckdb", clock, campaign)
        took: list[tuple[float, float]] = []
        begun, sequence = campaign.round.opens_at, 0
        for until in (hours[-2], hours[-1], hours[-1]):
            clock.at = until
            events = _tubes(campaign, begun, until, sequence)
            store.commit("bench", {"tube_event": events})
            begun, sequence = until, sequence + events.height
            took.append(_freeze(store))
        store.close()
    of = f"{len(campaign.sites):,} sites, {sequence:,} steps of tubes"
    (all_s, _), (last_s, last_cpu), (look_s, look_cpu) = took
    return [
        Row(f"three levels of the day's last hour, {of}", f"{last_s:.2f} s, CPU {last_cpu:.2f} s", target),
        Row(f"… the {len(hours) - 1} hours before at once, as after an outage", f"{all_s:.2f} s"),
        Row("… a look for changes that finds none", f"{look_s:.2f} s, CPU {look_cpu:.2f} s"),
    ]


def _freeze(store: Store) -> tuple[float, float]:
    """Do what the job does; returns the wall and CPU seconds until it is stored."""
    used, began_s, as_of = time.process_time(), stopwatch(), store.moments.newest.stored_at
    asked = {"as_of": as_of, "speed": 1.0, "scope_level": "district", "scope_id": None}
    figures, newest = store.ask("report_figures", asked), store.ask("reports_newest", asked)
    rows = versions_due(figures, newest, as_of, as_of)
    store.commit("freeze_reports", {"report_version": rows})
    return stopwatch() - began_s, time.process_time() - used


def _tubes(campaign: Campaign, begun: datetime, until: datetime, after: int) -> pl.DataFrame:
    slots = int((until - begun) / SLOT)
    made = pl.DataFrame({"site_id": [site.site_id for site in campaign.sites]}).join(
        pl.DataFrame({"slot": range(slots)}), how="cross"
    )
    made = made.join(pl.DataFrame({"kind": KINDS}), how="cross").with_row_index("n")
    at = pl.lit(begun).dt.cast_time_unit("us") + pl.col("slot") * SLOT
    return made.select(
        sequence=pl.col("n").cast(pl.Int64) + after + 1,
        barcode=pl.format("SS{}", pl.col("n") // len(KINDS) + after),
        kind="kind",
        site_id="site_id",
        lab_id=pl.lit("lab-1"),
        server_id=pl.lit("p1"),
        lane_no=pl.lit(1, pl.Int64),
        persons=pl.lit(10, pl.Int64),
        short_reason=pl.lit(None, pl.String),
        happened_at=at,
        recorded_at=at,
    )


def _reconciled(campaign: Campaign) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        clock = DayClock(campaign.round.opens_at)
        store = Store(Path(folder) / "command.duckdb", clock, campaign)
        events = day_of_tubes(campaign)
        clock.at = campaign.round.closes_at
        store.commit("bench", {"tube_event": events})
        rows = [_asked(store, name, events["barcode"].n_unique()) for name in ("reconciliation", "tube_lookup")]
        rows.append(_asked(store, "reconciliation_differences", events["barcode"].n_unique()))
        store.close()
    return rows


def _asked(store: Store, name: str, tubes: int) -> Row:
    own = {"tube_lookup": {"barcode": "SS00000001"}, "reconciliation_differences": {"kind": ""}}.get(name, {})
    asked = {"as_of": store.moments.newest.stored_at, "speed": 1.0, "scope_level": "district", "scope_id": None} | own
    took: list[float] = []
    used = time.process_time()
    for _ in range(REPEATS):
        began_s = stopwatch()
        store.ask(name, asked)
        took.append((stopwatch() - began_s) * 1e3)
    cpu_ms = (time.process_time() - used) / REPEATS * 1e3
    spread = f"{percentile(took, 0.5):.0f} / {percentile(took, 0.95):.0f} ms, CPU {cpu_ms:.0f} ms"
    return Row(f"ask {name}, {tubes:,} tubes", spread, "≤ 500 ms")


if __name__ == "__main__":
    show("reports and reconciliation", main())
    sys.exit(0)
