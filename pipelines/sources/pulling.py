"""Pulling: one source, or all of them at once, where whatever a source does costs that source alone."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import msgspec
import polars as pl

from pipelines import clock
from pipelines.config import SourceSpec
from pipelines.contract import Problem
from pipelines.http import Http, HttpFailure, Phases, Reply
from pipelines.mapping_form import MappingSpec
from pipelines.sources.connectors import CONNECTORS, LIMIT
from pipelines.sources.decoding import WrongWords, decode, decode_any
from pipelines.sources.dropped import SCHEME, document_of, plain_mapping
from pipelines.sources.mapping import mapped
from pipelines.sources.shape import Connector, Pulled, Request
from pipelines.vocabulary import Outcome, SourceKind

GRACE_S = 0.5
FEEDS = frozenset({SourceKind.TUBE_EVENTS, SourceKind.STEPS, SourceKind.INPUTS, SourceKind.SPECIAL_CASES})
_OF_A_FILE = Phases(None, None, None, 0.0, 0.0)


class _Unusable(Exception):
    """A reply that came but cannot be used."""

    def __init__(self, outcome: Outcome, sentence: str) -> None:
        super().__init__(sentence)
        self.outcome = outcome


def pull(spec: SourceSpec, http: Http, *, site_id: str | None = None, after: int | None = None) -> Pulled:
    """Pull one source once; never raises for what the source does. Ends within ``spec.deadline_s`` and the parsing."""
    return _pull(Request(spec, site_id, after), http)


def _pull(request: Request, http: Http) -> Pulled:
    spec, started_at = request.spec, clock.stopwatch()
    reply: Reply | None = None
    try:
        url = address(request)
        if url.startswith(SCHEME):
            raw = _read_file(request, url)
        else:
            reply = http.ask(
                "GET", url, deadline_s=spec.deadline_s, cap_bytes=spec.cap_bytes, headers=_headers(spec) or None
            )
            raw = _read(reply, request, url)
    except HttpFailure as failure:
        return _ended(request, started_at, reply, failure.outcome, failure.sentence)
    except _Unusable as fault:
        return _ended(request, started_at, reply, fault.outcome, str(fault))
    return _ended(request, started_at, reply, Outcome.OK, "", raw)


def _ended(
    request: Request,
    started_at: float,
    reply: Reply | None,
    outcome: Outcome,
    reason: str,
    raw: pl.DataFrame | None = None,
) -> Pulled:
    phases: Phases | None = reply.phases if reply else None
    size_bytes = len(reply.body) if reply else 0
    took_ms = (clock.stopwatch() - started_at) * 1e3
    spec = request.spec
    return Pulled(
        request.source_id, spec.kind, request.site_id, spec.server_id, took_ms, size_bytes, outcome, reason, raw, phases
    )


def address(request: Request) -> str:
    """Return the URL of a request: the site, the cursor and the page size put into their places."""
    url = request.spec.url.replace("{limit}", str(LIMIT)).replace("{after}", str(request.after or 0))
    site_id, mapping = request.site_id or "", request.spec.mapping
    theirs = mapping.sites.get(site_id, site_id) if mapping else site_id
    return url.replace("{site_id}", quote(theirs, safe=""))


def _headers(spec: SourceSpec) -> dict[str, str]:
    fresh = {"Connection": "close"} if spec.kind is SourceKind.SERVER_STATUS else {}
    return fresh | ({spec.auth.header: spec.auth.prefix + spec.auth.value} if spec.auth else {})


def _read(reply: Reply, request: Request, url: str) -> pl.DataFrame:
    if reply.status != 200:
        raise _Unusable(Outcome.HTTP_ERROR, f"GET {url} answered {reply.status} instead of 200{_said(reply)}")
    connector, mapping = CONNECTORS[request.spec.kind], request.spec.mapping
    try:
        if mapping is None:
            answer = decode(reply.body, connector)
        else:
            answer = _mapped(decode_any(reply.body), mapping, connector, request)
    except WrongWords as error:
        raise _Unusable(Outcome.MALFORMED, f"GET {url} did not answer in the words of the contract: {error}") from error
    return _unobjected(answer, connector, request, f"GET {url}", reply.phases)


def _read_file(request: Request, url: str) -> pl.DataFrame:
    connector = CONNECTORS[request.spec.kind]
    try:
        document, _ = document_of(url)
        mapping = request.spec.mapping or plain_mapping(connector.answer)
        answer = _mapped(document, mapping, connector, request)
    except WrongWords as error:
        raise _Unusable(Outcome.MALFORMED, f"{request.source_id} cannot be read: {error}") from error
    return _unobjected(answer, connector, request, request.source_id, _OF_A_FILE)


def _mapped(document: Any, mapping: MappingSpec, connector: Connector, request: Request) -> Any:
    one = request.site_id or request.spec.server_id
    after = (request.after or 0) if request.spec.kind in FEEDS else None
    return mapped(document, mapping, connector.answer, after, one)


def _unobjected(answer: Any, connector: Connector, request: Request, where: str, phases: Phases) -> pl.DataFrame:
    if objection := connector.objection(answer, request):
        raise _Unusable(Outcome.REJECTED, f"{where}: {objection}")
    return connector.rows(answer, phases)


def _said(reply: Reply) -> str:
    """Return what an unwilling server adds: its own sentence, and when it wants to be asked again."""
    try:
        said = f" ({msgspec.json.decode(reply.body, type=Problem).detail[:160]!r})"
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        said = ""
    later = reply.headers.get("Retry-After", "")[:40]
    return said + (f", Retry-After {later!r}; it is asked again in the next cycle all the same" if later else "")


@dataclass(frozen=True, slots=True)
class _Flight:
    request: Request
    future: Future[Pulled]
    started_at: float
    due_at: float


class Puller:
    """Pulls many sources at once in one long-lived pool of threads; remembers what has not come back yet.

    A source whose last pull is still under way is not asked again until that has ended, so a slow one costs itself
    and the others keep their rhythm.
    """

    def __init__(self, http: Http, width: int = 128) -> None:
        """Ask through ``http``; with a ``width`` below the number of sites, those that hang hold up the rest."""
        self._http = http
        self._width = width
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="pull")
        self._flying: dict[str, _Flight] = {}

    def collect(self, requests: Iterable[Request], patience_s: float | None = None) -> list[Pulled]:
        """Start the requests and return all pulls that have ended, late ones of earlier calls included.

        Waits ``patience_s`` wall seconds at most (None: until each has ended by its own deadline), and only for what it
        started itself, unless that is nothing. One caller at a time.
        """
        awaited = self._start(list(requests)) or list(self._flying.values())
        if awaited:
            limit_s = max(flight.due_at for flight in awaited) - clock.stopwatch()
            patience_s = limit_s if patience_s is None else min(patience_s, limit_s)
            wait([flight.future for flight in awaited], timeout=max(0.0, patience_s))
        return [ended for flight in list(self._flying.values()) if (ended := self._landed(flight)) is not None]

    def close(self) -> None:
        """Let the threads end; what is under way is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, requests: list[Request]) -> list[_Flight]:
        fresh = [request for request in requests if request.source_id not in self._flying]
        waves = -(-(len(fresh) + len(self._flying)) // self._width)
        flights: list[_Flight] = []
        for request in fresh:
            started_at = clock.stopwatch()
            due_at = started_at + request.spec.deadline_s * waves + GRACE_S
            future = self._pool.submit(_pull, request, self._http)
            flights.append(_Flight(request, future, started_at, due_at))
        self._flying |= {flight.request.source_id: flight for flight in flights}
        return flights

    def _landed(self, flight: _Flight) -> Pulled | None:
        overdue = clock.stopwatch() >= flight.due_at
        if not flight.future.done() and not overdue:
            return None
        del self._flying[flight.request.source_id]
        return _result(flight.request, flight.future, flight.started_at)


@cache
def _pool(width: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(width, thread_name_prefix="pull")


def pull_all(requests: Iterable[Request], http: Http, width: int = 128) -> list[Pulled]:
    """Pull everything at once, in one long-lived pool a width, and return when all have ended, in the order asked.

    Half of the sources hanging costs one deadline, not one each; a watchdog gives up what outlives its deadline.
    """
    asked = list(requests)
    started_at = clock.stopwatch()
    flights = [_pool(width).submit(_pull, request, http) for request in asked]
    waves = -(-len(asked) // width)
    wait(flights, timeout=max((request.spec.deadline_s for request in asked), default=0.0) * waves + GRACE_S)
    return [_result(request, flight, started_at) for request, flight in zip(asked, flights, strict=True)]


def _result(request: Request, flight: Future[Pulled], started_at: float) -> Pulled:
    if flight.done():
        return flight.result()
    flight.cancel()
    sentence = f"the pull of {request.source_id} outlived its own deadline and was given up"
    return _ended(request, started_at, None, Outcome.TIMEOUT, sentence)
