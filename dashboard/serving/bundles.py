"""What a page sends to its browser goes in one piece, not message by message.

A refresh is forty messages. Streamlit lets the thread that serves all browsers begin anew after each, and writes each
to the network by itself; at each of these it lets go of the interpreter and waits for a page to let go of it.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import app_session, runtime
from uvicorn.protocols.websockets import websockets_sansio_impl

from dashboard.serving.batches import is_on
from dashboard.serving.wrapping import wrap

FLUSH, SEND, WAKE, MADE = "flush_browser_queue", "_send_message", "_enqueued_some_message", "connection_made"
# Streamlit takes a browser for dead that has 500 waiting; between two bundles they go.
MOST = 200
Message = ForwardMsg | tuple[ForwardMsg, ...]
Flush = Callable[[Any], list[Any]]
Send = Callable[[Any, Any, Any], None]
Wake = Callable[[Any], None]
Made = Callable[[Any, Any], None]


def begin() -> None:
    """Have messages sent in bundles from now on; a Streamlit, or a uvicorn, that sends them otherwise is left so."""
    if all(hasattr(runtime.Runtime, name) for name in (SEND, WAKE)):
        wrap(__name__, app_session.AppSession, FLUSH, bundled)
        wrap(__name__, runtime.Runtime, SEND, one_by_one)
        wrap(__name__, runtime.Runtime, WAKE, at_once)
    wrap(__name__, websockets_sansio_impl.WebSocketsSansIOProtocol, MADE, gathered)


def bundled(flush: Flush) -> Flush:
    """Return ``flush``, which gives what a session has to send, in bundles."""

    def flushed(session: Any) -> list[Message]:
        messages = flush(session)
        return [tuple(messages[at : at + MOST]) for at in range(0, len(messages), MOST)]

    return flushed


def one_by_one(send: Send) -> Send:
    """Return ``send``, which sends a session's message, for a bundle of them."""

    def sent(server: Any, session: Any, bundle: Message) -> None:
        for message in bundle if isinstance(bundle, tuple) else (bundle,):
            send(server, session, message)

    return sent


def at_once(wake: Wake) -> Wake:
    """Return ``wake``, which says that there is something to send, without a signal to the thread that says so."""

    def woken(server: Any) -> None:
        loop = server._get_async_objs().eventloop
        if is_on(loop):
            server._get_async_objs().need_send_data.set()
        else:
            wake(server)

    return woken


def gathered(made: Made) -> Made:
    """Return ``made``, which begins a connection, with its writes gathered."""

    def begun(protocol: Any, transport: asyncio.Transport) -> None:
        made(protocol, Gathering(transport, asyncio.get_running_loop()))

    return begun


class Gathering:
    """A transport that writes once for all that is written before the loop comes to its turn again."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Write to ``transport``."""
        self._transport, self._loop, self._held = transport, loop, list[bytes]()

    def write(self, data: bytes) -> None:
        """Write ``data`` soon."""
        if not self._held:
            self._loop.call_soon(self._let_go)
        self._held.append(data)

    def writelines(self, pieces: Iterable[bytes]) -> None:
        """Write ``pieces`` soon."""
        self.write(b"".join(pieces))

    def close(self) -> None:
        """Write what is held, then close."""
        self._let_go()
        self._transport.close()

    def _let_go(self) -> None:
        if self._held:
            held, self._held = self._held, []
            self._transport.write(b"".join(held))

    def __getattr__(self, name: str) -> Any:
        """Be the transport in all else."""
        return getattr(self._transport, name)
