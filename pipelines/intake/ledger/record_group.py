"""Record a whole group under one label, with the recorded answer for a repeat and a sentence for each refusal."""

import sqlite3

import msgspec

from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.intake.ledger.known import check_impersonal
from pipelines.intake.ledger.page import Asked, Page, Refused, asked, keep_answer, recorded_answer
from pipelines.intake.ledger.record_upload import upload
from pipelines.intake.ledger.tube_rows import barcode_used, counted_in, insert_group, person_registered, tube_of

_RECEIPT = msgspec.msgpack.Decoder(TubeReceipt)


def record_registration(page: Page, tube: TubeRegistration, server_id: str) -> TubeReceipt:
    """Record one group, or return the recorded answer of the same request; raises Refused (409).

    What an offline upload brings a second time is kept as an exception; online the same is refused.
    """
    request = asked(tube.device_id, tube.device_sequence, tube.barcode, tube, "register")
    if (answer := recorded_answer(page, request)) is not None:
        return msgspec.structs.replace(_RECEIPT.decode(answer), is_replay=True)
    check_impersonal((tube.device_id,), "device_id")
    record = upload if tube.is_offline else _register
    try:
        receipt = record(page, tube, server_id, request)
    except sqlite3.IntegrityError as error:
        raise _conflict(page, tube, request, str(error)) from error
    keep_answer(page, request, receipt)
    return receipt


def _register(page: Page, tube: TubeRegistration, server_id: str, request: Asked) -> TubeReceipt:
    places = ((seat, bytes.fromhex(token)) for seat, token in enumerate(tube.persons, 1))
    return insert_group(page, tube, server_id, places)


def _conflict(page: Page, tube: TubeRegistration, request: Asked, cause: str) -> Refused:
    """Return the refusal that fits what the ledger holds; what of the group was written is undone after it."""
    if tube_of(page.connection, tube.barcode):
        return barcode_used(request)
    for seat, token in enumerate(tube.persons):
        other = counted_in(page, bytes.fromhex(token))
        if other is not None:
            return person_registered(request, seat + 1, other, f"persons[{seat}]")
    if len(set(tube.persons)) < len(tube.persons):
        detail = f"a person was scanned twice into tube {tube.barcode}; take the second one out"
        return request.conflict(409, "person_twice_in_tube", detail, "persons")
    return request.conflict(409, "ledger_rule", f"the ledger refused tube {tube.barcode}: {cause}")
