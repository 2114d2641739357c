"""How many sockets may be open at once: few for strangers, some for each session, enough in all for a district."""

from collections import Counter
from hashlib import sha256

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import access
from dashboard.signing import sign_in

STRANGERS, A_SESSION, IN_ALL = 50, 40, 2_000
STRANGER = ""
TRY_AGAIN_LATER = 1013


class Seats:
    """Middleware: a socket for which there is no seat is closed before anything is done for it.

    Whoever has no session shares the strangers' seats, so that nobody can take those of the people at work.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app
        self._taken: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give a socket its seat for as long as it is open, or close it; let everything else pass."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        whose = await _whose(HTTPConnection(scope))
        if not self._has_room(whose):
            await receive()
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        self._taken[whose] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._taken[whose] -= 1
            self._taken += Counter[str]()

    def _has_room(self, whose: str) -> bool:
        limit = A_SESSION if whose else STRANGERS
        return self._taken[whose] < limit and self._taken.total() < IN_ALL


async def _whose(connection: HTTPConnection) -> str:
    """Return what stands for the session of a socket: a hash of its token, "" for a stranger."""
    if await to_thread.run_sync(sign_in.seen, connection) is None:
        return STRANGER
    return sha256(connection.cookies[access.COOKIE].encode("utf-8", "surrogatepass")).hexdigest()
