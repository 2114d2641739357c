"""Acts come from their ledger into the store, each once, and a ledger that was changed is not believed."""

import sqlite3
from contextlib import closing

import pytest

from pipelines.acts import ActLedger
from pipelines.http import Http
from pipelines.jobs import Jobs
from pipelines.vocabulary import ActKind
from tests.acts.kit import append, note
from tests.jobs.conftest import Setup
from tests.jobs.ending import end


@pytest.fixture
def acting(setup, small, tmp_path):
    """A set-up whose jobs know a ledger of acts."""
    ledger = ActLedger(tmp_path / "acts.sqlite")
    for job in setup.jobs._jobs:
        job.worker.shutdown()
    jobs = Jobs(setup.bench.store, small, setup.sources, Http(setup.sources.allow), setup.bench.clock, ledger)
    yield Setup(setup.bench, setup.world, setup.sources, jobs), ledger
    end(jobs)
    ledger.close()


def test_acts_are_pulled_after_the_last_one_stored(acting):
    setup, ledger = acting
    order = append(ledger, note("p1 is down", kind=ActKind.ORDERED, facts={"contingency": "offline"}))
    setup.run("pull_acts")
    append(ledger, note("second"))
    setup.run("pull_acts", "pull_acts")
    log = setup.ask("acts_log")
    assert log["reason"].to_list() == ["second", "p1 is down"]
    assert log.row(1, named=True)["act_id"] == order.act_id
    assert setup.ask("orders_live")["contingency"].to_list() == ["offline"]
    assert setup.bench.store.newest_act() == ledger.head()


def test_acts_that_wait_for_the_leading_job_are_not_stored_twice(acting):
    setup, ledger = acting
    setup.run("pull_cycle")
    append(ledger, note("once"))
    setup.run("pull_acts", "pull_acts", "pull_cycle", "pull_acts", "pull_cycle")
    assert setup.ask("acts_log")["reason"].to_list() == ["once"]


def test_a_ledger_that_lost_or_changed_what_was_pulled_is_refused_in_a_sentence(acting):
    setup, ledger = acting
    append(ledger, note("first"))
    setup.run("pull_acts")
    with closing(sqlite3.connect(ledger.path)) as other:
        other.execute("DROP TRIGGER act_is_append_only_update")
        other.execute("UPDATE act SET hash = 'x' WHERE sequence = 1")
        other.commit()
    append(ledger, note("second"))
    setup.run("pull_acts")
    run = setup.last_run("pull_acts")
    assert run["outcome"] == "rejected" and "act 1 in the ledger is not the one that was pulled" in run["reason"]
    assert setup.ask("acts_log")["reason"].to_list() == ["first"]
