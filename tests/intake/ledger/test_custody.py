"""A tube's way after its registration: only in the machine's order, lost and found, misrouted and sent on."""

import pytest

from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.ledger.book import Book
from tests.intake.registrations import registration

TO_THE_ROAD = (Kind.HANDED_OVER, Kind.SAMPLED, Kind.BAGGED, Kind.DISPATCHED)


def on_the_road(book: Book) -> str:
    barcode = book.register(registration(book.campaign)).barcode
    book.custody(*(book.step(barcode, kind, box="box-7") for kind in TO_THE_ROAD))
    return barcode


def test_a_box_is_on_record_with_its_tubes(book: Book):
    barcode = on_the_road(book)

    assert book.rows("SELECT barcode, state, box_id FROM tube") == [(barcode, "dispatched", "box-7")]


def test_a_tube_that_turns_up_at_another_lab_is_misrouted_then_received_by_its_own(book: Book):
    barcode = on_the_road(book)
    own = registration(book.campaign).lab_id

    wrong = book.step(barcode, Kind.RECEIVED, lab="lab-2")
    assert book.refusal(lambda: book.custody(wrong))[:2] == (409, "tube_of_another_lab")
    assert book.refusal(lambda: book.custody(book.step(barcode, Kind.MISROUTED, lab=own)))[1] == "lab_is_its_own"
    assert book.custody(book.step(barcode, Kind.MISROUTED, lab="lab-2")) == (1, 0)
    assert book.custody(book.step(barcode, Kind.RECEIVED, lab=own)) == (1, 0)
    assert book.custody(book.step(barcode, Kind.MISROUTED, lab="lab-2")) == (0, 1)
    assert book.rows("SELECT kind, lab_id FROM tube_event WHERE sequence > 5") == [
        ("misrouted", "lab-2"),
        ("received", own),
    ]


def test_a_lost_tube_is_received_when_it_is_found(book: Book):
    barcode = on_the_road(book)

    assert book.custody(book.step(barcode, Kind.LOST)) == (1, 0)
    assert book.refusal(lambda: book.custody(book.step(barcode, Kind.RESULTED)))[1] == "step_out_of_order"
    assert book.custody(book.step(barcode, Kind.DISPATCHED), book.step(barcode, Kind.RECEIVED)) == (1, 1)


def test_a_lab_that_reports_a_tube_nobody_sealed_is_refused_and_kept_as_a_conflict(book: Book):
    """Case 56."""
    unknown, half_filled = "LK10000099999X", book.open_with(range(5))

    assert book.refusal(lambda: book.custody(book.step(unknown, Kind.RECEIVED, lab="lab-1")))[1] == "unknown_barcode"
    assert book.refusal(lambda: book.custody(book.step(half_filled, Kind.RECEIVED, lab="lab-1")))[0] == 409
    book.refusal(lambda: book.custody(book.step(unknown, Kind.RECEIVED, lab="lab-1")))
    assert book.rows("SELECT rule, device_id, barcode FROM conflict ORDER BY sequence") == [
        ("unknown_barcode", "lab-1", unknown),
        ("step_out_of_order", "lab-1", half_filled),
    ]


@pytest.mark.parametrize("kinds", [TO_THE_ROAD[:1], TO_THE_ROAD[:3]])
def test_a_tube_is_voided_after_the_report_and_stays_on_record(book: Book, kinds: tuple[Kind, ...]):
    """Case 57: the registration stays in the feed, the voiding is an event of its own, and its persons are free."""
    barcode = book.register(registration(book.campaign)).barcode
    book.custody(*(book.step(barcode, kind) for kind in kinds))
    assert book.custody(book.step(barcode, Kind.VOIDED)) == (1, 0)

    assert book.refusal(lambda: book.custody(book.step(barcode, Kind.DISPATCHED)))[1] == "tube_voided"
    assert book.rows("SELECT persons FROM tube_event WHERE kind = 'registered'") == [(10,)]
    assert book.rows("SELECT persons FROM tube_event WHERE kind = 'voided'") == [(10,)]
    assert book.rows("SELECT count(*) FROM tube_person") == [(0,)]
    assert book.rows("SELECT count(*) FROM released_person") == [(10,)]


def test_a_tube_on_the_road_is_not_voided(book: Book):
    barcode = on_the_road(book)

    assert book.refusal(lambda: book.custody(book.step(barcode, Kind.VOIDED)))[:2] == (409, "step_out_of_order")
