"""Sockets whose every wait is bounded by what is left of one deadline, and what they tell about the phases."""

import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Any

from pipelines import clock
from pipelines.addresses import Addresses


@dataclass(frozen=True, slots=True)
class Phases:
    """Milliseconds of one exchange.

    The first three are None when a kept connection was used again, ``tls_ms`` also without TLS. ``first_byte_ms`` runs
    from sending the request to the first byte back, ``transfer_ms`` from there to the last.
    """

    dns_ms: float | None
    connect_ms: float | None
    tls_ms: float | None
    first_byte_ms: float
    transfer_ms: float


class Wire(threading.local):
    """What this thread's exchange may still spend, and when its steps happened."""

    addresses: Addresses
    deadline_at = 0.0
    sent_at = 0.0
    first_byte_at: float | None = None
    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None

    def start(self, addresses: Addresses, deadline_s: float) -> None:
        """Begin an exchange of this thread."""
        self.addresses = addresses
        self.sent_at = clock.stopwatch()
        self.deadline_at = self.sent_at + deadline_s
        self.first_byte_at = self.dns_ms = self.connect_ms = self.tls_ms = None

    def left_s(self) -> float:
        """Return the seconds left; raises TimeoutError when there are none."""
        left = self.deadline_at - clock.stopwatch()
        if left <= 0.0:
            raise TimeoutError("the deadline has passed")
        return left

    def phases(self) -> Phases:
        """Return the phases of the exchange that ends now."""
        ended_at = clock.stopwatch()
        first = self.first_byte_at or ended_at
        spans = (first - self.sent_at) * 1e3, (ended_at - first) * 1e3
        return Phases(self.dns_ms, self.connect_ms, self.tls_ms, *spans)


wire = Wire()


class DeadlineSocket(socket.socket):
    """A socket whose every read is bounded by what is left of the deadline."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Receive as the base class does; raises TimeoutError at the deadline."""
        self.settimeout(wire.left_s())
        count = super().recv_into(*args, **kwargs)
        if count and wire.first_byte_at is None:
            wire.first_byte_at = clock.stopwatch()
        return count


class DeadlineTlsSocket(ssl.SSLSocket):
    """The same over TLS."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Receive as the base class does; raises TimeoutError at the deadline."""
        self.settimeout(wire.left_s())
        count = super().recv_into(*args, **kwargs)
        if count and wire.first_byte_at is None:
            wire.first_byte_at = clock.stopwatch()
        return count


def connected(host: str, port: int) -> socket.socket:
    """Return a socket connected to one of the addresses that ``host`` is pinned to."""
    started_at = clock.stopwatch()
    addresses = wire.addresses.of(host, wire.left_s())
    resolved_at = clock.stopwatch()
    wire.dns_ms = (resolved_at - started_at) * 1e3
    try:
        return _first_connected(addresses, port)
    except OSError:
        fresh = wire.addresses.renew(host, wire.left_s()) if addresses != [host] else addresses
        if set(fresh) <= set(addresses):
            raise
        return _first_connected(fresh, port)
    finally:
        wire.sent_at = clock.stopwatch()
        wire.connect_ms = (wire.sent_at - resolved_at) * 1e3


def _first_connected(addresses: list[str], port: int) -> socket.socket:
    failure: OSError = OSError("no address")
    for address in addresses:
        sock = DeadlineSocket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.settimeout(wire.left_s())
            sock.connect((address, port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure
