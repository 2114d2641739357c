"""The runtime folder as one day's: simulated or real, begun anew, taken up again, left with its clock standing."""

import shutil
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pipelines.campaign import Campaign
from pipelines.clock import FileClock, set_clock
from pipelines.config import ConfigError, Settings
from pipelines.intake.day.standing import day_is_laid, last_recorded_at

PAUSED = 0.0
KIND_FILE = "day"
A_DAYS_FILES = ("intake", "command.duckdb", "command.duckdb.wal", "clock.json", "sources.toml", "faults.json", "logs")


class DayKind(StrEnum):
    """Whose day a runtime folder holds; the two never share a clock, a store or a cursor."""

    SIMULATED = "simulated"
    REAL = "real"


class DayError(ConfigError):
    """The runtime folder does not fit what is asked; the message says why and what to do."""


def hold(chosen: Settings, kind: DayKind) -> None:
    """Mark the folder as ``kind``'s; raises DayError when it holds a day of the other kind."""
    chosen.home.mkdir(parents=True, exist_ok=True)
    held = kind_of(chosen)
    if held not in {None, kind}:
        raise DayError(
            f"the runtime folder {chosen.home} holds a {held} day, and a {kind} one is asked for; "
            f"the two must not mix: name another folder with --home or TENFOLD_HOME"
        )
    (chosen.home / KIND_FILE).write_text(kind, encoding="ascii")


def begin(chosen: Settings, starts_at: datetime) -> datetime:
    """Move the last simulated day to ``previous/`` and stand the clock at ``starts_at``, which is returned.

    The ledger of its acts goes to ``past-acts/``, from where nothing removes it.
    """
    previous = chosen.home / "previous"
    shutil.rmtree(previous, ignore_errors=True)
    for name in A_DAYS_FILES:
        if (chosen.home / name).exists():
            previous.mkdir(exist_ok=True)
            (chosen.home / name).rename(previous / name)
    _keep_acts(chosen)
    set_clock(chosen.clock_file, starts_at, PAUSED)
    return starts_at


def _keep_acts(chosen: Settings) -> None:
    folder = chosen.home / "past-acts"
    number = 1 + len(list(folder.glob("acts-*.sqlite")))
    for end in ("", "-wal", "-shm"):
        file = chosen.acts_file.with_name(chosen.acts_file.name + end)
        if file.exists():
            folder.mkdir(exist_ok=True)
            file.rename(folder / f"acts-{number:04d}.sqlite{end}")


def take_up(chosen: Settings, campaign: Campaign) -> datetime:
    """Stand the clock where the last simulated day was left and return that moment; raises DayError when there is none.

    A day that was killed left its clock running: its last moment is then the newest record of its ledger.
    """
    if not chosen.clock_file.exists() or not day_is_laid(chosen, campaign):
        raise DayError(f"{chosen.home} holds no day to take up again; start a new one without --resume")
    clock = FileClock(chosen.clock_file)
    left_at = clock.now() if clock.speed == PAUSED else last_recorded_at(chosen)
    if left_at is None:
        raise DayError(f"the ledger in {chosen.home} is empty; start a new day without --resume")
    set_clock(chosen.clock_file, left_at, PAUSED)
    return left_at


def leave(chosen: Settings) -> None:
    """Stop the clock where it is, so that a pause of the processes is none of the day."""
    if chosen.clock_file.exists():
        set_clock(chosen.clock_file, FileClock(chosen.clock_file).now(), PAUSED)


def kind_of(chosen: Settings) -> DayKind | None:
    """Return whose day the folder holds; None for a new one."""
    file: Path = chosen.home / KIND_FILE
    if file.exists():
        return DayKind(file.read_text(encoding="ascii").strip())
    return DayKind.SIMULATED if chosen.clock_file.exists() else None
