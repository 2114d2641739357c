"""The watched folder: a whole file is taken, a bad one refused with its sentences, one still being written let be."""

import os

import pytest

from pipelines.acts import ActLedger
from pipelines.http import Http
from pipelines.jobs import Jobs
from pipelines.jobs.take_inbox import LARGEST_BYTES
from pipelines.vocabulary import ActKind
from tests.jobs.conftest import Setup
from tests.jobs.ending import end
from tests.workbooks.kit import workbook

HEAD = "采样点,时点,采样人数,试管数,第三联数,特殊情况数,原因\n"
GOOD = HEAD + "LS-1,09:00,14,2,2,0,\nLS-2,09:00,7,1,1,0,\n"


@pytest.fixture
def inbox(setup, small, tmp_path):
    """A set-up at 09:20 local time with a ledger, and its inbox's folder."""
    ledger = ActLedger(tmp_path / "acts.sqlite")
    for job in setup.jobs._jobs:
        job.worker.shutdown()
    jobs = Jobs(setup.bench.store, small, setup.sources, Http(setup.sources.allow), setup.bench.clock, ledger)
    ready = Setup(setup.bench, setup.world, setup.sources, jobs)
    setup.bench.clock.put("01:20")
    ready.run("take_inbox")
    yield ready, ledger, tmp_path / "inbox"
    end(jobs)
    ledger.close()


def looked_twice(setup):
    setup.run("take_inbox", "take_inbox")


def names(folder):
    return sorted(file.name for file in folder.iterdir() if file.is_file())


def test_a_good_file_becomes_acts_and_then_figures_and_moves_on(inbox):
    setup, ledger, folder = inbox
    (folder / "town.csv").write_text(GOOD, encoding="utf-8")
    looked_twice(setup)
    acts = [entry.act for entry in ledger.feed()]
    assert [(act.kind, act.by, act.scope.id, act.target) for act in acts] == [
        (ActKind.INPUT_ENTERED, "inbox", "LS-1", "2031-03-02T01:00Z"),
        (ActKind.INPUT_ENTERED, "inbox", "LS-2", "2031-03-02T01:00Z"),
    ]
    assert (names(folder), names(folder / "taken")) == (
        [],
        [f"20310302T0120{s}" for s in ("00-town.csv", "00-town.csv.txt")],
    )
    assert (folder / "taken" / "20310302T012000-town.csv.txt").read_text("utf-8").startswith("taken: 2 rows")
    setup.run("pull_acts")
    held = setup.ask("site_inputs", hour="2031-03-02T01:00Z").head(2)
    assert held.select("site_id", "persons", "source").rows() == [("LS-1", 14, "file"), ("LS-2", 7, "file")]
    run = setup.last_run("take_inbox")
    assert (run["outcome"], run["rows_pulled"]) == ("ok", 2)


def test_the_same_file_again_changes_nothing_and_a_correction_without_a_reason_is_refused(inbox):
    setup, ledger, folder = inbox
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(GOOD, encoding="utf-8")
        looked_twice(setup)
        setup.run("pull_acts")
    assert len(ledger.feed()) == 2
    (folder / "c.csv").write_text(HEAD + "LS-1,09:00,15,2,2,0,\n", encoding="utf-8")
    looked_twice(setup)
    assert len(ledger.feed()) == 2
    (folder / "d.csv").write_text(HEAD + "LS-1,09:00,15,2,2,0,重新清点\n", encoding="utf-8")
    looked_twice(setup)
    assert [entry.act.kind for entry in ledger.feed()][2:] == [ActKind.INPUT_CORRECTED]


def test_one_bad_row_refuses_the_whole_file_and_says_which(inbox):
    setup, ledger, folder = inbox
    (folder / "x.xlsx").write_bytes(workbook([HEAD.strip().split(","), ("LS-1", "09:00", 14), ("LS-77", "09:00", 7)]))
    looked_twice(setup)
    told = (folder / "refused" / "20310302T012000-x.xlsx.txt").read_text("utf-8")
    assert ledger.feed() == []
    assert "refused whole: 1 fault, so none of its good rows (1) was taken" in told
    assert "row 3, 采样点 / site: expected" in told
    run = setup.last_run("take_inbox")
    assert (run["outcome"], run["reason"].startswith("x.xlsx: refused whole")) == ("rejected", True)


def test_what_cannot_be_read_moves_on_with_its_sentence_and_a_link_is_not_followed(inbox, tmp_path):
    setup, ledger, folder = inbox
    (tmp_path / "secret.csv").write_text(GOOD, encoding="utf-8")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "gbk.csv").write_bytes(GOOD.encode("gbk"))
    with (folder / "huge.csv").open("wb") as huge:
        huge.truncate(LARGEST_BYTES + 1)
    looked_twice(setup)
    told = {file.name[16:]: file.read_text("utf-8") for file in (folder / "refused").glob("*.txt")}
    assert "points elsewhere" in told["link.csv.txt"]
    assert "GBK" in told["gbk.csv.txt"]
    assert "hand it in in parts" in told["huge.csv.txt"]
    assert (ledger.feed(), names(folder)) == ([], [])
    assert (tmp_path / "secret.csv").exists()


def test_a_file_that_still_grows_is_let_be_and_hidden_ones_are_not_looked_at(inbox):
    setup, ledger, folder = inbox
    (folder / ".part.csv").write_text(GOOD, encoding="utf-8")
    (folder / "~$x.xlsx").write_bytes(b"lock")
    (folder / "town.csv").write_text(HEAD, encoding="utf-8")
    setup.run("take_inbox")
    (folder / "town.csv").write_text(GOOD, encoding="utf-8")
    os.utime(folder / "town.csv", ns=(1, 1))
    setup.run("take_inbox")
    assert ledger.feed() == []
    setup.run("take_inbox")
    assert len(ledger.feed()) == 2
    assert names(folder) == [".part.csv", "~$x.xlsx"]


def test_odd_names_and_files_that_may_not_be_read_move_on_too(inbox):
    setup, _, folder = inbox
    for name in ("长" * 80 + ".csv", "a\nb.csv", os.fsdecode(b"\xff.csv")):
        (folder / name).write_text(GOOD, encoding="utf-8")
    os.mkfifo(folder / "pipe.csv")
    looked_twice(setup)
    assert names(folder) == []
    assert len(names(folder / "taken")) == 6
    assert "no plain file" in next((folder / "refused").glob("*pipe.csv.txt")).read_text("utf-8")
    assert setup.last_run("take_inbox")["outcome"] == "partial"
