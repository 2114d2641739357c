"""What the asks answer of disturbances, recommendations and forecasts: by scope, now and as of then."""

import polars as pl

from pipelines.advice.rows import DISTURBANCE, FORECAST, LAB_OUTLOOK, RECOMMENDATION
from pipelines.api import Scope
from tests.store.kit import lines, moment, shown

EAST, NORTH = Scope.town("990001001"), Scope.town("990001002")
SHOWN = ("disturbance_id", "severity", "sites", "desks", "minutes")


def disturbance(name: str, severity: str, since: str, desks: dict[str, int], ended: str | None = None) -> dict:
    """One disturbance's row, plain where nothing is said."""
    plain = {"cause": "server", "subject_kind": "server", "subject": name, "scores": "{}", "evidence": "{}"}
    times = {"since": moment(since), "seen_at": moment(since), "ended_at": moment(ended) if ended else None}
    words = [f"server:{name}", *(f"site:{site}" for site in desks)]
    sites = {"site_ids": list(desks), "site_desks": list(desks.values()), "explains": words}
    return {"disturbance_id": name, "severity": severity} | plain | times | sites


def disturbances(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=DISTURBANCE)


def test_what_disturbs_a_scope_comes_gravest_first_with_the_scopes_own_sites_and_desks(bench):
    bench.tick(
        "01:10",
        disturbance=disturbances(
            disturbance("p1", "critical", "01:05", {"LS-1": 2, "LS-2": 1, "LS-5": 3}),
            disturbance("p2", "warning", "01:00", {"LS-6": 1}),
        ),
    )
    assert shown(bench.ask("disturbances_live"), *SHOWN) == lines(
        """
        p1 | critical | 3 | 6 | 5
        p2 | warning  | 1 | 1 | 10
        """
    )
    assert shown(bench.ask("disturbances_live", scope=EAST), *SHOWN, "explains") == lines(
        "p1 | critical | 2 | 3 | 5 | server:p1 site:LS-1 site:LS-2"
    )
    assert shown(bench.ask("disturbances_live", scope=Scope.site("LS-6")), "disturbance_id", "site_ids") == [
        "p2 | LS-6"
    ]
    assert bench.ask("disturbances_live", scope=Scope.site("LS-9")).is_empty()


def test_a_disturbance_that_ended_is_live_no_more_but_was_then_and_stands_in_the_log(bench):
    then = bench.tick("01:10", disturbance=disturbances(disturbance("p1", "critical", "01:05", {"LS-1": 2})))
    bench.tick("01:20", disturbance=disturbances(disturbance("p1", "critical", "01:05", {"LS-1": 2}, "01:20")))
    assert bench.ask("disturbances_live").is_empty()
    assert bench.ask("disturbances_live", as_of=then)["disturbance_id"].to_list() == ["p1"]
    assert shown(bench.ask("disturbance_log"), "disturbance_id", "ended_at") == ["p1 | 01:20:00"]
    assert bench.ask("disturbances_known").height == 1
    bench.clock.put("01:36")
    assert bench.ask("disturbances_known").is_empty()


def recommendation(name: str, worth: float, sites: list[str], state: str = "open") -> dict:
    """One recommendation's row."""
    plain = {"kind": "go_offline", "subject": name, "scope_level": "site", "scope_id": sites[0], "evidence": "{}"}
    effect = {"metric": "wait_minutes", "value_before": 9.0, "value_after": 3.0, "effect_minutes": 60.0}
    times = {"made_at": moment("01:00"), "seen_at": moment("01:00"), "ended_at": None}
    more = {"site_ids": sites, "state": state, "person_minutes": worth, "orders": "[]", "disturbance_id": ""}
    return {"recommendation_id": name} | plain | effect | times | more


def test_at_most_three_recommendations_are_told_those_that_save_the_most_waiting(bench):
    rows = [
        recommendation("a", 10.0, ["LS-1"]),
        recommendation("b", 40.0, ["LS-2"]),
        recommendation("c", 20.0, ["LS-5"]),
        recommendation("d", 30.0, ["LS-1", "LS-5"], "accepted"),
        recommendation("e", 90.0, ["LS-6"], "rejected"),
    ]
    bench.tick("01:10", recommendation=pl.DataFrame(rows, schema=RECOMMENDATION))
    asked = bench.ask("recommendations_live")
    assert shown(asked, "rank", "recommendation_id", "state") == ["1 | b | open", "2 | d | accepted", "3 | c | open"]


def test_a_town_is_told_only_what_it_can_do_alone(bench):
    rows = [recommendation("both", 90.0, ["LS-1", "LS-5"]), recommendation("own", 1.0, ["LS-1", "LS-2"])]
    bench.tick("01:10", recommendation=pl.DataFrame(rows, schema=RECOMMENDATION))
    assert shown(bench.ask("recommendations_live", scope=EAST), "rank", "recommendation_id") == ["1 | own"]
    assert bench.ask("recommendations_live", scope=NORTH).is_empty()
    assert bench.ask("recommendations_live", scope=Scope.site("LS-1")).is_empty()


def forecast(level: str, scope_id: str, registered: int) -> dict:
    """One scope's forecast row."""
    times = {name: moment("06:30") for name in ("finish_at", "finish_low_at", "finish_high_at")}
    counts = {"persons_registered": registered, "persons_target": 2_000, "persons_at_close": 1_900}
    more = {"persons_at_close_low": 1_800, "persons_at_close_high": 2_000, "slowest_site_id": "LS-1"}
    scope = {"scope_level": level, "scope_id": scope_id, "made_at": moment("01:09"), "method": "fluid_grid"}
    return scope | times | counts | more


def test_the_forecast_is_the_scopes_own_and_one_row_even_before_the_first(bench):
    assert shown(bench.ask("forecast_live"), "finish_at", "method") == ["- | -"]
    rows = [forecast("district", "", 1_100), forecast("town", "990001001", 600), forecast("site", "LS-1", 100)]
    bench.tick("01:10", forecast=pl.DataFrame(rows, schema=FORECAST))
    columns = ("finish_at", "persons_registered", "target_share", "residents", "coverage_now", "age_s")
    assert shown(bench.ask("forecast_live"), *columns) == ["06:30:00 | 1100 | 0.55 | 11000 | 0.1 | 1"]
    assert shown(bench.ask("forecast_live", scope=EAST), *columns[:4]) == ["06:30:00 | 600 | 0.3 | 6000"]
    assert shown(bench.ask("forecast_live", scope=Scope.site("LS-1")), *columns[:5]) == [
        "06:30:00 | 100 | 0.05 | - | -"
    ]


def test_every_labs_outlook_is_told_in_the_order_of_the_file(bench):
    row = {"lab_id": "lab-2", "made_at": moment("01:09"), "backlog": 40, "rate_per_hour": 20.0, "is_stopped": False}
    bench.tick("01:10", lab_outlook=pl.DataFrame([row], schema=LAB_OUTLOOK))
    assert shown(bench.ask("lab_forecast"), "lab_id", "backlog", "rate_per_hour", "is_stopped") == lines(
        """
        lab-1 | -  | -  | no
        lab-2 | 40 | 20 | no
        """
    )


LABS = """
lab_id | observed_at | tubes_dispatched | tubes_received | tubes_resulted
lab-1  | {}          | {}               | {}             | {}
"""


def test_a_labs_pace_is_what_it_resulted_within_the_hour_and_its_way_through_is_measured(bench):
    for at, dispatched, received, resulted in (("01:00", 50, 30, 0), ("03:00", 90, 80, 10), ("03:30", 99, 90, 30)):
        bench.tick(at, lab_counts=LABS.format(at, dispatched, received, resulted))
    bench.clock.put("04:00")
    columns = ("lab_id", "resulted_last_hour", "received_so_many_at", "first_received_at")
    assert shown(bench.ask("lab_rates"), *columns) == ["lab-1 | 20 | 01:00:00 | 01:00:00", "lab-2 | - | - | -"]
