"""A ticket whose level's time is over goes up, once: by the clock, across restarts, beside people who act."""

from datetime import timedelta

import pytest

from pipelines.acts import ActLedger
from pipelines.api import Act, Scope
from pipelines.clock import wall_now
from pipelines.jobs.escalate import escalate
from pipelines.jobs.work import Desk
from pipelines.vocabulary import ActKind
from tests.acts.examples import example
from tests.acts.kit import COMMANDER, append, note
from tests.store.kit import HandClock, moment

SITE = Scope.site("LS-5")


class Watch:
    """A ledger, the clock and the job; ``restart`` forgets what the job remembered."""

    def __init__(self, ledger: ActLedger, campaign) -> None:
        nothing: object = None
        self.ledger, self.clock = ledger, HandClock(moment("01:00"))
        self.desk = Desk(nothing, campaign, self.clock, (), nothing, nothing, nothing, acts=ledger)  # pyright: ignore

    def open(self, severity: str = "warning", **changes) -> Act:
        facts = {"category": "network", "severity": severity, "level": "site"}
        new = example(ActKind.TICKET_OPENED, SITE, facts=facts)
        return self.act(new)

    def act(self, new) -> Act:
        return self.ledger.append(new, COMMANDER, "", self.clock.now(), wall_now())

    def run(self, at: str | None = None) -> None:
        if at:
            self.clock.put(at)
        escalate(self.desk)

    def restart(self) -> None:
        self.desk.memory.clear()

    def told(self) -> list[tuple[str, str]]:
        acts = [entry.act for entry in self.ledger.feed()]
        return [(f"{act.happened_at:%H:%M}", str(act.facts["level"])) for act in acts if act.by == "command"]


@pytest.fixture
def watch(tmp_path, small):
    ledger = ActLedger(tmp_path / "acts.sqlite")
    yield Watch(ledger, small)
    ledger.close()


def test_a_ticket_goes_to_the_town_and_to_the_district_and_stays_there(watch):
    watch.open()
    for at in ("01:14", "01:15", "01:16", "01:44", "01:45", "03:30", "09:00"):
        watch.run(at)
        watch.run()
    assert watch.told() == [("01:15", "town"), ("01:45", "district")]


def test_a_critical_one_goes_in_half_the_time_and_one_that_is_solved_does_not_go(watch):
    watch.open("critical")
    calm = watch.open()
    watch.run("01:08")
    watch.act(example(ActKind.TICKET_SOLVED, SITE, target=calm.act_id))
    watch.run("01:16")
    assert watch.told() == [("01:08", "town")]


def test_a_restart_at_any_moment_makes_no_second_escalation(watch):
    for _ in range(5):
        watch.open()
    for at in ("01:15", "01:15", "01:45", "01:45"):
        watch.restart()
        watch.run(at)
    assert sorted(watch.told()) == [("01:15", "town")] * 5 + [("01:45", "district")] * 5


def test_two_jobs_at_once_make_one_escalation(watch, small, monkeypatch):
    watch.open()
    other = Watch(watch.ledger, small)
    other.desk.memory.clear()
    for one in (watch, other):
        one.clock.put("01:01")
        one.run()
    watch.run("01:15")
    stale = other.desk.memory["register"]
    other.clock.put("01:15")
    monkeypatch.setattr(stale, "catch_up", lambda _ledger: None)  # as if it had looked just before
    other.run()
    assert watch.told() == [("01:15", "town")]


def test_others_acts_in_between_hold_a_run_back_but_not_the_next(watch):
    watch.open()
    watch.run("01:01")
    append(watch.ledger, note("a sign-in, say"))
    watch.run("01:15")
    watch.run()
    assert watch.told() == [("01:15", "town")]


def test_the_clock_that_jumps_takes_one_level_at_a_time(watch):
    watch.open()
    watch.run("05:00")
    assert watch.told() == [("05:00", "town")]
    watch.clock.at += timedelta(minutes=30)
    watch.run()
    assert watch.told() == [("05:00", "town"), ("05:30", "district")]
