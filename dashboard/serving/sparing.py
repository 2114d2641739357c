"""A refresh is spared while the one before still waits to be drawn, so that in a bad hour nothing piles up.

The one that waits will show all that the other would.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from dashboard.serving.turns import PAGES, Turns
from dashboard.serving.wrapping import wrap

NAME = "request_rerun"
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
    """Return ``request``, which asks for a session's run, without those refreshes that wait for their turn already."""

    def asked(session: Any, what: Any = None) -> None:
        waits = what is not None and what.is_auto_rerun and turns.is_awaited((session.id, what.fragment_id))
        if not waits:
            request(session, what)

    return asked
