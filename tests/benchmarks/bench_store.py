"""How long a tick takes to commit and each named ask to answer, live and past, with a full day in the store."""

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.campaign import Campaign, load_campaign
from pipelines.clock import stopwatch
from pipelines.columns import DESK_SERVER, STORED
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.machines import TUBE
from pipelines.store import Store, asks
from pipelines.vocabulary import SourceKind, TubeEventKind
from tests.benchmarks.day_pages import site_pages
from tests.benchmarks.report import Row, percentile, show

TICKS = 1_000
TUBES = 85_700
REPEATS = 20
STEPS = [step.after for step in TUBE.steps if not step.is_side and step.after in set(TubeEventKind)]
PAUSE = timedelta(minutes=12)
"""From one step of a tube to the next."""


@dataclass
class DayClock:
    """A clock that the benchmark puts where it wants."""

    at: datetime
    speed: float = 60.0

    def now(self) -> datetime:
        """Return where it was put."""
        return self.at


def main() -> list[Row]:
    """Fill a store with a full day and measure; returns the rows it also prints when run alone."""
    with tempfile.TemporaryDirectory() as folder:
        campaign = load_campaign(DEFAULT_CAMPAIGN)
        clock = DayClock(campaign.round.opens_at)
        path = Path(folder) / "command.duckdb"
        store = Store(path, clock, campaign)
        commits = _fill(store, clock, campaign)
        store.checkpoint()
        rows = [
            Row(
                f"tick commit, {brings} ({len(took)} ticks, {TUBES * len(STEPS) // TICKS} events each)",
                f"{_spread([ms for ms, _ in took])}, CPU {sum(cpu for _, cpu in took) / len(took):.0f} ms",
            )
            for brings, took in commits.items()
        ]
        rows += _asked(store, clock, campaign)
        size = path.stat().st_size / 1e6
        store.close()
    of_a_day = f"{TUBES:,} tubes × {len(STEPS)} steps, {TICKS} ticks of counts and queues"
    return [*rows, Row(f"file after {of_a_day}", f"{size:.0f} MB")]


def _fill(store: Store, clock: DayClock, campaign: Campaign) -> dict[str, list[tuple[float, float]]]:
    """Return the wall and CPU milliseconds of every commit, by what it brought beside counts, queues and tubes."""
    opens_at, day = campaign.round.opens_at, campaign.round.closes_at - campaign.round.opens_at
    events = day_of_tubes(campaign)
    took: dict[str, list[tuple[float, float]]] = {}
    for number in range(1, TICKS + 1):
        clock.at = opens_at + day * number / TICKS
        known = events.slice((number - 1) * events.height // TICKS, events.height // TICKS)
        told = site_pages(campaign, clock.at, number)
        frames = _tick(campaign, clock.at, number) | {"tube_event": known} | told
        started, used = stopwatch(), time.process_time()
        store.commit("bench", frames)
        spent = (stopwatch() - started) * 1e3, (time.process_time() - used) * 1e3
        slow = " and slow pages" if number % 5 == 0 else ""
        took.setdefault(f"{len(told)} of the sites' tables{slow}", []).append(spent)
    return took


def day_of_tubes(campaign: Campaign) -> pl.DataFrame:
    """Return every step of every tube of a full day, in the order of time."""
    opens_at, day = campaign.round.opens_at, campaign.round.closes_at - campaign.round.opens_at
    sites = [site.site_id for site in campaign.sites]
    tubes = pl.DataFrame({"tube": range(TUBES)}).with_columns(
        barcode=pl.format("SS{}", pl.col("tube").cast(pl.String).str.zfill(8)),
        site_id=pl.lit(pl.Series(sites)).gather(pl.col("tube") % len(sites)),
        opened_at=pl.lit(opens_at).dt.cast_time_unit("us") + pl.col("tube") * (day - len(STEPS) * PAUSE) / TUBES,
    )
    steps = [
        tubes.with_columns(kind=pl.lit(kind), happened_at=pl.col("opened_at") + PAUSE * step)
        for step, kind in enumerate(STEPS)
    ]
    plain = {"lab_id": "lab-1", "server_id": "p1", "lane_no": 1, "persons": 10, "short_reason": None}
    return (
        pl.concat(steps)
        .sort("happened_at")
        .with_columns(
            recorded_at="happened_at",
            sequence=pl.int_range(1, len(STEPS) * TUBES + 1),
            **{k: pl.lit(v) for k, v in plain.items()},
        )
        .select(pl.col(name).cast(dtype) for name, dtype in STORED[SourceKind.TUBE_EVENTS].items())
    )


def _tick(campaign: Campaign, at: datetime, number: int) -> dict[str, pl.DataFrame]:
    persons = number * 7
    sequence = number * (TUBES * len(STEPS) // TICKS)
    counts = {"round_id": campaign.round.round_id, "sequence": sequence, "observed_at": at}
    counters = {"persons_registered": persons, "tubes_registered": persons // 10, "tubes_short": 0}
    sampled = {"persons_sampled": persons, "tubes_sampled": persons // 10}
    queue = {
        "observed_at": at,
        "is_open": True,
        "queue_persons": number % 90,
        "wait_minutes": number % 60,
        "lanes_open": 5,
    }
    ids = [site.site_id for site in campaign.sites]
    desks = [{"site_id": s, "server_id": f"p{n}", "observed_at": at, "desks": 2} for s in ids for n in (1, 2)]
    pulls = [_pull(site_id, at) for site_id in ids]
    frames = {
        "site_counts": pl.DataFrame(
            [{"site_id": s} | counts | counters | sampled for s in ids], schema=STORED[SourceKind.SITE_COUNTS]
        ),
        "site_queue": pl.DataFrame(
            [{"site_id": s} | queue for s in ids], schema=STORED[SourceKind.SITE_QUEUES], strict=False
        ),
        "desk_server": pl.DataFrame(desks, schema=DESK_SERVER),
        "source_pull": pl.DataFrame(pulls, schema_overrides={"server_id": pl.String}),
    }
    return frames | (_slow_pages(campaign, at) if number % 5 == 0 else {})


def _slow_pages(campaign: Campaign, at: datetime) -> dict[str, pl.DataFrame]:
    ids = [site.site_id for site in campaign.sites]
    roster = [
        {"site_id": s, "role": r, "observed_at": at, "on_shift": 9, "planned": 10}
        for s in ids
        for r in ("medic", "cadre")
    ]
    sample = {"observed_at": at, "is_up": True, "latency_ms": 20.0, "loss_share": 0.0, "clients": 30}
    networks = [{"site_id": s, "network": n} | sample for s in ids for n in ("volunteer", "public")]
    return {
        "roster": pl.DataFrame(roster, schema=STORED[SourceKind.ROSTER]),
        "network_sample": pl.DataFrame(networks, schema=STORED[SourceKind.NETWORK]),
    }


def _pull(site_id: str, at: datetime) -> dict[str, object]:
    return {
        "source_id": f"counts:{site_id}",
        "kind": "site_counts",
        "site_id": site_id,
        "server_id": None,
        "pulled_at": at,
        "took_ms": 12.5,
        "size_bytes": 280,
        "outcome": "ok",
        "reason": "",
        "observed_at": at,
    }


def _asked(store: Store, clock: DayClock, campaign: Campaign) -> list[Row]:
    newest = store.moments.newest.stored_at
    noon = campaign.round.opens_at + (newest - campaign.round.opens_at) / 2
    own = {"site_id": campaign.sites[0].site_id, "lab_id": "", "since": "", "begun": noon.isoformat()}
    own |= {"hour": "", "version": "", "kind": "", "barcode": "SS00000001"}
    rows: list[Row] = []
    for name in asks():
        live, past = _timed(store, name, own, newest), _timed(store, name, own, noon)
        rows.append(Row(f"ask {name}", f"live {live} · past {past}"))
    return rows


def _timed(store: Store, name: str, known: dict[str, str], as_of: datetime) -> str:
    own = {key: known[key] for key in asks()[name].params}
    params = {"as_of": as_of, "speed": 60.0, "scope_level": "district", "scope_id": None} | own
    took: list[float] = []
    used = time.process_time()
    for _ in range(REPEATS):
        started = stopwatch()
        store.ask(name, params)
        took.append((stopwatch() - started) * 1e3)
    cpu_ms = (time.process_time() - used) / REPEATS * 1e3
    return f"{_spread(took)}, CPU {cpu_ms:.1f} ms"


def _spread(values: list[float]) -> str:
    return f"{percentile(values, 0.5):.1f} / {percentile(values, 0.95):.1f} ms"


if __name__ == "__main__":
    show("store, a full day: wall p50 / p95 and CPU", main())
    sys.exit(0)
