"""A bad network is a bad network: relays over real sockets delay, throttle, cut, hold back and swallow answers."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from pipelines.http import Http, HttpFailure
from pipelines.intake.relay import Relays, Shape
from pipelines.vocabulary import Outcome

BODY = b"x" * 100
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"


class Server:
    """A listener that answers every request whole, and remembers how many came."""

    def __init__(self) -> None:
        """Listen on a port of its own."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests = 0
        self.answer = ANSWER
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            came = b""
            while chunk := connection.recv(65_536):
                came += chunk
                if came.endswith(BODY):
                    self.requests, came = self.requests + 1, b""
                    connection.sendall(self.answer)

    def close(self) -> None:
        """Stop listening."""
        with suppress(OSError):  # closed already
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def relays() -> Iterator[Relays]:
    relays = Relays(seed=1)
    yield relays
    relays.stop()


def ask(port: int, deadline_s: float = 5.0, http: Http | None = None) -> tuple[bytes | Outcome, float]:
    """Return the answer's body, or how the request failed, and how long it took."""
    http = http or Http([])
    http.allow(f"127.0.0.1:{port}")
    began = time.monotonic()
    try:
        reply = http.ask("POST", f"http://127.0.0.1:{port}/", deadline_s=deadline_s, cap_bytes=10**6, body=BODY)
        return reply.body, time.monotonic() - began
    except HttpFailure as failure:
        return failure.outcome, time.monotonic() - began


def test_a_site_without_a_shape_has_no_relay(relays: Relays, server: Server) -> None:
    assert relays.port("LS-1", server.port) == server.port
    relays.shape("LS-1", Shape(latency_s=0.1))
    assert relays.port("LS-1", server.port) != server.port
    assert relays.port("LS-2", server.port) == server.port
    relays.shape("LS-1", None)
    assert relays.port("LS-1", server.port) == server.port


def test_each_site_and_server_has_one_relay_of_its_own(relays: Relays, server: Server) -> None:
    for site_id in ("LS-1", "LS-2"):
        relays.shape(site_id, Shape(latency_s=0.1))
    ports = [relays.port("LS-1", server.port), relays.port("LS-2", server.port), relays.port("LS-1", 22_001)]
    assert len(set(ports)) == 3
    assert relays.port("LS-1", server.port) == ports[0]


def test_latency_is_felt_there_and_back_and_is_gone_when_the_shape_is_on_the_same_connection(
    relays: Relays, server: Server
) -> None:
    relays.shape("LS-1", Shape(latency_s=0.4))
    port, http = relays.port("LS-1", server.port), Http([])
    body, took_s = ask(port, http=http)
    assert (body, took_s >= 0.4) == (b"done", True)
    relays.shape("LS-1", None)
    assert ask(port, http=http)[0] == b"done"


def test_a_narrow_way_takes_as_long_as_its_bytes(relays: Relays, server: Server) -> None:
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + b"d" * 20_000
    relays.shape("LS-1", Shape(bytes_per_s=40_000))
    body, took_s = ask(relays.port("LS-1", server.port))
    assert (len(body), took_s >= 0.5) == (20_000, True)


def test_a_cut_holds_everything_back_and_lets_it_through_when_it_is_over(relays: Relays, server: Server) -> None:
    relays.shape("LS-1", Shape(is_cut=True))
    port = relays.port("LS-1", server.port)
    assert ask(port, deadline_s=0.3)[0] is Outcome.TIMEOUT
    assert server.requests == 0
    threading.Timer(0.3, relays.shape, ("LS-1", None)).start()
    assert ask(port)[0] == b"done"


def test_a_swallowed_answer_leaves_the_phone_waiting_though_the_server_took_the_request(
    relays: Relays, server: Server
) -> None:
    relays.shape("LS-1", Shape(swallow_share=1.0))
    port = relays.port("LS-1", server.port)
    assert ask(port, deadline_s=0.3)[0] is Outcome.TIMEOUT
    assert server.requests == 1
    relays.shape("LS-1", None)
    assert ask(port)[0] == b"done"


def test_a_lossy_way_loses_its_share_of_requests_before_they_go_through(relays: Relays, server: Server) -> None:
    relays.shape("LS-1", Shape(cut_share=0.4))
    port, http = relays.port("LS-1", server.port), Http([])
    answers = [ask(port, http=http)[0] for _ in range(100)]
    lost = sum(answer != b"done" for answer in answers)
    assert 20 < lost < 60
    assert server.requests == 100 - lost


def test_who_is_not_there_is_not_there_through_a_relay_either(relays: Relays) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    relays.shape("LS-1", Shape(latency_s=0.01))
    assert ask(relays.port("LS-1", port))[0] in {Outcome.UNREACHABLE, Outcome.MALFORMED, Outcome.FAILED}


def test_a_server_that_is_killed_ends_the_phones_connection_and_one_that_is_back_is_found(
    relays: Relays, server: Server
) -> None:
    relays.shape("LS-1", Shape(latency_s=0.01))
    port = relays.port("LS-1", server.port)
    assert ask(port)[0] == b"done"
    server.close()
    assert ask(port)[0] != b"done"


def test_stopping_closes_what_waits(server: Server) -> None:
    relays = Relays(seed=1)
    relays.shape("LS-1", Shape(is_cut=True))
    with socket.create_connection(("127.0.0.1", relays.port("LS-1", server.port))) as phone:
        phone.sendall(b"x")
        relays.stop()
        phone.settimeout(5)
        with suppress(ConnectionError):
            assert phone.recv(1) == b""
    relays.stop()
