"""The one thread of a process that writes the ledger: it gathers what waits and commits it together."""

import fcntl
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock
from pipelines.intake.ledger.opening import LedgerUnavailable, lock_file, open_ledger, take_turn
from pipelines.intake.ledger.record import Page, Refused
from pipelines.intake.moments import micros
from pipelines.logs import logger

GROUP_LIMIT = 256
TURN_S = 1.5  # below a phone's own patience, so that it is told rather than left waiting
WAITING_LIMIT = 4_000
Work = Callable[[Page], Any]
Job = tuple[Work, Future[Any]]
log = logger(__name__)


class LedgerWriter:
    """A future it returns is done only after the commit that holds its work has returned from the disk."""

    def __init__(self, path: Path, campaign: Campaign, clock: Clock) -> None:
        """Open the ledger (raises LedgerError) and start the thread."""
        self._path, self._campaign, self._clock = path, campaign, clock
        self._connection: sqlite3.Connection | None = open_ledger(path, campaign)
        self._lock = lock_file(path)
        self._waiting: queue.Queue[Job | None] = queue.Queue(WAITING_LIMIT)
        self._thread = threading.Thread(target=self._run, name="ledger writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> "Future[Any]":
        """Queue ``work``; its future holds the result, or raises Refused or LedgerUnavailable."""
        future: Future[Any] = Future()
        if not self.is_alive():
            future.set_exception(LedgerUnavailable("this server's ledger writer has ended; scan another code"))
            return future
        try:
            self._waiting.put_nowait((work, future))
        except queue.Full:
            future.set_exception(LedgerUnavailable(f"{WAITING_LIMIT} requests wait for the ledger; try again shortly"))
        return future

    def is_alive(self) -> bool:
        """Return whether what is submitted will be written."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Finish what waits, then close the ledger."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first, *self._more()]
            closing = group[-1] is None
            self._commit([job for job in group if job is not None])
            if closing:
                break
        self._drop()
        os.close(self._lock)

    def _more(self) -> list[Job | None]:
        found: list[Job | None] = []
        while len(found) < GROUP_LIMIT:
            try:
                found.append(self._waiting.get_nowait())
            except queue.Empty:
                break
            if found[-1] is None:
                break
        return found

    def _commit(self, waiting: list[Job]) -> None:
        group = [job for job in waiting if job[1].set_running_or_notify_cancel()]
        try:
            outcomes: list[Any] = self._write(group)
        except Exception as error:  # noqa: BLE001 the boundary: a group fails, its desks are told, the next is written
            self._drop()
            with suppress(OSError):  # a full disk takes no log line either
                log.error("ledger group failed", jobs=len(group), error=repr(error))
            failure = LedgerUnavailable(f"the ledger could not be written: {error}; nothing was recorded, try again")
            outcomes = [failure] * len(group)
        for (_, future), outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    def _write(self, group: list[Job]) -> list[Any]:
        self._connection = self._connection or open_ledger(self._path, self._campaign, TURN_S)
        take_turn(self._lock, TURN_S)
        try:
            page = Page.begin(self._connection, micros(self._clock.now()))
            outcomes = [_apply(page, work) for work, _ in group]
            self._connection.execute("COMMIT")
            return outcomes
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _drop(self) -> None:
        """Close the connection, which rolls back; the next group opens a fresh one."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def _apply(page: Page, work: Work) -> Any:
    """Do one piece of work so that its refusal undoes it alone; a failing disk still fails the whole group."""
    sequence = page.sequence
    page.connection.execute("SAVEPOINT work")
    try:
        result = work(page)
    except Refused as refusal:
        page.connection.execute("ROLLBACK TO work")
        page.sequence = sequence
        result = refusal
    page.connection.execute("RELEASE work")
    return result
