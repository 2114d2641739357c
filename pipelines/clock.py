"""The only user of the wall clock: campaign time, real or accelerated, as a value one can ask.

Campaign time is what a screen shows and what every record carries. On a real day it is the wall clock; in a
simulated one it is ``anchor_campaign + (wall - anchor_wall) * speed``, shared by all processes through a file.
"""

import os
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec


class Clock(Protocol):
    """Anything that can say what campaign time it is, and how fast it runs."""

    def now(self) -> datetime:
        """Campaign time, aware, UTC."""
        ...

    @property
    def speed(self) -> float:
        """Campaign seconds per wall second; 0 when paused."""
        ...


class Setting(msgspec.Struct, frozen=True):
    """What a clock file holds: one pair of moments that coincide, and the speed from there on."""

    anchor_wall_at: datetime
    anchor_campaign_at: datetime
    speed: float


@dataclass(frozen=True)
class WallClock:
    """Campaign time is the wall clock: a real day."""

    speed: float = 1.0

    def now(self) -> datetime:
        """Return wall time, aware, UTC."""
        return wall_now()


class FileClock:
    """Campaign time by a clock file; a change of the file (pause, seek, speed) is obeyed at once by every process."""

    def __init__(self, path: Path) -> None:
        """Read the clock file at ``path``; raises FileNotFoundError or msgspec.ValidationError."""
        self._path = path
        self._stamp = 0
        self._setting = self._read()

    def _read(self) -> Setting:
        stamp = self._path.stat().st_mtime_ns
        if stamp != self._stamp:
            self._setting = msgspec.json.decode(self._path.read_bytes(), type=Setting)
            self._stamp = stamp
        return self._setting

    def now(self) -> datetime:
        """Return campaign time, aware, UTC."""
        return campaign_time(self._read(), wall_now())

    @property
    def speed(self) -> float:
        """Campaign seconds per wall second."""
        return self._read().speed


def campaign_time(setting: Setting, wall_at: datetime) -> datetime:
    """Return the campaign moment that coincides with ``wall_at`` under ``setting``."""
    return setting.anchor_campaign_at + (wall_at - setting.anchor_wall_at) * setting.speed


def set_clock(path: Path, campaign_at: datetime, speed: float) -> Setting:
    """Write a clock file whose campaign time is ``campaign_at`` now and runs ``speed`` times as fast as the wall's."""
    setting = Setting(wall_now(), campaign_at.astimezone(UTC), speed)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(setting))
    Path(name).replace(path)
    return setting


def wall_now() -> datetime:
    """Return wall time, aware, UTC."""
    return datetime.now(UTC)


def stopwatch() -> float:
    """Return monotonic seconds; only differences mean anything."""
    return time.monotonic()


def cpu_seconds() -> float:
    """Return the CPU seconds this process has used; only differences mean anything."""
    return time.process_time()
