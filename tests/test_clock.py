"""Campaign time is the wall's, scaled and shifted; a change of the clock file is obeyed at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clock import FileClock, Setting, WallClock, campaign_time, set_clock, wall_now

NOON = datetime(2021, 6, 6, 12, 0, tzinfo=UTC)
WALL = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("speed", "wall_seconds", "campaign_seconds"),
    [(1, 10, 10), (60, 10, 600), (0, 10, 0), (0.5, 10, 5), (60, -10, -600)],
)
def test_campaign_time_runs_speed_times_as_fast_as_the_wall(
    speed: float, wall_seconds: float, campaign_seconds: float
) -> None:
    setting = Setting(WALL, NOON, speed)
    assert campaign_time(setting, WALL + timedelta(seconds=wall_seconds)) == NOON + timedelta(seconds=campaign_seconds)


@given(speed=st.floats(0.1, 600), first=st.floats(0, 1e6), later=st.floats(0, 1e6))
def test_campaign_time_never_runs_backwards(speed: float, first: float, later: float) -> None:
    setting = Setting(WALL, NOON, speed)
    early, late = sorted([first, later])
    assert campaign_time(setting, WALL + timedelta(seconds=early)) <= campaign_time(
        setting, WALL + timedelta(seconds=late)
    )


def test_a_paused_clock_stands_still_and_a_sought_one_jumps(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    set_clock(file, NOON, 0)
    clock = FileClock(file)
    assert (clock.now(), clock.speed) == (NOON, 0)
    set_clock(file, NOON + timedelta(hours=3), 0)
    assert clock.now() == NOON + timedelta(hours=3)


def test_a_clock_file_that_is_half_written_is_refused_with_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    file.write_text('{"anchor_wall_at":')
    with pytest.raises(msgspec.DecodeError, match="truncated"):
        FileClock(file)


def test_on_a_real_day_campaign_time_is_the_wall_clock() -> None:
    before = wall_now()
    assert before <= WallClock().now() <= wall_now()
    assert WallClock().speed == 1.0
