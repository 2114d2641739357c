"""How often pages refresh: as often as they ask while few look, more seldom the more there are, so that none waits.

Each open session is present; one that ended is gone by itself.
"""

from weakref import WeakSet

import streamlit as st

from pipelines.clock import stopwatch

PRESENCE, FACTOR = "present", "pace"
# From so many viewers on a refresh comes so many times as seldom.
STEPS = ((0, 1.0), (31, 2.0), (61, 3.0), (121, 4.0), (201, 5.0))
# What has a faster pulse beside it on its page slows down by the square of that, but at most by so much.
SLOWEST = 15.0
# It grows at once, and shrinks when so much fewer look, so that one who comes and goes moves nothing.
SHRINKS_BELOW = 0.8
# A change of pace draws whole pages: so many seconds apart at the least, or all would do it at once.
CHANGES_APART_S = 0.2


class Present:
    """One open session."""


_PRESENT: WeakSet[Present] = WeakSet()
_CHANGED_AT_S = [-1e9]


def every(seconds: float, *, has_pulse: bool = False) -> float:
    """Return after how many seconds a fragment of this session's page runs again; ``seconds`` while few look.

    With ``has_pulse`` another fragment of the page is its pulse, and this one slows down more.
    To be asked by the page, not by a fragment: the browser is told only when the whole page runs.
    """
    here: Present = st.session_state.setdefault(PRESENCE, Present())
    _PRESENT.add(here)
    now = factor(len(_PRESENT), st.session_state.get(FACTOR, 1.0))
    st.session_state[FACTOR] = now
    return seconds * (min(now * now, SLOWEST) if has_pulse else now)


def is_quick() -> bool:
    """Whether this session's page refreshes as often as it asks, for few look."""
    return st.session_state.get(FACTOR, 1.0) == 1.0


def keep() -> None:
    """Have the whole page run again when its refreshes no longer fit the number of those who look."""
    before = st.session_state.get(FACTOR, 1.0)
    if PRESENCE not in st.session_state or factor(len(_PRESENT), before) == before:
        return
    if stopwatch() - _CHANGED_AT_S[0] >= CHANGES_APART_S:
        _CHANGED_AT_S[0] = stopwatch()
        st.rerun()


def factor(viewers: int, before: float) -> float:
    """Return how many times as seldom pages refresh for so many viewers; ``before`` is what it was."""
    wanted = _step(viewers)
    return wanted if wanted >= before else max(wanted, min(before, _step(viewers / SHRINKS_BELOW)))


def _step(viewers: float) -> float:
    return next(times for least, times in reversed(STEPS) if viewers >= least)
