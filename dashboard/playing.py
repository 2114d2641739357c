"""A replay that plays: from which moment on, since when by the stopwatch, and how many times as fast as wall time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from pipelines.clock import stopwatch

ADDRESS, RUNNING, DRAWN = "play", "replay-running", "replay-drawn"
SPEEDS = (10, 60, 300)  # 60: a minute of the day a second
USUAL = 60
STEP_S = 2.0  # the past is asked anew at each step


@dataclass(frozen=True)
class Running:
    """It was at ``began_at`` when the stopwatch stood at ``since_s``."""

    began_at: datetime
    since_s: float
    speed: int


def begin(at: datetime, asked: str | None) -> None:
    """Play from a moment on as fast as the address asks, where that is a speed there is."""
    if asked in {str(speed) for speed in SPEEDS}:
        play(at, int(asked or 0))


def play(at: datetime, speed: int) -> None:
    """Play from a moment on."""
    st.session_state[RUNNING] = Running(at, stopwatch(), speed)


def pause() -> None:
    """Stand still at the moment that is shown."""
    st.session_state[RUNNING] = None
    st.session_state.pop(DRAWN, None)


def go_on_from(at: datetime | None) -> None:
    """Go on from another moment, if it plays; None: it is over."""
    running = _running()
    pause()
    if at is not None and running is not None:
        play(at, running.speed)


def drawn() -> dict[Any, Any] | None:
    """Return what this session last drew while playing, by question; None when it stands.

    Each moment is another question: the one before is shown while the next is on its way, as in the present.
    """
    return None if _running() is None else st.session_state.setdefault(DRAWN, {})


def speed() -> int | None:
    """Return how fast it plays, None when it stands."""
    running = _running()
    return running.speed if running else None


def moment() -> datetime | None:
    """Return the moment to which it has played by now, None when it stands."""
    running = _running()
    if running is None:
        return None
    return running.began_at + timedelta(seconds=(stopwatch() - running.since_s) * running.speed)


def _running() -> Running | None:
    return st.session_state.get(RUNNING)
