"""How much a server takes on at once: beyond it, requests are turned away at once, reads before writes."""

from typing import Any

import msgspec

from pipelines.contract import Problem

READS_GIVE_WAY_AT = 150  # writes in hand: above it a status or a page can wait, a tube cannot
WRITES_AT_MOST = 300  # at 2,000 a second the last of them waits 0.15 s
RETRY_AFTER_S = 1
_PROBLEM = Problem(
    rule="server_busy", detail=f"too many requests at once; nothing was recorded, try again in {RETRY_AFTER_S} s"
)
_BODY = msgspec.json.encode(_PROBLEM)
_START = {
    "type": "http.response.start",
    "status": 503,
    "headers": [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_BODY)).encode()),
        (b"retry-after", str(RETRY_AFTER_S).encode()),
    ],
}
_END = {"type": "http.response.body", "body": _BODY}


class Admission:
    """Counts the writes in hand; owned by one event loop."""

    def __init__(self) -> None:
        """Nothing is in hand."""
        self.writes = 0
        self.turned_away = 0

    def has_room(self, is_write: bool) -> bool:
        """Return whether a request may come in."""
        return self.writes < (WRITES_AT_MOST if is_write else READS_GIVE_WAY_AT)

    async def turn_away(self, send: Any) -> None:
        """Answer 503, with when to try again, before the request has cost anything."""
        self.turned_away += 1
        await send(_START)
        await send(_END)
