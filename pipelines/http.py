"""The only user of requests and urllib3: one exchange with a total deadline, a size cap and an allow-list.

``requests``' timeouts bound each wait, not the whole: a byte every half second outlives any of them. Here every read
from the socket, of headers and body alike, gets only what is left of the deadline. Each thread keeps its connections.
"""

import http.client
import logging
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from pipelines import clock
from pipelines.addresses import Addresses, HttpFailure, Resolver, endpoint, system_resolver
from pipelines.deadline import DeadlineTlsSocket, Phases, connected, wire
from pipelines.unpacking import unpacked
from pipelines.vocabulary import Outcome

__all__ = ["Http", "HttpFailure", "Phases", "Reply"]

CHUNK_BYTES = 65_536
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
logging.getLogger("urllib3").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply: the body is decoded from gzip and no longer than the cap; ``headers`` ignore case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    phases: Phases


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return connected(self._dns_host, int(self.port or 80))


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return connected(self._dns_host, int(self.port or 443))

    def connect(self) -> None:
        super().connect()
        shaken_at = clock.stopwatch()
        wire.tls_ms = (shaken_at - wire.sent_at) * 1e3
        wire.sent_at = shaken_at


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType]


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection  # pyright: ignore[reportAssignmentType]


class _Adapter(HTTPAdapter):
    """The transport of one thread's session: our sockets in requests' own connection pools."""

    def __init__(self, connections: int, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._pools: dict[str, HTTPConnectionPool] = {}
        super().__init__(pool_connections=connections, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._tls, **kwargs)
        pools: dict[str, type[HTTPConnectionPool] | type[HTTPSConnectionPool]] = {"http": _Pool, "https": _TlsPool}
        self.poolmanager.pool_classes_by_scheme = pools

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: Any, **__: Any
    ) -> HTTPConnectionPool:
        """Return the pool of the request's server; kept by its name, which saves a third of an exchange's CPU."""
        server = endpoint(request.url or "").server
        pool = self._pools.get(server)
        if pool is None:
            if len(self._pools) >= self._pool_connections:
                self._pools.pop(next(iter(self._pools))).close()
            pool = self._pools[server] = self.poolmanager.connection_from_url(server, {"cert_reqs": "CERT_REQUIRED"})
        return pool

    def request_url(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> str:
        """Return what the request line asks for: there is never a proxy to write a whole URL for."""
        return endpoint(request.url or "").target

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to add: the context knows its authorities; requests would load its own into it at every call."""


class Http:
    """Asks allow-listed machines, from any number of threads; each thread keeps its own connections alive."""

    def __init__(
        self,
        allow: Iterable[str],
        connections: int = 8,
        *,
        ca_file: Path | None = None,
        resolver: Resolver = system_resolver,
    ) -> None:
        """Allow the ``host:port`` pairs of ``allow``; ``connections`` hosts are kept per thread; ``ca_file`` replaces
        the usual certificate authorities."""
        self._addresses = Addresses(allow, resolver)
        self._connections = connections
        self._tls = ssl.create_default_context(cafile=ca_file)
        self._tls.sslsocket_class = DeadlineTlsSocket
        self._local = threading.local()

    def allow(self, pair: str) -> None:
        """Allow one more ``host:port``, from any thread."""
        self._addresses.allow(pair)

    def ask(
        self,
        method: str,
        url: str,
        *,
        deadline_s: float,
        cap_bytes: int,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Return the reply to one request, whatever its status but a redirect's.

        ``deadline_s`` bounds everything from name to last byte, ``cap_bytes`` the body before and after decoding.
        Raises HttpFailure. A repeatable request is sent again, once, when a kept connection turns out to be closed.
        """
        asked = self._addresses.check(url)
        where = f"{method} {url}"
        request = _request(method, url, body, headers)
        wire.start(self._addresses, deadline_s)
        try:
            try:
                return self._exchange(request, where, cap_bytes)
            except (requests.ConnectionError, urllib3.exceptions.ProtocolError):
                if not _was_stale(method):
                    raise
                return self._exchange(request, where, cap_bytes)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
        ) as error:
            raise _failure(error, where, f"{asked.host}:{asked.port}", deadline_s) from error

    def _exchange(self, request: requests.PreparedRequest, where: str, cap_bytes: int) -> Reply:
        reply = self._adapter().send(request, stream=True, timeout=wire.left_s(), proxies={})
        raw = reply.raw
        try:
            _refuse_redirect(reply, where)
            data = _read(raw, where, cap_bytes)
        except BaseException:
            raw.close()
            raise
        phases = wire.phases()
        return Reply(
            reply.status_code,
            reply.headers,
            unpacked(data, reply.headers, where, cap_bytes),
            phases,
        )

    def _adapter(self) -> _Adapter:
        adapter = getattr(self._local, "adapter", None)
        if adapter is None:
            adapter = self._local.adapter = _Adapter(self._connections, self._tls)
        return adapter


def _request(method: str, url: str, body: bytes | None, headers: Mapping[str, str] | None) -> requests.PreparedRequest:
    """Return a request that needs no preparing: no cookies, no environment, no credentials found by themselves."""
    request = requests.PreparedRequest()
    request.method, request.url, request.body = method, url, body
    own = {
        "User-Agent": "tenfold",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
    }
    request.headers = CaseInsensitiveDict(own | dict(headers or {}))
    if body is not None:
        request.headers["Content-Length"] = str(len(body))
        request.headers.setdefault("Content-Type", "application/json")
    return request


def _was_stale(method: str) -> bool:
    """Whether a kept connection broke before anything came back, so that the request may go out once more."""
    return method in REPEATABLE and wire.connect_ms is None and wire.first_byte_at is None


def _refuse_redirect(reply: requests.Response, where: str) -> None:
    if 300 <= reply.status_code < 400 and reply.status_code != 304:
        target = reply.headers.get("Location", "nowhere")[:120]
        sentence = f"{where} answered {reply.status_code} and points to {target!r}; redirects are not followed"
        raise HttpFailure(
            Outcome.REFUSED,
            f"{sentence}: if the source has moved, put its new address into the sources file",
        )


def _read(raw: urllib3.BaseHTTPResponse, where: str, cap_bytes: int) -> bytes:
    """Return the body as it came over the wire, at most ``cap_bytes`` of it; every read is bounded by the deadline."""
    chunks: list[bytes] = []
    size = 0
    while chunk := raw.read1(CHUNK_BYTES, decode_content=False):
        chunks.append(chunk)
        size += len(chunk)
        if size > cap_bytes:
            raise HttpFailure(
                Outcome.TOO_LARGE,
                f"{where} sent more than the {cap_bytes} bytes allowed; see `cap_bytes`",
            )
        wire.left_s()
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _chain(error: BaseException) -> Iterable[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _failure(error: BaseException, where: str, server: str, deadline_s: float) -> HttpFailure:
    """Return what a failed exchange means, by the most telling exception of its chain."""
    links = list(_chain(error))
    if wire.deadline_at <= clock.stopwatch() or _first(links, TimeoutError, urllib3.exceptions.TimeoutError):
        return HttpFailure(Outcome.TIMEOUT, f"{where} did not end within {deadline_s:g} s ({_stage()})")
    if fault := _first(links, ssl.SSLError, ssl.CertificateError):
        return HttpFailure(
            Outcome.REFUSED,
            f"the certificate or TLS of {server} is not accepted ({fault}); mend it there",
        )
    if _first(links, ConnectionRefusedError):
        return HttpFailure(Outcome.UNREACHABLE, f"nothing listens at {server}; is the source running?")
    if _first(links, http.client.IncompleteRead, urllib3.exceptions.IncompleteRead):
        return HttpFailure(Outcome.MALFORMED, f"{where} ended before the whole reply had come")
    if _first(links, ConnectionError):
        return HttpFailure(
            Outcome.UNREACHABLE,
            f"{server} broke the connection ({_stage()}) during {where}",
        )
    if fault := _first(links, http.client.HTTPException, urllib3.exceptions.HTTPError):
        return HttpFailure(
            Outcome.MALFORMED,
            f"{where} was not answered in HTTP ({str(fault)[:120]!r})",
        )
    return HttpFailure(Outcome.UNREACHABLE, f"{server} cannot be reached ({str(error)[:160]})")


def _first(links: list[BaseException], *kinds: type[BaseException]) -> BaseException | None:
    return next((link for link in reversed(links) if isinstance(link, kinds)), None)


def _stage() -> str:
    return "nothing had come back" if wire.first_byte_at is None else "the reply had begun"
