"""Record a whole group under one label: registered online, or on a phone alone and uploaded later."""

import sqlite3
from typing import Any

import msgspec

from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.intake.ledger.page import (
    INSERT_EVENT,
    INSERT_PERSON,
    Asked,
    Page,
    Refused,
    asked,
    keep_answer,
    one,
    recorded_answer,
    taken,
)
from pipelines.intake.moments import micros, moment
from pipelines.machines import TUBE
from pipelines.vocabulary import ExceptionKind, TubeEventKind

INSERT_TUBE = "INSERT INTO tube VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
INSERT_DUPLICATE = "INSERT INTO late_duplicate VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
REGISTERED = TubeEventKind.REGISTERED.value
SEATS = 16  # a place in the ledger is SEATS * tube_no + seat
_COUNTED_IN = "SELECT barcode FROM tube_person JOIN tube USING (tube_no) WHERE token = ?"
_TUBE = "SELECT tube_no, state, persons, recorded_at FROM tube WHERE barcode = ?"
_TOKENS = """
SELECT token FROM tube_person WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + 15
UNION ALL SELECT token FROM late_duplicate WHERE barcode = ?2 AND token IS NOT NULL
"""
_RECEIPT = msgspec.msgpack.Decoder(TubeReceipt)


def _whole_group_leads_to() -> str:
    state: str | None = "issued"
    for step in ("open", "bind", "close"):
        state = TUBE.after(state or "", step)
    if state != REGISTERED:
        raise ValueError(f"a whole group must lead a label from issued to {REGISTERED}, not to {state}")
    return state


_TAKEN = taken([TubeEventKind.REGISTERED])
STATE = _whole_group_leads_to()


def record_registration(page: Page, tube: TubeRegistration, server_id: str) -> TubeReceipt:
    """Record one group, or return the recorded answer of the same request; raises Refused (409)."""
    request = asked(tube.device_id, tube.device_sequence, tube.barcode, tube, "register")
    if (answer := recorded_answer(page, request)) is not None:
        return msgspec.structs.replace(_RECEIPT.decode(answer), is_replay=True)
    receipt = _upload(page, tube, server_id, request) if tube.is_offline else _register(page, tube, server_id, request)
    keep_answer(page, request, receipt)
    return receipt


def _register(page: Page, tube: TubeRegistration, server_id: str, request: Asked) -> TubeReceipt:
    places = [(seat, bytes.fromhex(token)) for seat, token in enumerate(tube.persons, 1)]
    try:
        return _insert(page, tube, server_id, places)
    except sqlite3.IntegrityError as error:
        raise _conflict(page, tube, request, str(error)) from error


def _insert(page: Page, tube: TubeRegistration, server_id: str, places: list[tuple[int, bytes]]) -> TubeReceipt:
    no, persons, closed_at = page.next_sequence(), len(places), micros(tube.closed_at)
    reason = tube.short_reason.value if tube.short_reason else None
    where = (tube.site_id, tube.lab_id)
    execute = page.connection.execute
    page.connection.executemany(INSERT_PERSON, [(SEATS * no + seat, token) for seat, token in places])
    row = (no, tube.barcode, tube.round_id, *where, tube.account_id, server_id, tube.lane_no, persons)
    device = (len(tube.persons), reason, None, tube.device_id, tube.device_sequence)
    times = (micros(tube.opened_at), closed_at, page.recorded_at, STATE, closed_at, _TAKEN, None)
    quality = (tube.is_offline, tube.rescans, tube.manual_entries, tube.is_verified)
    execute(INSERT_TUBE, (*row, *device, *times, *quality))
    event = (no, tube.barcode, REGISTERED, *where, server_id, tube.lane_no, persons, reason)
    execute(INSERT_EVENT, (*event, closed_at, page.recorded_at))
    return TubeReceipt(
        barcode=tube.barcode, sequence=no, persons=persons, recorded_at=moment(page.recorded_at), is_replay=False
    )


def _conflict(page: Page, tube: TubeRegistration, request: Asked, cause: str) -> Refused:
    if one(page, _TUBE, tube.barcode):
        return barcode_used(request)
    for seat, token in enumerate(tube.persons):
        row = one(page, _COUNTED_IN, bytes.fromhex(token))
        if row and row[0] != tube.barcode:
            return person_registered(request, seat + 1, row[0], f"persons[{seat}]")
    return request.conflict(409, "ledger_rule", f"the ledger refused tube {tube.barcode}: {cause}")


def barcode_used(request: Asked) -> Refused:
    """Return the refusal of a label that was opened before."""
    detail = f"tube {request.barcode} is registered already, with other persons or by another request;"
    return request.conflict(409, "barcode_used", f"{detail} scan an unused label", "barcode")


def person_registered(request: Asked, seat: int, barcode: str, field: str) -> Refused:
    """Return the refusal of a person who is counted elsewhere."""
    detail = f"person {seat} of the group is registered in tube {barcode} of this round; take the person out"
    return request.conflict(409, "person_registered", detail, field)


def _upload(page: Page, tube: TubeRegistration, server_id: str, request: Asked) -> TubeReceipt:
    tokens = [bytes.fromhex(token) for token in tube.persons]
    known = one(page, _TUBE, tube.barcode)
    if known:
        return _upload_again(page, tube, request, known, tokens)
    elsewhere = {
        seat: row[0] for seat, token in enumerate(tokens, 1) if (row := one(page, _COUNTED_IN, token)) is not None
    }
    for seat, other in elsewhere.items():
        _keep(page, tube, ExceptionKind.PERSON_TWICE, other, seat, tokens[seat - 1])
    places = [(seat, token) for seat, token in enumerate(tokens, 1) if seat not in elsewhere]
    try:
        return _insert(page, tube, server_id, places)
    except sqlite3.IntegrityError as error:
        raise _conflict(page, tube, request, str(error)) from error


def _upload_again(
    page: Page, tube: TubeRegistration, request: Asked, known: tuple[Any, ...], tokens: list[bytes]
) -> TubeReceipt:
    no, _, persons, recorded_at = known
    there = sorted(row[0] for row in page.connection.execute(_TOKENS, (no, tube.barcode)))
    if there != sorted(tokens):
        raise barcode_used(request)
    _keep(page, tube, ExceptionKind.TUBE_TWICE, tube.barcode, None, None)
    return TubeReceipt(
        barcode=tube.barcode, sequence=no, persons=persons, recorded_at=moment(recorded_at), is_replay=True
    )


def _keep(
    page: Page, tube: TubeRegistration, kind: ExceptionKind, other: str, seat: int | None, token: bytes | None
) -> None:
    row = (page.next_exception(), kind.value, tube.barcode, other, seat, token)
    page.connection.execute(INSERT_DUPLICATE, (*row, tube.site_id, tube.device_id, page.recorded_at))
