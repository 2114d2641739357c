"""A loopback HTTP server that misbehaves on purpose; the numbers are those of the catalogue of bad inputs.

A behaviour is a function of (connection, server); it owns the connection until it returns, then that is closed.
"""

import gzip
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Self

Behaviour = Callable[["Peer"], None]
DRIP_S = 0.5


class Peer:
    """One request: its connection, its path, and the server's word that all is over."""

    def __init__(self, connection: socket.socket, path: str, over: threading.Event) -> None:
        self.connection, self.path, self._over = connection, path, over
        self.sent = 0

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)
        self.sent += len(data)

    def pause(self, seconds: float) -> None:
        """Wait, or raise when the server is closing."""
        if self._over.wait(seconds):
            raise ConnectionAbortedError


class LoopbackServer:
    """Serves behaviours by path on a port of its own; good answers keep the connection alive."""

    def __init__(
        self, behaviour_of: Callable[[str], Behaviour], wrap: Callable[..., socket.socket] | None = None
    ) -> None:
        self._behaviour_of, self._wrap = behaviour_of, wrap
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.asked: list[str] = []
        self.connections = 0
        self.bytes_sent: dict[str, int] = {}

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with plain, suppress(OSError):
            connection = self._wrap(plain) if self._wrap else plain
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not self._over.is_set() and (path := _request_path(connection)):
                self.asked.append(path)
                peer = Peer(connection, path, self._over)
                try:
                    behaviour = self._behaviour_of(path)
                    behaviour(peer)
                finally:
                    self.bytes_sent[path] = peer.sent
                if not getattr(behaviour, "keeps_alive", False):
                    return


def _request_path(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65_536)
        if not chunk:
            return ""
        received += chunk
    return received.split(b" ", 2)[1].decode("ascii")


def head(length: int | None, status: str = "200 OK", **more: str) -> bytes:
    """Return a reply's head; ``more`` are headers, underscores for dashes."""
    fields = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in more.items()}
    if length is not None:
        fields["Content-Length"] = str(length)
    return f"HTTP/1.1 {status}\r\n".encode() + b"".join(f"{k}: {v}\r\n".encode() for k, v in fields.items()) + b"\r\n"


def answers(body: bytes, status: str = "200 OK", **more: str) -> Behaviour:
    """Answer properly with this body."""

    def behave(peer: Peer) -> None:
        peer.send(head(len(body), status, **more) + body)

    behave.keeps_alive = True
    return behave


def after(seconds: float, then: Behaviour) -> Behaviour:
    """Do ``then`` after a latency."""

    def behave(peer: Peer) -> None:
        peer.pause(seconds)
        then(peer)

    behave.keeps_alive = getattr(then, "keeps_alive", False)
    return behave


def sends(data: bytes) -> Behaviour:
    """Send these bytes and close."""
    return lambda peer: peer.send(data)


def drips(before: bytes, dripped: bytes) -> Behaviour:
    """Send ``before``, then one byte of ``dripped`` every half second."""

    def behave(peer: Peer) -> None:
        peer.send(before)
        for value in dripped:
            peer.send(bytes([value]))
            peer.pause(DRIP_S)

    return behave


def drips_in_body(peer: Peer) -> None:
    """30."""
    drips(head(200), b"x" * 200)(peer)


def drips_in_headers(peer: Peer) -> None:
    """31."""
    drips(b"", head(2))(peer)


def sends_headers_without_end(peer: Peer) -> None:
    """32, as fast as it can."""
    peer.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.send(b"X-More: " + b"y" * 1_000 + b"\r\n")


def continues_without_end(peer: Peer) -> None:
    """32, in its slow form: an interim reply again and again."""
    while True:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        peer.pause(0.1)


def redirects_to(location: str) -> Behaviour:
    """33, 34."""
    return answers(b"", "302 Found", Location=location)


def never_answers(peer: Peer) -> None:
    """37, 40."""
    peer.pause(3_600)


def resets_in_body(peer: Peer) -> None:
    """38."""
    peer.send(head(1_000) + b'{"site_id":')
    peer.pause(0.05)
    peer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def says_more_than_it_sends(body: bytes) -> Behaviour:
    """26: Content-Length above the body."""
    return sends(head(len(body) + 100) + body)


def says_less_than_it_sends(body: bytes) -> Behaviour:
    """26: Content-Length below the body."""
    return sends(head(len(body) - 20) + body)


def cuts_a_chunk(body: bytes) -> Behaviour:
    """27."""
    return sends(head(None, Transfer_Encoding="chunked") + f"{len(body) + 50:x}\r\n".encode() + body)


@cache
def bomb() -> bytes:
    """28: about one megabyte of gzip that unpacks to one gigabyte of zeros."""
    packer = zlib.compressobj(9, wbits=31)
    start = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + again * 1_023


def sends_gzip(packed: bytes) -> Behaviour:
    return answers(packed, Content_Encoding="gzip")


def sends_gzip_twice(body: bytes, says: str = "gzip") -> Behaviour:
    """29."""
    return answers(gzip.compress(gzip.compress(body)), Content_Encoding=says)


def routes(by_path: Mapping[str, Behaviour]) -> Callable[[str], Behaviour]:
    """Return a chooser by exact path; an unknown path is answered 404."""
    return lambda path: by_path.get(path, answers(b"{}", "404 Not Found"))
