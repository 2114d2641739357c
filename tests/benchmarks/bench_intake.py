"""How many tubes a second the simulated intake registers, at what CPU on both sides; how fast a day so far is made."""

import os
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from pipelines.campaign import Campaign, load_campaign
from pipelines.config import DEFAULT_CAMPAIGN, settings
from pipelines.intake.day.prefill import prefill
from tests.benchmarks.phones import Request, closed_loop, open_loop, post
from tests.benchmarks.report import Row, percentile, show
from tests.intake.registrations import registration
from tests.intake.running import Intake, running

PHONES, CLOSED_TUBES = 64, 20_000
SURGE_PER_S, SURGE_S = 500, 12
LIVE_S, SPEED = 20.0, 60.0


def main() -> list[Row]:
    """Measure and return the rows that are also printed when run alone."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    return [
        *_closed_loop(campaign, 1),
        *_closed_loop(campaign, 4),
        *_surge(campaign, 1),
        *_surge(campaign, 4),
        *_live(campaign),
        *_prefills(campaign),
    ]


def _closed_loop(campaign: Campaign, servers: int) -> list[Row]:
    each = CLOSED_TUBES // PHONES
    queues = [registrations(campaign, phone, range(phone * each, (phone + 1) * each)) for phone in range(PHONES)]
    with tempfile.TemporaryDirectory() as home, running(campaign, Path(home), _at(campaign), 0.0) as intake:
        names, ports = _start(intake, servers)
        cpu, begun, own = _cpu_s(intake, names), time.perf_counter(), time.process_time()
        tally = closed_loop(ports, [iter(queue) for queue in queues])
        wall, spent, own = time.perf_counter() - begun, _cpu_s(intake, names) - cpu, time.process_time() - own
    taken = tally.took_ms(201)
    assert len(taken) == PHONES * each, f"{len(taken)} of {PHONES * each} recorded"
    who = f"{_front_ends(servers)}, {PHONES} phones in a closed loop"
    return [
        Row(f"{who}: durable tubes/s", f"{len(taken) / wall:,.0f}", "≥ 2,000"),
        Row(f"{who}: p50 / p99", f"{percentile(taken, 0.5):.1f} / {percentile(taken, 0.99):.1f} ms", "p99 ≤ 150 ms"),
        Row(
            f"{who}: CPU a tube, servers / phones", f"{spent / len(taken) * 1e3:.2f} / {own / len(taken) * 1e3:.2f} ms"
        ),
    ]


def _surge(campaign: Campaign, servers: int) -> list[Row]:
    groups = range(SURGE_PER_S * SURGE_S // PHONES)
    tubes = [tube for phone in range(PHONES) for tube in registrations(campaign, phone, groups)]
    with tempfile.TemporaryDirectory() as home, running(campaign, Path(home), _at(campaign), 0.0) as intake:
        names, ports = _start(intake, servers)
        cpu = _cpu_s(intake, names)
        tally = open_loop(ports, tubes, SURGE_PER_S, PHONES)
        spent = _cpu_s(intake, names) - cpu
    taken = tally.took_ms(201)
    assert len(taken) == len(tubes), f"{len(taken)} of {len(tubes)} recorded"
    who = f"{_front_ends(servers)}, a province's surge of {SURGE_PER_S} tubes/s whatever the answers"
    shares = " / ".join(f"{percentile(taken, share):.1f}" for share in (0.5, 0.99, 0.999))
    return [
        Row(f"{who}: p50 / p99 / p99.9", f"{shares} ms", "p99 ≤ 60, p99.9 ≤ 250 ms"),
        Row(f"{who}: CPU a tube, servers", f"{_each(spent, taken)} ms"),
    ]


def registrations(campaign: Campaign, phone: int, groups: Sequence[int], is_offline: bool = False) -> list[Request]:
    """Return prepared requests: the ``groups`` of the site that phone works at."""
    site = phone % len(campaign.sites)
    tubes = [registration(campaign, group, site=site, device=f"bench-{phone}") for group in groups]
    if is_offline:
        tubes = [msgspec.structs.replace(tube, is_offline=True) for tube in tubes]
    return [post("/v1/tubes", msgspec.json.encode(tube), tube.barcode) for tube in tubes]


def _start(intake: Intake, servers: int) -> tuple[list[str], list[int]]:
    names = intake.server_ids[:servers]
    intake.start(*names)
    return names, [intake.port(name) for name in names]


def _each(spent_s: float, tubes: Sequence[float]) -> str:
    return f"{spent_s / len(tubes) * 1e3:.2f}"


def _front_ends(servers: int) -> str:
    return f"{servers} front end{'s' * (servers > 1)}"


def _at(campaign: Campaign) -> datetime:
    return campaign.round.demo_starts_at


def _live(campaign: Campaign) -> list[Row]:
    at = campaign.round.demo_starts_at
    with tempfile.TemporaryDirectory() as home, running(campaign, Path(home), at, 0.0) as intake:
        prefill(campaign, intake.settings, at, lambda share: None)
        intake.start_all()
        intake.set_clock(at, SPEED)
        time.sleep(5.0)
        sides = ["world"], intake.server_ids
        tubes, begun, cpu = intake.tubes(), time.perf_counter(), [_cpu_s(intake, names) for names in sides]
        time.sleep(LIVE_S)
        wall, done = time.perf_counter() - begun, intake.tubes() - tubes
        spent = [_cpu_s(intake, names) - before for names, before in zip(sides, cpu, strict=True)]
    who = f"live day at {SPEED:.0f}x, {sum(site.lanes for site in campaign.sites)} lanes"
    return [
        Row(f"{who}: tubes/s", f"{done / wall:.0f}", "≈ 110-140 at the peak"),
        Row(f"{who}: CPU a registration, desks' side with all else the world does", f"{spent[0] / done * 1e3:.2f} ms"),
        Row(f"{who}: CPU a registration, servers' side", f"{spent[1] / done * 1e3:.2f} ms"),
    ]


def _prefills(campaign: Campaign) -> list[Row]:
    opens_at = campaign.round.opens_at
    return [
        _prefill(campaign, opens_at + timedelta(hours=hours), target)
        for hours, target in ((2.5, "≤ 4 s"), (8.0, "≤ 10 s"), (14.0, ""))
    ]


def _prefill(campaign: Campaign, until: datetime, target: str) -> Row:
    with tempfile.TemporaryDirectory() as home:
        begun, cpu = time.perf_counter(), time.process_time()
        day = prefill(campaign, settings(home=Path(home)), until, lambda share: None)
        wall, spent = time.perf_counter() - begun, time.process_time() - cpu
    hours = (until - campaign.round.opens_at) / timedelta(hours=1)
    return Row(
        f"the first {hours:.1f} h of the day: {day.persons:,} persons, {day.events:,} events",
        f"{wall:.1f} s ({spent:.1f} s CPU)",
        target,
    )


def _cpu_s(intake: Intake, names: Sequence[str]) -> float:
    ticks = os.sysconf("SC_CLK_TCK")
    return sum(_ticks(intake.processes[name].pid) for name in names) / ticks


def _ticks(pid: int) -> int:
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[11:13]
    return int(user) + int(system)


if __name__ == "__main__":
    show("Intake", main())
