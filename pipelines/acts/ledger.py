"""Append an act and read acts back: one ledger, any number of threads and processes, nothing ever changed."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from pipelines.acts.entry import GENESIS, Entry, Row, entry_of, facts_json, sealed
from pipelines.acts.errors import ActConflict, ActOvertaken, ActsUnavailable
from pipelines.acts.opening import open_writer
from pipelines.acts.words import check_actor, check_words
from pipelines.api import Act, NewAct, Viewer

T = TypeVar("T")

FEED_AT_MOST = 5_000
_LAST = "SELECT sequence, hash FROM act ORDER BY sequence DESC LIMIT 1"
_BY_ID = "SELECT * FROM act WHERE act_id = ?"
_INSERT = "INSERT INTO act VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FEED = "SELECT * FROM act WHERE sequence > ? ORDER BY sequence LIMIT ?"


class ActLedger:
    """The acts of one command center. An act is on disk before ``append`` returns."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, making it if need be; raises ActsError."""
        self.path = path
        self._turn = threading.Lock()
        self._connection = open_writer(path)

    def append(
        self,
        new: NewAct,
        actor: Viewer | str,
        address: str,
        happened_at: datetime,
        recorded_at: datetime,
        newest: int | None = None,
    ) -> Act:
        """Record what ``actor`` (a viewer, or a station's name) did, and return it as it is kept.

        A repeat (the same act_id, actor and content) gets the recorded answer, whenever it comes. ``happened_at`` is
        campaign time, ``recorded_at`` wall time. With ``newest`` it is recorded only directly after the act of that
        sequence. Raises ActRefused, ActConflict, ActOvertaken or ActsUnavailable; then nothing of the act was recorded.
        """
        return self.append_all([new], actor, address, happened_at, recorded_at, newest)[0]

    def append_all(
        self,
        news: Sequence[NewAct],
        actor: Viewer | str,
        address: str,
        happened_at: datetime,
        recorded_at: datetime,
        newest: int | None = None,
    ) -> list[Act]:
        """Record several acts together, in their order: when one is refused, none of them is recorded."""
        by, role = (actor, None) if isinstance(actor, str) else (actor.user_id, actor.role)
        check_actor(by, address)
        for new in news:
            check_words(new, facts_json(new.facts))
        acts = [
            Act(
                sequence=0,
                act_id=new.act_id,
                kind=new.kind,
                by=by,
                role=role,
                scope=new.scope,
                target=new.target,
                facts=new.facts,
                reason=new.reason,
                address=address,
                happened_at=happened_at,
                recorded_at=recorded_at,
            )
            for new in news
        ]
        return self._do(lambda connection: _appended(connection, acts, newest))

    def feed(self, after: int = 0, limit: int = FEED_AT_MOST) -> list[Entry]:
        """Return the acts with a sequence above ``after``, ascending, at most ``limit`` of them."""
        found = self._do(lambda c: c.execute(_FEED, (after, min(limit, FEED_AT_MOST))).fetchall())
        return [entry_of(Row(*row)) for row in found]

    def holds(self, act_id: str) -> bool:
        """Whether an act of that id is on record."""
        return self._do(lambda c: c.execute(_BY_ID, (act_id,)).fetchone()) is not None

    def head(self) -> tuple[int, str]:
        """Return the newest act's sequence and hash, (0, 64 zeros) when there is none: what to keep elsewhere."""
        return self._do(_head)

    def close(self) -> None:
        """Close the file; waits for the append under way."""
        with self._turn:
            self._connection.close()

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._turn:
            try:
                return work(self._connection)
            except sqlite3.Error as error:
                sentence = f"the act ledger {self.path} failed ({error}); nothing was recorded, free space and repeat"
                raise ActsUnavailable(sentence) from error


def _appended(connection: sqlite3.Connection, acts: Sequence[Act], newest: int | None) -> list[Act]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        told = [_written(connection, act, newest) for act in acts]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return told


def _written(connection: sqlite3.Connection, act: Act, newest: int | None) -> Act:
    known = connection.execute(_BY_ID, (act.act_id,)).fetchone()
    if known is not None:
        return _repeated(entry_of(Row(*known)).act, act)
    sequence, prev_hash = _head(connection)
    if newest is not None and sequence != newest:
        raise ActOvertaken
    row = sealed(_numbered(act, sequence + 1), prev_hash)
    connection.execute(_INSERT, row)
    return entry_of(row).act


def _head(connection: sqlite3.Connection) -> tuple[int, str]:
    last = connection.execute(_LAST).fetchone()
    return (last[0], last[1]) if last else (0, GENESIS)


def _repeated(known: Act, again: Act) -> Act:
    if _content(known) == _content(again):
        return known
    sentence = f"another act is recorded under act_id {again.act_id}; nothing was recorded, use a fresh act_id"
    raise ActConflict("act_id_reused", sentence, "act_id")


def _content(act: Act) -> tuple[object, ...]:
    return (act.kind, act.by, act.scope, act.target, facts_json(act.facts), act.reason)


def _numbered(act: Act, sequence: int) -> Act:
    return msgspec.structs.replace(act, sequence=sequence)
