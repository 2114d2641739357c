"""How ready each town is, kept whenever it changes: the first look stores all that is told, the next only news."""

from pipelines.jobs.measure_readiness import measure_readiness
from tests.store.kit import shown

KIT = "site_id | desks | phones_android | is_power_on\nLS-5 | 3 | {0} | no\nLS-6 | 2 | 2 | no"
PULLED = "source_id | kind | pulled_at | observed_at\nkit | kit | {0} | {0}"
NORTH = "990001002"


def phones(harvest):
    found = harvest.frames["readiness_count"].filter(check="phones", town_code=NORTH)
    return shown(found, "ready", "needed")


def test_counts_are_stored_when_they_change(setup):
    bench, desk = setup.bench, setup.job("measure_readiness").desk
    assert measure_readiness(desk).frames == {}
    bench.tick("01:00", kit=KIT.format(1), source_pull=PULLED.format("01:00"))
    assert phones(measure_readiness(desk)) == ["1 | 2"]
    assert measure_readiness(desk).frames == {}
    bench.tick("01:01", kit=KIT.format(3), source_pull=PULLED.format("01:01"))
    again = measure_readiness(desk)
    assert phones(again) == ["2 | 2"]
    assert set(again.frames["readiness_count"]["check"]) == {"phones"}


def test_the_job_s_rows_are_asked_for_on_a_later_day(setup):
    setup.bench.tick("01:00", kit=KIT.format(3), source_pull=PULLED.format("01:00"))
    setup.run("measure_readiness")
    assert setup.last_run("measure_readiness")["outcome"] == "ok"
    today = setup.ask("readiness_burndown").filter(check="phones")
    assert today["ready"].to_list() == [2] and today["is_measured"].to_list() == [True]
