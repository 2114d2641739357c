"""Every rule of the audit is one that can be broken: a spoilt ledger is named by the rule it breaks."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.day.virtual import virtual_day
from pipelines.intake.ledger import audit

A_TUBE = "(SELECT barcode FROM tube WHERE persons = 10 ORDER BY tube_no LIMIT 1)"
A_NO = "(SELECT tube_no FROM tube WHERE persons = 10 ORDER BY tube_no LIMIT 1)"
SPOILT = {
    "a person is counted in at most one tube": [
        "DROP INDEX person_once_per_round",
        "UPDATE tube_person SET token = (SELECT token FROM tube_person ORDER BY place LIMIT 1)"
        " WHERE place = (SELECT max(place) FROM tube_person)",
    ],
    "a tube has at most ten persons": [
        f"INSERT INTO tube_person (place, token) VALUES (16 * {A_NO} + 11, randomblob(16))",
        f"UPDATE tube SET persons = 11, seats = 11 WHERE tube_no = {A_NO}",
    ],
    "a tube counts the persons in it": [f"DELETE FROM tube_person WHERE place = 16 * {A_NO} + 3"],
    "a tube is closed full or short with a reason": [
        f"UPDATE tube SET short_reason = 'separate' WHERE tube_no = {A_NO}"
    ],
    "a closed tube is registered exactly once": [f"DELETE FROM tube_event WHERE barcode = {A_TUBE}"],
    "the three copies of a label reconcile": [
        f"DELETE FROM tube_event WHERE barcode = {A_TUBE} AND kind = 'handed_over'"
    ],
    "a tube is received and resulted once, and only after it was sent": [
        f"UPDATE tube_event SET kind = 'resulted'"
        f" WHERE barcode = {A_TUBE} AND kind IN ('bagged', 'dispatched', 'received')"
    ],
    "a late duplicate is not counted where it was found": [
        "INSERT INTO late_duplicate SELECT 1, 'person_twice', barcode, barcode, 1, token, site_id, device_id, 0"
        " FROM tube JOIN tube_person USING (tube_no) ORDER BY place LIMIT 1"
    ],
}


@pytest.fixture(scope="module")
def kept(small: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of a small day's first two hours."""
    path = tmp_path_factory.mktemp("kept") / "ledger.sqlite"
    virtual_day(small, 1, ledger_path=path, until=small.round.opens_at + timedelta(hours=2))
    return path


@pytest.fixture
def ledger(kept: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of it that takes anything."""
    shutil.copy(kept, tmp_path / "ledger.sqlite")
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def test_a_sound_ledger_breaks_no_rule(ledger: sqlite3.Connection) -> None:
    assert audit.breaks(ledger) == []


@pytest.mark.parametrize("rule", SPOILT)
def test_a_spoilt_ledger_is_named_by_its_rule(rule: str, ledger: sqlite3.Connection) -> None:
    before = audit.event_log_hash(ledger)
    for statement in SPOILT[rule]:
        ledger.execute(statement)
    found = {each.rule: each.named for each in audit.breaks(ledger)}
    assert rule in found
    assert found[rule]
    touches_a_log = any("tube_event" in statement or "late_duplicate" in statement for statement in SPOILT[rule])
    assert (audit.event_log_hash(ledger) != before) == touches_a_log


def test_every_rule_is_tried() -> None:
    assert set(SPOILT) | {"what was scanned is in a tube that is closed, open or void"} == set(audit.RULES)
