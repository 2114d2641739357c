"""The watch as a job over a real world and a real store: what it stores, once, and what a restart goes on with."""

import time
from dataclasses import replace

import polars as pl

from pipelines.alerts.memory import AGAIN_AFTER_S, REFRESH_AFTER_S
from pipelines.http import Http
from pipelines.jobs import Jobs, watch
from pipelines.store.library import Ask, asks
from tests.store.kit import lines, shown

PULLS = ("pull_cycle", "pull_network", "pull_roster", "pull_labs", "probe_servers")


def alarms(setup):
    told = setup.ask("alerts_live")
    return shown(told.filter(told["is_alarm"]), "alert_id", "state", "muted_by")


def cycle(setup, at=None):
    """One pull of everything and one look, stored."""
    if at is not None:
        setup.bench.clock.put(at)
    setup.run(*PULLS, "pull_cycle", "watch", "pull_cycle")


def test_a_server_that_goes_down_is_stored_as_an_alarm_once_and_its_end_once(setup):
    cycle(setup, "01:00")
    assert alarms(setup) == []
    setup.world.faults["/status/p1"] = "gone"
    for at in ("01:01", "01:02", "01:03"):
        cycle(setup, at)
    assert alarms(setup) == ["server_down:p1 | firing | "]
    del setup.world.faults["/status/p1"]
    for at in ("01:04", "01:05", "01:06", "01:07"):
        cycle(setup, at)
    assert alarms(setup) == []
    history = setup.ask("alert_history")
    assert shown(history.filter(history["rule"] == "server_down"), "was", "state") == lines(
        "recovering | ok\nfiring | recovering\nok | firing"
    )
    assert setup.last_run("watch")["outcome"] == "ok"


def test_a_restart_goes_on_where_the_last_process_stood(setup, small):
    cycle(setup, "01:00")
    setup.world.faults["/status/p1"] = "gone"
    cycle(setup, "01:01")
    began = setup.ask("alerts_live").filter(pl.col("rule") == "server_down")["since"].item()
    setup.bench.reopen()
    setup.jobs = Jobs(setup.bench.store, small, setup.sources, Http(setup.sources.allow, 16), setup.bench.clock)
    cycle(setup, "01:02")
    assert setup.ask("alerts_live").filter(pl.col("rule") == "server_down")["since"].item() == began
    history = setup.ask("alert_history")
    assert history.filter(history["rule"] == "server_down").height == 1


def test_an_ask_that_fails_is_the_trouble_of_its_rules_alone(setup, monkeypatch):
    cycle(setup, "01:00")
    setup.world.faults["/status/p1"] = "gone"
    broken = Ask("labs_live", "x", "x", "SELECT no_such_column", "SELECT no_such_column", frozenset())
    monkeypatch.setitem(asks(), "labs_live", broken)
    setup.job("watch").desk.inquiry.forget()
    cycle(setup, "01:01")
    assert alarms(setup) == ["server_down:p1 | firing | ", "lab_backlog:* | error | "]
    run = setup.last_run("watch")
    assert run["outcome"] == "partial" and "no_such_column" in run["reason"]


def test_a_full_disk_is_an_alarm(setup, monkeypatch):
    monkeypatch.setattr(watch, "FREE_BYTES", 10**18)
    cycle(setup, "01:00")
    assert "machine_trouble:disk | firing | " in alarms(setup)


def test_a_store_that_fails_is_trouble(setup):
    desk = replace(setup.job("watch").desk, trouble=lambda: "the disk is full")
    parts = {row["part"]: row["trouble"] for row in watch.machine_now(desk).iter_rows(named=True)}
    assert parts["store"] == 1.0 and parts["disk"] < 1.0


def test_what_the_store_lost_is_told_again_after_a_while_and_not_before(setup):
    cycle(setup, "01:00")
    setup.world.faults["/status/p1"] = "gone"
    setup.bench.clock.put("01:01")
    setup.run("probe_servers", "pull_cycle")
    memory = watch.memory_of(setup.job("watch").desk)
    as_of = setup.bench.store.moments.edge().as_of
    assert "server_down:p1" in set(watch.watch(setup.job("watch").desk).frames["alert_event"]["alert_id"])
    now_s = time.monotonic()
    assert memory.news({}, as_of, now_s + 1).filter(pl.col("rule") == "server_down").height == 0
    assert memory.news({}, as_of, now_s + AGAIN_AFTER_S + 1).filter(pl.col("rule") == "server_down").height == 1


def test_a_number_that_changes_is_told_anew_once_in_a_while(setup):
    setup.world.faults["/status/p1"] = "gone"
    cycle(setup, "01:00")
    cycle(setup, "01:01")
    memory = watch.memory_of(setup.job("watch").desk)
    stored = {row["alert_id"]: row for row in setup.ask("alerts_live").iter_rows(named=True)}
    alert = memory.alerts["server_down:p1"]
    as_of, now_s = setup.bench.clock.now(), time.monotonic()
    assert memory.news(stored, as_of, now_s).height == 0
    memory.alerts["server_down:p1"] = replace(alert, seen=replace(alert.seen, value=99.0))
    assert memory.news(stored, as_of, now_s + 1).height == 0
    (row,) = memory.news(stored, as_of, now_s + REFRESH_AFTER_S + 1).iter_rows(named=True)
    assert (row["value"], row["state"], row["was"]) == (99.0, "firing", "firing")
