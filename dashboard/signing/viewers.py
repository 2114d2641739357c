"""Whose session a browser shows: what the command server last said, asked for all sessions in use at once.

An answer stands for a second. While the command server does not answer, the last one stands, as the last frames do.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from dashboard import live, queries
from pipelines.client import CommandUnavailable
from pipelines.client_sessions import SessionClient, Viewer
from pipelines.clock import stopwatch

FRESH_S = 1.0
IN_USE_S = 30.0
LONGEST_TOKEN = 128
AT_ONCE = 2_000
ENDED_KEPT = 2_000


def sessions() -> SessionClient:
    """Return the client that speaks of sessions to the command server of the settings."""
    return SessionClient(queries.client())


@dataclass
class _Known:
    viewer: Viewer
    asked_at_s: float
    used_at_s: float


@dataclass
class Viewers:
    """The viewers of the sessions in use; ``ask`` answers for many tokens. Safe between threads."""

    ask: Callable[[list[str]], list[Viewer | None]]
    _known: dict[str, _Known] = field(default_factory=dict[str, _Known])
    _ended: deque[str] = field(default_factory=lambda: deque[str](maxlen=ENDED_KEPT))
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def viewer(self, token: str) -> Viewer | None:
        """Return whose session it is, None when it is nobody's; raises CommandUnavailable when that is not known."""
        known, now = self._known.get(token), stopwatch()
        if token in self._ended:
            return None
        if known is not None:
            known.used_at_s = now
            if now - known.asked_at_s < FRESH_S:
                return known.viewer
        if self._turn.acquire(blocking=known is None):
            try:
                self._refresh(token, now)
            finally:
                self._turn.release()
        known = self._known.get(token)
        return known.viewer if known else None

    def forget(self, token: str | None = None) -> None:
        """Forget a session, or all of them, so that the command server is asked anew."""
        if token is None:
            self._known.clear()
        self._known.pop(token or "", None)

    def end(self, token: str) -> None:
        """Have a session be nobody's here from now on, whatever an answer under way, or none, says of it."""
        self._ended.append(token)
        self._known.pop(token, None)

    def _refresh(self, token: str, now: float) -> None:
        used = [one for one, known in list(self._known.items()) if now - known.used_at_s < IN_USE_S and one != token]
        tokens = [token, *used[: AT_ONCE - 1]]
        try:
            told = dict(zip(tokens, self.ask(tokens), strict=True))
        except CommandUnavailable:
            if token not in self._known:
                raise
            told = {one: self._known[one].viewer for one in tokens if one in self._known}
        for one, viewer in told.items():
            used_at_s = self._known[one].used_at_s if one in self._known else now
            if viewer is None:
                self._known.pop(one, None)
            else:
                self._known[one] = _Known(viewer, now, used_at_s)
        for one in [one for one, known in list(self._known.items()) if now - known.used_at_s >= IN_USE_S]:
            self._known.pop(one, None)


VIEWERS = Viewers(lambda tokens: live.WORKERS.submit(sessions().viewers, tokens).result())
queries.CACHES.append(VIEWERS.forget)


def of_session(token: str) -> Viewer | None:
    """Return whose session a token is; raises CommandUnavailable when that is not known."""
    return VIEWERS.viewer(token) if token and len(token) <= LONGEST_TOKEN else None
