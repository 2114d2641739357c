"""Many phones in one process: raw connections that send prepared requests and time the answers, at little CPU."""

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import uvloop

from pipelines.config import LOOPBACK

LENGTH = b"content-length: "
PATIENCE_S = 30.0
HEAD_END = b"\r\n\r\n"
_RULE = re.compile(rb'^\{"rule": ?"(\w+)"', re.MULTILINE)


@dataclass(frozen=True)
class Request:
    """A prepared request; ``name`` is what the bench remembers it by."""

    name: str
    wire: bytes


@dataclass
class Tally:
    """What came back: (name, status, milliseconds) in the order of the answers, and what was never answered.

    ``lag_ms`` is for each answer to a steady load how much earlier, at most, it may have come: the phones were busy.
    They send as late; both are in the milliseconds too.
    """

    answers: list[tuple[str, int, float]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    refused_without_retry_after: int = 0
    rules: Counter[str] = field(default_factory=Counter)  # what refusals named, how often
    lag_ms: list[float] = field(default_factory=list)
    looked_at: float = field(default_factory=time.perf_counter)

    def names(self, *statuses: int) -> list[str]:
        """Return the requests answered with one of ``statuses``."""
        return [name for name, status, _ in self.answers if status in statuses]

    def took_ms(self, *statuses: int) -> list[float]:
        """Return how long the answers with one of ``statuses`` took."""
        return [took_ms for _, status, took_ms in self.answers if status in statuses]


def post(path: str, body: bytes, name: str) -> Request:
    """Return a request of a persistent connection."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return Request(name, head.encode() + body)


def get(path: str) -> Request:
    """Return a request of a persistent connection."""
    return Request(path, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


class Phone(asyncio.Protocol):
    """One connection with at most one request on its way; ``next_one`` gives the next after each answer, or None."""

    def __init__(self, tally: Tally, next_one: Callable[["Phone"], Request | None]) -> None:
        """Send nothing before it is connected."""
        self._tally, self._next_one = tally, next_one
        self._buffer = bytearray()
        self._name = ""
        self.due_at: float | None = None  # when the request should have gone; None: when it does
        self._counts_from = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        self.go_on()

    def go_on(self) -> None:
        """Send the next request, if there is one."""
        request = self._next_one(self)
        if request is not None:
            self.send(request)

    def send(self, request: Request) -> None:
        """Send a request; the one before must have been answered."""
        assert self._transport is not None
        self._name, self._counts_from = request.name, self.due_at or time.perf_counter()
        self._transport.write(request.wire)

    def end(self) -> None:
        """Hang up."""
        self._name = ""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take an answer when it is whole."""
        self._buffer += data
        head_end = self._buffer.find(HEAD_END)
        if head_end < 0:
            return
        head = bytes(self._buffer[:head_end]).lower()
        at = head.find(LENGTH) + len(LENGTH)
        length = int(head[at:].split(b"\r\n", 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        if rule := _RULE.search(self._buffer, head_end):
            self._tally.rules[rule[1].decode()] += 1
        del self._buffer[: head_end + 4 + length]
        self._take(int(head[9:12]), b"retry-after: " in head)

    def _take(self, status: int, says_when: bool) -> None:
        now = time.perf_counter()
        self._tally.answers.append((self._name, status, (now - self._counts_from) * 1e3))
        self._tally.lag_ms.append((now - self._tally.looked_at) * 1e3)
        self._tally.refused_without_retry_after += status == 503 and not says_when
        self._name = ""
        self.go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember the request that was on its way."""
        if self._name:
            self._tally.unanswered.append(self._name)
        if not self.ended.done():
            self.ended.set_result(None)


def closed_loop(ports: Sequence[int], queues: Sequence[Iterator[Request]]) -> Tally:
    """Send each phone's queue, the next request after the answer to the last; return when all queues are empty."""
    return uvloop.run(work_off_all(ports, queues))


async def work_off_all(ports: Sequence[int], queues: Sequence[Iterator[Request]]) -> Tally:
    """Do the same inside a running loop; a phone whose connection is lost ends."""
    tally = Tally()
    await asyncio.gather(*(_work_off(tally, ports[n % len(ports)], queue) for n, queue in enumerate(queues)))
    return tally


async def _work_off(tally: Tally, port: int, queue: Iterator[Request]) -> None:
    def next_one(phone: Phone) -> Request | None:
        request = next(queue, None)
        if request is None:
            phone.end()
        return request

    try:
        _, phone = await asyncio.get_running_loop().create_connection(lambda: Phone(tally, next_one), LOOPBACK, port)
    except OSError:
        return
    await phone.ended


def open_loop(ports: Sequence[int], requests: Sequence[Request], per_s: float, phones: int) -> Tally:
    """Send ``requests`` at a steady rate whatever the answers; the time of an answer counts from when it was due.

    A request that is due while all phones wait is sent by the first that is free, and its wait counts.
    """
    return uvloop.run(send_steadily(ports, requests, per_s, phones))


async def send_steadily(ports: Sequence[int], requests: Sequence[Request], per_s: float, phones: int) -> Tally:
    """Do the same inside a running loop."""
    tally, all_told = Tally(), asyncio.Event()
    idle, queue = deque[Phone](), deque[tuple[float, Request]]()

    def next_one(phone: Phone) -> Request | None:
        if len(tally.answers) == len(requests):
            all_told.set()
        if not queue:
            idle.append(phone)
            return None
        phone.due_at, request = queue.popleft()
        return request

    loop = asyncio.get_running_loop()
    for number in range(phones):
        await loop.create_connection(lambda: Phone(tally, next_one), LOOPBACK, ports[number % len(ports)])
    begun, sent = time.perf_counter(), 0
    while sent < len(requests):
        tally.looked_at = time.perf_counter()
        due = min(len(requests), int((tally.looked_at - begun) * per_s) + 1)
        queue.extend((begun + number / per_s, requests[number]) for number in range(sent, due))
        sent = due
        for _ in range(min(len(idle), len(queue))):
            idle.popleft().go_on()
        await asyncio.sleep(0.001)
    await asyncio.wait_for(all_told.wait(), PATIENCE_S)
    for phone in idle:
        phone.end()
    return tally
