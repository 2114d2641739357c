"""A ledger that one process writes and nobody else reads, for as long as a virtual day lasts."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

CACHE_KB = 600_000
_BEGUN = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = MEMORY",  # no second copy of each page on its way to the file
    f"PRAGMA cache_size = {-CACHE_KB}",
)
_ENDED = ("PRAGMA locking_mode = NORMAL", "PRAGMA journal_mode = WAL")


@contextmanager
def solo(connection: sqlite3.Connection) -> Generator[sqlite3.Connection]:
    """Let nobody else in until the end, and keep the whole ledger in memory as far as it fits."""
    for statement in _BEGUN:
        connection.execute(statement)
    try:
        yield connection
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for statement in _ENDED:
            connection.execute(statement)
