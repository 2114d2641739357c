"""Refreshes that nobody asked for are spared while too many pages wait to be drawn, so that none waits for long.

A browser asks again when the next one is due. Without this what is due piles up in a bad hour, and who clicks waits
behind all of it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from dashboard.turns import PAGES, Turns
from dashboard.wrapping import wrap
from pipelines.clock import stopwatch

NAME = "request_rerun"
# So many are drawn in little more than a second; nobody goes without for longer than so many seconds.
MOST_WAITING, LONGEST_S = 100, 20.0
Request = Callable[..., None]


def begin() -> None:
    """Have refreshes spared from now on; a Streamlit that asks for them otherwise is left as it is."""
    wrap(__name__, app_session.AppSession, NAME, partial(spared, turns=PAGES))


def is_asked() -> bool:
    """Whether the viewer has done something that waits for this session's page, and not a refresh alone."""
    requests = getattr(get_script_run_ctx(suppress_warning=True), "script_requests", None)
    if getattr(requests, "_state", None) is not ScriptRequestType.RERUN:
        return False
    return not getattr(getattr(requests, "_rerun_data", None), "is_auto_rerun", True)


def spared(request: Request, turns: Turns) -> Request:
    """Return ``request``, which asks for a session's run, without those runs that may be spared."""
    granted: WeakKeyDictionary[Any, dict[str, float]] = WeakKeyDictionary()

    def asked(session: Any, what: Any = None) -> None:
        if what is not None and what.is_auto_rerun:
            of_session, now_s = granted.setdefault(session, {}), stopwatch()
            since_s = of_session.setdefault(what.fragment_id, now_s)
            if turns.waiting >= MOST_WAITING and now_s - since_s < LONGEST_S:
                return
            of_session[what.fragment_id] = now_s
        request(session, what)

    return asked
