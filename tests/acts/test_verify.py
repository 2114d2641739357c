"""Whoever changes one thing in the ledger is found, and the row is named."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.acts import ActLedger, ActsError, verify
from pipelines.acts.entry import Row, entry_of, sealed
from tests.acts.kit import append, note

ROWS = 12
COLUMNS = Row._fields
DROPPED = ("act_is_append_only_update", "act_is_append_only_delete", "act_is_append_only_replace")


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """A ledger of a dozen acts, closed."""
    path = tmp_path_factory.mktemp("acts") / "acts.sqlite"
    ledger = ActLedger(path)
    for number in range(ROWS):
        append(ledger, note(f"note {number}", facts={"n": number}, target="p1"))
    ledger.close()
    return path


def tampered(written: Path, folder: Path, *deeds: str) -> Path:
    """A copy in which somebody who can write the file did ``deeds`` and left no other trace."""
    path = folder / "acts.sqlite"
    shutil.copy(written, path)
    with closing(sqlite3.connect(path)) as connection:
        kept = [
            connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0]
            for name in DROPPED
        ]
        for name in DROPPED:
            connection.execute(f"DROP TRIGGER {name}")
        for deed in deeds:
            connection.execute(deed)
        for sql in kept:
            connection.execute(sql)
        connection.commit()
    return path


def test_an_untouched_ledger_is_good_and_tells_its_head(written):
    told = verify(written)
    assert (told.entries, told.head_sequence, told.findings) == (ROWS, ROWS, ())
    assert verify(written, (told.head_sequence, told.head_hash)).findings == ()


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_every_flip_of_every_column_is_found_at_its_row(written, tmp_path, column):
    number = column.endswith("_us")
    change = f"{column} + 1" if number else f"substr(coalesce({column}, 'x'), 2) || 'ä'"
    for sequence in range(1, ROWS + 1):
        path = tampered(written, tmp_path, f"UPDATE act SET {column} = {change} WHERE sequence = {sequence}")
        assert {found.sequence for found in verify(path).findings} == {sequence}


def test_every_single_deletion_is_found_at_its_row_the_first_and_the_last_too(written, tmp_path):
    for sequence in range(1, ROWS + 1):
        path = tampered(written, tmp_path, f"DELETE FROM act WHERE sequence = {sequence}")
        assert [found.sequence for found in verify(path).findings] == [sequence]
        assert "deleted" in verify(path).findings[0].sentence


def test_every_exchange_of_two_rows_is_found_at_both(written, tmp_path):
    for one in range(1, ROWS):
        for other in range(one + 1, ROWS + 1, 3):
            path = tampered(
                written,
                tmp_path,
                f"UPDATE act SET sequence = -1 WHERE sequence = {one}",
                f"UPDATE act SET sequence = {one} WHERE sequence = {other}",
                f"UPDATE act SET sequence = {other} WHERE sequence = -1",
            )
            assert {one, other} <= {found.sequence for found in verify(path).findings}


@pytest.mark.parametrize("sequence", [-3, 0, ROWS + 1, ROWS + 5])
def test_a_row_that_was_put_in_is_found(written, tmp_path, sequence):
    names = ", ".join(COLUMNS[2:])
    path = tampered(written, tmp_path, f"INSERT INTO act SELECT {sequence}, 'x', {names} FROM act WHERE sequence = 4")
    assert sequence in {found.sequence for found in verify(path).findings}


def test_a_row_whose_hash_fits_itself_but_not_the_row_before_is_found(written, tmp_path):
    with closing(sqlite3.connect(written)) as connection:
        fifth = entry_of(Row(*connection.execute("SELECT * FROM act WHERE sequence = 5").fetchone()))
    forged = sealed(fifth.act, "f" * 64)
    path = tampered(
        written, tmp_path, f"UPDATE act SET prev_hash = '{forged.prev_hash}', hash = '{forged.hash}' WHERE sequence = 5"
    )
    assert [found.sequence for found in verify(path).findings] == [5, 6]


def test_an_end_forged_as_a_whole_is_found_by_the_head_that_was_noted(written, tmp_path):
    noted = verify(written)
    with closing(sqlite3.connect(written)) as connection:
        eleventh, twelfth = (
            Row(*row) for row in connection.execute("SELECT * FROM act WHERE sequence > 10 ORDER BY sequence")
        )
    forged = sealed(entry_of(twelfth._replace(reason="another reason")).act, eleventh.hash)
    path = tampered(
        written, tmp_path, f"UPDATE act SET reason = 'another reason', hash = '{forged.hash}' WHERE sequence = 12"
    )
    assert verify(path).findings == ()
    (found,) = verify(path, (noted.head_sequence, noted.head_hash)).findings
    assert found.sequence == 12 and "noted" in found.sentence


def test_bytes_that_are_no_text_are_a_flip_too(written, tmp_path):
    path = tampered(written, tmp_path, "UPDATE act SET reason = CAST(x'ff80fe' AS TEXT) WHERE sequence = 7")
    assert [found.sequence for found in verify(path).findings] == [7]


@pytest.mark.parametrize("name", DROPPED)
def test_a_trigger_that_is_gone_is_found(written, tmp_path, name):
    path = tmp_path / "acts.sqlite"
    shutil.copy(written, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"DROP TRIGGER {name}")
    (found,) = verify(path).findings
    assert found.sequence == 0 and name in found.sentence


def test_a_counter_set_back_with_the_row_it_counted_is_found_by_the_noted_head(written, tmp_path):
    noted = verify(written)
    path = tampered(written, tmp_path, "DELETE FROM act WHERE sequence = 12", "UPDATE sqlite_sequence SET seq = 11")
    assert verify(path).findings == ()
    assert [found.sequence for found in verify(path, (noted.head_sequence, noted.head_hash)).findings] == [12]


def test_damaged_pages_are_a_finding_never_a_crash(written, tmp_path):
    whole = written.read_bytes()
    for place in range(100, len(whole), 397):
        path = tmp_path / "acts.sqlite"
        path.write_bytes(whole[:place] + bytes(byte ^ 0xFF for byte in whole[place : place + 8]) + whole[place + 8 :])
        try:
            told = verify(path)
        except ActsError as error:  # what cannot be opened at all says so in a sentence
            assert "act ledger" in str(error)
        else:
            assert told.findings or told._replace(findings=()) == verify(written)._replace(findings=())
