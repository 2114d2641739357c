"""Bad input at the desk, case by case: a sentence that names the rule, and a ledger that is what it was before."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest

from pipelines.codes import CodeError, Document, clean_scan, document_code, person_code, person_token, read_person_code
from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, ThingStep
from pipelines.intake.ledger.record import Refused
from pipelines.intake.servers.rules import broken_rule, rule_book
from pipelines.vocabulary import ShortReason
from tests.intake.ledger.book import Book
from tests.intake.registrations import registration, token

change = msgspec.structs.replace
PERSONS = [token(n) for n in range(10)]


def send(book: Book, body: TubeRegistration, **spoilt: Any) -> TubeReceipt:
    """Send a body as a server takes it: decoded, checked by the campaign's rules, recorded."""
    raw = msgspec.to_builtins(body) | spoilt
    try:
        tube = msgspec.json.decode(msgspec.json.encode(raw), type=TubeRegistration)
    except msgspec.ValidationError as error:
        raise Refused(422, "malformed_body", f"not what the contract asks for: {error}") from error
    if problem := broken_rule(rule_book(book.campaign), tube, book.now):
        raise Refused(422, problem.rule, problem.detail, problem.field)
    return book.register(tube)


def site_of_another_lab(book: Book) -> int:
    labs = [book.campaign.lab_of(site.town_code) for site in book.campaign.sites]
    return next(index for index, lab in enumerate(labs) if lab != labs[0])


@pytest.fixture
def held(book: Book) -> Book:
    """A ledger that holds group 0 of the first site already."""
    book.register(registration(book.campaign, device="earlier"))
    return book


@pytest.mark.parametrize(
    ("case", "spoilt", "rule"),
    [
        (41, {"persons": [token(20), token(21), token(20)], "short_reason": "interrupted"}, "person_twice_in_tube"),
        (42, {"persons": [token(20), token(3)], "short_reason": "interrupted"}, "person_registered"),
        (43, {"persons": [token(n) for n in range(20, 31)]}, "malformed_body"),
        (44, {"persons": []}, "malformed_body"),
        (44, {"persons": [token(20)]}, "short_tube_without_reason"),
        (44, {"persons": [token(n) for n in range(20, 29)]}, "short_tube_without_reason"),
        (44, {"short_reason": "interrupted"}, "full_tube_with_reason"),
        (46, {"barcode": "LK100000000010"}, "misread_label"),
        (46, {"barcode": "LK1OOOOOOOOO11"}, "misread_label"),
        (46, {"barcode": "LK100000000011LK100000000011"}, "misread_label"),
        (47, {"barcode": "LK100000000011\r\n"}, "malformed_body"),
        (47, {"barcode": "]C1LK100000000011"}, "malformed_body"),
        (50, {"opened_at": "1970-01-01T00:00:00Z", "closed_at": "1970-01-01T00:02:00Z"}, "opened_before_round"),
        (55, {"lab_id": "lab-2"}, "wrong_lab"),
        (55, {"account_id": "acct-2"}, "wrong_account"),
    ],
)
def test_a_bad_registration_is_refused_by_its_rule(held: Book, case: int, spoilt: dict[str, Any], rule: str):
    body = registration(held.campaign, group=1)

    status, named, _ = held.refusal(lambda: send(held, body, **spoilt))
    assert (status, named) == (409 if case == 42 else 422, rule)
    assert send(held, body).persons == 10


def test_case_41_a_person_is_scanned_twice_into_the_tube_that_is_being_filled(book: Book):
    barcode = book.open_with(range(4))

    assert book.refusal(lambda: book.bind(barcode, book.binding(2))) == (409, "person_twice_in_tube", "person")


def test_case_42_a_person_who_sits_in_another_tube_is_not_bound(held: Book):
    barcode = held.open_with(range(20, 23), group=1)

    assert held.refusal(lambda: held.bind(barcode, held.binding(5))) == (409, "person_registered", "person")
    assert held.conflicts() == ["person_registered"]


def test_case_43_there_is_no_eleventh_seat(book: Book):
    barcode = book.open_with(range(10))

    assert book.refusal(lambda: book.bind(barcode, book.binding(11))) == (409, "tube_full", "person")


def test_case_44_a_tube_of_nobody_or_a_few_is_not_sealed_without_a_word(book: Book):
    empty = book.open(book.opening()).barcode
    nine = book.open_with(range(9), group=1)
    ten = book.open_with(range(20, 30), group=2)

    for reason in (None, ShortReason.SITE_CLOSING):
        closing = book.changing(reason=reason)
        assert book.refusal(lambda: book.change(empty, "close", closing))[1] == "empty_tube"  # noqa: B023
    assert book.refusal(lambda: book.change(nine, "close", book.changing()))[1] == "short_tube_without_reason"
    full = book.changing(reason=ShortReason.NO_MORE_PERSONS)
    assert book.refusal(lambda: book.change(ten, "close", full))[1] == "full_tube_with_reason"


def test_case_45_a_label_of_another_lab_or_of_another_site_s_roll(book: Book):
    other_lab = registration(book.campaign, site=site_of_another_lab(book)).barcode
    labs = [book.campaign.lab_of(site.town_code) for site in book.campaign.sites]
    same_lab = labs.index(labs[0], 1)
    other_site = registration(book.campaign, site=same_lab).barcode
    body = registration(book.campaign)

    assert book.refusal(lambda: send(book, body, barcode=other_lab))[1] == "label_of_another_lab"
    assert book.refusal(lambda: send(book, body, barcode=other_site))[1] == "label_of_another_site"


def test_cases_46_and_47_what_a_scanner_adds_is_taken_off_at_the_edge(book: Book):
    label = registration(book.campaign).barcode

    assert [clean_scan(text) for text in (f"{label}\r\n", f"]C1{label}", f" {label}")] == [label] * 3
    with pytest.raises(CodeError) as twice:
        clean_scan(label * 2)
    assert twice.value.rule == "scanned_twice"


def test_case_48_a_group_interrupted_continued_elsewhere_and_then_uploaded_too_is_counted_once(book: Book):
    barcode = book.open_with(range(6), device="app-1")
    book.change(barcode, "suspend", book.changing(device="app-1"))
    book.change(barcode, "resume", book.changing(device="app-1"), server="p2")
    for person in range(6, 10):
        book.bind(barcode, book.binding(person, device="app-1"), server="p2")
    book.change(barcode, "close", book.changing(device="app-1"), server="p2")
    uploaded = change(registration(book.campaign, device="app-1"), is_offline=True, device_sequence=50)

    assert send(book, uploaded).is_replay
    assert book.rows("SELECT sum(persons) FROM tube_event WHERE kind = 'registered'") == [(10,)]
    assert book.rows("SELECT kind FROM late_duplicate") == [("tube_twice",)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_case_49_a_batch_replayed_three_times_out_of_order_hours_late_changes_nothing_more(
    book: Book, order: tuple[int, ...]
):
    book.now += timedelta(hours=20)  # past midnight, and past the report of every hour between
    batch = [change(registration(book.campaign, group, device="app-1"), is_offline=True) for group in order]
    first = [send(book, tube) for tube in batch]
    before = book.digest()
    again = [send(book, tube) for _ in range(2) for tube in reversed(batch)]

    assert book.digest() == before
    assert again == [change(receipt, is_replay=True) for receipt in (*reversed(first), *reversed(first))]
    assert book.rows("SELECT sum(persons) FROM tube_event") == [(30,)]


@pytest.mark.parametrize(("hours", "rule"), [(8, "closed_in_the_future"), (-8, "opened_before_round")])
def test_case_50_a_phone_whose_clock_is_hours_off_is_told_to_set_it(book: Book, hours: int, rule: str):
    body = registration(book.campaign)
    skew = timedelta(hours=hours)
    sent = change(body, opened_at=body.opened_at + skew, closed_at=body.closed_at + skew)

    assert book.refusal(lambda: send(book, sent))[1] == rule
    ten_minutes_slow = timedelta(minutes=-10)
    early = change(body, opened_at=book.campaign.round.opens_at + ten_minutes_slow)
    assert send(book, early).persons == 10


def test_case_50_a_step_of_a_tube_obeys_the_clock_too(book: Book):
    barcode = book.open_with(range(2))
    unset = change(book.binding(5), happened_at=datetime(1970, 1, 1, tzinfo=UTC))
    ahead = change(book.binding(5), happened_at=book.now + timedelta(hours=8))

    assert book.refusal(lambda: book.bind(barcode, unset))[1] == "step_before_registration"
    assert book.refusal(lambda: book.bind(barcode, ahead))[1] == "step_in_the_future"


def test_case_51_the_same_number_with_another_content_is_a_conflict_on_record(held: Book):
    altered = change(registration(held.campaign, device="earlier"), persons=[*PERSONS[:9], token(77)])

    assert held.refusal(lambda: send(held, altered)) == (409, "device_sequence_reused", "device_sequence")
    assert held.conflicts() == ["device_sequence_reused"]


def test_case_52_the_picture_of_an_old_or_of_somebody_else_s_code(held: Book):
    round_id, key = held.campaign.round.round_id, b"k" * 32
    with pytest.raises(CodeError) as old:
        read_person_code(person_code("another-round", 7), round_id)
    assert old.value.rule == "expired_code"

    barcode = held.open(held.opening(1)).barcode
    owner = person_token(key, round_id, read_person_code(person_code(round_id, 7), round_id)).hex()
    held.bind(barcode, change(held.binding(0), person=owner))
    friend = change(held.binding(0), person=owner)
    assert held.refusal(lambda: held.bind(barcode, friend))[1] == "person_twice_in_tube"


def test_cases_53_and_54_no_document_and_no_name_ever_enters(book: Book):
    body = msgspec.to_builtins(registration(book.campaign))
    for name in ("A", "名" * 100, "𠮷野", "O'Neil", "=cmd()"):
        assert book.refusal(lambda: send(book, registration(book.campaign), name=name))[1] == "malformed_body"  # noqa: B023
    for structure in (OpenTube, BindPerson, ChangeTube, ThingStep, TubeRegistration):
        with pytest.raises(msgspec.ValidationError, match="unknown field"):
            msgspec.convert(body | {"name": "X"}, structure)
    assert document_code(Document.NONE, "20190401", "7") != document_code(Document.NONE, "20190401", "8")  # twins
