"""How often pages refresh: as often as they ask while few look, more seldom the more there are, so that none waits.

Each open session is present; one that ended is gone by itself.
"""

from weakref import WeakSet

import streamlit as st

PRESENCE, FACTOR = "present", "pace"
# From so many viewers on a refresh comes so many times as seldom.
STEPS = ((0, 1.0), (41, 2.0), (101, 3.0), (161, 5.0))
# It grows at once, and shrinks when so much fewer look, so that one who comes and goes moves nothing.
SHRINKS_BELOW = 0.8


class Present:
    """One open session."""


_PRESENT: WeakSet[Present] = WeakSet()


def every(seconds: float) -> float:
    """Return after how many seconds a fragment of this session's page runs again; ``seconds`` while few look.

    To be asked by the page, not by a fragment: the browser is told only when the whole page runs.
    """
    here: Present = st.session_state.setdefault(PRESENCE, Present())
    _PRESENT.add(here)
    now = factor(len(_PRESENT), st.session_state.get(FACTOR, 1.0))
    st.session_state[FACTOR] = now
    return seconds * now


def keep() -> None:
    """Have the whole page run again when its refreshes no longer fit the number of those who look."""
    before = st.session_state.get(FACTOR, 1.0)
    if PRESENCE in st.session_state and factor(len(_PRESENT), before) != before:
        st.rerun()


def factor(viewers: int, before: float) -> float:
    """Return how many times as seldom pages refresh for so many viewers; ``before`` is what it was."""
    wanted = _step(viewers)
    return wanted if wanted >= before else max(wanted, min(before, _step(viewers / SHRINKS_BELOW)))


def _step(viewers: float) -> float:
    return next(times for least, times in reversed(STEPS) if viewers >= least)
