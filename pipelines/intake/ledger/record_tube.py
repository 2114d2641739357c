"""Record a tube that is filled person by person: opened, bound, suspended, resumed, closed, voided (Q62, Q63)."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

import msgspec

from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, TubeState
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
from pipelines.intake.ledger.record_group import INSERT_TUBE, SEATS, barcode_used, person_registered
from pipelines.intake.moments import moment
from pipelines.machines import TUBE
from pipelines.vocabulary import PERSONS_PER_TUBE, Entry, TubeEventKind

Change = Literal["suspend", "resume", "close", "void"]
KIND_OF = {
    "open": TubeEventKind.OPENED,
    "suspend": TubeEventKind.SUSPENDED,
    "resume": TubeEventKind.RESUMED,
    "close": TubeEventKind.REGISTERED,
    "void": TubeEventKind.VOIDED,
}
TUBE_AS_IT_STANDS = """
SELECT tube_no, barcode, state, session_id, site_id, lab_id, lane_no, persons, seats, opened_at, changed_at
FROM tube WHERE barcode = ?
"""
_SEATED = "SELECT seat FROM tube_person WHERE token = ? AND tube_no = ?"
_COUNTED_IN = "SELECT barcode FROM tube_person JOIN tube USING (tube_no) WHERE token = ?"
_BOUND = """
UPDATE tube SET persons = persons + 1, seats = seats + 1, rescans = rescans + ?, manual_entries = manual_entries + ?
WHERE tube_no = ?
"""
_CLOSED = """
UPDATE tube SET closed_at = max(opened_at, ?), short_reason = ?, is_verified = ?, server_id = ? WHERE tube_no = ?
"""
_STEPPED = "UPDATE tube SET state = ?, changed_at = ?, taken = taken | ? WHERE tube_no = ?"
_TOLD = """
INSERT INTO tube_event
SELECT ?, barcode, ?, site_id, lab_id, ?, lane_no, persons, short_reason, ?, ? FROM tube WHERE tube_no = ?
"""
RELEASE = (
    "INSERT INTO released_person SELECT place, token FROM tube_person WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + 15",
    "DELETE FROM tube_person WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + 15",
)
_SESSION = "SELECT state, site_id FROM thing WHERE machine = 'session' AND thing_id = ?"
_STATE = msgspec.msgpack.Decoder(TubeState)


@dataclass(frozen=True)
class Tube:
    """Grain: one tube on record, as a step finds it."""

    no: int
    barcode: str
    state: str
    session_id: str | None
    site_id: str
    lab_id: str
    lane_no: int
    persons: int
    seats: int
    opened_at: int
    changed_at: int

    def told(self) -> TubeState:
        """Return what the desk is told of it."""
        return TubeState(
            barcode=self.barcode,
            state=self.state,
            session_id=self.session_id,
            site_id=self.site_id,
            lane_no=self.lane_no,
            persons=self.persons,
            seats_left=PERSONS_PER_TUBE - self.seats,
            since=moment(self.changed_at),
        )


def tube_state(connection: sqlite3.Connection, barcode: str) -> TubeState | None:
    """Return where a tube stands, None for a label that nobody has opened."""
    row = connection.execute(TUBE_AS_IT_STANDS, (barcode,)).fetchone()
    return Tube(*row).told() if row else None


def record_open(page: Page, body: OpenTube, server_id: str) -> TubeState:
    """Open a tube under an unused label; a repeat of the request gets the recorded answer. Raises Refused (409)."""
    request = asked(body.device_id, body.device_sequence, body.barcode, body, "open")
    if (answer := recorded_answer(page, request)) is not None:
        return _replay(answer)
    if one(page, TUBE_AS_IT_STANDS, body.barcode):
        raise barcode_used(request)
    _check_session(page, request, body.session_id, body.site_id)
    at = check_moment(page, body.happened_at, "opening", 0, "happened_at")
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
            (*row, *device, at, None, page.recorded_at, state, at, taken([KIND_OF["open"]]), None, False, 0, 0, False),
        )
    except sqlite3.IntegrityError as error:
        detail = f"the ledger refused tube {body.barcode}: {error}"
        raise request.conflict(409, "ledger_rule", detail) from error
    event = (no, body.barcode, KIND_OF["open"].value, *where, server_id, body.lane_no, 0, None)
    page.connection.execute(INSERT_EVENT, (*event, at, page.recorded_at))


def record_bind(page: Page, barcode: str, body: BindPerson, server_id: str) -> TubeState:
    """Give a person the next seat of an open tube; raises Refused (409, 422)."""
    request = asked(body.device_id, body.device_sequence, barcode, body, "bind")
    if (answer := recorded_answer(page, request)) is not None:
        return _replay(answer)
    tube = _find_tube(page, barcode)
    _check_own(page, tube, body.session_id, request)
    _check_step(tube, "bind", request)
    _check_entry(body)
    check_moment(page, body.happened_at, "binding", tube.opened_at, "happened_at")
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
    if other := one(page, _COUNTED_IN, token):
        raise person_registered(request, tube.seats + 1, other[0], "person")


def record_change(page: Page, barcode: str, step: Change, body: ChangeTube, server_id: str) -> TubeState:
    """Suspend, resume, close or void a tube; raises Refused (409, 422)."""
    request = asked(body.device_id, body.device_sequence, barcode, body, step)
    if (answer := recorded_answer(page, request)) is not None:
        return _replay(answer)
    tube = _find_tube(page, barcode)
    _check_own(page, tube, body.session_id, request, step)
    state = _check_step(tube, step, request)
    at = check_moment(page, body.happened_at, step, tube.opened_at, "happened_at")
    if step == "close":
        _check_short(tube, body)
        reason = body.short_reason.value if body.short_reason else None
        page.connection.execute(_CLOSED, (at, reason, body.is_verified, server_id, tube.no))
    _take_step(page, tube, state, KIND_OF[step], at, server_id)
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


def _take_step(page: Page, tube: Tube, state: str, kind: TubeEventKind, at: int, server_id: str) -> None:
    """Move a tube to ``state`` and tell it in the feed; the persons of a voided tube are released."""
    page.connection.execute(_STEPPED, (state, at, taken([kind]), tube.no))
    page.connection.execute(
        _TOLD,
        (page.next_sequence(), kind.value, server_id, at, page.recorded_at, tube.no),
    )
    if kind is TubeEventKind.VOIDED:
        for statement in RELEASE:
            page.connection.execute(statement, (tube.no,))


def _find_tube(page: Page, barcode: str) -> Tube:
    """Return a tube on record; raises Refused (422)."""
    row = one(page, TUBE_AS_IT_STANDS, barcode)
    if row is None:
        raise Refused(422, "unknown_barcode", f"no tube {barcode} is on record; open it first", "barcode")
    return Tube(*row)


def _check_own(page: Page, tube: Tube, session_id: str, request: Asked, step: str = "bind") -> None:
    if tube.session_id == session_id:
        return
    if step == "void" and (session := one(page, _SESSION, session_id)) and session[1] == tube.site_id:
        return
    detail = (
        f"tube {tube.barcode} belongs to session {tube.session_id or 'of no phone'}, got {session_id};"
        " go on with the label of your own session"
    )
    raise request.conflict(409, "tube_of_another_session", detail, "session_id")


def _check_session(page: Page, request: Asked, session_id: str, site_id: str) -> None:
    session = one(page, _SESSION, session_id)
    if session and session[0] == "closed":
        detail = f"session {session_id} is closed; open a new one"
        raise request.conflict(409, "session_closed", detail, "session_id")
    if session and session[1] not in (None, site_id):
        detail = f"session {session_id} works at site {session[1]}, got {site_id}; open one at this site"
        raise request.conflict(409, "session_of_another_site", detail, "session_id")


def _check_step(tube: Tube, step: str, request: Asked) -> str:
    state = TUBE.after(tube.state, step)
    if state is None:
        before = " or ".join(TUBE.step(step).before)
        detail = f"tube {tube.barcode} is {tube.state}; {step} is possible only while it is {before}"
        raise request.conflict(409, "step_out_of_order", detail, "barcode")
    return state


def _answered(page: Page, request: Asked, tube: Tube) -> TubeState:
    told = tube.told()
    keep_answer(page, request, told)
    return told


def _replay(answer: bytes) -> TubeState:
    return msgspec.structs.replace(_STATE.decode(answer), is_replay=True)
