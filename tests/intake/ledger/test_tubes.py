"""A tube filled person by person: opened once, interrupted, taken up by its own session, closed full or short."""

import msgspec
import pytest

from pipelines.intake.ledger.tube_rows import tube_state
from pipelines.machines import MachineName
from pipelines.vocabulary import Entry, ShortReason
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.ledger.book import Book
from tests.intake.registrations import registration, token

change = msgspec.structs.replace


def kinds(book: Book) -> list[tuple[str, int]]:
    return book.rows("SELECT kind, persons FROM tube_event ORDER BY sequence")


def test_a_group_of_ten_fills_a_tube_seat_by_seat(book: Book):
    barcode = book.open_with(range(10))
    told = book.change(barcode, "close", book.changing())

    assert (told.state, told.persons, told.seats_left, told.session_id) == ("registered", 10, 0, "s-1")
    assert book.rows("SELECT seat, lower(hex(token)) FROM tube_person ORDER BY seat") == [
        (seat, token(seat - 1)) for seat in range(1, 11)
    ]
    assert kinds(book) == [("opened", 0), ("registered", 10)]
    assert tube_state(book.connection, barcode) == told
    assert tube_state(book.connection, "LK10000099999X") is None


def test_an_interrupted_tube_goes_on_with_the_same_label_and_the_remaining_people(book: Book):
    barcode = book.open_with(range(6))
    suspended = book.change(barcode, "suspend", book.changing())
    resumed = book.change(barcode, "resume", book.changing(), server="p3")
    for person in range(6, 10):
        book.bind(barcode, book.binding(person), server="p3")
    closed = book.change(barcode, "close", book.changing(), server="p3")

    assert (suspended.state, suspended.seats_left) == ("suspended", 4)
    assert (resumed.state, resumed.seats_left) == ("open", 4)
    assert (closed.state, closed.persons) == ("registered", 10)
    assert kinds(book) == [("opened", 0), ("suspended", 6), ("resumed", 6), ("registered", 10)]
    assert book.rows("SELECT server_id FROM tube") == [("p3",)]


def test_a_tube_can_be_interrupted_again_and_again(book: Book):
    barcode = book.open_with(range(2))
    for _ in range(3):
        book.change(barcode, "suspend", book.changing())
        book.change(barcode, "resume", book.changing())

    assert [kind for kind, _ in kinds(book)] == ["opened", *["suspended", "resumed"] * 3]


def test_a_suspended_tube_may_be_closed_short_with_its_reason(book: Book):
    barcode = book.open_with(range(4))
    book.change(barcode, "suspend", book.changing())
    told = book.change(barcode, "close", book.changing(reason=ShortReason.INTERRUPTED))

    assert (told.state, told.persons, told.seats_left) == ("registered", 4, 6)
    assert book.rows("SELECT short_reason FROM tube_event WHERE kind = 'registered'") == [("interrupted",)]


@pytest.mark.parametrize("step", ["suspend", "resume", "close", "bind"])
def test_only_its_own_session_takes_a_tube_further(book: Book, step: str):
    barcode = book.open_with(range(3))
    if step == "resume":
        book.change(barcode, "suspend", book.changing())
    deed = {
        "bind": lambda: book.bind(barcode, book.binding(20, session="s-2")),
        "suspend": lambda: book.change(barcode, "suspend", book.changing("s-2")),
        "resume": lambda: book.change(barcode, "resume", book.changing("s-2")),
        "close": lambda: book.change(barcode, "close", book.changing("s-2", reason=ShortReason.INTERRUPTED)),
    }[step]

    assert book.refusal(deed) == (409, "tube_of_another_session", "session_id")
    assert book.conflicts() == ["tube_of_another_session"]


@pytest.mark.parametrize(
    ("state", "step"),
    [("suspended", "bind"), ("suspended", "suspend"), ("open", "resume"), ("closed", "bind"), ("closed", "close")],
)
def test_a_step_that_the_machine_does_not_have_is_refused(book: Book, state: str, step: str):
    barcode = book.open_with(range(3))
    if state == "suspended":
        book.change(barcode, "suspend", book.changing())
    if state == "closed":
        book.change(barcode, "close", book.changing(reason=ShortReason.NO_MORE_PERSONS))
    if step == "bind":
        assert book.refusal(lambda: book.bind(barcode, book.binding(9)))[:2] == (409, "step_out_of_order")
    else:
        assert book.refusal(lambda: book.change(barcode, step, book.changing()))[:2] == (409, "step_out_of_order")  # type: ignore[arg-type]


def test_a_label_opens_once_and_for_either_path(book: Book):
    opened, whole = book.open_with(range(1), group=0), registration(book.campaign, group=1, device="phone-4")
    book.register(whole)

    assert book.refusal(lambda: book.open(book.opening(0, "s-2", "phone-2")))[:2] == (409, "barcode_used")
    assert book.refusal(lambda: book.open(book.opening(1, "s-2", "phone-2")))[:2] == (409, "barcode_used")
    assert (
        book.refusal(lambda: book.register(registration(book.campaign, group=0, device="phone-3")))[1] == "barcode_used"
    )
    assert book.rows("SELECT barcode FROM tube ORDER BY tube_no") == [(opened,), (whole.barcode,)]


def test_a_repeat_of_any_step_gets_the_recorded_answer_whatever_came_after_it(book: Book):
    opening, binding, suspending = book.opening(), book.binding(1), book.changing()
    answers = [
        book.open(opening),
        book.bind(opening.barcode, binding),
        book.change(opening.barcode, "suspend", suspending),
    ]
    book.change(opening.barcode, "resume", book.changing())
    before = book.digest()

    assert book.open(opening, "p4") == change(answers[0], is_replay=True)
    assert book.bind(opening.barcode, binding, "p4") == change(answers[1], is_replay=True)
    assert book.change(opening.barcode, "suspend", suspending, "p4") == change(answers[2], is_replay=True)
    assert book.digest() == before


def test_one_number_of_a_device_is_one_request_on_every_path(book: Book):
    opening = book.opening()
    book.open(opening)
    same_key = change(registration(book.campaign, group=5), device_sequence=opening.device_sequence)
    another_step = change(book.changing(), device_sequence=opening.device_sequence)
    another_label = change(book.opening(3), device_sequence=opening.device_sequence)

    assert book.refusal(lambda: book.register(same_key))[1] == "device_sequence_reused"
    assert book.refusal(lambda: book.change(opening.barcode, "suspend", another_step))[1] == "device_sequence_reused"
    assert book.refusal(lambda: book.open(another_label))[1] == "device_sequence_reused"
    assert book.conflicts() == ["device_sequence_reused"] * 3


def test_a_code_typed_by_hand_is_typed_twice(book: Book):
    barcode = book.open_with(range(1))

    assert book.refusal(lambda: book.bind(barcode, book.binding(5, entry=Entry.MANUAL)))[1] == "typed_twice_differently"
    assert book.refusal(lambda: book.bind(barcode, book.binding(5, entry=Entry.MANUAL, again=6)))[0] == 422
    assert book.bind(barcode, book.binding(5, entry=Entry.MANUAL, again=5)).persons == 2
    assert book.bind(barcode, book.binding(6, entry=Entry.RESCAN)).persons == 3
    assert book.rows("SELECT rescans, manual_entries FROM tube") == [(1, 1)]


def test_the_persons_of_a_voided_tube_are_sampled_anew(book: Book):
    book.things(book.thing(MachineName.SESSION, "s-9", "open"))
    barcode = book.open_with(range(10))
    book.change(barcode, "close", book.changing())
    voided = book.change(barcode, "void", book.changing("s-9", "officer"))
    again = book.open_with(range(10), group=1)

    assert (voided.state, voided.persons) == ("voided", 10)
    assert book.change(again, "close", book.changing()).persons == 10
    assert book.rows("SELECT count(*) FROM released_person") == [(10,)]
    assert kinds(book)[2] == ("voided", 10)


def test_a_tube_voided_before_it_was_registered_takes_nothing_off_the_count(book: Book):
    barcode = book.open_with(range(7))
    book.change(barcode, "void", book.changing())

    assert kinds(book) == [("opened", 0), ("voided", 0)]


def test_a_tube_is_voided_by_its_own_session_or_one_of_its_site(book: Book):
    barcode = book.open_with(range(2))
    book.things(book.thing(MachineName.SESSION, "elsewhere", "open", site="LS-2"))

    for stranger in ("elsewhere", "nobody"):
        deed = book.changing(stranger)
        assert book.refusal(lambda: book.change(barcode, "void", deed))[1] == "tube_of_another_session"  # noqa: B023
    assert book.change(barcode, "void", book.changing()).state == "voided"


def test_no_tube_is_opened_by_a_session_that_is_closed_or_of_another_site(book: Book):
    session = MachineName.SESSION
    book.things(book.thing(session, "over", "open"), book.thing(session, "over", "close", minute=1))
    book.things(book.thing(session, "far", "open", site="LS-3"))

    assert book.refusal(lambda: book.open(book.opening(session="over")))[1] == "session_closed"
    assert book.refusal(lambda: book.open(book.opening(session="far")))[1] == "session_of_another_site"


def test_custody_takes_up_what_the_phone_closed_and_not_before(book: Book):
    barcode = book.open_with(range(10))
    hand_over = book.step(barcode, Kind.HANDED_OVER)

    assert book.refusal(lambda: book.custody(hand_over))[:2] == (409, "step_out_of_order")
    assert book.refusal(lambda: book.custody(book.step(barcode, Kind.SUSPENDED)))[1] == "step_of_the_phone"
    assert book.refusal(lambda: book.custody(book.step(barcode, Kind.VOIDED)))[1] == "step_out_of_order"
    book.change(barcode, "close", book.changing())
    assert book.custody(hand_over) == (1, 0)
