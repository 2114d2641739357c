"""One DuckDB file, opened by this process alone: a cursor per thread, opened anew when the storage failed under it."""

import re
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from pipelines.logs import logger
from pipelines.store.errors import StoreError, StoreFailed, StoreForeign, StoreLocked, StoreTooNew

T = TypeVar("T")

MEMORY_LIMIT = "1GB"
THREADS = 1
"""Whoever asks works himself: a second thread of DuckDB's own cost a small question twice the processor time."""
BROKEN = (
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.ConnectionException,
    duckdb.IOException,
    duckdb.TransactionException,
)
"""What DuckDB raises when storage fails: a full disk is a TransactionException at the commit, a lost one is fatal."""
_log = logger(__name__)


class Database:
    """The open file. Every thread works on a cursor of its own; ``work`` must read its results whole."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, making it and its folder if need be; raises StoreLocked, StoreTooNew or StoreForeign."""
        self.path = path
        self._turn = threading.RLock()
        self._local = threading.local()
        self._generation = 0
        self._is_lost = False
        self._cursors: weakref.WeakSet[duckdb.DuckDBPyConnection] = weakref.WeakSet()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._root = _connect(path)

    def lock_down(self) -> None:
        """Fix the configuration: from here on no statement can change a setting or reach a file."""
        self._root.execute("SET lock_configuration = true")

    def run(self, work: Callable[[duckdb.DuckDBPyConnection], T], *, is_repeatable: bool) -> T:
        """Return ``work(cursor)``; when the storage fails, open anew and repeat once if that is harmless.

        Raises StoreFailed when the storage failed (again); the transaction that was open is gone, all or nothing.
        """
        try:
            return self._attempt(work)
        except StoreFailed:
            if not is_repeatable:
                raise
        return self._attempt(work)

    def close(self) -> None:
        """Close every cursor and the file."""
        with self._turn:
            self._generation += 1
            for cursor in (*self._cursors, self._root):
                cursor.close()
            self._cursors.clear()

    def _attempt(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        generation, cursor = self._cursor()
        try:
            return work(cursor)
        except BROKEN as error:
            self._reopen(generation, error)
            raise StoreFailed(f"the store {self.path} failed ({first_line(error)}); it was opened anew") from error

    def _cursor(self) -> tuple[int, duckdb.DuckDBPyConnection]:
        """Return this thread's cursor; opens the file when it could not be opened anew the last time."""
        with self._turn:
            if self._is_lost:
                self._open()
            if getattr(self._local, "generation", None) != self._generation:
                self._local.cursor = self._root.cursor()
                self._local.generation = self._generation
                self._cursors.add(self._local.cursor)
            return self._generation, self._local.cursor

    def _reopen(self, generation: int, error: duckdb.Error) -> None:
        with self._turn:
            if generation != self._generation:
                return
            _log.error("store failed, opening it anew", path=str(self.path), why=first_line(error))
            self.close()
            self._is_lost = True
            self._open()

    def _open(self) -> None:
        try:
            self._root = _connect(self.path)
            self.lock_down()
        except (StoreError, duckdb.Error) as error:
            raise StoreFailed(f"the store is closed since it failed, and opening it anew failed: {error}") from error
        self._is_lost = False


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(path), config={"threads": THREADS, "memory_limit": MEMORY_LIMIT})
    except duckdb.Error as error:
        raise _why_not(path, str(error)) from error
    for setting in ("GLOBAL TimeZone = 'UTC'", "enable_external_access = false"):
        connection.execute(f"SET {setting}")
    return connection


def _why_not(path: Path, text: str) -> StoreError:
    if "set lock" in text:
        holder = re.search(r"PID (\d+)", text)
        who = f"process {holder[1]}" if holder else "another process"
        return StoreLocked(f"the store {path} is in use by {who}; stop it, or choose another TENFOLD_HOME")
    if "newer version" in text or "version number" in text:
        return StoreTooNew(
            f"the store {path} was written by another DuckDB ({first_line(text)}); upgrade, or move it away"
        )
    return StoreForeign(f"the store {path} cannot be opened ({first_line(text)}); move it away and start again")


def first_line(error: object) -> str:
    """Return what an error says first; DuckDB adds a stack or the statement below."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
