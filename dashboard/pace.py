"""How often pages refresh: as often as they ask while few look, more seldom the more there are, so that none waits.

Whoever looks has a seat; a seat whose session ended is gone with it.
"""

from weakref import WeakSet

import streamlit as st

SEAT, FACTOR = "seat", "pace"
# From so many viewers on a refresh comes so many times as seldom.
STEPS = ((0, 1.0), (41, 2.0), (101, 3.0), (161, 5.0))
# It grows at once, and shrinks when so much fewer look, so that one who comes and goes moves nothing.
SHRINKS_BELOW = 0.8


class Seat:
    """One open session."""


_SEATS: WeakSet[Seat] = WeakSet()


def every(seconds: float) -> float:
    """Return after how many seconds a fragment of this session's page runs again; ``seconds`` while few look.

    To be asked by the page, not by a fragment: the browser is told only when the whole page runs.
    """
    seat: Seat = st.session_state.setdefault(SEAT, Seat())
    _SEATS.add(seat)
    now = factor(len(_SEATS), st.session_state.get(FACTOR, 1.0))
    st.session_state[FACTOR] = now
    return seconds * now


def keep() -> None:
    """Have the whole page run again when its refreshes no longer fit the number of those who look."""
    before = st.session_state.get(FACTOR, 1.0)
    if SEAT in st.session_state and factor(len(_SEATS), before) != before:
        st.rerun()


def factor(viewers: int, before: float) -> float:
    """Return how many times as seldom pages refresh for so many viewers; ``before`` is what it was."""
    wanted = _step(viewers)
    return wanted if wanted >= before else max(wanted, min(before, _step(viewers / SHRINKS_BELOW)))


def _step(viewers: float) -> float:
    return next(times for least, times in reversed(STEPS) if viewers >= least)
