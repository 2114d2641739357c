"""Streamlit's websocket as a browser speaks it, without a browser: reruns sent, every frame received kept."""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

LARGEST_FRAME = 50_000_000


@dataclass
class Seat:
    """One open session of the dashboard: its socket, its id, the frames it got and the fragments it must run."""

    socket: ClientConnection
    frames: list[bytes] = field(default_factory=list)
    session_id: str = ""
    fragments: set[str] = field(default_factory=set)
    exceptions: list[str] = field(default_factory=list)

    async def run(self, page: str = "", query: str = "", fragment_id: str = "") -> bytes:
        """Have a page, or one of its fragments, drawn; return the frames that drew it."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        if fragment_id:
            message.rerun_script.fragment_id = fragment_id
        else:
            self.fragments.clear()
        await self.socket.send(message.SerializeToString())
        begun = len(self.frames)
        while not await self._take():
            pass
        return b"".join(self.frames[begun:])

    async def _take(self) -> bool:
        """Take one frame; return whether the run is over."""
        frame = await self.socket.recv()
        assert isinstance(frame, bytes)
        self.frames.append(frame)
        told = ForwardMsg.FromString(frame)
        kind = told.WhichOneof("type")
        if kind == "new_session":
            self.session_id = told.new_session.initialize.session_id or self.session_id
        elif kind == "auto_rerun":
            self.fragments.add(told.auto_rerun.fragment_id)
        elif kind == "delta" and told.delta.new_element.WhichOneof("type") == "exception":
            self.exceptions.append(told.delta.new_element.exception.message)
        return kind == "script_finished"


@asynccontextmanager
async def seated(
    address: str, cookie: str = "", *, session_id: str = "", origin: str = "", host: str = ""
) -> AsyncGenerator[Seat]:
    """Open a session at ``address`` (host:port) with a cookie, or try to take over the session ``session_id``."""
    protocols = ["streamlit", "x", session_id] if session_id else ["streamlit", "x"]
    headers = {"Cookie": cookie} | ({"Host": host} if host else {})
    async with connect(
        f"ws://{address}/_stcore/stream",
        origin=origin or f"http://{address}",  # pyright: ignore[reportArgumentType]  # any text is sent
        subprotocols=protocols,  # pyright: ignore[reportArgumentType]
        additional_headers=headers,
        max_size=LARGEST_FRAME,
        compression=None,
    ) as socket:
        yield Seat(socket)


def texts(frames: bytes) -> str:
    """Return frames as text in which a name can be looked for: as it is, and as JSON escapes it."""
    plain = frames.decode("utf-8", "replace")
    return plain + json.loads(f'"{_escapes(plain)}"') if "\\u" in plain else plain


def _escapes(text: str) -> str:
    return "".join(re.findall(r"\\u[0-9a-f]{4}", text))
