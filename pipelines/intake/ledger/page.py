"""The open transaction, the refusals that undo a piece of it, and the requests that are answered from the record."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from pipelines.contract import CLOCK_TOLERANCE, Problem
from pipelines.intake.moments import micros, moment
from pipelines.vocabulary import TubeEventKind

INSERT_EVENT = "INSERT INTO tube_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_PERSON = "INSERT INTO tube_person (place, token) VALUES (?, ?)"
INSERT_REQUEST = "INSERT INTO request VALUES (?, ?, ?, ?)"
_ASKED = "SELECT body_digest, answer FROM request WHERE device_id = ? AND device_sequence = ?"
_LAST = "SELECT sequence, recorded_at FROM tube_event ORDER BY sequence DESC LIMIT 1"
_NEXT_EXCEPTION = """
SELECT 1 + max(
  coalesce((SELECT max(sequence) FROM late_duplicate), 0), coalesce((SELECT max(sequence) FROM conflict), 0)
)
"""
_TOLERANCE = CLOCK_TOLERANCE // timedelta(microseconds=1)
_ENCODE = msgspec.msgpack.Encoder().encode
_BIT = {kind: 1 << place for place, kind in enumerate(TubeEventKind)}
T = TypeVar("T")


@dataclass(frozen=True)
class ConflictRow:
    """A request that contradicts the record: kept although nothing of it is recorded."""

    rule: str
    device_id: str
    device_sequence: int
    barcode: str


class Refused(Exception):
    """A rule forbids the request; ``status`` is HTTP's, ``problem`` the sentence, ``conflict`` what is to be kept."""

    def __init__(
        self, status: int, rule: str, detail: str, field: str | None = None, conflict: ConflictRow | None = None
    ) -> None:
        """Keep the parts of the answer."""
        super().__init__(detail)
        self.status = status
        self.problem = Problem(rule=rule, detail=detail, field=field)
        self.conflict = conflict


@dataclass
class Page:
    """The open transaction: where the ledger ends, the moment that what is added now was recorded, and the clock's."""

    connection: sqlite3.Connection
    sequence: int
    recorded_at: int
    now: int

    @classmethod
    def begin(cls, connection: sqlite3.Connection, now: int) -> "Page":
        """Begin a transaction; recording moments never go back, whatever the clock does."""
        connection.execute("BEGIN IMMEDIATE")
        sequence, recorded_at = connection.execute(_LAST).fetchone() or (0, 0)
        return cls(connection, sequence, max(now, recorded_at), now)

    def next_sequence(self) -> int:
        """Return the number of the next event."""
        self.sequence += 1
        return self.sequence

    def next_exception(self) -> int:
        """Return the number of the next late duplicate or conflict."""
        return self.connection.execute(_NEXT_EXCEPTION).fetchone()[0]


def attempt(page: Page, work: Callable[[Page], T]) -> T | Refused:
    """Do one piece of work; a refusal undoes it alone, keeps its conflict, and is returned.

    What the ledger's own rules forbid, or its columns cannot hold, is a refusal too: it must not undo its neighbours.
    """
    sequence = page.sequence
    page.connection.execute("SAVEPOINT work")
    try:
        result: T | Refused = work(page)
    except (Refused, sqlite3.IntegrityError, OverflowError) as error:
        page.connection.execute("ROLLBACK TO work")
        page.sequence = sequence
        result = error if isinstance(error, Refused) else _forbidden(error)
        if result.conflict:
            record_conflict(page, result.conflict)
    page.connection.execute("RELEASE work")
    return result


def _forbidden(error: Exception) -> Refused:
    return Refused(409, "ledger_rule", f"the ledger cannot hold this: {error}; nothing was recorded, send it corrected")


def record_conflict(page: Page, conflict: ConflictRow) -> None:
    """Keep a conflict; the same one again is kept once."""
    row = (conflict.rule, conflict.device_id, conflict.device_sequence, conflict.barcode, page.recorded_at)
    page.connection.execute("INSERT OR IGNORE INTO conflict VALUES (?, ?, ?, ?, ?, ?)", (page.next_exception(), *row))


@dataclass(frozen=True)
class Asked:
    """Who asks: a device, its request's number, the label it is about, and 16 bytes that tell contents apart."""

    device_id: str
    device_sequence: int
    barcode: str
    body_digest: bytes

    def conflict(self, status: int, rule: str, detail: str, field: str | None = None) -> Refused:
        """Return a refusal of this request that is kept as a conflict."""
        row = ConflictRow(rule, self.device_id, self.device_sequence, self.barcode)
        return Refused(status, rule, detail, field, row)


def asked(device_id: str, device_sequence: int, barcode: str, body: msgspec.Struct, step: str) -> Asked:
    """Return a request as the record knows it; raises Refused (422) when its moment is in no calendar."""
    try:
        content = _ENCODE((step, barcode, body))
    except OverflowError as error:
        detail = f"a moment of this request about tube {barcode} is in no calendar; set the device's clock"
        raise Refused(422, "moment_out_of_range", detail, "happened_at") from error
    return Asked(device_id, device_sequence, barcode, blake2b(content, digest_size=16).digest())


def recorded_answer(page: Page, request: Asked) -> bytes | None:
    """Return the recorded answer of a repeat, None for a new request; raises Refused when its content differs."""
    row = page.connection.execute(_ASKED, (request.device_id, request.device_sequence)).fetchone()
    if row is None:
        return None
    if row[0] != request.body_digest:
        raise request.conflict(
            409,
            "device_sequence_reused",
            f"device {request.device_id} already used sequence {request.device_sequence} with another content than"
            f" this about tube {request.barcode}; send a changed request under the next sequence",
            "device_sequence",
        )
    return row[1]


def keep_answer(page: Page, request: Asked, answer: msgspec.Struct) -> None:
    """Record the answer that repeats of the request will get."""
    key = (request.device_id, request.device_sequence, request.body_digest, _ENCODE(answer))
    page.connection.execute(INSERT_REQUEST, key)


def taken(kinds: Iterable[TubeEventKind]) -> int:
    """Return the bits of a tube's events."""
    return sum(_BIT[kind] for kind in set(kinds))


def check_moment(page: Page, at: datetime, step_of: tuple[str, str], since: int, field: str) -> int:
    """Return ``at`` as the ledger keeps it; raises Refused when it is before ``since`` or ahead of the clock.

    ``step_of`` names the step and whose it is.
    """
    happened_at = micros(at)
    if happened_at < since - _TOLERANCE:
        detail = f"{' of '.join(step_of)} at {at} lies before its earlier step, {moment(since)}; set the sender's clock"
        raise Refused(422, "step_before_registration", detail, field)
    if happened_at > page.now + _TOLERANCE:
        detail = f"{' of '.join(step_of)} at {at} lies in the future of {moment(page.now)}; set the sender's clock"
        raise Refused(422, "step_in_the_future", detail, field)
    return happened_at


def one(page: Page, sql: str, *values: Any) -> tuple[Any, ...] | None:
    """Return the first row of a question."""
    return page.connection.execute(sql, values).fetchone()
