"""Threads that draw pages are kept for the next page, not made and ended for each refresh.

Streamlit starts one for every run, and the thread that serves all browsers waits until it has started: while pages are
being drawn that is longer than all else it does.
"""

import contextvars
import threading
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import SCRIPT_RUN_CONTEXT_ATTR_NAME

from dashboard.serving.wrapping import wrap
from pipelines.logs import logger

NAME, WORK = "start", "_run_script_thread"
IDLE_S = 10.0
Task = Callable[[], object]
Inbox = SimpleQueue[Task]
Start = Callable[[Any], None]
_log = logger(__name__)


class Crew:
    """As many threads as are busy at once, and for a while longer; none of them keeps the process from ending.

    Who was busy last is asked first: each thread that draws holds memory of its own, so few of them are to do it.
    """

    def __init__(self, idle_s: float = IDLE_S) -> None:
        """Nobody is there yet; who is not asked for ``idle_s`` goes."""
        self._idle_s, self._idle = idle_s, list[Inbox]()

    def do(self, task: Task) -> None:
        """Have ``task`` done by whoever is idle, at once; by somebody new where nobody is."""
        try:
            self._idle.pop().put(task)
        except IndexError:
            inbox = Inbox()
            inbox.put(task)
            threading.Thread(target=self._work, args=(inbox,), name="drawer", daemon=True).start()

    def _work(self, inbox: Inbox) -> None:
        while (task := self._next(inbox)) is not None:
            try:
                task()
            except Exception:  # noqa: BLE001 the boundary: a page's failure is told, and the thread draws the next
                _log.exception("a thread that draws pages was given something that failed")
            del task
            self._idle.append(inbox)

    def _next(self, inbox: Inbox) -> Task | None:
        """Return what is to be done next, None when nobody asks any more."""
        try:
            return inbox.get(timeout=self._idle_s)
        except Empty:
            try:
                self._idle.remove(inbox)
            except ValueError:
                return inbox.get()  # asked at the very moment
            return None


def begin() -> None:
    """Have runs done by a crew from now on; a Streamlit that starts them otherwise is left as it is."""
    if hasattr(script_runner.ScriptRunner, WORK):
        wrap(__name__, script_runner.ScriptRunner, NAME, partial(by, crew=Crew()))


def by(start: Start, crew: Crew) -> Start:
    """Return ``start``, which begins a session's runs, done by ``crew``; what was begun before is refused as ever."""

    def begun(runner: Any) -> None:
        if runner._script_thread is None:
            crew.do(partial(_run, runner))
        else:
            start(runner)

    return begun


def _run(runner: Any) -> None:
    """Do a session's runs as in a thread of their own: nothing that is kept by thread is left for the next."""
    thread = runner._script_thread = threading.current_thread()
    try:
        contextvars.Context().run(getattr(runner, WORK))
    finally:
        thread.__dict__.pop(SCRIPT_RUN_CONTEXT_ATTR_NAME, None)
