"""The ledger's tables: their words are the machines', and each invariant is the database's own, whoever writes."""

import re
import sqlite3

import pytest

from pipelines.intake.ledger.making import NOT_THINGS, schema
from pipelines.machines import MACHINES, TUBE, MachineName
from pipelines.vocabulary import ShortReason, TubeEventKind
from tests.intake.ledger.book import Book
from tests.intake.registrations import registration

THINGS = [machine for name, machine in MACHINES.items() if name not in NOT_THINGS]
INSERT_TUBE = """
INSERT INTO tube SELECT 99, {barcode}, round_id, {site}, {lab}, {account}, server_id, lane_no, {persons}, {seats},
  {reason}, session_id, device_id, device_sequence, opened_at, closed_at, recorded_at, {state}, changed_at, taken,
  box_id, is_offline, rescans, manual_entries, is_verified FROM tube WHERE tube_no = 1
"""
AS_IT_IS = {
    **{"barcode": "'LK10000000099X'", "site": "site_id", "lab": "lab_id", "account": "account_id"},
    **{"persons": "persons", "seats": "seats", "reason": "short_reason", "state": "state"},
}


def words(column: str) -> set[str]:
    """Return the words that a column is compared with in its own check."""
    found = re.search(rf"^  {column} TEXT[^,]*? CHECK \(({column} = [^)]*)\)", schema(), re.MULTILINE)
    assert found is not None, column
    return set(re.findall(r"'([^']*)'", found[1]))


def test_the_words_in_the_schema_are_the_machines_and_the_vocabulary_s():
    things = re.search(r"state IN \(([^()]*)\)\s*\)\s*\)\s*WITHOUT ROWID", schema())

    assert words("state") == set(TUBE.states)
    assert words("kind") == set(TubeEventKind)
    assert words("short_reason") == set(ShortReason)
    assert things is not None
    assert set(re.findall(r"'([^']*)'", things[1])) == {f"{m.name}:{state}" for m in THINGS for state in m.states}


def test_a_tube_s_state_changes_only_by_a_step_of_its_machine(book: Book):
    moves = {(before, step.after) for step in TUBE.steps for before in step.before}
    closed = sorted(set(TUBE.states) - {"open", "suspended"})
    book.register(registration(book.campaign))

    assert [(before, after) for before in closed for after in closed if is_allowed(book, before, after)] == [
        (before, after) for before in closed for after in closed if (before, after) in moves
    ]


def is_allowed(book: Book, before: str, after: str) -> bool:
    (trigger,) = book.rows("SELECT sql FROM sqlite_schema WHERE name = 'tube_takes_a_step'")
    book.connection.execute("SAVEPOINT step")
    try:
        book.connection.execute("DROP TRIGGER tube_takes_a_step")
        book.connection.execute("UPDATE tube SET state = ?", (before,))
        book.connection.execute(trigger[0])
        book.connection.execute("UPDATE tube SET state = ?", (after,))
    except sqlite3.IntegrityError as error:
        assert "no step leads there" in str(error)
        return False
    else:
        return True
    finally:
        book.connection.execute("ROLLBACK TO step")
        book.connection.execute("RELEASE step")


def test_a_thing_s_state_changes_only_by_a_step_of_its_machine(book: Book):
    book.things(book.thing(MachineName.SHEET, "sheet-1", "print"))

    assert broken(book, "UPDATE thing SET state = 'destroyed'") == "no step leads there"
    assert broken(book, "UPDATE thing SET state = 'registered'") == "no step leads there"
    assert "CHECK constraint failed" in broken(book, "INSERT INTO thing VALUES ('sheet', 'x', 'opened', NULL, 0, '{}')")


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("INSERT INTO tube_person SELECT 33, token FROM tube_person WHERE place = 17", "UNIQUE constraint failed"),
        ("INSERT INTO tube_person VALUES (27, x'00112233445566778899aabbccddeeff')", "place & 15 BETWEEN 1 AND 10"),
        ("INSERT INTO tube_person VALUES (17, x'00112233445566778899aabbccddeeff')", "UNIQUE constraint failed"),
        ("INSERT INTO tube_person VALUES (33, x'001122')", "length(token) = 16"),
        ("UPDATE tube_person SET place = 33 WHERE place = 17", "a person keeps the seat"),
        ("DELETE FROM tube_person", "a person leaves only a voided tube"),
        ("UPDATE tube SET seats = 9, persons = 9", "a person is bound only while the tube is open"),
        ("UPDATE tube SET short_reason = 'interrupted'", "CHECK constraint failed"),
        ("UPDATE tube SET lab_id = 'lab-2'", "a tube keeps its label, place and session"),
        ("UPDATE tube SET session_id = 's-2'", "a tube keeps its label, place and session"),
        ("UPDATE tube SET taken = 0", "a tube forgets no step"),
        ("UPDATE tube SET closed_at = NULL", "CHECK constraint failed"),
        ("UPDATE tube SET closed_at = opened_at - 1", "closed_at >= opened_at"),
        ("INSERT INTO tube_event VALUES (1, 'B', 'sampled', '', '', '', 1, 1, NULL, 0, 0)", "tube_event.sequence"),
        ("INSERT INTO tube_event VALUES (2, 'B', 'burnt', '', '', '', 1, 1, NULL, 0, 0)", "CHECK constraint failed"),
        ("INSERT INTO request SELECT * FROM request", "request.device_id, request.device_sequence"),
        *((f"UPDATE {table} SET rowid = rowid", f"{table} is append-only") for table in ("tube_event",)),
        *(
            (f"DELETE FROM {table}", f"{table} is append-only")
            for table in ("tube_event", "request", "account", "place")
        ),
    ],
)
def test_the_database_itself_forbids(book: Book, statement: str, rule: str):
    book.register(registration(book.campaign))

    assert rule in broken(book, statement)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"barcode": "barcode"}, "tube.barcode"),
        ({"barcode": "'XX10000000099X'"}, "account, lab and label of its town"),
        ({"lab": "'lab-2'"}, "account, lab and label of its town"),
        ({"account": "'acct-2'"}, "account, lab and label of its town"),
        ({"site": "'LS-77'"}, "account, lab and label of its town"),
        ({"seats": "11"}, "seats BETWEEN 0 AND 10"),
        ({"persons": "11"}, "persons BETWEEN 0 AND seats"),
        ({"seats": "9", "persons": "9"}, "(seats = 10) = (short_reason IS NULL)"),
        ({"seats": "0", "persons": "0", "reason": "'interrupted'"}, "seats >= 1"),
        ({"reason": "'tired'"}, "short_reason = "),
        ({"state": "'burnt'"}, "CHECK constraint failed: state = "),
        ({"state": "'open'"}, "closed_at IS NULL"),
    ],
)
def test_no_tube_is_taken_that_breaks_an_invariant(book: Book, changed: dict[str, str], rule: str):
    book.register(registration(book.campaign))

    assert rule in broken(book, INSERT_TUBE.format(**AS_IT_IS | changed))


def test_a_half_filled_tube_is_neither_closed_nor_bound_beyond_ten_by_whoever_writes(book: Book):
    barcode = book.open_with(range(10))

    assert "seats BETWEEN 0 AND 10" in broken(book, "UPDATE tube SET seats = 11")
    assert "CHECK constraint failed" in broken(book, "UPDATE tube SET state = 'registered'")
    assert "no step leads there" in broken(book, "UPDATE tube SET state = 'sampled'")
    assert book.rows("SELECT barcode, state, seats FROM tube") == [(barcode, "open", 10)]


def test_a_town_has_one_account_and_the_account_one_lab(book: Book):
    opened = book.opening()
    taken = "INSERT INTO account SELECT {}, {}, lab_id, barcode_prefix FROM account LIMIT 1"

    assert book.rows("SELECT count(*) FROM place") == [(len(book.campaign.sites),)]
    assert book.rows("SELECT count(*) FROM account") == [(len(book.campaign.accounts),)]
    assert book.rows("SELECT lab_id, account_id FROM place JOIN account USING (account_id) WHERE site_id = 'LS-1'") == [
        (opened.lab_id, opened.account_id)
    ]
    assert "account.town_code" in broken(book, taken.format("'second'", "town_code"))
    assert "account.account_id" in broken(book, taken.format("account_id", "'elsewhere'"))


def broken(book: Book, statement: str) -> str:
    """Return why the database refuses a statement."""
    with pytest.raises(sqlite3.IntegrityError) as error:
        book.connection.execute(statement)
    return str(error.value)
