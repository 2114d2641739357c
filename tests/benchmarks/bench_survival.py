"""What survives, in long: hundreds of kills, a full disk that grows again, syncs that fail, a replay storm, a rush."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvloop

from pipelines.campaign import Campaign, load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
from tests.benchmarks.phones import Request, Tally, closed_loop, open_loop, send_steadily, work_off_all
from tests.benchmarks.report import Row, percentile, show
from tests.intake.running import Intake, running
from tests.intake.servers.siege import (
    PHONES,
    Record,
    assert_sound,
    failing_syncs,
    grow,
    killed_under_load,
    lost,
    small_disk,
    tubes,
)

KILLS = 100
STORM_TUBES, STORM_PHONES, LIVE_PER_S, LIVE_S = 6_100, 305, 110, 12
RUSH_PHONES, RUSH_PER_S, RUSH_S = 2_000, 5_000, 10
DISK_FULL_S = 5.0


def main() -> list[Row]:
    """Measure and return the rows that are also printed when run alone."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    return [*_kills(campaign), *_full_disk(campaign), *_failing_syncs(campaign), *_storm(campaign), *_rush(campaign)]


@contextmanager
def _front_ends(campaign: Campaign, servers: int, home: str) -> Generator[tuple[Intake, list[str]]]:
    with running(campaign, Path(home), campaign.round.demo_starts_at, 0.0) as intake:
        names = intake.server_ids[:servers]
        intake.start(*names)
        yield intake, names


def _kills(campaign: Campaign) -> list[Row]:
    record = Record()
    with tempfile.TemporaryDirectory() as home, _front_ends(campaign, 2, home) as (intake, names):
        for round_no in range(KILLS // len(names)):
            killed_under_load(intake, names, record, round_no, seed=1)
        assert_sound(intake, record)
        missing, twice = lost(intake, record)
    who = f"{KILLS} SIGKILLs under {PHONES} phones"
    back = f"{percentile(record.back_after_s, 0.5):.2f} / {percentile(record.back_after_s, 0.95):.2f} s"
    return [
        Row(f"{who}: acknowledged, of them lost / on record twice", _of(len(record.acknowledged), missing, twice), "0"),
        Row(f"{who}: unanswered a round, on record or not", f"≤ {PHONES}" if _in_flight(record) else "more", "≤ 64"),
        Row(f"{who}: from the start of the processes to the first 201, p50 / p95", back, "≤ 1 s"),
    ]


def _in_flight(record: Record) -> bool:
    return len(record.unanswered) <= PHONES * len(record.back_after_s)


def _full_disk(campaign: Campaign) -> list[Row]:
    who = "a full disk of 8 MB under 16 phones"
    if os.geteuid() != 0:
        return [Row(who, "skipped: only root may mount a small disk")]
    record = Record()
    with (
        tempfile.TemporaryDirectory() as home,
        small_disk(Path(home) / "intake", "8m"),
        _front_ends(campaign, 1, home) as (intake, names),
    ):
        queues = [_until(time.monotonic() + DISK_FULL_S, campaign, phone) for phone in range(16)]
        record.add(closed_loop([intake.port(names[0])], queues))
        grow(Path(home) / "intake", "64m")
        begun, again = time.monotonic(), Record()
        while not again.acknowledged:
            again.add(closed_loop([intake.port(names[0])], [tubes(campaign, 17, len(again.refused), most=1)]))
        back_s = time.monotonic() - begun
        record.acknowledged += again.acknowledged
        missing, twice = lost(intake, record)
    answered = f"{len(record.acknowledged):,} / {len(record.refused):,} / {len(record.unanswered)}"
    return [
        Row(f"{who}: recorded / refused with Retry-After / unanswered", answered, "none unanswered"),
        Row(
            f"{who}: lost / twice; refusals without Retry-After",
            f"{missing} / {twice}; {record.without_retry_after}",
            "0",
        ),
        Row(f"{who}: p99 of all answers", f"{percentile(record.took_ms, 0.99):.0f} ms", "≤ 200 ms"),
        Row(f"{who}: service back, same process, after it has grown", f"{back_s:.2f} s", "≤ 2 s"),
    ]


def _until(end: float, campaign: Campaign, phone: int) -> Iterator[Request]:
    for request in tubes(campaign, phone):
        if time.monotonic() >= end:
            return
        yield request


def _failing_syncs(campaign: Campaign) -> list[Row]:
    who = "every ninth sync fails (EIO)"
    if shutil.which("strace") is None:
        return [Row(who, "skipped: no strace to inject it")]
    record = Record()
    with tempfile.TemporaryDirectory() as home, _front_ends(campaign, 1, home) as (intake, names):
        with failing_syncs(intake, names[0], every=9):
            queues = [tubes(campaign, phone, most=150) for phone in range(PHONES)]
            record.add(closed_loop([intake.port(names[0])], queues))
        stored = {row[0] for row in intake.rows("SELECT barcode FROM tube")}
        missing, _ = lost(intake, record)
    answered = f"{len(record.acknowledged):,} / {len(record.refused):,}"
    wrong = len(stored & set(record.refused))
    return [
        Row(
            f"{who}: recorded / refused; of those lost / recorded all the same",
            f"{answered}; {missing} / {wrong}",
            "0 / 0",
        )
    ]


def _storm(campaign: Campaign) -> list[Row]:
    each = STORM_TUBES // STORM_PHONES
    uploads = [list(tubes(campaign, phone, most=each, is_offline=True)) for phone in range(STORM_PHONES)]
    live = [
        request
        for phone in range(400, 400 + PHONES)
        for request in tubes(campaign, phone, most=LIVE_PER_S * 10 // PHONES)
    ]
    with tempfile.TemporaryDirectory() as home, _front_ends(campaign, 4, home) as (intake, names):
        ports = [intake.port(name) for name in names]

        async def both() -> tuple[float, Tally]:
            steady = asyncio.create_task(send_steadily(ports, live, LIVE_PER_S, PHONES))
            await asyncio.sleep(1.0)
            begun = time.perf_counter()
            await _bring(ports, uploads)
            return time.perf_counter() - begun, await steady

        drained_s, steady = uvloop.run(both())
        stored, refused = intake.tubes(), len(live) - len(steady.names(201))
    sent = sum(map(len, uploads))
    who = f"{sent:,} queued tubes of {STORM_PHONES} phones uploaded beside {LIVE_PER_S} live tubes/s"
    assert stored == sent + len(live) - refused
    return [
        Row(f"{who}: drained in", f"{drained_s:.1f} s", "≤ 10 s"),
        Row(f"{who}: p99 of the live tubes", f"{percentile(steady.took_ms(201), 0.99):.0f} ms", "≤ 250 ms"),
        Row(f"{who}: live tubes told to try again", _rules(refused, steady), "0"),
    ]


def _rules(refused: int, tally: Tally) -> str:
    return " ".join([str(refused), *(f"{rule}: {times}" for rule, times in tally.rules.items())])


async def _bring(ports: Sequence[int], uploads: Sequence[Sequence[Request]]) -> None:
    """Upload every phone's queue; what a server could not take is brought again."""
    left = uploads
    while any(left):
        tally = await work_off_all(ports, [iter(queue) for queue in left])
        done = set(tally.names(200, 201))
        left = [[request for request in queue if request.name not in done] for queue in left]


def _rush(campaign: Campaign) -> list[Row]:
    requests = [
        request
        for round_no in range(RUSH_PER_S * RUSH_S // RUSH_PHONES)
        for phone in range(RUSH_PHONES)
        for request in tubes(campaign, phone, round_no, most=1)
    ]
    with tempfile.TemporaryDirectory() as home, _front_ends(campaign, 1, home) as (intake, names):
        ports = [intake.port(names[0])]
        calm, begun = closed_loop(ports, _crowd(campaign, 90_000)), time.perf_counter()
        most = closed_loop(ports, _crowd(campaign, 92_000, PHONES)).names(201)
        most_per_s = len(most) / (time.perf_counter() - begun)
        rush = open_loop(ports, requests, RUSH_PER_S, RUSH_PHONES)
        after = closed_loop(ports, _crowd(campaign, 91_000))
    who = f"{RUSH_PER_S:,} tubes/s at one front end, ten times a province's surge"
    told = f"{len(rush.names(201)) / RUSH_S:,.0f} / {len(rush.names(503)) / RUSH_S:,.0f}"
    return [
        Row(f"{who}: recorded / turned away a second", told, "≥ 450 recorded"),
        Row(
            f"{who}: recorded, of what {PHONES} phones in a closed loop get recorded",
            f"{len(rush.names(201)) / RUSH_S / most_per_s:.0%}",
            "≥ 90 %, the phones' CPU included",
        ),
        Row(
            f"{who}: p99 of what was recorded / turned away", f"{_p99(rush, 201)} / {_p99(rush, 503)}", "≤ 500 / 50 ms"
        ),
        Row(f"{who}: of these times the phones' own lag, at most, p50 / p99", _own_lag(rush)),
        Row("before and just after that rush, 8 phones: p99", f"{_p99(calm, 201)} / {_p99(after, 201)}"),
    ]


def _crowd(campaign: Campaign, first: int, phones: int = 8) -> list[Iterator[Request]]:
    return [tubes(campaign, phone, first, most=100) for phone in range(phones)]


def _own_lag(tally: Tally) -> str:
    return f"{percentile(tally.lag_ms, 0.5):.1f} / {percentile(tally.lag_ms, 0.99):.1f} ms"


def _p99(tally: Tally, status: int) -> str:
    taken = tally.took_ms(status)
    return f"{percentile(taken, 0.99):.0f} ms" if taken else "none"


def _of(all_of_them: int, missing: int, twice: int) -> str:
    return f"{all_of_them:,}, {missing} / {twice}"


if __name__ == "__main__":
    show("Survival", main())
