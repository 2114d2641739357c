"""The jobs against a real loopback world: what is told is stored, and what fails costs only itself."""

import time

import duckdb
import pytest

from pipelines.http import Http
from pipelines.jobs import Jobs
from pipelines.jobs.boundary import Job
from pipelines.jobs.work import Harvest
from tests.store.kit import lines, shown


def test_a_cycle_stores_counts_queues_and_events_together(setup):
    setup.world.register("LS-1", 10, times=3)
    setup.world.register("LS-2", 7)
    setup.run("pull_cycle")
    totals = setup.ask("district_totals")
    assert shown(totals, "persons_registered", "tubes_registered", "sites_open", "queue_persons", "lanes_open") == [
        "37 | 4 | 9 | 45 | 18"
    ]
    assert shown(setup.ask("freshness"), "sites_fresh", "sites_total", "events_behind") == ["9 | 9 | 0"]
    assert shown(setup.ask("conservation"), "sites_checked", "sites_broken") == ["9 | 0"]
    run = setup.last_run("pull_cycle")
    assert (run["outcome"], run["reason"]) == ("ok", "")
    assert run["rows_pulled"] == 9 + 9 + 4


def test_every_other_job_stores_its_page(setup):
    setup.run("pull_network", "pull_roster", "pull_labs", "probe_servers", "checkpoint")
    assert shown(setup.ask("district_totals"), "networks_ok", "staff_on_shift", "staff_planned", "servers_up") == [
        "18 | 108 | 144 | 3"
    ]
    assert [setup.last_run(name)["outcome"] for name in ("pull_network", "pull_labs", "checkpoint")] == ["ok"] * 3


def test_the_cursor_survives_a_restart_and_nothing_is_stored_twice(setup, small):
    setup.world.register("LS-1", 10, times=5)
    setup.run("pull_cycle")
    setup.bench.reopen()
    jobs = Jobs(setup.bench.store, small, setup.sources, Http(setup.sources.allow), setup.bench.clock)
    setup.world.register("LS-1", 10, times=2)
    setup.world.asked.clear()
    cycle = next(job for job in jobs._jobs if job.name == "pull_cycle")
    jobs._boundary.run(cycle)
    assert [path for path in setup.world.asked if path.startswith("/tubes")] == ["/tubes?after=5&limit=5000"]
    assert setup.ask("district_trend")["persons_total"].to_list()[-1] == 70
    cycle.worker.shutdown()


def test_a_backlog_of_100_000_events_is_caught_up_in_a_few_cycles(setup):
    setup.world.register("LS-1", 10, times=100_000)
    setup.run("pull_cycle")
    assert setup.ask("freshness")["events_behind"].item() == 60_000
    assert setup.ask("conservation")["sites_checked"].item() == 0, "not judged before the events are there"
    setup.run("pull_cycle", "pull_cycle")
    assert setup.ask("freshness")["events_behind"].item() == 0
    assert shown(setup.ask("conservation"), "sites_checked", "sites_broken") == ["9 | 0"]
    assert setup.ask("district_trend")["tubes_registered"].sum() == 100_000


@pytest.mark.parametrize(
    ("fault", "outcome", "said"),
    [
        ("html", "malformed", "did not answer in the words"),
        ("500", "http_error", "the disk is full"),
        ("gone", "unreachable", ""),
    ],
)
def test_a_source_that_fails_costs_itself_this_cycle_and_shows_why(setup, fault, outcome, said):
    setup.world.register("LS-1")
    setup.world.faults["/counts/LS-2"] = fault
    setup.run("pull_cycle")
    sites = setup.ask("sites_live")
    assert shown(sites.head(3), "site_id", "is_fresh", "last_outcome") == lines(
        f"""
        LS-1 | yes | ok
        LS-2 | no  | {outcome}
        LS-3 | yes | ok
        """
    )
    assert said in sites["last_reason"].to_list()[1]
    run = setup.last_run("pull_cycle")
    assert run["outcome"] == "partial" and run["reason"].startswith("1 of 11 pulls failed: counts:LS-2; the first: ")
    del setup.world.faults["/counts/LS-2"]
    setup.run("pull_cycle")
    assert setup.ask("freshness")["sites_fresh"].item() == 9


def test_hanging_sites_do_not_hold_up_the_others(setup):
    for n in (1, 2, 3, 4):
        setup.world.faults[f"/counts/LS-{n}"] = "hang"
    setup.run("pull_cycle")
    assert setup.ask("freshness")["sites_fresh"].item() == 5
    outcomes = []
    for _ in range(30):
        setup.run("pull_cycle")
        outcomes = setup.ask("sites_live")["last_outcome"].to_list()
        if None not in outcomes:
            break
        time.sleep(0.1)
    assert outcomes[:4] == ["timeout"] * 4 and outcomes[4:] == ["ok"] * 5
    assert setup.last_run("pull_cycle")["outcome"] == "partial"


def test_a_hanging_feed_of_events_leaves_the_counts_fresh(setup):
    setup.world.register("LS-1")
    setup.world.faults["/tubes"] = "hang"
    setup.run("pull_cycle")
    assert shown(setup.ask("freshness"), "sites_fresh", "events_behind") == ["9 | 1"]


def test_a_counter_that_falls_is_refused_and_the_last_good_count_stays(setup):
    setup.world.register("LS-1", 10, times=2)
    setup.run("pull_cycle")
    setup.world.extra_persons["LS-1"] = -1
    setup.world.register("LS-2")
    setup.run("pull_cycle")
    assert shown(setup.ask("sites_live").head(2), "persons_registered", "last_outcome") == ["20 | rejected", "10 | ok"]
    assert "fell from 20 to 19" in setup.ask("sites_live")["last_reason"].item(0)


def test_a_break_of_conservation_is_recorded_with_the_site_and_both_sums(setup):
    setup.world.register("LS-3", 5, times=2)
    setup.world.extra_persons["LS-3"] = 2
    setup.run("pull_cycle")
    run = setup.last_run("pull_cycle")
    assert run["outcome"] == "rejected"
    assert run["reason"] == "persons are not conserved at 1 sites: LS-3 counts 12 persons, its registered tubes hold 10"
    found = setup.bench.store._database.run(
        lambda cursor: cursor.execute("SELECT rule, site_id FROM check_failure").fetchall(), is_repeatable=True
    )
    assert found == [("conservation", "LS-3")]


def test_a_server_that_does_not_answer_is_down_and_the_others_are_not(setup):
    setup.run("probe_servers")
    setup.world.faults["/status/p1"] = "gone"
    setup.run("probe_servers")
    assert shown(setup.ask("servers_live"), "server_id", "health", "is_up") == [
        "p1 | down | no",
        "p2 | ok | yes",
        "city | ok | yes",
    ]
    assert setup.ask("servers_live")["reason"].item(0) != ""
    assert setup.last_run("probe_servers")["outcome"] == "partial"


def test_a_source_that_always_fails_costs_no_other_source_anything(setup):
    for path in ("/queues", "/network", "/roster", "/labs", "/tubes"):
        setup.world.faults[path] = "500"
    setup.run("pull_cycle", "pull_network", "pull_roster", "pull_labs", "pull_cycle")
    assert setup.ask("freshness")["sites_fresh"].item() == 9
    failures = setup.ask("sources_live").filter(~(setup.ask("sources_live")["last_outcome"] == "ok"))
    assert shown(failures, "source_id", "last_good_at", "failures_last_hour") == lines(
        """
        labs    | - | 1
        network | - | 1
        queues  | - | 2
        roster  | - | 1
        tubes   | - | 2
        """
    )


def _raising(_desk):
    raise ZeroDivisionError("the plan has no sites")


def _sleeping(desk):
    time.sleep(1.5)
    return Harvest()


def _wrong_rows(_desk):
    import polars as pl

    return Harvest({"roster": pl.DataFrame({"colour": ["red"]})})


def test_whatever_a_job_raises_becomes_a_recorded_run_with_a_sentence(setup):
    job = Job("plan", _raising, setup.job("pull_labs").desk, 1.0, 5.0)
    setup.jobs._boundary.run(job)
    run = setup.last_run("plan")
    assert (run["outcome"], run["reason"]) == ("failed", "plan failed: ZeroDivisionError: the plan has no sites")
    job.worker.shutdown()


def test_a_hung_job_is_given_up_and_after_three_of_them_no_more_are_started(setup):
    job = Job("slow", _sleeping, setup.job("pull_labs").desk, 1.0, 0.1)
    for _ in range(4):
        setup.jobs._boundary.run(job)
    runs = setup.ask("job_runs")
    assert runs.filter(runs["job"] == "slow")["outcome"].to_list() == ["skipped", "timeout", "timeout", "timeout"]
    assert runs["reason"].to_list()[0] == "3 earlier runs of slow still hang; this one was not started"
    for run in job.hung:
        run.result(timeout=5)
    job.worker.shutdown()


def test_rows_the_store_refuses_cost_the_run_and_are_recorded_with_the_next(setup):
    job = Job("odd", _wrong_rows, setup.job("pull_labs").desk, 1.0, 5.0)
    setup.jobs._boundary.run(job)
    assert "could not be stored" in setup.jobs._boundary.trouble
    setup.run("pull_labs")
    run = setup.last_run("odd")
    assert run["outcome"] == "failed" and "colour" in run["reason"]
    assert setup.jobs._boundary.trouble == ""
    job.worker.shutdown()


def test_what_the_slower_jobs_bring_waits_for_the_tick_of_the_cycle(setup):
    setup.run("pull_cycle")
    first = setup.bench.store.moments.newest.number
    setup.run("pull_network", "probe_servers")
    assert setup.bench.store.moments.newest.number == first
    setup.run("pull_cycle")
    assert setup.bench.store.moments.newest.number == first + 1
    assert shown(setup.ask("district_totals"), "networks_ok", "servers_up") == ["18 | 3"]
    assert (setup.last_run("pull_network")["outcome"], setup.last_run("pull_network")["rows_stored"]) == ("ok", 19)


def test_what_still_waits_is_stored_at_the_end(setup):
    setup.run("pull_cycle", "pull_network")
    setup.jobs._boundary.flush()
    assert shown(setup.ask("district_totals"), "networks_ok") == ["18"]


def test_a_job_that_ends_twice_between_two_ticks_is_stored_in_two(setup):
    setup.run("pull_cycle", "pull_network", "pull_network", "pull_cycle")
    assert setup.ask("network_strip").height == 18
    past = setup.bench.ask("network_strip", as_of=setup.bench.clock.at)
    assert past.height == 18


def test_a_skipped_run_is_recorded_with_the_next(setup):
    setup.jobs._boundary.skipped("pull_cycle", "the run before it was still going on")
    setup.run("pull_labs")
    assert setup.last_run("pull_cycle")["outcome"] == "skipped"


def test_the_schedule_runs_every_job_and_records_what_it_left_out(setup):
    setup.world.register("LS-1", 10, times=2)
    for n in range(1, 10):
        setup.world.faults[f"/counts/LS-{n}"] = "hang"
    assert setup.jobs.unready() == "the scheduler does not run"
    setup.jobs.start()
    deadline = time.monotonic() + 20
    pulls = {"pull_cycle", "probe_servers", "pull_network", "pull_roster", "pull_labs"}
    wanted = pulls | {
        "attribute",
        "advise",
        "checkpoint",
        "watch",
        "notify",
        "freeze_reports",
        "send_reports",
        "predict",
        "keep_answers",
        "measure_readiness",
    }
    while time.monotonic() < deadline:
        runs = setup.ask("job_runs")
        cycles = runs.filter(runs["job"] == "pull_cycle")["outcome"].to_list()
        if set(runs["job"]) == wanted and len(cycles) >= 3 and setup.jobs.unready() == "":
            break
        time.sleep(0.1)
    assert set(runs["job"]) == wanted
    assert setup.jobs.unready() == ""
    setup.jobs.stop()
    assert setup.jobs.unready() == "the scheduler does not run"


def test_what_a_job_wrote_can_be_read_by_anyone_after_the_server_stopped(setup):
    setup.world.register("LS-1")
    setup.run("pull_cycle", "checkpoint")
    setup.bench.store.close()
    with duckdb.connect(str(setup.bench.path), read_only=True) as file:
        assert file.execute("SELECT sum(persons) FROM tube_event").fetchall() == [(10,)]
    setup.bench.reopen()
