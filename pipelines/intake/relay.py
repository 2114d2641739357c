"""Bad networks for real: TCP relays on loopback that delay, throttle, cut, hold back, or swallow answers."""

import asyncio
import resource
import socket
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pipelines.config import LOOPBACK
from pipelines.intake.world.luck import Luck

CHUNK_BYTES = 4_096
HELD_BACK_POLL_S = 0.02
BACKLOG = 256


@dataclass(frozen=True)
class Shape:
    """What a site's way to the servers is like, in wall seconds and bytes; shares are of the exchanges on it.

    ``latency_s`` is there and back. ``is_cut`` holds everything back until it is over; a ``cut_share`` of requests
    loses its connection before they go through; of a ``swallow_share`` the answer never comes back.
    """

    latency_s: float = 0.0
    bytes_per_s: float | None = None
    cut_share: float = 0.0
    swallow_share: float = 0.0
    is_cut: bool = False


CLEAR = Shape()


@dataclass
class _Exchange:
    """Where a connection stands: a request is one exchange, from its first byte to the last of its answer."""

    number: int = 0
    is_answered: bool = True
    is_swallowed: bool = False


@dataclass
class _Way:
    """One site's way to one server's port: a listening port of its own."""

    site_id: str
    server_port: int
    listener: socket.socket
    exchanges: int = 0
    phones: set[socket.socket] = field(default_factory=set[socket.socket])
    tasks: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])

    @property
    def port(self) -> int:
        """The port to connect to instead of the server's."""
        return self.listener.getsockname()[1]

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do some of its work beside the rest; it is known until it is done."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class Relays:
    """All relays of a world, in one thread with an event loop; any thread may shape them and ask for ports.

    A site without a shape has no relay: its phones connect to the server itself.
    """

    def __init__(self, seed: int) -> None:
        """Start the thread; no port is open yet."""
        self._shapes: dict[str, Shape] = {}
        self._ways: dict[tuple[str, int], _Way] = {}
        self._luck = Luck(seed, "relay")
        self._guard = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relays", daemon=True)
        self._thread.start()
        _raise_file_limit()

    def shape(self, site_id: str, shape: Shape | None) -> None:
        """Give a site's way another shape, None for a clear one; connections that are open feel it at once."""
        if shape is None:
            self._shapes.pop(site_id, None)
        else:
            self._shapes[site_id] = shape

    def port(self, site_id: str, server_port: int) -> int:
        """Return where a phone of the site finds the server: its relay's port, or the server's own."""
        if site_id not in self._shapes:
            return server_port
        with self._guard:
            way = self._ways.get((site_id, server_port))
            if way is None:
                way = self._ways[(site_id, server_port)] = _way(site_id, server_port)
                self._loop.call_soon_threadsafe(lambda opened: opened.begin(self._accept(opened)), way)
            return way.port

    def stop(self) -> None:
        """Close every relay and its connections."""
        with self._guard:
            if self._loop.is_closed():
                return
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _accept(self, way: _Way) -> None:
        while True:
            phone, _ = await self._loop.sock_accept(way.listener)
            way.phones.add(phone)
            way.begin(self._meet(way, phone))

    async def _meet(self, way: _Way, phone: socket.socket) -> None:
        try:
            await self._relay(way, *await asyncio.open_connection(sock=phone))
        finally:
            way.phones.discard(phone)

    async def _close(self) -> None:
        for way in self._ways.values():
            tasks = list(way.tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for each in (way.listener, *way.phones):  # of phones those whose task had not begun yet
                each.close()

    async def _relay(self, way: _Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes both ways until one side ends; then both end, abruptly."""
        far_writer: asyncio.StreamWriter | None = None
        pumps: list[asyncio.Task[None]] = []
        try:
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, way.server_port)
            exchange = _Exchange()
            pumps = [
                asyncio.create_task(self._requests(way, exchange, reader, far_writer)),
                asyncio.create_task(self._answers(way, exchange, far_reader, writer)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            pass  # nobody listens there: the phone's connection ends too
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, far_writer):
                if end is not None:
                    end.transport.abort()

    async def _requests(
        self, way: _Way, exchange: _Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            if exchange.is_answered and self._begin(way, exchange):
                return
            await self._travel(way.site_id, len(chunk))
            writer.write(chunk)
            await writer.drain()

    async def _answers(
        self, way: _Way, exchange: _Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            exchange.is_answered = True
            if exchange.is_swallowed:
                continue
            await self._travel(way.site_id, len(chunk))
            writer.write(chunk)
            await writer.drain()
        if exchange.is_swallowed:
            await asyncio.Event().wait()  # until the phone gives up: it hears nothing, not even an end

    def _begin(self, way: _Way, exchange: _Exchange) -> bool:
        """Begin an exchange; return whether it loses its connection before it goes through."""
        shape = self._shapes.get(way.site_id, CLEAR)
        way.exchanges += 1
        drawn = self._luck.of(f"{way.site_id}/{way.server_port}/{way.exchanges}")
        exchange.is_answered = False
        exchange.is_swallowed = exchange.is_swallowed or drawn > 1 - shape.swallow_share
        return drawn < shape.cut_share

    async def _travel(self, site_id: str, size: int) -> None:
        """Take as long as the way takes for so many bytes."""
        shape = self._shapes.get(site_id, CLEAR)
        while shape.is_cut:
            await asyncio.sleep(HELD_BACK_POLL_S)
            shape = self._shapes.get(site_id, CLEAR)
        throttled_s = size / shape.bytes_per_s if shape.bytes_per_s else 0.0
        if (wait_s := shape.latency_s / 2 + throttled_s) > 0:
            await asyncio.sleep(wait_s)


def _way(site_id: str, server_port: int) -> _Way:
    listener = socket.create_server((LOOPBACK, 0), backlog=BACKLOG)
    listener.setblocking(False)
    return _Way(site_id, server_port, listener)


def _raise_file_limit() -> None:
    """Let the process open as many files as it may: each connection through a relay takes three."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
