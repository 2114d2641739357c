"""How a tube is kept: its row, the places of its persons, its events; and the refusals that every path shares."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.contract_desk import TubeState
from pipelines.intake.ledger.page import INSERT_EVENT, INSERT_PERSON, Asked, Page, Refused, one, taken
from pipelines.intake.moments import micros, moment
from pipelines.machines import TUBE
from pipelines.vocabulary import PERSONS_PER_TUBE, ShortReason, TubeEventKind

INSERT_TUBE = "INSERT INTO tube VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
REGISTERED = TubeEventKind.REGISTERED
SEATS = 16  # a place in the ledger is SEATS * tube_no + seat
_TUBE = """
SELECT tube_no, barcode, state, session_id, device_id, site_id, lane_no, persons, seats, opened_at, changed_at,
  recorded_at
FROM tube WHERE barcode = ?
"""
_COUNTED_IN = "SELECT barcode FROM tube_person JOIN tube USING (tube_no) WHERE token = ?"
_STEPPED = "UPDATE tube SET state = ?, changed_at = ?, taken = taken | ? WHERE tube_no = ?"
_CLOSED = """
UPDATE tube SET state = ?, changed_at = ?, taken = taken | ?, closed_at = max(opened_at, ?), short_reason = ?,
  is_verified = ?, server_id = ?
WHERE tube_no = ?
"""
_TOLD = """
INSERT INTO tube_event
SELECT ?, barcode, ?2, site_id, lab_id, ?, lane_no, iif(?2 = 'voided' AND closed_at IS NULL, 0, persons), short_reason,
  ?, ?
FROM tube WHERE tube_no = ?
"""
_RELEASE = (
    "INSERT INTO released_person SELECT place, token FROM tube_person WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + 15",
    "DELETE FROM tube_person WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + 15",
)


class Tube(NamedTuple):
    """Grain: one tube on record, as a step finds it."""

    no: int
    barcode: str
    state: str
    session_id: str | None
    device_id: str
    site_id: str
    lane_no: int
    persons: int
    seats: int
    opened_at: int
    changed_at: int
    recorded_at: int

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


def tube_of(connection: sqlite3.Connection, barcode: str) -> Tube | None:
    """Return a tube on record, None for a label that nobody has opened."""
    row = connection.execute(_TUBE, (barcode,)).fetchone()
    return Tube(*row) if row else None


def tube_state(connection: sqlite3.Connection, barcode: str) -> TubeState | None:
    """Return where a tube stands, None for a label that nobody has opened."""
    tube = tube_of(connection, barcode)
    return tube and tube.told()


def counted_in(page: Page, token: bytes) -> str | None:
    """Return the tube in which a person is counted."""
    row = one(page, _COUNTED_IN, token)
    return row[0] if row else None


def _whole_group_leads_to() -> str:
    state: str | None = "issued"
    for step in ("open", "bind", "close"):
        state = TUBE.after(state or "", step)
    if state != REGISTERED:
        raise ValueError(f"a whole group must lead a label from issued to {REGISTERED}, not to {state}")
    return state


_STATE_OF_A_GROUP = _whole_group_leads_to()
_TAKEN_BY_A_GROUP = taken([REGISTERED])


def insert_group(
    page: Page, tube: TubeRegistration, server_id: str, places: Iterable[tuple[int, bytes]]
) -> TubeReceipt:
    """Write a whole group whose ``places`` (seat, token) are counted; raises IntegrityError when one is not free."""
    no, closed_at = page.next_sequence(), micros(tube.closed_at)
    persons = [(SEATS * no + seat, token) for seat, token in places]
    page.connection.executemany(INSERT_PERSON, persons)
    reason = tube.short_reason.value if tube.short_reason else None
    where, counted = (tube.site_id, tube.lab_id), len(persons)
    row = (no, tube.barcode, tube.round_id, *where, tube.account_id, server_id, tube.lane_no, counted)
    device = (len(tube.persons), reason, None, tube.device_id, tube.device_sequence)
    times = (micros(tube.opened_at), closed_at, page.recorded_at, _STATE_OF_A_GROUP, closed_at, _TAKEN_BY_A_GROUP)
    quality = (None, tube.is_offline, tube.rescans, tube.manual_entries, tube.is_verified)
    page.connection.execute(INSERT_TUBE, (*row, *device, *times, *quality))
    event = (no, tube.barcode, REGISTERED.value, *where, server_id, tube.lane_no, counted, reason)
    page.connection.execute(INSERT_EVENT, (*event, closed_at, page.recorded_at))
    return TubeReceipt(
        barcode=tube.barcode, sequence=no, persons=counted, recorded_at=moment(page.recorded_at), is_replay=False
    )


def step_tube(page: Page, tube: Tube, state: str, kind: TubeEventKind, at: int, server_id: str) -> None:
    """Move a tube to ``state`` and tell it in the feed.

    The persons of a voided tube are released; its event counts those that its registration counted.
    """
    page.connection.execute(_STEPPED, (state, at, taken([kind]), tube.no))
    _tell(page, tube, kind, at, server_id)
    if kind is TubeEventKind.VOIDED:
        release(page, tube.no)


def close_tube(page: Page, tube: Tube, at: int, reason: ShortReason | None, is_verified: bool, server_id: str) -> None:
    """Close a tube that was filled person by person, and tell it in the feed."""
    values = (TUBE.step("close").after, at, taken([REGISTERED]), at, reason.value if reason else None)
    page.connection.execute(_CLOSED, (*values, is_verified, server_id, tube.no))
    _tell(page, tube, REGISTERED, at, server_id)


def _tell(page: Page, tube: Tube, kind: TubeEventKind, at: int, server_id: str) -> None:
    row = (page.next_sequence(), kind.value, server_id, at, page.recorded_at, tube.no)
    page.connection.execute(_TOLD, row)


def release(page: Page, tube_no: int) -> None:
    """Let the persons of a voided tube be bound again."""
    for statement in _RELEASE:
        page.connection.execute(statement, (tube_no,))


def barcode_used(request: Asked) -> Refused:
    """Return the refusal of a label that was opened before."""
    detail = f"tube {request.barcode} is on record already, with other persons or by another request;"
    return request.conflict(409, "barcode_used", f"{detail} scan an unused label", "barcode")


def person_registered(request: Asked, seat: int, barcode: str, field: str) -> Refused:
    """Return the refusal of a person who is counted elsewhere."""
    detail = f"person {seat} of the group is registered in tube {barcode} of this round; take the person out"
    return request.conflict(409, "person_registered", detail, field)
