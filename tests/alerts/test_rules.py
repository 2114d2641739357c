"""The rules over what a real store answers: what alarms, when, what mutes what, and what a failing rule costs."""

import polars as pl
import pytest

from pipelines.alerts.model import ALL, Limits
from pipelines.alerts.rules import BY_NAME, RULES
from pipelines.store import asks
from pipelines.vocabulary import AlertState, SourceKind
from tests.alerts.looks import said, watched
from tests.store.kit import lines

LONG = {f"wait_long:LS-{n}" for n in range(4, 10)}


def calm(alerts):
    """The alerts but for long waits and too few people, as in this district all day, and for what is not known."""
    known = {name: alert for name, alert in alerts.items() if alert.standing.state is not AlertState.NO_DATA}
    return {name: alert for name, alert in known.items() if name not in LONG and alert.rule != "staff_short"}


def test_a_quiet_district_alarms_about_its_long_waits_only_and_after_three_minutes(district):
    district.minute("01:00")
    alerts = watched(district)
    assert calm(alerts) == {}
    assert {alerts[name].standing.state for name in LONG} == {AlertState.PENDING}
    district.minute("01:03")
    alerts = watched(district, alerts)
    assert calm(alerts) == {}
    assert {alerts[name].standing.state for name in LONG} == {AlertState.FIRING}
    assert alerts["wait_long:LS-4"].seen.value == 48 and alerts["wait_long:LS-4"].seen.bound == 40


def test_a_server_that_is_down_is_one_cause_and_the_waits_of_its_sites_its_consequence(district):
    district.minute("01:00")
    alerts = watched(district)
    district.minute("01:03", down="p1")
    alerts = watched(district, alerts)
    assert said(calm(alerts)) == lines("server_down:p1 | firing | 18 | -")
    assert {alerts[name].muted_by for name in LONG} == {"server_down:p1"}


def test_a_province_that_is_down_mutes_its_servers_and_through_them_their_sites(district):
    district.minute("01:00")
    alerts = watched(district)
    district.minute("01:03", down="p1")
    servers = district.ask("servers_live").with_columns(
        health=pl.when(pl.col("system") == "province").then(pl.lit("down")).otherwise("health")
    )
    alerts = watched(district, alerts, servers_live=servers)
    assert said(calm(alerts)) == lines(
        """
        province_down:province | firing | 18 | -
        server_down:p1 | firing | 18 | province_down:province
        server_down:p2 | firing | 0 | province_down:province
        """
    )
    assert {alerts[name].muted_by for name in LONG} == {"province_down:province"}


def test_a_disturbance_is_the_one_cause_of_all_that_it_explains(district):
    district.minute("01:00")
    alerts = watched(district)
    explained = ["server:p1", "network:LS-2:public"]
    found = district.ask("disturbances_live")
    found = pl.DataFrame(
        [
            dict.fromkeys(found.columns)
            | {"disturbance_id": "server:p1:20310302T010000", "cause": "server", "subject_kind": "server"}
            | {"subject": "p1", "severity": "critical", "desks": 18, "explains": explained}
        ],
        schema=found.schema,
    )
    district.minute("01:03", down="p1")
    down = district.ask("network_strip").with_columns(
        health=pl.when(pl.col("site_id") == "LS-2").then(pl.lit("down")).otherwise("health")
    )
    for at in ("01:03", "01:05"):
        district.minute(at, down="p1")
        alerts = watched(district, alerts, disturbances_live=found, network_strip=down)
    cause = "disturbance:server:p1:20310302T010000"
    assert said(calm(alerts)) == lines(
        f"""
        {cause} | firing | 18 | -
        server_down:p1 | firing | 18 | {cause}
        wifi_down:LS-2/public | firing | 8 | {cause}
        wifi_down:LS-2/volunteer | firing | 8 | -
        """
    )
    assert {alerts[name].muted_by for name in LONG} == {cause}
    assert alerts[cause].severity == "critical"


def test_one_silent_site_is_stale_by_itself_and_all_of_them_are_a_lost_feed(district):
    district.minute("01:00")
    watched(district)
    district.minute("01:05", silent=frozenset({"LS-3"}))
    alerts = watched(district)
    assert said(calm(alerts)) == lines("site_stale:LS-3 | firing | 5 | -")
    everybody = frozenset(site.site_id for site in district.campaign.sites)
    district.minute("01:12", silent=everybody)
    alerts = calm(watched(district, alerts))
    assert alerts["feed_stale:site_counts"].standing.state is AlertState.FIRING
    stale = [alert for name, alert in alerts.items() if name.startswith("site_stale")]
    assert len(stale) == 9 and {alert.muted_by for alert in stale} == {"feed_stale:site_counts"}


def test_a_feed_that_goes_quiet_is_named(district):
    district.minute("01:00")
    district.minute("01:05", quiet=frozenset({SourceKind.NETWORK}))
    assert [line for line in said(calm(watched(district))) if "feed" in line] == ["feed_stale:network | firing | 1 | -"]


def test_what_was_never_heard_of_is_no_data_and_no_alarm(district):
    district.tick("01:00")
    alerts = watched(district)
    assert alerts["site_stale:LS-1"].standing.state is AlertState.NO_DATA
    assert alerts["server_down:p1"].standing.state is AlertState.NO_DATA
    assert not alerts["site_stale:LS-1"].is_alarm


def test_wifi_conservation_and_labs(district):
    district.minute("01:00")
    down = district.ask("network_strip").with_columns(
        health=pl.when(pl.col("site_id") == "LS-2").then(pl.lit("down")).otherwise("health")
    )
    broken = pl.DataFrame({"broken_site_ids": [["LS-7"]]})
    labs = district.ask("labs_live").with_columns(tubes_backlog=pl.lit(100_000))
    before = watched(district, network_strip=down, conservation=broken, labs_live=labs)
    district.minute("01:06")
    after = watched(district, before, network_strip=down, conservation=broken, labs_live=labs)
    assert said(calm(after)) == lines(
        """
        conservation_broken:LS-7 | firing | 1 | -
        lab_backlog:lab-1 | firing | 100000 | -
        lab_backlog:lab-2 | firing | 100000 | -
        wifi_down:LS-2/public | firing | 8 | -
        wifi_down:LS-2/volunteer | firing | 8 | -
        """
    )
    assert (after["wifi_down:LS-2/public"].seen.site_id, after["wifi_down:LS-2/public"].seen.name_en) == (
        "LS-2",
        "East Bank Square",
    )


def test_who_is_short_of_people_by_role_and_for_long(district):
    district.minute("01:00")
    before = watched(district)
    district.minute("01:11")
    short = [line for line in said(watched(district, before)) if line.startswith("staff_short:LS-1/")]
    need = {row["role"]: row for row in district.ask("staff_by_site").filter(site_id="LS-1").iter_rows(named=True)}
    roles = [role for role, row in need.items() if row["gap"] < 0 and -row["gap"] / row["need"] >= 0.3]
    assert short == sorted(f"staff_short:LS-1/{role} | firing | {-need[role]['gap']:g} | -" for role in roles)
    assert roles


def test_each_tube_that_is_lost_or_at_a_wrong_lab_is_named(district):
    district.minute("01:00")
    district.tick(
        "01:01",
        tube_event="""
        sequence | barcode      | kind       | site_id | persons | happened_at
        1        | LK1000000001 | registered | LS-1    | 10      | 00:50
        2        | LK1000000001 | lost       | LS-1    | 10      | 00:55
        3        | LK1000000002 | misrouted  | LS-2    | 10      | 00:59
        """,
    )
    assert [line for line in said(watched(district)) if line.startswith("tube")] == lines(
        """
        tube_missing:LK1000000001 | firing | 6 | -
        tube_missing:LK1000000002 | firing | 2 | -
        """
    )


def test_an_alarm_that_is_over_is_told_once_and_then_gone(district):
    district.minute("01:00", down="p1")
    alerts = watched(district)
    district.minute("01:00:30")
    alerts = watched(district, alerts)
    assert alerts["server_down:p1"].standing.state is AlertState.RECOVERING
    district.minute("01:01:30")
    alerts = watched(district, alerts)
    assert alerts["server_down:p1"].standing.state is AlertState.OK
    assert "server_down:p1" not in watched(district, alerts)


@pytest.mark.parametrize("broken", ["the store is being opened anew", pl.DataFrame({"odd": [1]})])
def test_a_rule_that_fails_is_in_error_and_the_others_go_on(district, broken):
    district.minute("01:00", down="p1")
    before = watched(district)
    after = watched(district, before, servers_live=broken)
    assert after["server_down:p1"].standing.state is AlertState.ERROR
    assert after["server_down:p1"].is_alarm, "an alarm outlives the time in which nothing can be said"
    assert after[f"server_down:{ALL}"].is_alarm
    assert {after[name].standing.state for name in LONG} == {AlertState.PENDING}
    again = watched(district, after)
    assert again["server_down:p1"].standing.state is AlertState.FIRING
    assert again[f"server_down:{ALL}"].standing.state is AlertState.OK


def test_jobs_that_fail_or_are_skipped(district):
    runs = "run_id | job | started_at | took_ms | rows_pulled | rows_stored | outcome | reason\n"
    for n in range(4):
        how = "failed | boom" if n else "ok | -"
        district.tick(f"01:0{n}", job_run=runs + f"a{n} | pull_labs | 01:0{n} | 5 | 0 | 0 | {how}")
    district.minute("01:03")
    assert "job_failing:pull_labs | firing | 3 | -" in said(watched(district))
    jobs = {row["job"]: row for row in district.ask("jobs_live").iter_rows(named=True)}
    assert (jobs["pull_labs"]["failures"], jobs["pull_labs"]["runs"], jobs["pull_labs"]["pace_s"]) == (3, 4, 1.0)
    skipped = "\n".join(f"s{n} | pull_labs | 01:03 | 0 | 0 | 0 | skipped | it was busy" for n in range(3))
    district.tick("01:03:10", job_run=runs + skipped)
    assert "job_skipping:pull_labs | firing | 3 | -" in said(watched(district))


def test_trouble_of_the_machine_mutes_what_comes_of_it(district):
    district.minute("01:00")
    district.minute("01:05", quiet=frozenset({SourceKind.NETWORK}))
    trouble = pl.DataFrame({"part": ["store"], "trouble": [1.0], "shown": [1.0]})
    alerts = calm(watched(district, machine_now=trouble))
    assert alerts["machine_trouble:store"].muted_by == ""
    assert alerts["feed_stale:network"].muted_by == "machine_trouble:store"


def test_the_table_of_rules_is_sound(small):
    limits = Limits.of(small)
    for rule in RULES:
        assert rule.ask in asks() or rule.ask == "machine_now", rule.name
        assert rule.bound(limits) > 0 and 0 < rule.clear <= 1, rule.name
        assert set(rule.muted_by) <= set(BY_NAME), rule.name
        assert not rule.muted_by or rule.links is not None, rule.name
        assert all(BY_NAME[parent].covers is not None for parent in rule.muted_by), rule.name
    assert len(BY_NAME) == len(RULES)


def test_no_rule_mutes_itself_even_over_others():
    placed: set[str] = set()
    while ready := {rule.name for rule in RULES if rule.name not in placed and set(rule.muted_by) <= placed}:
        placed |= ready
    assert placed == set(BY_NAME)


def test_labels_half_filled_tubes_power_reports_and_training(district):
    district.minute("01:00")
    here = pl.col("site_id") == "LS-2"
    known = {
        "labels_live": ("labels_left", 7),
        "kit_live": ("is_power_on", False),
        "skills_live": ("untrained_on_shift", 3),
    }
    frames = {
        name: district.ask(name).with_columns(
            is_fresh=pl.lit(value=True), **{column: pl.when(here).then(pl.lit(bad)).otherwise(pl.lit(good))}
        )
        for name, (column, bad) in known.items()
        for good in [{"labels_left": 500, "is_power_on": True, "untrained_on_shift": 0}[column]]
    }
    frames["inputs_live"] = district.ask("inputs_live").with_columns(is_missing=here, hours_entered=pl.lit(1))
    tube = dict.fromkeys(district.ask("open_tubes").columns) | {"barcode": "LK1000000001", "age_minutes": 31.0}
    frames["open_tubes"] = pl.DataFrame(
        [tube | {"site_id": "LS-2", "is_fresh": True}], schema=district.ask("open_tubes").schema
    )
    before = watched(district, **frames)
    district.minute("01:06")
    after = watched(district, before, **frames)
    assert [line for line in said(calm(after)) if "firing" in line] == lines(
        """
        labels_low:LS-2 | firing | 7 | -
        power_out:LS-2 | firing | 1 | -
        report_late:LS-2 | firing | 1 | -
        tube_half_filled:LK1000000001 | firing | 31 | -
        untrained_on_shift:LS-2 | firing | 3 | -
        """
    )
