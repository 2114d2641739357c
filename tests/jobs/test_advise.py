"""The advice's job over a real store: what it stores, and that it asks for nothing that is not there."""

import json

import polars as pl

from pipelines.jobs.advise import advise
from tests.store.kit import lines, shown


def test_before_anything_was_told_there_is_nothing_to_say(setup):
    setup.run("advise")
    assert setup.last_run("advise")["outcome"] == "ok"
    assert setup.ask("forecast_live")["finish_at"].to_list() == [None]


def test_a_quiet_district_has_a_forecast_and_nothing_disturbs_it(setup):
    setup.run(
        "pull_cycle", "pull_network", "pull_labs", "probe_servers", "pull_cycle", "attribute", "advise", "pull_cycle"
    )
    assert setup.last_run("advise")["outcome"] == "ok"
    assert shown(setup.ask("forecast_live"), "method", "persons_target") == ["fluid_grid | 10000"]
    assert setup.ask("disturbances_live").is_empty()
    assert setup.ask("lab_forecast")["backlog"].to_list() == [0, 0]


def test_a_server_that_is_gone_is_named_with_the_desks_that_were_on_it_and_then_is_over(setup):
    setup.run("pull_cycle", "probe_servers", "pull_cycle")
    setup.bench.clock.put("01:10")
    setup.world.faults["/status/p1"] = "gone"
    setup.run("pull_cycle", "probe_servers", "pull_cycle", "attribute", "advise", "pull_cycle")
    columns = ("cause", "subject_kind", "subject", "severity", "sites", "desks", "since")
    wanted = lines("server | server | p1 | critical | 9 | 18 | 01:10:00")
    assert shown(setup.ask("disturbances_live"), *columns) == wanted

    setup.bench.clock.put("01:12")
    setup.run("pull_cycle", "probe_servers", "pull_cycle", "attribute", "advise", "pull_cycle")
    assert shown(setup.ask("disturbances_live"), *columns) == wanted

    setup.world.faults.clear()
    setup.bench.clock.put("01:20")
    setup.run("pull_cycle", "probe_servers", "pull_cycle", "attribute", "advise", "pull_cycle")
    assert setup.ask("disturbances_live").is_empty()
    assert shown(setup.ask("disturbance_log"), "subject", "ended_at") == ["p1 | 01:20:00"]


def test_the_job_keeps_to_what_the_store_knew_at_one_moment(setup):
    setup.run("pull_cycle", "pull_network", "probe_servers", "pull_cycle")
    brought = advise(setup.job("advise").desk)
    assert brought.frames["forecast"]["made_at"].unique().to_list() == [setup.bench.store.moments.edge().as_of]


def test_a_crowd_that_no_network_reaches_gets_a_recommendation_with_plain_figures(setup):
    setup.world.dark = frozenset({"LS-1"})
    setup.world.queues = {"LS-1": 400}
    setup.run("pull_cycle", "pull_network", "probe_servers", "pull_cycle", "attribute", "pull_cycle")
    setup.run("advise", "pull_cycle")
    assert setup.last_run("advise")["outcome"] == "ok"
    told = setup.ask("recommendations_live").filter(pl.col("kind") == "go_offline")
    assert shown(told, "subject", "scope_id", "state") == ["site_network:LS-1 | LS-1 | open"]
    assert json.loads(told["orders"].item()) == [{"level": "site", "id": "LS-1", "facts": {"contingency": "offline"}}]
    assert json.loads(told["evidence"].item())["queue_now"] == 400
    assert (setup.ask("queue_outlook")["stopped_60"] >= setup.ask("queue_outlook")["queue_60"]).all()
