"""No name, identity number or phone of a person is ever written: every byte of a day is looked at (Q76)."""

import base64
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.day.prefill import prefill
from pipelines.intake.day.virtual import virtual_day
from pipelines.intake.ledger.opening import open_reader
from pipelines.intake.world.identity import identities
from tests.intake.running import running
from tests.intake.traces import People, bytes_in

SEED = 20210606


@pytest.fixture(scope="module")
def people(small: Campaign) -> People:
    """The ten thousand visitors of the small district."""
    return People(small, SEED)


SOMEBODY = identities(3, [77], SEED)[0]


@pytest.mark.parametrize("word", [SOMEBODY.document, SOMEBODY.phone, SOMEBODY.name])
@pytest.mark.parametrize(
    "form",
    [
        lambda word: word.encode(),
        lambda word: word.lower().encode("utf-16-le"),
        lambda word: word.encode("utf-16-be"),
        lambda word: word.encode("gb18030"),
        lambda word: word.encode().hex().encode(),
        lambda word: word.encode("utf-16-le").hex().upper().encode(),
        lambda word: base64.b64encode(word.encode()),
        lambda word: base64.urlsafe_b64encode(b"x" + word.encode()).rstrip(b"="),
        lambda word: base64.b64encode(b"xy" + word.encode("utf-16-le")),
        lambda word: "".join(f"\\u{ord(sign):04x}" for sign in word).encode(),
    ],
)
def test_whatever_the_form_somebody_in_a_file_would_be_found(people: People, word: str, form):
    planted = b'{"device":"LS-4-01","note":"' + form(word) + b'"}\n' + bytes(range(256)) * 40

    assert people.traces(planted)
    assert not people.traces(planted.replace(form(word), form("LS-4-01 ok")))


def test_a_whole_day_writes_nobody(small: Campaign, people: People, tmp_path: Path):
    virtual_day(small, SEED, ledger_path=tmp_path / "ledger.sqlite")

    with closing(open_reader(tmp_path / "ledger.sqlite")) as ledger:
        assert ledger.execute("SELECT count(*) FROM tube_person").fetchone()[0] > 9_900
    assert bytes_in(tmp_path) > 1_000_000
    assert people.traces_in(tmp_path) == {}


@pytest.mark.slow
def test_the_running_intake_writes_nobody_to_ledger_log_queue_or_journal(
    small: Campaign, people: People, tmp_path: Path
):
    """All processes, killed half-way, so the journal of the ledger is still there."""
    starts_at = small.round.demo_starts_at
    with running(small, tmp_path, starts_at, 0.0) as intake:
        prefill(small, intake.settings, starts_at, lambda share: None)
        before = intake.tubes()
        intake.start_all()
        intake.set_clock(starts_at + timedelta(seconds=1), 120.0)
        intake.until(lambda: intake.tubes() >= before + 40)
        for name in list(intake.processes):
            intake.kill(name)

    names = {file.name for file in tmp_path.rglob("*")}
    assert {"ledger.sqlite", "ledger.sqlite-wal", "world.log", "p1.log"} <= names
    assert people.traces_in(tmp_path) == {}
