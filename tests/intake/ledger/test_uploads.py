"""What comes late from a phone alone: merged without a double count, and whatever it brings twice is kept (Q94-Q96)."""

from datetime import timedelta
from itertools import permutations

import msgspec

from pipelines.contract import TubeRegistration
from pipelines.intake.ledger.read_desk import exception_page
from pipelines.vocabulary import ExceptionKind, ShortReason
from tests.intake.ledger.book import Book
from tests.intake.registrations import registration, token

change = msgspec.structs.replace


def offline(book: Book, group: int = 0, device: str = "app-1", persons: int = 10) -> TubeRegistration:
    return change(registration(book.campaign, group, persons, device=device), is_offline=True)


def kept(book: Book) -> list[tuple[str, str, str, int | None]]:
    page = exception_page(book.connection, 0, 5_000)
    return [(row.kind.value, row.barcode, row.other_barcode, row.seat) for row in page.duplicates]


def test_an_upload_of_a_tube_that_is_there_already_is_kept_and_answered_with_the_first_receipt(book: Book):
    first = book.register(registration(book.campaign))
    late = book.register(offline(book))

    assert late == change(first, is_replay=True)
    assert kept(book) == [("tube_twice", first.barcode, first.barcode, None)]
    assert book.rows("SELECT count(*), sum(persons) FROM tube_event") == [(1, 10)]


def test_an_upload_with_persons_counted_elsewhere_counts_only_the_others(book: Book):
    book.register(registration(book.campaign, group=0))
    persons = [token(100), token(3), token(101), token(7)]
    late = change(offline(book, group=4, persons=4), persons=persons)
    receipt = book.register(late)

    first = registration(book.campaign, group=0).barcode
    assert (receipt.persons, receipt.is_replay) == (2, False)
    assert kept(book) == [("person_twice", late.barcode, first, 2), ("person_twice", late.barcode, first, 4)]
    assert book.rows("SELECT persons, seats FROM tube ORDER BY tube_no") == [(10, 10), (2, 4)]
    assert book.rows("SELECT seat FROM tube_person WHERE tube_no = 2 ORDER BY seat") == [(1,), (3,)]


def test_a_tube_whose_persons_are_all_counted_elsewhere_is_on_record_with_none(book: Book):
    book.register(registration(book.campaign))
    receipt = book.register(change(offline(book, group=1), persons=registration(book.campaign).persons))

    assert receipt.persons == 0
    assert book.rows("SELECT sum(persons), count(*) FROM tube_event") == [(10, 2)]
    again = change(offline(book, group=1, device="app-2"), persons=registration(book.campaign).persons)
    assert book.register(again) == change(receipt, is_replay=True)


def test_an_upload_under_a_label_that_holds_others_is_refused_by_name_and_kept_as_a_conflict(book: Book):
    book.register(registration(book.campaign))
    late = change(offline(book), persons=[token(n) for n in range(50, 60)])

    assert book.refusal(lambda: book.register(late)) == (409, "barcode_used", "barcode")
    (conflict,) = exception_page(book.connection, 0, 10).conflicts
    assert (conflict.rule, conflict.device_id, conflict.barcode) == ("barcode_used", "app-1", late.barcode)


def test_a_tube_begun_online_is_completed_by_what_its_phone_went_on_with_alone(book: Book):
    barcode = book.open_with(range(6), device="app-1")
    book.change(barcode, "suspend", book.changing(device="app-1"))
    book.open_with(range(8, 9), group=1, session="s-2", device="phone-2")
    receipt = book.register(change(offline(book), device_sequence=99))

    assert (receipt.persons, receipt.is_replay) == (9, False)
    assert kept(book) == [("person_twice", barcode, registration(book.campaign, group=1).barcode, 9)]
    assert book.rows("SELECT kind, persons FROM tube_event WHERE barcode = ?", barcode) == [
        ("opened", 0),
        ("suspended", 6),
        ("resumed", 6),
        ("registered", 9),
    ]
    assert book.rows("SELECT persons, seats, state FROM tube WHERE barcode = ?", barcode) == [(9, 10, "registered")]


def test_a_half_filled_tube_is_not_completed_by_another_phone_or_without_its_persons(book: Book):
    book.open_with(range(6), device="app-1")

    assert book.refusal(lambda: book.register(offline(book, device="app-2")))[1] == "barcode_used"
    same = offline(book, device="app-2", persons=6)
    assert book.refusal(lambda: book.register(same))[1] == "barcode_used"
    without = change(offline(book), device_sequence=99, persons=[token(n) for n in range(1, 11)])
    assert book.refusal(lambda: book.register(without))[1] == "barcode_used"


def test_a_label_that_was_voided_takes_no_upload(book: Book):
    barcode = book.open_with(range(10))
    book.change(barcode, "void", book.changing())

    assert book.refusal(lambda: book.register(offline(book)))[1] == "barcode_used"


def test_uploads_come_in_any_order_with_the_same_outcome(book: Book):
    """Case 49: three groups, each sent three times, hours late, in every order of their first arrival."""
    book.now += timedelta(hours=15, minutes=20)  # past midnight, and past the full hour
    expected = None
    for turn, order in enumerate(permutations(range(3))):
        groups = [offline(book, group=10 * turn + n, device=f"app-{n}", persons=4 + n) for n in order]
        receipts = [book.register(group, f"p{1 + time % 4}") for time in range(3) for group in groups]
        assert [receipt.is_replay for receipt in receipts] == [False] * 3 + [True] * 6
        counted = sorted(receipt.persons for receipt in receipts[:3])
        expected = expected or counted
        assert counted == expected == [4, 5, 6]
    assert book.rows("SELECT sum(persons), count(*) FROM tube_event") == [(15 * 6, 3 * 6)]
    assert kept(book) == []


def test_exceptions_and_conflicts_are_one_sequence_read_page_by_page(book: Book):
    book.register(registration(book.campaign))
    for number in range(4):
        book.register(offline(book, device=f"app-{number}"))
        book.refusal(lambda: book.register(registration(book.campaign, device=f"phone-{number + 7}")))  # noqa: B023
    seen: list[int] = []
    after = 0
    while (page := exception_page(book.connection, after, 3)).last_sequence > after:
        rows = [*page.duplicates, *page.conflicts]
        assert len(rows) <= 3
        seen += sorted(row.sequence for row in rows)
        after = page.last_sequence

    assert seen == list(range(1, 9))
    assert {row.kind for row in exception_page(book.connection, 0, 99).duplicates} == {ExceptionKind.TUBE_TWICE}


def test_a_short_upload_keeps_its_reason(book: Book):
    receipt = book.register(change(offline(book, persons=3), short_reason=ShortReason.INTERRUPTED))

    assert receipt.persons == 3
    assert book.rows("SELECT short_reason, is_offline FROM tube") == [("interrupted", 1)]
