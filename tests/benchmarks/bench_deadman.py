"""How soon what stands still is noticed: a command server stopped, killed, hung in one thread, or without disk."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pipelines.alerts.deadman import Heartbeat, Part, trouble
from pipelines.campaign import load_campaign
from pipelines.clock import FileClock, set_clock
from pipelines.config import ROOT, Settings, settings
from pipelines.http import Http, HttpFailure
from tests.alerts.receiver import Receiver, receiving
from tests.api.server_process import command, wait_until_ready, write_sources
from tests.benchmarks import threads
from tests.benchmarks.report import Row, percentile, show
from tests.intake.servers.siege import small_disk
from tests.jobs.world import World, told
from tests.ports import free_ports

ROUNDS = int(os.getenv("TENFOLD_ROUNDS", "20"))
LOOKS = ("--every", "5", "--patience", "30")
# Calm: the watcher has looked twice since all is well, so that what it said before is taken back.
WITHIN_S, CALM_S, POLL_S = 150.0, 12.0, 0.2
GOES_ON_S = 6.0
DISK, FILLING = "64m", "filling"
CAMPAIGN = ROOT / "tests" / "campaigns" / "lakeside"
LOST, BACK = "stands still", "goes on again"


@dataclass(frozen=True)
class Struck:
    """The command server that is about to be struck, and what is done to it undone."""

    chosen: Settings
    pid: int
    undo: list[Callable[[], None]] = field(default_factory=list)

    @property
    def told_in(self) -> Path:
        """Where it tells its threads."""
        return self.chosen.home / "threads.json"


@dataclass(frozen=True)
class Noticed:
    """What came of one strike: after how many seconds the alarm came, or the part that hung went on by itself."""

    alarm_s: float | None = None
    healed_s: float | None = None


def main() -> list[Row]:
    """Strike ROUNDS times in each way; return the rows that are also printed when run alone."""
    with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder), DISK), receiving() as receiver:
        campaign = load_campaign(CAMPAIGN)
        chosen = settings(Path(folder) / "home", CAMPAIGN, free_ports())
        set_clock(chosen.clock_file, campaign.round.demo_starts_at, 1.0)
        with told(World(campaign, FileClock(chosen.clock_file))) as sources:
            write_sources(chosen, sources)
            with _watcher(chosen, receiver):
                return [_row(how, [_noticed(chosen, receiver, how) for _ in range(ROUNDS)]) for how in STRIKES]


@contextmanager
def _watcher(chosen: Settings, receiver: Receiver) -> Generator[None]:
    home = chosen.home / "elsewhere"
    home.mkdir(parents=True)
    channel = f'[[channel]]\nname = "dead"\nkind = "wecom"\nurl = "{receiver.url}"\nlanguage = "en"\n'
    (home / "notify.toml").write_text(channel, encoding="utf-8")
    options = ["--home", home, "--campaign", CAMPAIGN, "--url", chosen.command_url, *LOOKS]
    line = [sys.executable, "-m", "pipelines.cli", "watch", *map(str, options)]
    with subprocess.Popen(line, cwd=ROOT, stderr=subprocess.DEVNULL) as watcher:
        try:
            yield
        finally:
            watcher.kill()


@contextmanager
def _server(chosen: Settings) -> Generator[Struck]:
    python, dash_m, *rest = command(chosen)
    told_in = chosen.home / "threads.json"
    line = [python, dash_m, "tests.benchmarks.threads", str(told_in), *rest]
    with subprocess.Popen(line, cwd=ROOT, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            wait_until_ready(chosen, process)
            yield Struck(chosen, process.pid)
        finally:
            process.kill()


def _noticed(chosen: Settings, receiver: Receiver, how: str) -> Noticed:
    """Strike once, in a server of its own; waits for the alarm, or until the part that was struck goes on."""
    part, strike = STRIKES[how]
    with _server(chosen) as struck:
        _until(lambda: _trouble(chosen) == "", WITHIN_S)
        time.sleep(CALM_S)
        _until(lambda: not receiver.got or BACK in receiver.texts()[-1], WITHIN_S)
        receiver.got.clear()
        began_s = time.monotonic()
        strike(struck)
        noticed = Noticed()
        while noticed == Noticed() and time.monotonic() - began_s < WITHIN_S:
            time.sleep(POLL_S)
            passed_s = time.monotonic() - began_s
            if any(LOST in text for text in receiver.texts()):
                noticed = Noticed(alarm_s=passed_s)
            elif part is not None and _goes_on(chosen, part, passed_s):
                noticed = Noticed(healed_s=passed_s)
        for undo in struck.undo:
            undo()
        return noticed


def _goes_on(chosen: Settings, part: Part, passed_s: float) -> bool:
    """Whether the part made progress well after the strike: what was under way then may still have ended."""
    told = _heartbeat(chosen)
    silent_s = told.silent_s[part] if told is not None else None
    return silent_s is not None and silent_s < passed_s - GOES_ON_S


def _trouble(chosen: Settings) -> str:
    told = _heartbeat(chosen)
    return "no heartbeat" if told is None else trouble(told)


def _heartbeat(chosen: Settings) -> Heartbeat | None:
    address = chosen.command_url + "/heartbeat"
    try:
        reply = Http([address.split("/")[2]]).ask("GET", address, deadline_s=2.0, cap_bytes=10_000)
    except HttpFailure:
        return None
    return msgspec.json.decode(reply.body, type=Heartbeat)


def _until(probe: Callable[[], bool], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if probe():
            return True
        time.sleep(POLL_S)
    return False


def _stop(struck: Struck) -> None:
    os.kill(struck.pid, signal.SIGSTOP)
    struck.undo.append(lambda: os.kill(struck.pid, signal.SIGCONT))


def _kill(struck: Struck) -> None:
    os.kill(struck.pid, signal.SIGKILL)


def _hang(name: str) -> Callable[[Struck], None]:
    """Return what stops the thread whose name begins so."""

    def strike(struck: Struck) -> None:
        known = threads.names(struck.pid, struck.told_in)
        tid = next(tid for thread, tid in sorted(known.items(), reverse=True) if thread.startswith(name))
        threads.stop(tid)
        struck.undo.append(lambda: threads.go_on(tid))

    return strike


def _fill(struck: Struck) -> None:
    """Fill the disk, and fill what is freed again, until it is undone."""
    file, is_over = struck.chosen.home / FILLING, threading.Event()
    filling = threading.Thread(target=_keep_full, args=(file, is_over))
    filling.start()

    def undo() -> None:
        is_over.set()
        filling.join()
        file.unlink()

    struck.undo.append(undo)


def _keep_full(file: Path, is_over: threading.Event) -> None:
    with file.open("wb", buffering=0) as whole:
        while not is_over.wait(POLL_S):
            with suppress(OSError):
                while whole.write(b"\0" * 4096):
                    pass


STRIKES: dict[str, tuple[Part | None, Callable[[Struck], None]]] = {
    "stopped (SIGSTOP)": (None, _stop),
    "killed (SIGKILL)": (None, _kill),
    "with its scheduler's thread stopped": (None, _hang("APScheduler")),
    "with its writer's thread stopped": (Part.WRITER, _hang("pull_cycle")),
    "with its notifier's thread stopped": (Part.NOTIFIER, _hang("notify")),
    "on a disk that is full": (None, _fill),
}


def _row(how: str, noticed: list[Noticed]) -> Row:
    alarmed = [one.alarm_s for one in noticed if one.alarm_s is not None]
    healed = [one.healed_s for one in noticed if one.healed_s is not None]
    figure = f"{len(alarmed)} of {len(noticed)} alarmed" + _times(alarmed)
    if healed:
        figure += f"; {len(healed)} went on by themselves" + _times(healed)
    return Row(f"command server {how}", figure, f"all, ≤ {WITHIN_S:.0f} s")


def _times(seconds: list[float]) -> str:
    return f", {percentile(seconds, 0.5):.0f} s median, {max(seconds):.0f} s at most" if seconds else ""


if __name__ == "__main__":
    show("Dead-man's switch", main())
