"""Reports to the data interface: custody steps, and steps of other things, in batches, again until they are taken."""

import queue
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, NamedTuple, TypeVar

import msgspec

from pipelines.clock import stopwatch
from pipelines.contract import CustodyStep, CustodySteps, Problem
from pipelines.contract_desk import ThingStep, ThingSteps
from pipelines.http import Http, HttpFailure
from pipelines.intake.ledger.record_custody import TUBE_VOIDED
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


class Reply(NamedTuple):
    """What a batch got: the HTTP status, 0 without an answer; which step was refused, by which rule, if it says."""

    status: int
    place: int | None = None
    rule: str = ""


class Line(Generic[T]):
    """Reports to one route; one batch is on the wire at a time, and stays in line until it is taken.

    ``tube`` names the tube of a step. One that its site has voided still travels on: the first report of it is
    refused, and the rest is ``dropped``.
    """

    def __init__(
        self, http: Http, url: str, body: Callable[[list[T]], bytes], tube: Callable[[T], str] | None = None
    ) -> None:
        """Know the route and how a batch is written."""
        self._http, self._url, self._body, self._tube = http, url, body, tube
        self._voided: set[str] = set()
        self.dropped = 0
        self._waiting: deque[T] = deque()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="reports")
        self._answers: queue.SimpleQueue[tuple[int, Reply]] = queue.SimpleQueue()
        self._size = BATCH
        self._is_busy = False
        self._sent_at = 0.0

    def add(self, steps: Sequence[T]) -> None:
        """Queue steps that are due."""
        self._waiting.extend(self._wanted(steps))

    def _wanted(self, steps: Iterable[T]) -> list[T]:
        """Return the steps without those of voided tubes, which are counted."""
        known = list(steps)
        if self._tube is None or not self._voided:
            return known
        wanted = [step for step in known if self._tube(step) not in self._voided]
        self.dropped += len(known) - len(wanted)
        return wanted

    def turn(self) -> None:
        """Take the answer that has come; send the next batch when it is time."""
        while not self._answers.empty():
            self._is_busy = False
            self._settle(*self._answers.get())
        if self._is_busy or not self._waiting or stopwatch() - self._sent_at < EVERY_S:
            return
        batch = [self._waiting[place] for place in range(min(self._size, len(self._waiting)))]
        self._is_busy, self._sent_at = True, stopwatch()
        self._pool.submit(lambda: self._answers.put((len(batch), self._send(batch))))

    def stop(self) -> None:
        """Send nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, batch: list[T]) -> Reply:
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
            return Reply(0)
        return Reply(200) if reply.status == 200 else _refused(reply.status, reply.body)

    def _settle(self, sent: int, reply: Reply) -> None:
        """Drop what was taken; find the one step of a refused batch that is never taken, and drop it alone."""
        is_refused = reply.status in (409, 413, 422)
        if reply.rule == TUBE_VOIDED and self._tube and reply.place is not None and reply.place < sent:
            self._voided.add(self._tube(self._waiting[reply.place]))
            self._waiting = deque(self._wanted(self._waiting))
        elif is_refused and sent > 1:
            self._size = max(sent // 2 if reply.place is None else min(reply.place, sent - 1), 1)
        elif is_refused or reply.status == 200:
            taken = [self._waiting.popleft() for _ in range(sent)]
            self._size = min(self._size * 2, BATCH)
            if is_refused:
                log.error("report refused", url=self._url, step=repr(taken[0]), status=reply.status)


class CustodyPost:
    """Owned by the world's thread: couriers' and labs' reports of tubes, and all reports of other things."""

    def __init__(self, http: Http, url: str) -> None:
        """Know the data interface's address."""
        self._tubes = Line[Step](http, f"{url}/v1/custody", _tube_body, lambda step: step.barcode)
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

    @property
    def dropped(self) -> int:
        """Return how many steps of voided tubes were not reported."""
        return self._tubes.dropped

    def stop(self) -> None:
        """Send nothing more."""
        self._tubes.stop()
        self._things.stop()


def _tube_body(steps: list[Step]) -> bytes:
    return msgspec.json.encode(CustodySteps(steps=[custody_step(step) for step in steps]))


def _thing_body(steps: list[ThingStep]) -> bytes:
    return msgspec.json.encode(ThingSteps(steps=steps))


def _refused(status: int, body: bytes) -> Reply:
    try:
        problem = _PROBLEM.decode(body)
    except msgspec.MsgspecError:
        return Reply(status)
    found = _FIELD.match(problem.field or "")
    return Reply(status, int(found[1]) if found else None, problem.rule)
