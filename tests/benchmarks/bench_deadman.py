"""How soon the dead-man's switch alarms: a command server stopped and killed over and over, with its real watcher."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from pipelines.campaign import load_campaign
from pipelines.clock import FileClock, set_clock
from pipelines.config import ROOT, Settings, settings
from tests.alerts.receiver import Receiver, receiving
from tests.api.server_process import running, write_sources
from tests.benchmarks.report import Row, percentile, show
from tests.jobs.world import World, told
from tests.ports import free_ports

ROUNDS = int(os.getenv("TENFOLD_ROUNDS", "20"))
LOOKS = ("--every", "5", "--patience", "30")
WITHIN_S = 150.0
CAMPAIGN = ROOT / "tests" / "campaigns" / "lakeside"


def main() -> list[Row]:
    """Stop and kill, ROUNDS times each; return the rows that are also printed when run alone."""
    with tempfile.TemporaryDirectory() as folder, receiving() as receiver:
        campaign = load_campaign(CAMPAIGN)
        chosen = settings(Path(folder) / "home", CAMPAIGN, free_ports())
        set_clock(chosen.clock_file, campaign.round.demo_starts_at, 1.0)
        with told(World(campaign, FileClock(chosen.clock_file))) as sources:
            write_sources(chosen, sources)
            with _watcher(chosen, receiver):
                stopped = [_alarm_s(chosen, receiver, _stop, _go_on) for _ in range(ROUNDS)]
                killed = [_alarm_s(chosen, receiver, _kill, lambda _: None) for _ in range(ROUNDS)]
    return [_row("stopped (SIGSTOP)", stopped), _row("killed (SIGKILL)", killed)]


@contextmanager
def _watcher(chosen: Settings, receiver: Receiver) -> Generator[None]:
    home = chosen.home / "elsewhere"
    home.mkdir(parents=True)
    channel = f'[[channel]]\nname = "dead"\nkind = "wecom"\nurl = "{receiver.url}"\nlanguage = "en"\n'
    (home / "notify.toml").write_text(channel, encoding="utf-8")
    options = ["--home", home, "--campaign", CAMPAIGN, "--url", chosen.command_url, *LOOKS]
    command = [sys.executable, "-m", "pipelines.cli", "watch", *map(str, options)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as watcher:
        try:
            yield
        finally:
            watcher.kill()


def _alarm_s(
    chosen: Settings, receiver: Receiver, strike: Callable[[int], None], mend: Callable[[int], None]
) -> float | None:
    """Return after how many seconds the alarm came, None when none did; waits for the word that it is over."""
    with running(chosen) as server:
        _until(lambda: not receiver.got or "goes on again" in receiver.texts()[-1], WITHIN_S)
        time.sleep(6)
        receiver.got.clear()
        struck_s = time.monotonic()
        strike(server.pid)
        is_told = _until(lambda: any("stands still" in text for text in receiver.texts()), WITHIN_S)
        took_s = time.monotonic() - struck_s
        mend(server.pid)
        if mend is _go_on:
            _until(lambda: "goes on again" in receiver.texts()[-1], WITHIN_S)
        return took_s if is_told else None


def _until(probe: Callable[[], bool], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if probe():
            return True
        time.sleep(0.1)
    return False


def _stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)


def _go_on(pid: int) -> None:
    os.kill(pid, signal.SIGCONT)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _row(how: str, took: list[float | None]) -> Row:
    alarmed = [seconds for seconds in took if seconds is not None]
    figure = f"{len(alarmed)} of {len(took)} alarmed"
    if alarmed:
        figure += f", {percentile(alarmed, 0.5):.0f} s median, {max(alarmed):.0f} s at most"
    return Row(f"command server {how}", figure, f"all, ≤ {WITHIN_S:.0f} s")


if __name__ == "__main__":
    show("Dead-man's switch", main())
