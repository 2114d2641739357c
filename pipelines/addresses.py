"""Which machines may be spoken to: an allow-list of ``host:port``, and the addresses a name may stand for."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from pipelines.vocabulary import Outcome

PORTS = {"http": 80, "https": 443}
Resolver = Callable[[str], list[str]]


class HttpFailure(Exception):
    """An exchange without a usable reply: ``outcome`` names the kind, ``sentence`` says what, where and what to do."""

    def __init__(self, outcome: Outcome, sentence: str) -> None:
        """Keep both; the sentence is also the exception's text."""
        super().__init__(sentence)
        self.outcome = outcome
        self.sentence = sentence


def system_resolver(name: str) -> list[str]:
    """Return the addresses the operating system knows for ``name``; raises OSError."""
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)))


class Endpoint(NamedTuple):
    """A URL taken apart: where to connect, what its server is called, what the request line asks for."""

    host: str
    port: int
    server: str
    target: str


@lru_cache(maxsize=4096)
def endpoint(url: str) -> Endpoint:
    """Return what a URL names; raises HttpFailure(REFUSED) for anything but a plain http(s) URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        parts, port = urlsplit(""), 0
    plain = url.isascii() and url.isprintable() and " " not in url and "@" not in parts.netloc
    if not (plain and port and parts.hostname and parts.scheme in PORTS):
        expected = "expected http(s)://host:port/path in plain ASCII without a user name"
        raise HttpFailure(
            Outcome.REFUSED,
            f"{expected}, got {url[:120]!r}; mend the address in the sources file",
        )
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return Endpoint(parts.hostname.lower(), port, f"{parts.scheme}://{parts.netloc}", target)


class Addresses:
    """Says where a ``host:port`` may be reached; a name keeps the addresses it had when it was first resolved.

    A name that was resolved once is never asked again while its addresses answer, so a changed DNS record cannot
    move a source. A name (other than ``localhost``) may not stand for a loopback, link-local or otherwise special
    address, nor move from a public network into a private one.
    """

    def __init__(self, allow: Iterable[str], resolver: Resolver = system_resolver) -> None:
        """Allow exactly the ``host:port`` pairs of ``allow``."""
        self._allowed = {pair.lower() for pair in allow}
        self._resolver = resolver
        self._pinned: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def allow(self, pair: str) -> None:
        """Allow one more ``host:port``."""
        self._allowed.add(pair.lower())

    def check(self, url: str) -> Endpoint:
        """Return the URL taken apart; raises HttpFailure(REFUSED) unless the pair is allowed."""
        found = endpoint(url)
        written = f"[{found.host}]:{found.port}" if ":" in found.host else f"{found.host}:{found.port}"
        if written not in self._allowed:
            known = ", ".join(sorted(self._allowed)[:8]) or "none"
            sentence = f"{written} is not among the allowed addresses ({known}); add it to `allow` in the sources file"
            raise HttpFailure(Outcome.REFUSED, sentence)
        return found

    def of(self, host: str, wait_s: float) -> list[str]:
        """Return the addresses to connect to, in order; raises HttpFailure when there is none or one is forbidden."""
        if _literal(host):
            return [host]
        with self._lock:
            pinned = self._pinned.get(host)
        return pinned or self.renew(host, wait_s)

    def renew(self, host: str, wait_s: float) -> list[str]:
        """Resolve ``host`` again after its known addresses stopped answering; the kind of network may not change."""
        found = self._resolve(host, wait_s)
        with self._lock:
            before = self._pinned.get(host)
            for address in found:
                self._judge(host, address, before)
            self._pinned[host] = found
        return found

    def _judge(self, host: str, address: str, before: list[str] | None) -> None:
        value = ipaddress.ip_address(address.partition("%")[0])
        special = value.is_loopback or value.is_link_local or value.is_multicast or value.is_unspecified
        moved = before is not None and value.is_private and not any(ipaddress.ip_address(a).is_private for a in before)
        if moved or ((special or value.is_reserved) and host != "localhost"):
            kind = "inside a private network, where it was not before," if moved else "of a special kind"
            advice = "if that is meant, name the address itself in the sources file"
            raise HttpFailure(
                Outcome.REFUSED,
                f"the name {host} now stands for {address}, {kind} and is not asked; {advice}",
            )

    def _resolve(self, host: str, wait_s: float) -> list[str]:
        """Resolve in a thread of its own: the operating system's resolver knows no deadline."""
        answer: Future[list[str]] = Future()
        threading.Thread(target=_run, args=(answer, self._resolver, host), daemon=True).start()
        try:
            found = answer.result(timeout=max(wait_s, 0.0))
        except NotYet as error:
            raise HttpFailure(
                Outcome.TIMEOUT,
                f"the name {host} was not resolved within {wait_s:.1f} s",
            ) from error
        except (OSError, UnicodeError) as error:
            raise HttpFailure(
                Outcome.UNREACHABLE,
                f"the name {host} cannot be resolved ({error}); check the name and the DNS",
            ) from error
        if not found:
            raise HttpFailure(
                Outcome.UNREACHABLE,
                f"the name {host} has no address; check the name and the DNS",
            )
        return found


def _run(answer: "Future[list[str]]", resolver: Resolver, host: str) -> None:
    try:
        answer.set_result(resolver(host))
    except (OSError, UnicodeError) as error:
        answer.set_exception(error)


def _literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
