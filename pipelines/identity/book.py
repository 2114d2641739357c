"""The file of accounts, sessions and failed tries: one SQLite file, opened by the command server and by commands."""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipelines.identity.errors import IdentityError

VERSION = 1
BUSY_S = 10.0
OWNER_ONLY = 0o600
SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE account (
    user_id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, scope_level TEXT NOT NULL, scope_id TEXT,
    password_hash TEXT, email TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL,
    is_locked INTEGER NOT NULL, is_demo INTEGER NOT NULL, changed_at REAL NOT NULL
) STRICT;
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY, user_id TEXT NOT NULL, address TEXT NOT NULL, opened_at REAL NOT NULL,
    seen_at REAL NOT NULL, expires_at REAL NOT NULL
) STRICT;
CREATE INDEX session_of ON session (user_id, opened_at);
CREATE TABLE failure (
    user_id TEXT NOT NULL, address TEXT NOT NULL, tries INTEGER NOT NULL, last_at REAL NOT NULL,
    PRIMARY KEY (user_id, address)
) STRICT;
CREATE INDEX failure_at ON failure (last_at);
PRAGMA user_version = {VERSION};
COMMIT;
"""


class Book:
    """One connection to the file; ``turn`` is one transaction, on disk when it ends."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, making it if need be, readable by its owner alone; raises IdentityError."""
        self.path = path
        self._turn = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(OWNER_ONLY)
            self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "trusted_schema = OFF"):
                self._connection.execute(f"PRAGMA {pragma}")
            _make_once(self._connection)
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            raise IdentityError(f"cannot open the accounts in {path}: {error}; free space or move it away") from error
        if version != VERSION:
            raise IdentityError(f"the accounts in {path} have version {version}, expected {VERSION}; move it away")

    @contextmanager
    def turn(self) -> Generator[sqlite3.Connection]:
        """Hold the file for one transaction; raises IdentityError, and then nothing of it was kept."""
        with self._turn:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise IdentityError(
                    f"the accounts in {self.path} failed ({error}); nothing was kept, free space and try again"
                ) from error
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def look(self) -> Generator[sqlite3.Connection]:
        """Hold the file for reading."""
        with self._turn:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise IdentityError(f"the accounts in {self.path} cannot be read ({error})") from error

    def close(self) -> None:
        """Close the file; waits for the transaction under way."""
        with self._turn:
            self._connection.close()


def _make_once(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        return
    try:
        connection.executescript(SCHEMA)
    except sqlite3.OperationalError:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise  # nobody else has made it meanwhile
