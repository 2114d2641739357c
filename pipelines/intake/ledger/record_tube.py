"""Record a tube that is filled person by person: opened, bound, suspended, resumed, closed, voided (Q62, Q63)."""

import sqlite3
from typing import Literal

import msgspec

from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, TubeState
from pipelines.intake.ledger.known import check_impersonal, out_of_order
from pipelines.intake.ledger.page import (
    INSERT_EVENT,
    INSERT_PERSON,
    Asked,
    Page,
    Refused,
    asked,
    check_moment,
    keep_answer,
    one,
    recorded_answer,
    taken,
)
from pipelines.intake.ledger.tube_rows import (
    INSERT_TUBE,
    SEATS,
    Tube,
    barcode_used,
    close_tube,
    counted_in,
    person_registered,
    step_tube,
    tube_of,
)
from pipelines.machines import TUBE
from pipelines.vocabulary import PERSONS_PER_TUBE, Entry, TubeEventKind

Change = Literal["suspend", "resume", "close", "void"]
OPENED = TubeEventKind.OPENED
KIND_OF = {
    "suspend": TubeEventKind.SUSPENDED,
    "resume": TubeEventKind.RESUMED,
    "void": TubeEventKind.VOIDED,
}
_SEATED = "SELECT seat FROM tube_person WHERE token = ? AND tube_no = ?"
_BOUND = """
UPDATE tube SET persons = persons + 1, seats = seats + 1, rescans = rescans + ?, manual_entries = manual_entries + ?
WHERE tube_no = ?
"""
_SESSION = "SELECT state, site_id FROM thing WHERE machine = 'session' AND thing_id = ?"
_STATE = msgspec.msgpack.Decoder(TubeState)


def record_open(page: Page, body: OpenTube, server_id: str) -> TubeState:
    """Open a tube under an unused label; a repeat of the request gets the recorded answer. Raises Refused (409)."""
    request = asked(body.device_id, body.device_sequence, body.barcode, body, "open")
    if (answer := recorded_answer(page, request)) is not None:
        return _replay(answer)
    check_impersonal((body.device_id, body.session_id), "session_id")
    if tube_of(page.connection, body.barcode):
        raise barcode_used(request)
    _check_session(page, request, body.session_id, body.site_id)
    at = check_moment(page, body.happened_at, ("open", body.barcode), 0, "happened_at")
    _insert_open(page, body, server_id, request, at)
    return _answered(page, request, _find_tube(page, body.barcode))


def _insert_open(page: Page, body: OpenTube, server_id: str, request: Asked, at: int) -> None:
    no, where = page.next_sequence(), (body.site_id, body.lab_id)
    row = (no, body.barcode, body.round_id, *where, body.account_id, server_id, body.lane_no, 0, 0, None)
    device = (body.session_id, body.device_id, body.device_sequence)
    state = TUBE.after("issued", "open")
    try:
        page.connection.execute(
            INSERT_TUBE,
            (*row, *device, at, None, page.recorded_at, state, at, taken([OPENED]), None, False, 0, 0, False),
        )
    except sqlite3.IntegrityError as error:
        detail = f"the ledger refused tube {body.barcode}: {error}"
        raise request.conflict(409, "ledger_rule", detail) from error
    event = (no, body.barcode, OPENED.value, *where, server_id, body.lane_no, 0, None)
    page.connection.execute(INSERT_EVENT, (*event, at, page.recorded_at))


def record_bind(page: Page, barcode: str, body: BindPerson, server_id: str) -> TubeState:
    """Give a person the next seat of an open tube; raises Refused (409, 422)."""
    request = asked(body.device_id, body.device_sequence, barcode, body, "bind")
    if (answer := recorded_answer(page, request)) is not None:
        return _replay(answer)
    check_impersonal((body.device_id,), "device_id")
    tube = _find_tube(page, barcode)
    _check_own(page, tube, body.session_id, request)
    _check_step(tube, "bind", request)
    _check_entry(body)
    check_moment(page, body.happened_at, ("bind", barcode), tube.opened_at, "happened_at")
    token = bytes.fromhex(body.person)
    _check_seat(page, tube, token, request)
    page.connection.execute(INSERT_PERSON, (SEATS * tube.no + tube.seats + 1, token))
    page.connection.execute(_BOUND, (body.entry is Entry.RESCAN, body.entry is Entry.MANUAL, tube.no))
    return _answered(page, request, _find_tube(page, barcode))


def _check_entry(body: BindPerson) -> None:
    if body.entry is Entry.MANUAL and body.typed_again != body.person:
        detail = "a code typed by hand must be typed twice, both times the same; type it again"
        raise Refused(422, "typed_twice_differently", detail, "typed_again")


def _check_seat(page: Page, tube: Tube, token: bytes, request: Asked) -> None:
    if seat := one(page, _SEATED, token, tube.no):
        detail = f"this person has seat {seat[0]} of tube {tube.barcode} already; scan the next person"
        raise request.conflict(409, "person_twice_in_tube", detail, "person")
    if tube.seats >= PERSONS_PER_TUBE:
        detail = f"tube {tube.barcode} holds {PERSONS_PER_TUBE} persons; close it and open the next label"
        raise request.conflict(409, "tube_full", detail, "person")
    if other := counted_in(page, token):
        raise person_registered(request, tube.seats + 1, other, "person")


def record_change(page: Page, barcode: str, step: Change, body: ChangeTube, server_id: str) -> TubeState:
    """Suspend, resume, close or void a tube; raises Refused (409, 422)."""
    request = asked(body.device_id, body.device_sequence, barcode, body, step)
    if (answer := recorded_answer(page, request)) is not None:
        return _replay(answer)
    check_impersonal((body.device_id,), "device_id")
    tube = _find_tube(page, barcode)
    _check_own(page, tube, body.session_id, request, step)
    state = _check_step(tube, step, request)
    at = check_moment(page, body.happened_at, (step, barcode), tube.opened_at, "happened_at")
    if step == "close":
        _check_short(tube, body)
        close_tube(page, tube, at, body.short_reason, body.is_verified, server_id)
    else:
        step_tube(page, tube, state, KIND_OF[step], at, server_id)
    return _answered(page, request, _find_tube(page, barcode))


def _check_short(tube: Tube, body: ChangeTube) -> None:
    if tube.seats == 0:
        detail = f"tube {tube.barcode} holds nobody; bind a person, or void the label"
        raise Refused(422, "empty_tube", detail, "short_reason")
    if tube.seats == PERSONS_PER_TUBE and body.short_reason:
        detail = f"a full tube of {PERSONS_PER_TUBE} has no short_reason, got {body.short_reason.value}; leave it out"
        raise Refused(422, "full_tube_with_reason", detail, "short_reason")
    if tube.seats < PERSONS_PER_TUBE and not body.short_reason:
        detail = f"a tube with {tube.seats} of {PERSONS_PER_TUBE} persons needs a short_reason; give one or fill it"
        raise Refused(422, "short_tube_without_reason", detail, "short_reason")


def _find_tube(page: Page, barcode: str) -> Tube:
    """Return a tube on record; raises Refused (422)."""
    tube = tube_of(page.connection, barcode)
    if tube is None:
        raise Refused(422, "unknown_barcode", f"no tube {barcode} is on record; open it first", "barcode")
    return tube


def _check_own(page: Page, tube: Tube, session_id: str, request: Asked, step: str = "bind") -> None:
    """Raise Refused (409) unless the session is the tube's own; any open one of its site may void the tube."""
    session = one(page, _SESSION, session_id) if step == "void" else None
    if session and session[0] == "closed":
        raise _session_closed(request, session_id)
    if tube.session_id == session_id or (session and session[1] == tube.site_id):
        return
    owner = f"session {tube.session_id}" if tube.session_id else "the whole group it came with"
    detail = (
        f"tube {tube.barcode} belongs to {owner}, got session {session_id}; go on with the label of your own session"
    )
    raise request.conflict(409, "tube_of_another_session", detail, "session_id")


def _check_session(page: Page, request: Asked, session_id: str, site_id: str) -> None:
    """Raise Refused (409) when the session is over or another site's.

    One that is not on record yet may begin: its own steps come another way, and a desk does not wait for them.
    """
    session = one(page, _SESSION, session_id)
    if session and session[0] == "closed":
        raise _session_closed(request, session_id)
    if session and session[1] not in (None, site_id):
        detail = f"session {session_id} works at site {session[1]}, got {site_id}; open one at this site"
        raise request.conflict(409, "session_of_another_site", detail, "session_id")


def _session_closed(request: Asked, session_id: str) -> Refused:
    return request.conflict(409, "session_closed", f"session {session_id} is closed; open a new one", "session_id")


def _check_step(tube: Tube, step: str, request: Asked) -> str:
    state = TUBE.after(tube.state, step)
    if state is None:
        detail = f"tube {tube.barcode} {out_of_order(TUBE, tube.state, step, step)}"
        raise request.conflict(409, "step_out_of_order", detail, "barcode")
    return state


def _answered(page: Page, request: Asked, tube: Tube) -> TubeState:
    told = tube.told()
    keep_answer(page, request, told)
    return told


def _replay(answer: bytes) -> TubeState:
    return msgspec.structs.replace(_STATE.decode(answer), is_replay=True)
