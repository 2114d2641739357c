"""The freezing job: as soon as an hour's tubes are told, once a level and hour, whatever is killed or repeated."""

import pytest

from pipelines.jobs import freeze_reports as job
from pipelines.jobs import pull_feed
from pipelines.jobs.freeze_reports import freeze_reports
from tests.store.kit import shown
from tests.store.test_input_asks import FED


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(job, "STAY_S", 0.0)


def versions(setup) -> list[tuple[object, ...]]:
    asked = setup.ask("reports_newest")
    return sorted(asked.group_by("hour_at", "scope_level").len().rows())


def test_an_hour_is_frozen_once_its_tubes_are_told_and_not_before(setup):
    setup.bench.clock.put("00:59")
    setup.run("pull_cycle", "freeze_reports")
    assert setup.ask("reports_newest").is_empty()
    setup.bench.clock.put("01:00")
    setup.run("freeze_reports")
    assert setup.ask("reports_newest").is_empty(), "the tubes of the last second are not pulled yet"
    setup.bench.clock.put("01:01")
    setup.run("pull_cycle", "freeze_reports")
    assert setup.ask("reports_newest").height == 13
    assert setup.last_run("freeze_reports")["rows_stored"] == 13


def test_an_hour_whose_tubes_never_come_is_frozen_after_a_while(setup, monkeypatch):
    setup.world.faults["/tubes"] = "gone"
    setup.bench.clock.put("01:01")
    setup.run("pull_cycle", "freeze_reports")
    assert setup.ask("reports_newest").is_empty()
    monkeypatch.setattr(job, "PATIENCE_S", 0.0)
    setup.run("freeze_reports")
    assert setup.ask("reports_newest").height == 13


def test_a_feed_that_is_still_behind_is_waited_for(setup, monkeypatch):
    monkeypatch.setattr(pull_feed, "PAGES_A_CYCLE", 1)
    monkeypatch.setattr(job, "PATIENCE_S", 0.0)
    setup.bench.clock.put("00:30")
    setup.world.register("LS-1", 10, times=6_000)
    setup.bench.clock.put("01:01")
    setup.run("pull_cycle", "freeze_reports")
    assert setup.ask("reports_newest").is_empty()
    setup.run("pull_cycle", "freeze_reports")
    assert setup.ask("report_versions")["persons"].to_list() == [60_000]


def test_while_no_site_has_counted_yet_a_feed_that_has_told_nothing_is_waited_for(setup, monkeypatch):
    monkeypatch.setattr(job, "PATIENCE_S", 0.0)
    setup.bench.clock.put("00:30")
    setup.world.register("LS-1", 10, times=20)
    setup.world.faults |= {f"/counts/LS-{n}": "gone" for n in range(1, 10)}
    setup.bench.clock.put("01:01")
    setup.run("pull_cycle", "freeze_reports")
    assert setup.ask("reports_newest").is_empty(), "nobody can say yet how far behind the tubes are"
    setup.world.faults.clear()
    setup.run("pull_cycle", "freeze_reports")
    assert setup.ask("report_versions")["persons"].to_list() == [200]


def test_a_job_that_is_killed_between_freezing_and_recording_freezes_once(setup):
    setup.bench.clock.put("01:01")
    setup.run("pull_cycle")
    lost = freeze_reports(setup.job("freeze_reports").desk)
    assert lost.frames["report_version"].height == 13
    setup.job("freeze_reports").desk.memory.clear()
    setup.run("freeze_reports", "freeze_reports")
    assert setup.ask("reports_newest")["version"].to_list() == [1] * 13


def test_two_runs_that_both_froze_an_hour_are_stored_once(setup):
    setup.bench.clock.put("01:01")
    setup.run("pull_cycle")
    desk = setup.job("freeze_reports").desk
    both = []
    for _ in range(2):
        desk.memory.clear()
        both.append(freeze_reports(desk).frames)
    setup.bench.store.commit("one", both[0])
    setup.bench.clock.put("01:02")
    setup.bench.store.commit("other", both[1])
    assert setup.ask("report_versions").height == 1
    assert setup.ask("reports_newest").height == 13


def test_changes_are_looked_for_when_the_hour_s_figures_become_due_and_seldom_else(setup):
    setup.bench.clock.put("01:01")
    setup.run("pull_cycle", "freeze_reports")
    setup.bench.tick("01:08", site_input=FED)
    setup.run("freeze_reports")
    assert setup.ask("report_versions").height == 1
    setup.bench.clock.put("01:16")
    setup.run("pull_cycle", "freeze_reports")
    assert shown(setup.ask("report_versions"), "version", "sites_entered", "is_revised") == ["2 | 1 | no", "1 | 0 | no"]


def test_a_restart_freezes_nothing_again_and_goes_on_with_the_next_hour(setup):
    for at in ("01:01", "02:01", "02:01"):
        setup.bench.clock.put(at)
        setup.run("pull_cycle", "freeze_reports")
        setup.job("freeze_reports").desk.memory.clear()
    assert [count for *_, count in versions(setup)] == [1, 9, 3] * 2
    told = setup.ask("report_versions")
    assert shown(told, "hour_at", "version", "sites_missing", "is_revised") == [
        "02:00:00 | 1 | 0 | no",
        "01:00:00 | 2 | 9 | no",
        "01:00:00 | 1 | 0 | no",
    ]


def test_what_is_frozen_is_stored_at_once_and_told_with_its_hour(setup):
    setup.bench.clock.put("01:01")
    setup.run("pull_cycle", "freeze_reports")
    due = setup.ask("reports_due").head(2)
    assert shown(due, "scope_level", "version", "why", "is_signed", "is_late") == [
        "district | 1 | frozen | no | no",
        "town | 1 | frozen | no | no",
    ]
