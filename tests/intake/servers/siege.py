"""Front ends under load while something breaks: what was acknowledged, what is on record, how fast it is back."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import msgspec

from pipelines.campaign.model import Campaign
from pipelines.intake.barcodes import label_of_group
from pipelines.intake.places import places
from tests.benchmarks.phones import Request, Tally, closed_loop, post
from tests.intake.registrations import registration, token
from tests.intake.running import Intake

PHONES = 64
DEVICES = 180  # more connections than that share them: too many logins would bring a server down
GROUPS_EACH = 5_000  # where more than one phone works at a site
TUBES = "/v1/tubes"


@dataclass
class Record:
    """What the phones know after any number of rounds."""

    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    back_after_s: list[float] = field(default_factory=list)
    without_retry_after: int = 0

    def add(self, tally: Tally) -> None:
        """Remember one round."""
        self.acknowledged += tally.names(200, 201)
        self.refused += tally.names(503)
        self.unanswered += tally.unanswered
        self.took_ms += tally.took_ms(200, 201, 503)
        self.without_retry_after += tally.refused_without_retry_after


def tubes(
    campaign: Campaign, phone: int, first: int = 0, most: int | None = None, is_offline: bool = False
) -> Iterator[Request]:
    """Yield the requests of one phone, each made when it is needed: groups ``first``, ``first`` + 1, …"""
    site = phone % len(campaign.sites)
    place = places(campaign)[site]
    model = registration(campaign, 0, site=site, device=f"siege-{phone % DEVICES}")
    for number in count(first) if most is None else range(first, first + most):
        group = phone // len(campaign.sites) * GROUPS_EACH + number
        seat = (site * 100_000 + group) * 10
        tube = msgspec.structs.replace(
            model,
            device_sequence=phone * 100_000 + number + 1,
            barcode=label_of_group(place.barcode_prefix, site, group),
            persons=[token(seat + k) for k in range(10)],
            is_offline=is_offline,
        )
        yield post(TUBES, msgspec.json.encode(tube), tube.barcode)


def killed_under_load(
    intake: Intake, names: Sequence[str], record: Record, round_no: int, seed: int, longest_s: float = 3.0
) -> None:
    """Kill every front end after 0.5 to ``longest_s`` of load and start it again; add to ``record`` what phones saw."""
    chance = random.Random(seed * 1_000 + round_no)
    timer = threading.Timer(chance.uniform(0.5, longest_s), lambda: _kill(intake, names))
    timer.start()
    queues = [tubes(intake.campaign, phone, first=round_no * 400) for phone in range(PHONES)]
    record.add(closed_loop([intake.port(name) for name in names], queues))
    timer.join()
    begun = time.monotonic()
    intake.start(*names)
    first = next(tubes(intake.campaign, PHONES + 1, first=round_no)).wire.split(b"\r\n\r\n", 1)[1]
    while (answer := intake.ask(names[0], "POST", TUBES, first))[0] != 201:
        assert answer[0] == 503, answer
    record.back_after_s.append(time.monotonic() - begun)


def _kill(intake: Intake, names: Sequence[str]) -> None:
    for name in names:
        intake.processes[name].send_signal(signal.SIGKILL)
    for name in names:
        intake.processes.pop(name).wait()


def lost(intake: Intake, record: Record) -> tuple[int, int]:
    """Return how many tubes were acknowledged and are not on record, and how many are on record more than once."""
    stored = [barcode for (barcode,) in intake.rows("SELECT barcode FROM tube")]
    return len(set(record.acknowledged) - set(stored)), len(stored) - len(set(stored))


def assert_sound(intake: Intake, record: Record) -> None:
    """Nothing acknowledged is lost, nothing is there twice, and what else is there was on its way."""
    assert lost(intake, record) == (0, 0)
    (stored,), (persons,) = *intake.rows("SELECT count(*) FROM tube"), *intake.rows("SELECT count(*) FROM tube_person")
    assert persons == 10 * stored
    unknown = {row[0] for row in intake.rows("SELECT barcode FROM tube WHERE device_id <> ?", extra_device())}
    assert unknown <= set(record.acknowledged) | set(record.unanswered)
    assert intake.rows("PRAGMA quick_check") == [("ok",)]


def extra_device() -> str:
    """The phone that asks whether a server is back."""
    return f"siege-{PHONES + 1}"


@contextmanager
def failing_syncs(intake: Intake, name: str, every: int) -> Generator[None]:
    """Let every ``every``-th sync of a front end's threads fail with an I/O error, as a dying disk does."""
    inject = f"inject=fdatasync,fsync:error=EIO:when={every}+{every}"
    command = ["strace", "-f", "-qq", "-e", "trace=fdatasync,fsync", "-e", inject, "-o", os.devnull]
    with subprocess.Popen([*command, "-p", str(intake.processes[name].pid)]) as strace:
        intake.until(lambda: _is_traced(intake.processes[name].pid))
        try:
            yield
        finally:
            strace.terminate()


def _is_traced(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task").glob("*/status")
    return all("TracerPid:\t0" not in task.read_text(encoding="ascii") for task in tasks)


@contextmanager
def small_disk(folder: Path, size: str) -> Generator[None]:
    """Mount a memory disk of ``size`` at ``folder``; needs root."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run(["umount", "-l", str(folder)], check=True)


def grow(folder: Path, size: str) -> None:
    """Give a mounted memory disk another size."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)
