"""The one thread of a process that writes the ledger: it gathers what waits and commits it together."""

import asyncio
import os
import queue
import sqlite3
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock
from pipelines.intake.ledger.opening import (
    LedgerUnavailable,
    give_turn,
    lock_file,
    open_in_turn,
    open_ledger,
    take_turn,
)
from pipelines.intake.ledger.record import Page, attempt
from pipelines.intake.moments import micros
from pipelines.logs import logger

GROUP_LIMIT = 512
GIVEN_AT_ONCE = 16
ANSWER_WITHIN_S = 1.5  # below a phone's own patience, so that it is told rather than left waiting
WAITING_LIMIT = 1_000
CLOSE_WITHIN_S = 3.0
Work = Callable[[Page], Any]
log = logger(__name__)


class Job:
    """A piece of work that is either written or given up, never both; ``loop`` is that of an asyncio future."""

    __slots__ = ("_claim", "future", "loop", "work")

    def __init__(self, work: Work, future: Any, loop: AbstractEventLoop | None) -> None:
        """Wait for either."""
        self.work, self.future, self.loop = work, future, loop
        self._claim = threading.Lock()

    def is_mine(self) -> bool:
        """Return True to the first who asks."""
        return self._claim.acquire(blocking=False)

    def give(self, outcome: Any) -> None:
        """Hand over a result, or an exception; called in the future's own thread."""
        if self.future.done():
            return
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class LedgerWriter:
    """What it answers is on disk: an answer comes only after the commit that holds its work has returned.

    The thread waits for its turn in the kernel's fair queue, for as long as another process holds it. Whoever asks
    waits no longer than ``ANSWER_WITHIN_S``, so that a process that was stopped in its turn hangs nobody's phone.
    """

    def __init__(self, path: Path, campaign: Campaign, clock: Clock) -> None:
        """Open the ledger (raises LedgerError) and start the thread."""
        self._path, self._campaign, self._clock = path, campaign, clock
        self._connection: sqlite3.Connection | None = open_ledger(path, campaign)
        self._lock = lock_file(path)
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger writer", daemon=True)
        self._thread.start()

    async def ask(self, work: Work) -> Any:
        """Return the result of ``work`` once it is on disk; raises Refused or LedgerUnavailable."""
        loop = asyncio.get_running_loop()
        job = Job(work, loop.create_future(), loop)
        self._put(job)
        deadline = loop.call_later(ANSWER_WITHIN_S, _give_up, job)
        try:
            return await job.future
        finally:
            deadline.cancel()

    def submit(self, work: Work) -> "Future[Any]":
        """Queue ``work`` for a caller that is a thread; its future waits for as long as the caller likes."""
        job = Job(work, Future(), None)
        self._put(job)
        return job.future

    @property
    def waiting(self) -> int:
        """Return how many pieces of work wait to be taken."""
        return self._waiting.qsize()

    def is_alive(self) -> bool:
        """Return whether what is submitted will be written."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Finish what waits, unless the turn does not come, then close the ledger."""
        self._waiting.put(None)
        self._thread.join(CLOSE_WITHIN_S)

    def _put(self, job: Job) -> None:
        if not self.is_alive():
            job.give(LedgerUnavailable("this server's ledger writer has ended; scan another code"))
        elif self.waiting >= WAITING_LIMIT:
            job.give(LedgerUnavailable(f"{WAITING_LIMIT} requests wait for the ledger; try again shortly"))
        else:
            self._waiting.put(job)

    def _run(self) -> None:
        is_closing = False
        while not is_closing:
            first = self._waiting.get()
            if first is None:
                break
            take_turn(self._lock)
            group, is_closing = self._gather(first)
            try:
                outcomes = self._commit([job.work for job in group])
            finally:
                give_turn(self._lock)
            _deliver(group, outcomes)
        self._drop()
        os.close(self._lock)

    def _gather(self, first: Job) -> tuple[list[Job], bool]:
        """Return the jobs of a group, without those given up while the turn was waited for, and whether to end."""
        group, job = [], first
        while job is not None:
            if _is_wanted(job):
                group.append(job)
            if len(group) == GROUP_LIMIT:
                break
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                break
        return group, job is None

    def _commit(self, works: list[Work]) -> list[Any]:
        try:
            return self._write(works) if works else []
        except Exception as error:  # noqa: BLE001 the boundary: a group fails, its desks are told, the next is written
            self._drop()
            with suppress(OSError):  # a full disk takes no log line either
                log.error("ledger group failed", jobs=len(works), error=repr(error))
            failure = f"the ledger could not be written: {error}; nothing was recorded, try again"
            return [LedgerUnavailable(failure) for _ in works]

    def _write(self, works: list[Work]) -> list[Any]:
        self._connection = self._connection or open_in_turn(self._path, self._campaign)
        page = Page.begin(self._connection, micros(self._clock.now()))
        outcomes = [attempt(page, work) for work in works]
        self._connection.execute("COMMIT")
        return outcomes

    def _drop(self) -> None:
        """Close the connection, which rolls back; the next group opens a fresh one."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def _is_wanted(job: Job) -> bool:
    if job.loop is None:
        return job.future.set_running_or_notify_cancel()
    return job.is_mine() and not job.future.cancelled()


def _give_up(job: Job) -> None:
    if job.is_mine():
        sentence = f"the ledger's turn did not come within {ANSWER_WITHIN_S} s; nothing was recorded, try again"
    else:
        sentence = f"the disk took more than {ANSWER_WITHIN_S} s; send the same again, a repeat is harmless"
    job.give(LedgerUnavailable(sentence))


def _deliver(group: Sequence[Job], outcomes: Sequence[Any]) -> None:
    pairs = list(zip(group, outcomes, strict=True))
    for loop in {job.loop for job in group}:
        own = [pair for pair in pairs if pair[0].loop is loop]
        if loop is None:
            _give_all(own)
        else:
            with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
                loop.call_soon_threadsafe(_give_some, loop, own)


def _give_all(pairs: Sequence[tuple[Job, Any]]) -> None:
    for job, outcome in pairs:
        job.give(outcome)


def _give_some(loop: AbstractEventLoop, pairs: Sequence[tuple[Job, Any]]) -> None:
    """Give a group out in pieces: between them the loop takes in, or turns away, what has come meanwhile."""
    _give_all(pairs[:GIVEN_AT_ONCE])
    if rest := pairs[GIVEN_AT_ONCE:]:
        loop.call_soon(_give_some, loop, rest)
