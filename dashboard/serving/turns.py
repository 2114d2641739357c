"""How many pages are drawn at once: a few, so that the thread which serves all browsers comes to its turn.

Streamlit draws every session's page in a thread of its own. With a hundred of them at work that one thread waits for
a hundred others at each step, nothing arrives anywhere, and what is due piles up.
"""

import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from dashboard.serving.wrapping import wrap

NAME = "_run_script"
AT_ONCE, SWITCH_S = 4, 0.005
Run = Callable[[Any, RerunData], None]
# A session, and the fragment of its page that is to be drawn anew.
Refresh = tuple[str, str]
_MINE = threading.local()


class Turns:
    """So many at a time have a turn; who waits for one gets it in the order in which they came, the pressing first."""

    def __init__(self, at_once: int) -> None:
        """Give nobody a turn yet."""
        self._free, self._handing = at_once, threading.Lock()
        self._pressing, self._line = deque[threading.Lock](), deque[threading.Lock]()
        self._awaited = set[Refresh]()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._pressing) + len(self._line)

    def is_awaited(self, refresh: Refresh) -> bool:
        """Whether this refresh waits for a turn already."""
        return refresh in self._awaited

    def acquire(self, *, is_first: bool = False, refreshes: Sequence[Refresh] = ()) -> None:
        """Wait for a turn, before all others who do not press with ``is_first``; for these ``refreshes`` of a page."""
        with self._handing:
            if self._free:
                self._free -= 1
                return
            barred = threading.Lock()
            barred.acquire()
            (self._pressing if is_first else self._line).append(barred)
            self._awaited.update(refreshes)
        barred.acquire()
        with self._handing:
            self._awaited.difference_update(refreshes)

    def release(self) -> None:
        """Hand a turn to the next who waits."""
        with self._handing:
            if line := self._pressing or self._line:
                line.popleft().release()
            else:
                self._free += 1


PAGES = Turns(AT_ONCE)


def take() -> None:
    """Have pages drawn in turns from now on; a Streamlit that draws them otherwise is left as it is."""
    sys.setswitchinterval(SWITCH_S)
    wrap(__name__, script_runner.ScriptRunner, NAME, partial(in_turns, turns=PAGES))


def in_turns(run: Run, turns: Turns) -> Run:
    """Return ``run``, done by those only who have a turn: first come first, what a viewer did before refreshes."""

    def waiting(runner: Any, what: RerunData) -> None:
        own = [(runner._session_id, fragment) for fragment in what.fragment_id_queue] if what.is_auto_rerun else []
        turns.acquire(is_first=not what.is_auto_rerun, refreshes=own)
        _MINE.turns = turns
        try:
            run(runner, what)
        finally:
            _MINE.turns = None
            turns.release()

    return waiting


@contextmanager
def aside() -> Generator[None]:
    """Let others have this page's turn while it waits for an answer; then it gets the next turn that is free.

    Not to be used by who holds a lock: those who have the turns may be waiting for it.
    """
    turns: Turns | None = getattr(_MINE, "turns", None)
    if turns is None:
        yield
        return
    turns.release()
    try:
        yield
    finally:
        turns.acquire(is_first=True)
