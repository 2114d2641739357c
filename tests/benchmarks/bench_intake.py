"""How many tubes a second the simulated intake registers, at what CPU on both sides; how fast a day so far is made."""

import http.client
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from pipelines.campaign import Campaign, load_campaign
from pipelines.config import DEFAULT_CAMPAIGN, LOOPBACK, settings
from pipelines.intake.day.prefill import prefill
from tests.benchmarks.report import Row, percentile, show
from tests.intake.registrations import registration
from tests.intake.running import Intake, running

PHONES, TUBES_EACH = 32, 200
LIVE_S, SPEED = 20.0, 60.0


def main() -> list[Row]:
    """Measure and return the rows that are also printed when run alone."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    return [
        *_closed_loop(campaign, 1),
        *_closed_loop(campaign, 4),
        *_live(campaign),
        *_prefills(campaign),
    ]


def _closed_loop(campaign: Campaign, servers: int) -> list[Row]:
    names = [server.server_id for server in campaign.servers[:servers]]
    with tempfile.TemporaryDirectory() as home, running(campaign, Path(home), campaign.round.demo_starts_at) as intake:
        intake.start(*names)
        bodies = [_bodies(campaign, phone) for phone in range(PHONES)]
        cpu, begun = _cpu_s(intake, names), time.perf_counter()
        with ThreadPoolExecutor(PHONES) as pool:
            ports = [intake.port(names[phone % servers]) for phone in range(PHONES)]
            taken = [ms for sent in pool.map(_send, ports, bodies) for ms in sent]
        wall, spent = time.perf_counter() - begun, _cpu_s(intake, names) - cpu
    who = f"{servers} front end{'s' * (servers > 1)}, {PHONES} phones in a closed loop"
    return [
        Row(f"{who}: durable tubes/s", f"{len(taken) / wall:.0f}"),
        Row(f"{who}: p50 / p99", f"{percentile(taken, 0.5):.1f} / {percentile(taken, 0.99):.1f} ms"),
        Row(f"{who}: server CPU a tube", f"{spent / len(taken) * 1e3:.2f} ms"),
    ]


def _bodies(campaign: Campaign, phone: int) -> list[bytes]:
    groups = range(phone * TUBES_EACH, (phone + 1) * TUBES_EACH)
    return [msgspec.json.encode(registration(campaign, group, device=f"bench-{phone}")) for group in groups]


def _send(port: int, bodies: Sequence[bytes]) -> list[float]:
    wire, taken = http.client.HTTPConnection(LOOPBACK, port, timeout=30), []
    for body in bodies:
        begun = time.perf_counter()
        wire.request("POST", "/v1/tubes", body=body)
        reply = wire.getresponse()
        assert reply.status == 201, reply.read()
        reply.read()
        taken.append((time.perf_counter() - begun) * 1e3)
    wire.close()
    return taken


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
