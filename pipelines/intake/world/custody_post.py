"""Reports to the data interface: custody steps, and steps of other things, in batches, again until they are taken."""

import queue
import re
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

import msgspec

from pipelines.clock import stopwatch
from pipelines.contract import CustodyStep, CustodySteps, Problem
from pipelines.contract_desk import ThingStep, ThingSteps
from pipelines.http import Http, HttpFailure
from pipelines.intake.moments import moment
from pipelines.intake.world.tube_steps import Step
from pipelines.logs import logger

BATCH = 1_000
EVERY_S = 0.25
DEADLINE_S = 5.0
CAP_BYTES = 100_000
JSON_HEADERS = {"Content-Type": "application/json"}
_FIELD = re.compile(r"^steps\[(\d+)\]")
_PROBLEM = msgspec.json.Decoder(Problem)
T = TypeVar("T")
log = logger(__name__)


def custody_step(step: Step) -> CustodyStep:
    """Return a step that is due as the wire has it."""
    return CustodyStep(
        barcode=step.barcode, kind=step.kind, happened_at=moment(step.at), lab_id=step.lab_id, box_id=step.box_id
    )


class Line(Generic[T]):
    """Reports to one route; one batch is on the wire at a time, and stays in line until it is taken."""

    def __init__(self, http: Http, url: str, body: Callable[[list[T]], bytes]) -> None:
        """Know the route and how a batch is written."""
        self._http, self._url, self._body = http, url, body
        self._waiting: deque[T] = deque()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="reports")
        self._answers: queue.SimpleQueue[tuple[int, int, int | None]] = queue.SimpleQueue()
        self._size = BATCH
        self._is_busy = False
        self._sent_at = 0.0

    def add(self, steps: Sequence[T]) -> None:
        """Queue steps that are due."""
        self._waiting.extend(steps)

    def turn(self) -> None:
        """Take the answer that has come; send the next batch when it is time."""
        while not self._answers.empty():
            self._is_busy = False
            self._settle(*self._answers.get())
        if self._is_busy or not self._waiting or stopwatch() - self._sent_at < EVERY_S:
            return
        batch = [self._waiting[place] for place in range(min(self._size, len(self._waiting)))]
        self._is_busy, self._sent_at = True, stopwatch()
        self._pool.submit(lambda: self._answers.put((len(batch), *self._send(batch))))

    def stop(self) -> None:
        """Send nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, batch: list[T]) -> tuple[int, int | None]:
        """Return the HTTP status, 0 when there was none, and which step of the batch was refused if the answer says."""
        try:
            reply = self._http.ask(
                "POST",
                self._url,
                deadline_s=DEADLINE_S,
                cap_bytes=CAP_BYTES,
                body=self._body(batch),
                headers=JSON_HEADERS,
            )
        except HttpFailure:
            return 0, None
        return reply.status, None if reply.status == 200 else _named(reply.body)

    def _settle(self, sent: int, status: int, refused: int | None) -> None:
        """Drop what was taken; find the one step of a refused batch that is never taken, and drop it alone."""
        is_refused = status in (409, 413, 422)
        if is_refused and sent > 1:
            self._size = max(sent // 2 if refused is None else min(refused, sent - 1), 1)
        elif is_refused or status == 200:
            taken = [self._waiting.popleft() for _ in range(sent)]
            self._size = min(self._size * 2, BATCH)
            if is_refused:
                log.error("report refused", url=self._url, step=repr(taken[0]), status=status)


class CustodyPost:
    """Owned by the world's thread: couriers' and labs' reports of tubes, and all reports of other things."""

    def __init__(self, http: Http, url: str) -> None:
        """Know the data interface's address."""
        self._tubes = Line[Step](http, f"{url}/v1/custody", _tube_body)
        self._things = Line[ThingStep](http, f"{url}/v1/steps", _thing_body)

    def add(self, steps: Sequence[Step]) -> None:
        """Queue steps of tubes."""
        self._tubes.add(steps)

    def add_things(self, steps: Sequence[ThingStep]) -> None:
        """Queue steps of sessions, accounts, sheets, label rolls, boxes and interruptions."""
        self._things.add(steps)

    def turn(self) -> None:
        """Take the answers that have come; send the next batches."""
        self._tubes.turn()
        self._things.turn()

    def stop(self) -> None:
        """Send nothing more."""
        self._tubes.stop()
        self._things.stop()


def _tube_body(steps: list[Step]) -> bytes:
    return msgspec.json.encode(CustodySteps(steps=[custody_step(step) for step in steps]))


def _thing_body(steps: list[ThingStep]) -> bytes:
    return msgspec.json.encode(ThingSteps(steps=steps))


def _named(body: bytes) -> int | None:
    try:
        field = _PROBLEM.decode(body).field or ""
    except msgspec.MsgspecError:
        return None
    found = _FIELD.match(field)
    return int(found[1]) if found else None
