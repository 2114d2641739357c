"""What no ledger can hold: moments of no calendar, unknown sites and labs, numbers of persons."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from pipelines.codes import speaks_of_a_person
from pipelines.contract import CustodyStep
from pipelines.intake.ledger.known import out_of_order
from pipelines.intake.ledger.opening import open_reader
from pipelines.intake.ledger.read import Counters, LabTally, Tally
from pipelines.intake.ledger.read_desk import exception_page
from pipelines.intake.ledger.record import Page, Refused, attempt
from pipelines.machines import BOX, SHEET, TUBE, MachineName
from pipelines.vocabulary import ShortReason
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.ledger.book import Book
from tests.intake.ledger.test_custody import on_the_road
from tests.intake.registrations import registration

change = msgspec.structs.replace
SESSION = MachineName.SESSION
IDENTITY_NUMBER = "11010519491231002X"
TELEPHONE = "13800138000"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_case_50_a_moment_in_no_calendar_is_refused_by_name(book: Book, moment: str):
    barcode, at = book.open_with(range(2)), datetime.fromisoformat(moment)

    binding = change(book.binding(5), happened_at=at)
    assert book.refusal(lambda: book.bind(barcode, binding)) == (422, "moment_out_of_range", "happened_at")
    closing = change(book.changing(reason=ShortReason.INTERRUPTED), happened_at=at)
    assert book.refusal(lambda: book.change(barcode, "close", closing))[1] == "moment_out_of_range"


def test_what_the_ledger_s_own_rules_forbid_undoes_nobody_else_s_work(book: Book):
    page = Page.begin(book.connection, 0)
    kept = attempt(page, lambda page: page.connection.execute("INSERT INTO released_person VALUES (17, zeroblob(16))"))
    again = attempt(page, lambda page: page.connection.execute("INSERT INTO released_person VALUES (17, zeroblob(16))"))
    huge = attempt(page, lambda page: page.connection.execute("SELECT ?", (2**70,)))
    book.connection.execute("COMMIT")

    assert not isinstance(kept, Refused)
    assert [r.problem.rule for r in (again, huge) if isinstance(r, Refused)] == ["ledger_rule", "ledger_rule"]
    assert book.rows("SELECT count(*) FROM released_person") == [(1,)]


def test_a_tube_does_not_turn_up_at_a_lab_that_nobody_knows(book: Book):
    barcode = on_the_road(book)

    for kind in (Kind.MISROUTED, Kind.RECEIVED):
        stranger = book.step(barcode, kind, lab="lab-99")
        assert book.refusal(lambda: book.custody(stranger)) == (422, "unknown_lab", "steps[0]")  # noqa: B023
    book.custody(book.step(barcode, Kind.MISROUTED, lab="lab-2"))
    labs = {lab.lab_id: LabTally() for lab in book.campaign.labs}
    counters = Counters(book.connection, "r", {site.site_id: Tally() for site in book.campaign.sites}, labs)
    counters.follow()


def test_a_thing_s_step_names_a_site_of_the_campaign_and_a_moment_of_these_days(book: Book):
    opening = book.thing(SESSION, "s-1", "open", minute=30)

    assert book.refusal(lambda: book.things(change(opening, site_id="LS-99")))[1] == "unknown_site"
    unset = change(opening, happened_at=datetime(1970, 1, 1, tzinfo=UTC))
    assert book.refusal(lambda: book.things(unset))[1] == "step_too_old"
    book.things(opening)
    before = book.thing(SESSION, "s-1", "log_in", minute=19)
    assert book.refusal(lambda: book.things(before))[1] == "step_before_registration"
    assert book.things(change(before, happened_at=before.happened_at + timedelta(minutes=1))) == (1, 0)


@pytest.mark.parametrize(
    ("text", "is_personal"),
    [
        (IDENTITY_NUMBER, True),
        (IDENTITY_NUMBER.lower(), True),
        ("110105491231002", True),
        (f"id:{TELEPHONE}", True),
        ("110105194912310021", False),
        ("LK10000000060G", False),
        ("SS-001-02.s1622942400", False),
        ("1622942400000000", False),
    ],
)
def test_a_number_that_speaks_of_a_person_is_known(text: str, is_personal: bool):
    assert speaks_of_a_person(text) is is_personal


@pytest.mark.parametrize("number", [IDENTITY_NUMBER, TELEPHONE])
def test_no_number_of_a_person_is_kept_as_the_name_of_something_nor_repeated(book: Book, number: str):
    """Case 53: it has no field, so it must not slip in as a device, a session, a label, a word of fact."""
    barcode = book.register(registration(book.campaign, group=5, device="phone-5")).barcode
    custody = CustodyStep(barcode=number, kind=Kind.RECEIVED, happened_at=book.now)
    fact = change(book.thing(SESSION, "s-7", "open"), facts={"phone": number})
    deeds = [
        lambda: book.register(registration(book.campaign, device=number)),
        lambda: book.open(book.opening(device=number)),
        lambda: book.open(book.opening(session=number)),
        lambda: book.bind(barcode, book.binding(3, device=number)),
        lambda: book.change(barcode, "void", book.changing(device=number)),
        lambda: book.custody(custody),
        lambda: book.custody(book.step(barcode, Kind.HANDED_OVER, box=number)),
        lambda: book.things(fact),
        lambda: book.things(book.thing(SESSION, number, "open")),
        lambda: book.things(change(book.thing(SESSION, "s-7", "open"), by=number)),
    ]
    for deed in deeds:
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.problem.rule == "personal_number"
        assert number not in refused.value.problem.detail
    assert book.conflicts() == []


def test_a_session_that_is_over_voids_nothing(book: Book):
    barcode = book.open_with(range(2))
    book.things(book.thing(SESSION, "s-9", "open"), book.thing(SESSION, "s-9", "close", minute=1))

    assert book.refusal(lambda: book.change(barcode, "void", book.changing("s-9", "officer")))[1] == "session_closed"


def test_a_refused_step_says_what_must_come_first_or_that_it_is_too_late():
    assert "it must become open first" in out_of_order(TUBE, "suspended", "bind", "bind")
    assert "handed_over, sampled, bagged, dispatched first" in out_of_order(TUBE, "registered", "receive", "received")
    assert "it is past that" in out_of_order(TUBE, "resulted", "void", "voided")
    assert "it must become printed first" in out_of_order(SHEET, "", "issue", "issue")
    assert "possible only while it is not known yet; it is past that" in out_of_order(BOX, "packed", "pack", "pack")


def test_no_exception_is_passed_over_that_is_recorded_while_a_page_is_read(book: Book, tmp_path: Path):
    book.register(registration(book.campaign))
    late = [change(registration(book.campaign, device=f"app-{n}"), is_offline=True) for n in range(2)]
    reader = open_reader(tmp_path / "book.sqlite")
    looks: list[str] = []

    def between(look: str) -> None:
        if looks:
            book.register(late[len(looks) % 2])
            book.refusal(lambda: book.register(registration(book.campaign, device=f"phone-{9 + len(looks)}")))
        looks.append(look)

    reader.set_trace_callback(between)
    page = exception_page(reader, 0, 100)
    assert len(page.duplicates) + len(page.conflicts) == page.last_sequence
    reader.close()


def test_the_states_of_a_tube_that_is_still_filled_are_the_machine_s():
    """They stand as words where the ledger is asked for half-filled tubes."""
    assert TUBE.step("close").before == ("open", "suspended")
