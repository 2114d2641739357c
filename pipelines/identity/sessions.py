"""Sessions: a token told once and kept as its hash, dead when idle, when the shift is over, or when it is ended."""

import secrets
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from pipelines.api import Scope, Session, Viewer
from pipelines.identity.book import Book
from pipelines.vocabulary import ScopeLevel, UserRole

IDLE_S = 1800.0
SHIFT_S = 43_200.0
SEEN_EVERY_S = 30.0
SESSIONS_PER_USER = 50
LONGEST_TOKEN = 128
_FIND = """
SELECT a.user_id, a.name, a.role, a.scope_level, a.scope_id, a.is_demo, s.seen_at, s.expires_at
FROM session s JOIN account a ON a.user_id = s.user_id
WHERE s.token_hash = ? AND a.is_locked = 0
"""
_TRIM = """
DELETE FROM session WHERE user_id = ?1 AND token_hash NOT IN
(SELECT token_hash FROM session WHERE user_id = ?1 ORDER BY opened_at DESC LIMIT ?2)
"""


class Sessions:
    """The sessions of one file."""

    def __init__(self, book: Book, now: Callable[[], datetime]) -> None:
        """Keep them in ``book``; ``now`` is wall time."""
        self._book = book
        self._now = now

    def open(self, viewer: Viewer, address: str) -> Session:
        """Open a session with a token nobody had before."""
        token, at = secrets.token_urlsafe(32), self._now().timestamp()
        with self._book.turn() as connection:
            connection.execute("DELETE FROM session WHERE expires_at < ? OR seen_at < ?", (at, at - IDLE_S))
            connection.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)",
                (_hash(token), viewer.user_id, address[:64], at, at, at + SHIFT_S),
            )
            connection.execute(_TRIM, (viewer.user_id, SESSIONS_PER_USER))
        return Session(token=token, viewer=viewer, expires_at=datetime.fromtimestamp(at + SHIFT_S, UTC))

    def viewer(self, token: str) -> Viewer | None:
        """Return whose session it is, None when there is none (any more); being asked about keeps it awake."""
        if not token or len(token) > LONGEST_TOKEN:
            return None
        at = self._now().timestamp()
        with self._book.look() as connection:
            row = connection.execute(_FIND, (_hash(token),)).fetchone()
        if row is None or at >= row[7] or at - row[6] >= IDLE_S:
            return None
        if at - row[6] >= SEEN_EVERY_S:
            self._write("UPDATE session SET seen_at = ? WHERE token_hash = ?", at, _hash(token))
        return Viewer(
            user_id=row[0],
            name=row[1],
            role=UserRole(row[2]),
            scope=Scope(ScopeLevel(row[3]), row[4]),
            is_demo=bool(row[5]),
        )

    def end(self, token: str) -> None:
        """End a session; nothing happens when there is none."""
        self._write("DELETE FROM session WHERE token_hash = ?", _hash(token))

    def _write(self, statement: str, *values: object) -> sqlite3.Cursor:
        with self._book.turn() as connection:
            return connection.execute(statement, values)


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
