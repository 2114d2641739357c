"""How much a server takes on at once, by the delay it measures: beyond it, reads are turned away, then writes."""

import asyncio
from typing import Any

import msgspec

from pipelines.clock import stopwatch
from pipelines.contract import Problem

WRITES_AT_MOST = 300  # at 2,000 a second the last of them waits 0.15 s
WRITES_AT_LEAST = 100  # so many phones at once are no rush, however slow the machine is
READS_GIVE_WAY_AT = 0.5  # of what writes may fill: beyond it a status or a page can wait, a tube cannot
WAIT_S = 0.15  # how long a write may stand in line; a line that stays longer is too long
LAG_S = 0.02  # how late the loop may come to what is due; what is turned away waits as long
WINDOW_S = 0.1
TICK_S = 0.01
RETRY_AFTER_S = 1
_PROBLEM = Problem(
    rule="server_busy", detail=f"too many requests at once; nothing was recorded, try again in {RETRY_AFTER_S} s"
)
_BODY = msgspec.json.encode(_PROBLEM)
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(_BODY)).encode()),
    (b"retry-after", str(RETRY_AFTER_S).encode()),
]
_START = {"type": "http.response.start", "status": 503, "headers": _HEADERS}
_END = {"type": "http.response.body", "body": _BODY}
_LINES = b"".join(b"%s: %s\r\n" % header for header in _HEADERS)
BUSY_ANSWER = b"HTTP/1.1 503 Service Unavailable\r\n" + _LINES + b"\r\n" + _BODY


class Admission:
    """Counts the writes in hand and bounds them; owned by one event loop.

    The bound follows what is measured: a window in which even the shortest wait was too long shrinks it by a quarter,
    any other lets it grow by an eighth. A single slow moment, which a busy machine has, changes nothing.
    """

    def __init__(self) -> None:
        """Nothing is in hand."""
        self.writes = 0
        self.turned_away = 0
        self.bound = float(WRITES_AT_MOST)
        self._coming = 0
        self._least_wait: float | None = None
        self._least_lag: float | None = None
        self._watching: asyncio.Task[None] | None = None

    def has_room(self, is_write: bool) -> bool:
        """Return whether a request may come in."""
        return self.writes + self._coming < self.bound * (1.0 if is_write else READS_GIVE_WAY_AT)

    def let_in(self, is_write: bool) -> None:
        """Count a write whose work begins in the loop's next round, where ``writes`` will count it."""
        if not is_write:
            return
        if not self._coming:
            asyncio.get_running_loop().call_soon(self._all_came)
        self._coming += 1

    def _all_came(self) -> None:
        self._coming = 0

    async def turn_away(self, send: Any) -> None:
        """Answer 503, with when to try again, before the request has cost anything."""
        self.turned_away += 1
        await send(_START)
        await send(_END)

    def waited(self, wait_s: float) -> None:
        """Note how long a write stood in line."""
        self._least_wait = wait_s if self._least_wait is None else min(self._least_wait, wait_s)

    def lagged(self, lag_s: float) -> None:
        """Note how late the loop was."""
        self._least_lag = lag_s if self._least_lag is None else min(self._least_lag, lag_s)

    def adapt(self) -> None:
        """End a window: let the bound follow what was noted in it."""
        if (self._least_wait or 0.0) > WAIT_S or (self._least_lag or 0.0) > LAG_S:
            self.bound = max(WRITES_AT_LEAST, self.bound * 0.75)
        else:
            self.bound = min(WRITES_AT_MOST, self.bound * 1.125)
        self._least_wait = self._least_lag = None

    def watch(self) -> None:
        """Measure the loop's lag for a window, unless that goes on already."""
        if self._watching is None:
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        end = stopwatch() + WINDOW_S
        while (begun := stopwatch()) < end:
            await asyncio.sleep(TICK_S)
            self.lagged(stopwatch() - begun - TICK_S)
        self.adapt()
        self._watching = None
