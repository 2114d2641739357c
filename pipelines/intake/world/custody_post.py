"""Couriers' and labs' reports: custody steps sent to the data interface in batches, again until they are taken."""

import queue
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import msgspec

from pipelines.clock import stopwatch
from pipelines.contract import CustodyStep, CustodySteps
from pipelines.http import Http, HttpFailure
from pipelines.intake.moments import moment
from pipelines.intake.world.custody import Step
from pipelines.logs import logger

BATCH = 1_000
EVERY_S = 0.25
DEADLINE_S = 5.0
CAP_BYTES = 100_000
JSON_HEADERS = {"Content-Type": "application/json"}
log = logger(__name__)


class CustodyPost:
    """Owned by the world's thread; one batch is on the wire at a time, and stays in line until it is taken."""

    def __init__(self, http: Http, url: str) -> None:
        """Know the data interface's address."""
        self._http, self._url = http, f"{url}/v1/custody"
        self._waiting: deque[Step] = deque()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="custody")
        self._answers: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        self._size = BATCH
        self._is_busy = False
        self._sent_at = 0.0

    def add(self, steps: list[Step]) -> None:
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
        self._pool.submit(lambda: self._answers.put((len(batch), self._send(batch))))

    def stop(self) -> None:
        """Send nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, batch: list[Step]) -> int:
        """Return the HTTP status, 0 when there was none."""
        steps = [CustodyStep(barcode=step.barcode, kind=step.kind, happened_at=moment(step.at)) for step in batch]
        body = msgspec.json.encode(CustodySteps(steps=steps))
        try:
            reply = self._http.ask(
                "POST", self._url, deadline_s=DEADLINE_S, cap_bytes=CAP_BYTES, body=body, headers=JSON_HEADERS
            )
        except HttpFailure:
            return 0
        return reply.status

    def _settle(self, sent: int, status: int) -> None:
        """Drop what was taken; halve a refused batch until the one step that is never taken is found and dropped."""
        is_refused = status in (409, 413, 422)
        if is_refused and sent > 1:
            self._size = max(sent // 2, 1)
        elif is_refused or status == 200:
            taken = [self._waiting.popleft() for _ in range(sent)]
            self._size = min(self._size * 2, BATCH)
            if is_refused:
                log.error("custody step refused", kind=taken[0].kind, barcode=taken[0].barcode, status=status)
