"""Where requests come in: what there is no room for is answered before it is parsed, at a tenth of the cost."""

import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pipelines.intake.servers.admission import BUSY_ANSWER, Admission

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,9})\r\n", re.IGNORECASE)
_LONG_WAY = re.compile(rb"\r\n(?:transfer-encoding|upgrade|expect|connection: *close)", re.IGNORECASE)
_VERSION = b" HTTP/1.1\r\n"
_HEALTH = b"GET /healthz "
_READS = (b"GET ", b"HEAD ")


class Doorway(HttpToolsProtocol):
    """A connection whose requests are turned away while they are still bytes, if there is no room for them.

    Only a request that came whole, alone, and between two others is: a piece of one goes the long way, and is turned
    away there when its head is complete.
    """

    def __init__(self, admission: Admission, **arguments: Any) -> None:
        """Take uvicorn's own arguments too."""
        super().__init__(**arguments)
        self._admission = admission
        self._is_between = True

    def data_received(self, data: bytes) -> None:
        """Turn a request away, or let it in."""
        if data.startswith(_HEALTH):
            return super().data_received(data)
        admission, is_write = self._admission, not data.startswith(_READS)
        admission.watch()
        if not admission.has_room(is_write) and self._may_answer() and is_whole(data):
            admission.turned_away += 1
            self.transport.write(BUSY_ANSWER)
            self.on_response_complete()
            return None
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            admission.let_in(is_write)
        return None

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self._is_between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Note that a request is whole."""
        self._is_between = True
        super().on_message_complete()

    def _may_answer(self) -> bool:
        is_idle = not self.cycle or self.cycle.response_complete
        return self._is_between and is_idle and not self.pipeline and not self.transport.is_closing()


def is_whole(data: bytes) -> bool:
    """Return whether these bytes are one request, no more and no less, on a connection that stays open."""
    head_end = data.find(_HEAD_END)
    if head_end < 0 or data.find(_VERSION, 0, head_end + 2) < 0 or _LONG_WAY.search(data, 0, head_end):
        return False
    length = _LENGTH.search(data, 0, head_end + 2)
    if length is None and not data.startswith(_READS):
        return False
    return len(data) == head_end + len(_HEAD_END) + (int(length[1]) if length else 0)
