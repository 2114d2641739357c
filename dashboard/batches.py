"""What pages send is handed to the thread that serves all browsers in batches, not message by message.

Streamlit wakes that thread for each element of each page. With hundreds of pages it wakes thousands of times a second,
and each time waits for a page to let go of the interpreter.
"""

import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime import app_session

NAME = "_call_soon_on_event_loop"
# As long as Streamlit itself waits between two looks for what is to be sent.
EVERY_S = 0.01
Callback = Callable[[], object]
Soon = Callable[[Any, Callback], None]


class _Batch:
    """What is to be done on a loop, in the order in which it was asked for."""

    def __init__(self) -> None:
        self._lock, self._waiting = threading.Lock(), list[Callback]()

    def add(self, callback: Callback) -> bool:
        """Add to the batch; return whether it is the first, so that somebody must call for the batch."""
        with self._lock:
            self._waiting.append(callback)
            return len(self._waiting) == 1

    def hand_over(self, loop: AbstractEventLoop) -> None:
        """Have the loop do all of it, each on its own, whatever becomes of the others."""
        with self._lock:
            taken, self._waiting = self._waiting, []
        for callback in taken:
            loop.call_soon(callback)


def begin() -> None:
    """Have messages handed over in batches from now on; a Streamlit that hands them over otherwise is left as it is."""
    soon: Soon | None = getattr(app_session.AppSession, NAME, None)
    if soon is not None and not hasattr(soon, "__wrapped__"):
        setattr(app_session.AppSession, NAME, together(soon))


def together(soon: Soon) -> Soon:
    """Return ``soon``, which has something done on a session's loop, with one call for all of a few milliseconds."""
    batches: WeakKeyDictionary[AbstractEventLoop, _Batch] = WeakKeyDictionary()

    def asked(session: Any, callback: Callback) -> None:
        loop: AbstractEventLoop = session._event_loop
        batch = batches.get(loop) or batches.setdefault(loop, _Batch())
        if batch.add(callback):
            soon(session, lambda: loop.call_later(EVERY_S, batch.hand_over, loop))

    asked.__dict__["__wrapped__"] = soon
    return asked
