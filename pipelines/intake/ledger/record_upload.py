"""Record a group that was registered on a phone alone and comes late: what it brings twice is kept, not counted."""

from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.intake.ledger.page import INSERT_PERSON, Asked, Page
from pipelines.intake.ledger.tube_rows import (
    SEATS,
    Tube,
    barcode_used,
    close_tube,
    counted_in,
    insert_group,
    step_tube,
    tube_of,
)
from pipelines.intake.moments import micros, moment
from pipelines.machines import TUBE
from pipelines.vocabulary import ExceptionKind, TubeEventKind

_DUPLICATE = "INSERT INTO late_duplicate VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_THERE = """
SELECT token FROM tube_person WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + 15
UNION ALL SELECT token FROM late_duplicate WHERE barcode = ?2 AND token IS NOT NULL
"""
_TAKEN_IN = """
UPDATE tube SET persons = persons + ?, seats = ?, rescans = rescans + ?, manual_entries = manual_entries + ?
WHERE tube_no = ?
"""


def upload(page: Page, tube: TubeRegistration, server_id: str, request: Asked) -> TubeReceipt:
    """Record an uploaded group; raises Refused (409) when its label holds other persons."""
    tokens = [bytes.fromhex(token) for token in tube.persons]
    known = tube_of(page.connection, tube.barcode)
    if known is None:
        free = _free(page, tube, list(enumerate(tokens, 1)))
        return insert_group(page, tube, server_id, free)
    there = {row[0] for row in page.connection.execute(_THERE, (known.no, tube.barcode))}
    is_filling = known.state in TUBE.step("close").before
    if is_filling and known.device_id == tube.device_id and there <= set(tokens):
        return _complete(page, tube, known, server_id, [token for token in tokens if token not in there])
    if is_filling or known.state == "voided" or there != set(tokens):
        raise barcode_used(request)
    _keep(page, tube, ExceptionKind.TUBE_TWICE, tube.barcode)
    return TubeReceipt(
        barcode=tube.barcode,
        sequence=known.no,
        persons=known.persons,
        recorded_at=moment(known.recorded_at),
        is_replay=True,
    )


def _complete(page: Page, tube: TubeRegistration, known: Tube, server_id: str, more: list[bytes]) -> TubeReceipt:
    """Close a tube whose phone began it online, was interrupted, and went on in its offline app (Q62, Q94)."""
    at = micros(tube.closed_at)
    if known.state == "suspended":
        step_tube(page, known, TUBE.step("resume").after, TubeEventKind.RESUMED, at, server_id)
    free = _free(page, tube, list(enumerate(more, known.seats + 1)))
    page.connection.executemany(INSERT_PERSON, [(SEATS * known.no + seat, token) for seat, token in free])
    counts = (len(free), known.seats + len(more), tube.rescans, tube.manual_entries)
    page.connection.execute(_TAKEN_IN, (*counts, known.no))
    close_tube(page, known, at, tube.short_reason, tube.is_verified, server_id)
    return TubeReceipt(
        barcode=tube.barcode,
        sequence=page.sequence,
        persons=known.persons + len(free),
        recorded_at=moment(page.recorded_at),
        is_replay=False,
    )


def _free(page: Page, tube: TubeRegistration, places: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Return the (seat, token) that nobody has counted yet; the others are kept as exceptions."""
    free: list[tuple[int, bytes]] = []
    for seat, token in places:
        other = counted_in(page, token)
        if other is None:
            free.append((seat, token))
        else:
            _keep(page, tube, ExceptionKind.PERSON_TWICE, other, seat, token)
    return free


def _keep(
    page: Page,
    tube: TubeRegistration,
    kind: ExceptionKind,
    other: str,
    seat: int | None = None,
    token: bytes | None = None,
) -> None:
    row = (page.next_exception(), kind.value, tube.barcode, other, seat, token)
    page.connection.execute(_DUPLICATE, (*row, tube.site_id, tube.device_id, page.recorded_at))
