"""What one transaction writes: a registration, or custody steps, with the sentence for each refusal."""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import msgspec

from pipelines.contract import CLOCK_TOLERANCE, CustodyStep, Problem, TubeReceipt, TubeRegistration
from pipelines.intake.moments import micros, moment
from pipelines.intake.states import BEFORE, is_repeat, may_take
from pipelines.vocabulary import TubeEventKind

INSERT_TUBE = "INSERT INTO tube VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_PERSON = "INSERT INTO tube_person VALUES (?, ?, ?, ?)"
INSERT_EVENT = "INSERT INTO tube_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_TUBE = (
    "SELECT state, closed_at, site_id, lab_id, server_id, lane_no, persons, short_reason FROM tube WHERE barcode = ?"
)
_ASKED = (
    "SELECT barcode, tube_no, persons, recorded_at, body_digest FROM tube WHERE device_id = ? AND device_sequence = ?"
)
_OTHER_TUBE = """
SELECT barcode FROM tube_person AS person JOIN tube USING (tube_no)
WHERE person.token = ? AND person.round_id = ? AND tube_no <> ?
"""
_TOLERANCE = CLOCK_TOLERANCE // timedelta(microseconds=1)
_LAST = "SELECT sequence, recorded_at FROM tube_event ORDER BY sequence DESC LIMIT 1"


class Refused(Exception):
    """A rule forbids the request; ``status`` is HTTP's, ``problem`` the sentence."""

    def __init__(self, status: int, rule: str, detail: str, field: str | None = None) -> None:
        """Keep the parts of the answer."""
        super().__init__(detail)
        self.status = status
        self.problem = Problem(rule=rule, detail=detail, field=field)


class CustodyReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to custody steps, sent after they are on disk."""

    recorded: int
    repeated: int


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


def digest(registration: TubeRegistration) -> bytes:
    """Return 16 bytes that tell one request's content from another's."""
    return blake2b(msgspec.msgpack.encode(registration), digest_size=16).digest()


def record_registration(page: Page, tube: TubeRegistration, server_id: str) -> TubeReceipt:
    """Record one group, or return the recorded answer of the same request; raises Refused (409)."""
    body = digest(tube)
    asked = page.connection.execute(_ASKED, (tube.device_id, tube.device_sequence)).fetchone()
    if asked:
        return _replay(tube, asked, body)
    sequence = page.next_sequence()
    try:
        _insert(page, tube, server_id, sequence, body)
    except sqlite3.IntegrityError as error:
        raise _conflict(page.connection, tube, sequence, str(error)) from error
    return TubeReceipt(
        barcode=tube.barcode,
        sequence=sequence,
        persons=len(tube.persons),
        recorded_at=moment(page.recorded_at),
        is_replay=False,
    )


def _insert(page: Page, tube: TubeRegistration, server_id: str, sequence: int, body: bytes) -> None:
    kind, closed_at = TubeEventKind.REGISTERED.value, micros(tube.closed_at)
    reason = tube.short_reason.value if tube.short_reason else None
    place = (tube.site_id, tube.lab_id, server_id, tube.lane_no, len(tube.persons), reason)
    device = (tube.device_id, tube.device_sequence, body)
    times = (micros(tube.opened_at), closed_at, page.recorded_at)
    page.connection.execute(INSERT_TUBE, (sequence, tube.barcode, tube.round_id, *place, *device, *times, kind))
    page.connection.executemany(
        INSERT_PERSON,
        [(sequence, seat, tube.round_id, bytes.fromhex(token)) for seat, token in enumerate(tube.persons, 1)],
    )
    page.connection.execute(INSERT_EVENT, (sequence, tube.barcode, kind, *place, closed_at, page.recorded_at))


def _replay(tube: TubeRegistration, asked: tuple[Any, ...], body: bytes) -> TubeReceipt:
    barcode, sequence, persons, recorded_at, first_body = asked
    if first_body != body:
        raise Refused(
            409,
            "device_sequence_reused",
            f"device {tube.device_id} already used sequence {tube.device_sequence} for tube {barcode} with another"
            " content; send a changed group under the next sequence",
            "device_sequence",
        )
    return TubeReceipt(
        barcode=barcode, sequence=sequence, persons=persons, recorded_at=moment(recorded_at), is_replay=True
    )


def _conflict(connection: sqlite3.Connection, tube: TubeRegistration, own_no: int, cause: str) -> Refused:
    used = "SELECT 1 FROM tube WHERE barcode = ? AND tube_no <> ?"
    if connection.execute(used, (tube.barcode, own_no)).fetchone():
        return Refused(
            409, "barcode_used", f"tube {tube.barcode} is registered already; scan an unused label", "barcode"
        )
    for seat, token in enumerate(tube.persons):
        row = connection.execute(_OTHER_TUBE, (bytes.fromhex(token), tube.round_id, own_no)).fetchone()
        if row:
            detail = f"person {seat + 1} of the group is registered in tube {row[0]} of this round; take the person out"
            return Refused(409, "person_registered", detail, f"persons[{seat}]")
    return Refused(409, "ledger_rule", f"the ledger refused tube {tube.barcode}: {cause}")


def record_custody(page: Page, steps: list[CustodyStep]) -> CustodyReceipt:
    """Record the steps in their order, all or none; raises Refused on an unknown tube or a step out of order."""
    recorded = sum(_record_step(page, step, index) for index, step in enumerate(steps))
    return CustodyReceipt(recorded=recorded, repeated=len(steps) - recorded)


def _record_step(page: Page, step: CustodyStep, index: int) -> bool:
    field = f"steps[{index}]"
    row = page.connection.execute(_TUBE, (step.barcode,)).fetchone()
    if row is None:
        raise Refused(422, "unknown_barcode", f"no tube {step.barcode} is registered; register it first", field)
    state = TubeEventKind(row[0])
    if is_repeat(state, step.kind):
        return False
    if not may_take(state, step.kind):
        raise Refused(
            409,
            "step_out_of_order",
            f"tube {step.barcode} is {state.value}; {step.kind.value} is possible only after"
            f" {(BEFORE[step.kind] or state).value}; send the missing step first",
            field,
        )
    happened_at = micros(step.happened_at)
    _check_time(page, step, registered_at=row[1], field=field)
    event = (page.next_sequence(), step.barcode, step.kind.value, *row[2:], happened_at, page.recorded_at)
    page.connection.execute(INSERT_EVENT, event)
    page.connection.execute("UPDATE tube SET state = ? WHERE barcode = ?", (step.kind.value, step.barcode))
    return True


def _check_time(page: Page, step: CustodyStep, registered_at: int, field: str) -> None:
    happened_at, came = micros(step.happened_at), f"happened_at {step.happened_at} of {step.kind.value}"
    if happened_at < registered_at - _TOLERANCE:
        detail = (
            f"{came} lies before tube {step.barcode} was registered, {moment(registered_at)}; set the sender's clock"
        )
        raise Refused(422, "step_before_registration", detail, field)
    if happened_at > page.now + _TOLERANCE:
        detail = f"{came} of tube {step.barcode} lies in the future of {moment(page.now)}; set the sender's clock"
        raise Refused(422, "step_in_the_future", detail, field)
