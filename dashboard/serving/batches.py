"""What pages send is handed to the thread that serves all browsers in batches, not message by message.

Streamlit wakes that thread for each element of each page. With hundreds of pages it wakes thousands of times a second,
and each time waits for a page to let go of the interpreter.
"""

import asyncio
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime import app_session

from dashboard.serving.wrapping import wrap

SOON, REQUEST = "_call_soon_on_event_loop", "request_rerun"
# As long as Streamlit itself waits between two looks for what is to be sent.
EVERY_S = 0.01
Callback = Callable[[], object]
Soon = Callable[[Any, Callback], None]
Request = Callable[..., None]


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
        """Do all of it, on the loop's thread, each whatever becomes of the others."""
        with self._lock:
            taken, self._waiting = self._waiting, []
        for callback in taken:
            try:
                callback()
            except Exception as error:  # noqa: BLE001  as the loop itself does with what fails on it
                loop.call_exception_handler({"message": "a message for a browser failed", "exception": error})


_BATCHES: WeakKeyDictionary[AbstractEventLoop, _Batch] = WeakKeyDictionary()


def begin() -> None:
    """Have messages handed over in batches from now on; a Streamlit that hands them over otherwise is left as it is."""
    if all(hasattr(app_session.AppSession, name) for name in (SOON, REQUEST)):
        wrap(__name__, app_session.AppSession, SOON, together)
        wrap(__name__, app_session.AppSession, REQUEST, after_all_before)


def together(soon: Soon) -> Soon:
    """Return ``soon``, which has something done on a session's loop, with one call for all of a few milliseconds."""

    def asked(session: Any, callback: Callback) -> None:
        loop: AbstractEventLoop = session._event_loop
        batch = _BATCHES.get(loop) or _BATCHES.setdefault(loop, _Batch())
        if batch.add(callback):
            soon(session, lambda: loop.call_later(EVERY_S, batch.hand_over, loop))

    return asked


def after_all_before(request: Request) -> Request:
    """Return ``request``, which asks for a session's run, once all that earlier runs sent has been handed over.

    Streamlit forgets what a run that is over sent last, its end, where the next one is begun before that arrives.
    """

    def asked(session: Any, what: Any = None) -> None:
        loop: AbstractEventLoop = session._event_loop
        if (batch := _BATCHES.get(loop)) and is_on(loop):
            batch.hand_over(loop)
        request(session, what)

    return asked


def is_on(loop: AbstractEventLoop) -> bool:
    """Whether this is ``loop``'s own thread."""
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
