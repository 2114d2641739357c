"""Read a whole ledger again and name every row that was flipped, deleted, moved or put in since it was written."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pipelines.acts.entry import GENESIS
from pipelines.acts.opening import open_reader, own_schema, schema_of

ROWS_AT_ONCE = 2_000
UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
_ALL = "SELECT * FROM act ORDER BY sequence"
_COUNTER = "SELECT seq FROM sqlite_sequence WHERE name = 'act'"
_PLACE = "SELECT sequence FROM act WHERE hash = ?"


class Finding(NamedTuple):
    """What is wrong at one row: its sequence (0 for the file itself) and a sentence."""

    sequence: int
    sentence: str


class Verified(NamedTuple):
    """What a ledger holds: its rows, its newest row's sequence and hash, and everything that is wrong with it."""

    entries: int
    head_sequence: int
    head_hash: str
    findings: tuple[Finding, ...]


class _Walk:
    """The walk along the chain: what the next row must be, and what was found so far."""

    def __init__(self) -> None:
        self.entries, self.sequence, self.told, self.true = 0, 0, GENESIS, GENESIS
        self.findings: list[Finding] = []
        self._encode = msgspec.json.Encoder(order="sorted").encode

    def take(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take the next rows; a sound one costs a hash and three comparisons."""
        encode, expected = self._encode, self.sequence + 1
        for row in rows:
            true = sha256(encode(row[:-1])).hexdigest()
            if row[0] == expected and row[-1] == true and row[-2] == self.told == self.true:
                self.told = self.true = true
            else:
                self._odd(row, expected, true)
            expected = row[0] + 1
            self.entries += 1
        self.sequence = expected - 1

    def _odd(self, row: tuple[Any, ...], expected: int, true: str) -> None:
        sequence, told = row[0], row[-1]
        self.findings += missing(expected, sequence)
        if sequence < expected:
            self.findings.append(Finding(sequence, f"row {sequence} was put in before the first row"))
        elif told != true:
            self.findings.append(Finding(sequence, f"row {sequence} is not what was written: its hash does not fit"))
        elif sequence == expected and row[-2] not in (self.told, self.true):
            self.findings.append(Finding(sequence, f"row {sequence} does not follow the row before it: it was put in"))
        self.told, self.true = told, true


def verify(path: Path, head: tuple[int, str] | None = None) -> Verified:
    """Check the whole ledger at ``path``; ``head`` is a sequence and hash noted before, which must still be there.

    The chain alone cannot show a new end that was forged as a whole; a noted head can. Raises ActsError when the file
    cannot be read at all.
    """
    with closing(open_reader(path)) as connection:
        walk = _Walk()
        try:
            connection.execute("BEGIN")  # one moment for all that follows, whoever appends meanwhile
            walk = _walked(connection)
            connection.text_factory = _written_out
            walk.findings[:0] = _schema(connection)
            walk.findings += missing(walk.sequence + 1, _counter(connection) + 1) + _noted(connection, head)
            walk.findings += [Finding(0, f"the file is damaged: {told}") for told in _damage(connection)]
        except UNREADABLE as error:
            walk.findings.append(Finding(0, f"the file cannot be read to its end: {error}"))
    return Verified(walk.entries, walk.sequence, walk.told, tuple(walk.findings))


def _walked(connection: sqlite3.Connection) -> _Walk:
    """Walk along the chain; when bytes stand there that never were text, once more with those written out."""
    walk = _Walk()
    for text_factory in (str, _written_out):
        connection.text_factory = text_factory
        walk = _Walk()
        try:
            for rows in _pages(connection):
                walk.take(rows)
        except UNREADABLE as error:
            walk.findings.append(Finding(0, f"the file cannot be read beyond row {walk.sequence}: {error}"))
        else:
            break
    return walk


def missing(expected: int, found: int) -> list[Finding]:
    """Return a finding for each row from ``expected`` to before ``found``; of many, one for all."""
    if found - expected > 1_000:
        return [Finding(expected, f"the rows {expected} to {found - 1} are missing: they were deleted")]
    return [Finding(n, f"row {n} is missing: it was deleted") for n in range(expected, found)]


def _pages(connection: sqlite3.Connection) -> Iterator[list[tuple[Any, ...]]]:
    rows = connection.execute(_ALL)
    while page := rows.fetchmany(ROWS_AT_ONCE):
        yield page


def _written_out(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _damage(connection: sqlite3.Connection) -> list[str]:
    """Return what SQLite itself finds wrong with the file's pages and indexes."""
    return [str(told) for (told,) in connection.execute("PRAGMA quick_check") if told != "ok"]


def _counter(connection: sqlite3.Connection) -> int:
    """Return the number of rows ever appended, which SQLite counts beside them."""
    found = connection.execute(_COUNTER).fetchone()
    return int(found[0]) if found else 0


def _schema(connection: sqlite3.Connection) -> list[Finding]:
    theirs, ours = schema_of(connection), own_schema()
    odd = sorted(name for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name))
    return [Finding(0, f"the ledger's {name} is not as it was made: rows may have been changed") for name in odd]


def _noted(connection: sqlite3.Connection, head: tuple[int, str] | None) -> list[Finding]:
    if head is None or head == (0, GENESIS):
        return []
    found = connection.execute(_PLACE, (head[1],)).fetchone()
    if found and found[0] == head[0]:
        return []
    return [Finding(head[0], f"row {head[0]} is not the one whose hash was noted as {head[1][:16]}…")]
