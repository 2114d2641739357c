"""The practice phone against real front ends: filled, refused, interrupted, switched, resumed, closed, never twice."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipelines.campaign import Campaign
from pipelines.clock import FileClock
from pipelines.config import settings
from pipelines.day_folder import DayKind, hold
from pipelines.practice import DeskPlace, Practice, PracticeDesk, PracticeRefused, ServerLost, score
from pipelines.practice.line import DOUBLE_TAP_S
from pipelines.vocabulary import Cause, Entry, ShortReason
from tests.intake.running import Intake, running


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Intake]:
    """Front ends p1 and p2 and the data interface of a simulated day, an hour after opening."""
    with running(small, tmp_path_factory.mktemp("practice"), small.round.demo_starts_at, 1.0) as intake:
        hold(intake.settings, DayKind.SIMULATED)
        intake.start("p1", "p2", "data")
        yield intake


@pytest.fixture
def desk(intake: Intake) -> PracticeDesk:
    """The practice desk on that intake."""
    return PracticeDesk(intake.settings, intake.campaign)


@pytest.fixture
def phone(desk: PracticeDesk) -> Practice:
    """A session at the first site on p1."""
    return desk.begin("LS-1", "p1")


def place(desk: PracticeDesk, phone: Practice) -> DeskPlace:
    return desk.places[phone.site_id]


def opened(desk: PracticeDesk, phone: Practice, persons: int = 0, label: int = 0) -> Practice:
    """Return the session with a tube open and ``persons`` in it."""
    phone = desk.scan(phone, place(desk, phone).labels(phone.sheet)[label])
    for code in place(desk, phone).persons(phone.sheet)[:persons]:
        phone = desk.scan(phone, code)
    return phone


def refused(step: object, *arguments: object, **named: object) -> PracticeRefused:
    """Return the refusal that a step meets."""
    with pytest.raises(PracticeRefused) as found:
        step(*arguments, **named)  # type: ignore[operator]
    return found.value


def on_record(intake: Intake, barcode: str) -> tuple[object, ...]:
    return intake.rows("SELECT state, persons, seats, short_reason FROM tube WHERE barcode = ?", barcode)[0]


def test_a_group_of_ten_is_registered_and_an_eleventh_is_refused_by_the_server(
    intake: Intake, desk: PracticeDesk, phone: Practice
) -> None:
    """Q62, Q63, case 43."""
    phone = opened(desk, phone, persons=10)
    eleventh = place(desk, phone).persons(phone.sheet)[10]

    said = refused(desk.scan, phone, eleventh)
    assert (said.rule, said.sentence) == (
        "tube_full",
        f"tube {phone.tube.barcode} holds 10 persons; close it and open the next label",
    )
    assert refused(desk.close, phone, None, is_verified=False).rule == "not_verified"
    phone = desk.close(phone, None, is_verified=True)
    assert (phone.tube.state, phone.tube.persons, phone.closed) == ("registered", 10, (phone.tube.barcode,))
    assert on_record(intake, phone.tube.barcode) == ("registered", 10, 10, None)
    assert (score(phone).errors, score(phone).mended, score(phone).persons) == (2, 2, 10)


def test_every_wrong_code_is_refused_with_its_sentence_and_changes_nothing(
    intake: Intake, desk: PracticeDesk, phone: Practice
) -> None:
    """Cases 41, 45, 46, 52."""
    wrong = place(desk, phone).wrong_codes(phone.sheet)
    rules = {name: refused(desk.scan, phone, wrong[name]).rule for name in ("other_lab", "misread_label")}
    assert rules == {"other_lab": "label_of_another_lab", "misread_label": "misread_label"}
    phone = opened(desk, phone, persons=1)
    rules = {
        name: refused(desk.scan, phone, wrong[name]).rule for name in ("old_code", "blurred_code", "scanned_twice")
    }
    assert rules == {"old_code": "expired_code", "blurred_code": "misread_code", "scanned_twice": "scanned_twice"}
    phone = desk.bind(desk.find(phone.session_id), place(desk, phone).persons(phone.sheet)[1])
    assert [seat.entry for seat in phone.seats] == [Entry.SCAN, Entry.RESCAN]
    threading.Event().wait(DOUBLE_TAP_S)
    said = refused(desk.scan, phone, place(desk, phone).persons(phone.sheet)[0])
    assert said.rule == "person_twice_in_tube"
    assert on_record(intake, phone.tube.barcode)[:2] == ("open", 2)


def test_a_code_typed_by_hand_must_come_twice_the_same(desk: PracticeDesk, phone: Practice) -> None:
    """Q68."""
    phone = opened(desk, phone)
    one, other = place(desk, phone).persons(phone.sheet)[:2]

    assert refused(desk.bind, phone, one, Entry.MANUAL, other).rule == "typed_twice_differently"
    assert refused(desk.bind, phone, one, Entry.MANUAL, "").rule == "nothing_scanned"
    phone = desk.bind(phone, one, Entry.MANUAL, one)
    assert [seat.entry for seat in phone.seats] == [Entry.MANUAL]


def test_the_network_drops_and_only_the_same_label_goes_on(intake: Intake, desk: PracticeDesk, phone: Practice) -> None:
    """Q61, Q62."""
    phone = desk.drop_network(opened(desk, phone, persons=4))
    assert (phone.cause, phone.tube.state) == (Cause.SITE_NETWORK, "suspended")
    assert on_record(intake, phone.tube.barcode)[0] == "suspended"
    persons = place(desk, phone).persons(phone.sheet)
    assert refused(desk.scan, phone, persons[4]).rule == "interrupted"
    assert refused(desk.scan, phone, place(desk, phone).labels(phone.sheet)[5]).rule == "unknown_barcode"

    phone = desk.scan(phone, phone.tube.barcode)
    assert (phone.cause, phone.tube.state, phone.tube.seats_left) == (None, "open", 6)
    phone = desk.scan(phone, persons[4])
    assert phone.tube.seats_left == 5
    short = refused(desk.close, phone, None, is_verified=True)
    assert short.rule == "short_tube_without_reason"
    phone = desk.close(phone, ShortReason.NO_MORE_PERSONS, is_verified=True)
    assert on_record(intake, phone.tube.barcode) == ("registered", 5, 5, "no_more_persons")


def test_another_session_s_tube_cannot_be_taken_over(desk: PracticeDesk, phone: Practice) -> None:
    first = desk.drop_network(opened(desk, phone, persons=1))
    second = desk.drop_network(opened(desk, desk.begin("LS-1", "p2"), persons=1))

    assert refused(desk.scan, second, first.tube.barcode).rule == "tube_of_another_session"


def test_a_double_tap_seats_one_person(intake: Intake, desk: PracticeDesk, phone: Practice) -> None:
    phone = opened(desk, phone, persons=1)
    code = place(desk, phone).persons(phone.sheet)[1]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: desk.scan(phone, code), range(4)))

    assert {answer.tube.seats_left for answer in answers} == {8}
    assert on_record(intake, phone.tube.barcode)[1] == 2
    assert [len(answer.seats) for answer in answers] == [2] * 4


def test_what_is_remembered_holds_no_code_and_survives_a_new_process(
    intake: Intake, desk: PracticeDesk, phone: Practice
) -> None:
    phone = opened(desk, phone, persons=3)
    again = PracticeDesk(intake.settings, intake.campaign).find(phone.session_id)

    assert again == phone
    kept = (intake.settings.ledger_file.parent / "practice" / f"{phone.session_id}.json").read_text()
    assert not any(code in kept for code in place(desk, phone).persons(phone.sheet))
    assert "TF*" not in kept
    assert desk.find("practice-0000000000000000") is None
    assert desk.find("../../ledger") is None


def test_a_desk_with_an_open_tube_cannot_be_closed(desk: PracticeDesk, phone: Practice) -> None:
    """Case 58."""
    phone = opened(desk, phone, persons=1)

    said = refused(desk.leave, phone)
    assert said.rule == "session_has_open_tubes"
    assert phone.tube.barcode in said.sentence
    phone = desk.leave(desk.void(phone))
    assert phone.has_left


def test_a_desk_opened_or_closed_while_the_data_interface_is_down_can_still_be_closed(
    intake: Intake, desk: PracticeDesk
) -> None:
    intake.kill("data")
    try:
        phone = desk.begin("LS-1", "p1")
        said = refused(desk.leave, phone)
        assert (said.rule, desk.recall(phone.session_id).cause) == ("not_signed_off", None)
    finally:
        intake.start("data")
    phone = desk.leave(phone)
    assert phone.has_left
    state = "SELECT state FROM thing WHERE machine = 'session' AND thing_id = ?"
    assert intake.rows(state, phone.session_id) == [("closed",)]


def test_a_server_that_dies_interrupts_the_desk_and_another_code_takes_it_on(
    intake: Intake, desk: PracticeDesk, phone: Practice
) -> None:
    """Q61, Q71-Q73, case 48: the request without an answer goes out again, as it was."""
    phone = opened(desk, phone, persons=4)
    persons = place(desk, phone).persons(phone.sheet)
    intake.kill("p1")
    try:
        with pytest.raises(ServerLost, match="nothing listens"):
            desk.scan(phone, persons[4])
        phone = desk.find(phone.session_id)
        assert (phone.cause, phone.server_id) == (Cause.SERVER, "p1")
        assert refused(desk.scan, phone, desk.servers["city"].code).rule == "no_answer"
        phone = desk.scan(phone, desk.servers["p2"].code)
        phone = desk.scan(phone, phone.tube.barcode)
        assert (phone.cause, phone.server_id, phone.tube.seats_left) == (None, "p2", 5)
        for code in persons[5:10]:
            phone = desk.scan(phone, code)
        phone = desk.close(phone, None, is_verified=True)
    finally:
        intake.start("p1")
    assert on_record(intake, phone.tube.barcode) == ("registered", 10, 10, None)
    assert score(phone).interruptions == 1


def test_one_never_practises_on_a_real_day(intake: Intake, tmp_path: object, small: Campaign) -> None:
    chosen = settings(home=tmp_path, campaign=small.folder, port=intake.settings.port)  # type: ignore[arg-type]
    empty = PracticeDesk(chosen, small)
    assert refused(empty.begin, "LS-1", "p1").rule == "not_simulated"
    chosen.home.joinpath("clock.json").write_bytes(intake.settings.clock_file.read_bytes())
    chosen.home.joinpath("day").write_text(DayKind.REAL)
    assert FileClock(chosen.clock_file).speed == 1.0
    said = refused(empty.begin, "LS-1", "p1")
    assert (
        said.sentence
        == "no simulated day runs here, and one never practises on a real one; start one with `tenfold up`"
    )
