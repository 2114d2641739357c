"""What the asks answer of disturbances, recommendations and forecasts: by scope, now and as of then."""

import polars as pl
import pytest

from pipelines.advice.rows import DISTURBANCE, FORECAST, LAB_OUTLOOK, RECOMMENDATION
from pipelines.api import Scope
from tests.store.kit import SCHEMAS, lines, moment, shown

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


def planned(table: str, *rows: dict) -> pl.DataFrame:
    """Rows of a plan's table, null where nothing is said."""
    return pl.DataFrame([dict.fromkeys(SCHEMAS[table]) | row for row in rows], schema=SCHEMAS[table])


def move(site: str, to: str, desks: int) -> dict:
    return {"site_id": site, "from_server_id": "p1", "to_server_id": to, "contingency": "province", "desks": desks}


def test_a_plan_is_its_newest_set_and_an_empty_set_takes_the_old_rows_away(bench):
    a_set = {"plan": "switch", "made_at": moment("01:10"), "facts": '{"desks_moved":3}'}
    moves = planned("switch_move", move("LS-1", "p2", 2), move("LS-5", "p2", 1))
    then = bench.tick("01:10", advice_set=planned("advice_set", a_set), switch_move=moves)
    assert shown(bench.ask("switch_plan"), "site_id", "to_server_id", "desks") == ["LS-1 | p2 | 2", "LS-5 | p2 | 1"]
    assert shown(bench.ask("switch_plan", scope=EAST), "site_id") == ["LS-1"]
    fresh = planned("advice_set", a_set | {"facts": "{}"})
    bench.tick("01:11", advice_set=fresh, switch_move=planned("switch_move", move("LS-5", "p2", 4)))
    assert shown(bench.ask("switch_plan"), "site_id", "desks") == ["LS-5 | 4"]
    bench.tick("01:12", advice_set=fresh)
    assert bench.ask("switch_plan").is_empty()
    assert shown(bench.ask("switch_effect"), "facts") == ["{}"]
    assert bench.ask("switch_plan", as_of=then).height == 2


def test_loans_and_vehicles_are_told_to_those_whose_sites_they_concern(bench):
    loan = {"from_site_id": "LS-1", "to_site_id": "LS-2", "role": "medic", "persons": 2, "person_minutes": 9.0}
    far = loan | {"to_site_id": "LS-5", "person_minutes": 3.0}
    sets = planned("advice_set", *({"plan": plan, "facts": "{}"} for plan in ("loans", "vehicles")))
    vehicle = planned("vehicle_move", {"vehicle_id": "mobile-1", "to_site_id": "LS-5", "person_minutes": 0.5})
    bench.tick("01:10", advice_set=sets, staff_loan=planned("staff_loan", far, loan), vehicle_move=vehicle)
    assert shown(bench.ask("staff_loans"), "to_site_id", "persons") == ["LS-2 | 2", "LS-5 | 2"]
    assert shown(bench.ask("staff_loans", scope=EAST), "to_site_id") == ["LS-2"]
    assert bench.ask("staff_loans", scope=NORTH).is_empty()
    assert shown(bench.ask("vehicle_plan", scope=NORTH), "vehicle_id", "site_id") == ["mobile-1 | LS-5"]
    assert bench.ask("vehicle_plan", scope=EAST).is_empty()


def test_the_outlook_is_told_by_site_and_summed_by_town(bench):
    ahead = {"queue_30": 20, "stopped_30": 90, "offline_30": 50}
    rows = [
        {"site_id": "LS-1", "queue_persons": 200, "crowd_limit": 150, "crowded_in_minutes": 0.0} | ahead,
        {"site_id": "LS-2", "queue_persons": 10, "crowd_limit": 150, "crowded_in_minutes": 27.5} | ahead,
    ]
    bench.tick("01:10", queue_outlook=planned("queue_outlook", *rows))
    assert shown(bench.ask("queue_outlook", scope=EAST), "site_id", "stopped_30", "is_crowded")[:2] == lines(
        """
        LS-1 | 90 | yes
        LS-2 | 90 | no
        """
    )
    columns = ("queue_persons", "queue_30", "stopped_30", "offline_30", "sites_crowded", "sites_crowded_in_30")
    assert shown(bench.ask("queue_outlook_towns", scope=EAST), *columns) == ["210 | 40 | 180 | 100 | 1 | 2"]


DECIDED = """
sequence | act_id | kind                     | actor | scope_level | scope_id | target | facts | happened_at
{}       | d{}    | recommendation_{}        | li    | district    | -        | {}     | -     | {}
"""


def decided(number: int, how: str, what: str, at: str) -> str:
    return DECIDED.format(number, number, how, what, at)


def test_the_effect_of_an_accepted_recommendation_is_measured_then_and_later(bench):
    queue = "site_id | observed_at | queue_persons | wait_minutes | is_open\nLS-1 | {} | {} | {} | yes"
    row = recommendation("a", 10.0, ["LS-1"])
    bench.tick("01:00", site_queue=queue.format("01:00", 100, 30.0), recommendation=frame_of(row))
    assert bench.ask("recommendation_effects").is_empty()
    bench.tick("01:05", act=decided(1, "accepted", "a", "01:04:30"))
    bench.tick("01:14", site_queue=queue.format("01:14", 60, 20.0))
    early = bench.tick("01:16", recommendation=frame_of(row | {"state": "accepted"}))
    bench.tick("01:30", site_queue=queue.format("01:30", 20, 8.0))
    bench.tick("01:40", site_queue=queue.format("01:40", 10, 5.0))
    columns = ("measured", "value_at_acceptance", "value_after_10", "value_after_30", "value_now", "expected_after")
    assert shown(bench.ask("recommendation_effects"), *columns) == ["wait_minutes | 30 | 20 | 8 | 5 | 3"]
    then = bench.ask("recommendation_effects", as_of=early)
    assert shown(then, *columns) == ["wait_minutes | 30 | 20 | - | 20 | 3"]
    assert bench.ask("recommendation_effects", scope=NORTH).is_empty()


def test_a_decision_counts_from_when_it_is_known_though_the_advice_has_not_heard_of_it(bench):
    rows = [recommendation(name, worth, ["LS-1"]) for name, worth in (("a", 30.0), ("b", 20.0), ("c", 10.0))]
    before = bench.tick("01:00", recommendation=pl.DataFrame(rows, schema=RECOMMENDATION))
    bench.tick("01:05", act=decided(1, "accepted", "a", "01:04"))
    bench.tick("01:06", act=decided(2, "rejected", "b", "01:05"))
    state = ("recommendation_id", "rank", "state")
    assert shown(bench.ask("recommendations_live"), *state) == ["a | 1 | accepted", "c | 2 | open"]
    assert shown(bench.ask("recommendations_live", as_of=before), *state) == [
        "a | 1 | open",
        "b | 2 | open",
        "c | 3 | open",
    ]
    lapsed = rows[0] | {"state": "lapsed", "ended_at": moment("01:07")}
    bench.tick("01:07", recommendation=frame_of(lapsed))
    assert shown(bench.ask("recommendation_effects"), "recommendation_id", "accepted_at") == ["a | 01:04:00"]


def test_who_was_to_be_registered_is_measured_by_the_pace_of_the_last_ten_minutes(bench):
    row = recommendation("a", 10.0, ["LS-1", "LS-2"]) | {"metric": "persons_not_registered"}
    tubes = """
    sequence | kind       | site_id | persons | happened_at
    1        | registered | LS-1    | 9       | 00:44
    2        | registered | LS-1    | 10      | 00:51
    3        | registered | LS-2    | 7       | 00:59
    4        | registered | LS-5    | 10      | 00:59
    5        | sampled    | LS-1    | 10      | 00:59
    """
    late = "sequence | kind | site_id | persons | happened_at\n{} | registered | LS-2 | {} | {}"
    bench.tick("01:01", tube_event=tubes, recommendation=frame_of(row), act=decided(1, "accepted", "a", "01:01"))
    bench.tick("01:10", tube_event=late.format(6, 5, "01:06"))
    early = bench.tick("01:12", tube_event=late.format(7, 10, "01:08"))
    columns = ("measured", "value_at_acceptance", "value_after_10", "value_after_30", "value_now")
    assert shown(bench.ask("recommendation_effects"), *columns) == ["registered_per_hour | 102 | 90 | - | 90"]
    bench.tick("01:35", tube_event=late.format(8, 3, "01:03"))
    assert shown(bench.ask("recommendation_effects"), *columns) == ["registered_per_hour | 102 | 108 | 0 | 0"]
    assert shown(bench.ask("recommendation_effects", as_of=early), *columns) == [
        "registered_per_hour | 102 | 90 | - | 90"
    ]


@pytest.mark.parametrize("metric", ["persons_if_it_falls", "server_load_percent"])
def test_where_a_server_was_too_full_the_fullest_of_the_provinces_servers_is_measured(bench, metric):
    row = recommendation("a", 10.0, ["LS-1"]) | {"metric": metric}
    probe = "server_id | observed_at | is_up | logins | capacity_logins\n{}"

    def probes(at: str, p1: str, p2: str) -> str:
        told = {"p1": p1, "p2": p2, "city": "20"}
        rows = [f"{name} | {at} | {'no' if n == '-' else 'yes'} | {n} | 20" for name, n in told.items()]
        return probe.format("\n".join(rows))

    bench.tick("01:01", server_sample=probes("01:01", "17", "9"), recommendation=frame_of(row))
    bench.tick("01:02", act=decided(1, "accepted", "a", "01:02"))
    early = bench.tick("01:11", server_sample=probes("01:11", "15", "12"))
    bench.tick("01:31", server_sample=probes("01:31", "-", "13"))
    columns = ("measured", "value_at_acceptance", "value_after_10", "value_after_30", "value_now")
    bench.clock.put("01:33")
    assert shown(bench.ask("recommendation_effects"), *columns) == ["server_load_percent | 85 | 75 | 65 | 65"]
    assert shown(bench.ask("recommendation_effects", as_of=early), *columns) == [
        "server_load_percent | 85 | - | - | 75"
    ]


def frame_of(row: dict) -> pl.DataFrame:
    return pl.DataFrame([row], schema=RECOMMENDATION)


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
