"""Predictions held against what came: coverage of their bands, error of persons and of the end, now and in the past."""

import polars as pl

from tests.store.kit import lines, rows, shown

PREDICTIONS = """
scope_level | made_at | target_at | persons | persons_low | persons_high | finish_at | finish_low_at | finish_high_at
district    | 01:00   | 02:00     | 20      | 15          | 25           | 06:10     | 06:05         | 06:20
district    | 01:30   | 02:30     | 50      | 45          | 55           | 06:10     | 06:05         | 06:20
district    | 02:00   | 03:00     | 60      | 50          | 70           | 06:12     | 06:11         | 06:20
"""
EVENTS = """
sequence | kind    | site_id | persons | happened_at
1        | sampled | LS-1    | 10      | 01:10
2        | sampled | LS-2    | 8       | 01:50
3        | sampled | LS-1    | 10      | 02:20
"""


def told(bench, **ask):
    columns = ("scope_level", "scored", "waiting", "inside", "mean_error_persons")
    return shown(bench.ask("calibration_score", **ask), *columns)


def kept(bench, at: str, events: str) -> None:
    """Store the predictions, of the whole district, with some events."""
    frame = rows("prediction", PREDICTIONS).with_columns(pl.lit("").alias("scope_id"))
    bench.tick(at, tube_event=rows("tube_event", events), prediction=frame)


def test_a_prediction_is_scored_when_its_hour_has_passed(bench):
    kept(bench, "02:10", EVENTS.split("3        |")[0])
    assert told(bench) == lines("district | 1 | 2 | 1 | 2")  # 20 were predicted by 2:00, 18 came
    before = bench.store.moments.edge().as_of

    bench.tick("02:40", tube_event="sequence | kind | site_id | persons | happened_at\n3 | sampled | LS-1 | 10 | 02:20")
    assert told(bench) == lines("district | 2 | 1 | 1 | 12")  # 50 by 2:30, 28 came: outside, (2 + 22) / 2 off
    assert told(bench, as_of=before) == lines("district | 1 | 2 | 1 | 2")


def test_the_end_is_scored_when_the_scope_is_closed_and_quiet(bench):
    late = "\n4        | sampled | LS-1    | 10      | 06:08\n"
    kept(bench, "06:20", EVENTS.strip() + late)
    assert bench.ask("calibration_score")["finish_error_minutes"].to_list() == [None]

    bench.clock.put("06:40")
    bench.tick("06:40", tube_event="sequence | kind | site_id | persons | happened_at\n5 | sampled | LS-2 | 1 | 06:00")
    found = bench.ask("calibration_score")
    assert found["finish_error_minutes"].round(3).to_list() == [round((2 + 2 + 4) / 3, 3)]
    assert found["finish_coverage_share"].round(3).to_list() == [round(2 / 3, 3)]


SAVED = """
sequence | kind           | actor   | happened_at | facts
1        | scenario_saved | analyst | 01:00       | {"name": "a", "code": "1", "target_minute": 120, "persons": 20, "persons_low": 15, "persons_high": 25, "finish_minute": 370}
2        | scenario_saved | analyst | 01:30       | {"name": "b", "code": "1", "target_minute": 150, "persons": 9, "persons_low": 8.5, "persons_high": 10, "finish_minute": 370}
3        | scenario_saved | analyst | 01:40       | {"name": "without", "code": "1"}
"""  # noqa: E501 a table


def test_an_answer_that_somebody_saved_is_held_against_what_came_an_hour_later(bench):
    columns = ("name", "persons", "persons_came", "is_inside", "finish_error_minutes")
    bench.tick("02:10", act=SAVED, tube_event=EVENTS.split("3        |")[0])
    assert shown(bench.ask("answers_kept"), *columns) == lines("a | 20 | 18 | yes | -\nb | 9 | - | - | -")
    before = bench.store.moments.edge().as_of

    bench.tick("02:40", tube_event="sequence | kind | site_id | persons | happened_at\n3 | sampled | LS-1 | 10 | 02:20")
    assert shown(bench.ask("answers_kept"), *columns) == lines("a | 20 | 18 | yes | -\nb | 9 | 28 | no | -")
    assert shown(bench.ask("answers_kept", as_of=before), *columns)[1] == "b | 9 | - | - | -"

    bench.clock.put("06:40")
    assert bench.ask("answers_kept")["finish_error_minutes"].to_list() == [230.0, 230.0]  # 6:10 less 2:20


GIVEN = """
code | name | is_of_the_day | made_at  | target_at | persons | persons_low | persons_high | finish_at
a    | day  | yes           | 01:00    | 02:00     | 20      | 15          | 25           | 06:10
a    | day  | yes           | 01:00:30 | 02:00:30  | 22      | 19          | 25           | 06:10
b    | more | no            | 01:30    | 02:30     | 9       | 8.5         | 10           | 06:10
a    | day  | yes           | 02:05    | 03:05     | 30      | 20          | 40           | 06:10
"""


def test_every_answer_given_is_held_against_what_came_the_newest_of_a_case_and_hour(bench):
    columns = ("code", "is_of_the_day", "persons", "persons_came", "is_inside", "finish_error_minutes")
    bench.tick("02:10", answer_given=GIVEN, tube_event=EVENTS.split("3        |")[0])
    assert shown(bench.ask("answers_given"), *columns) == lines(
        """
        a | yes | 22 | 18 | no | -
        b | no  | 9  | -  | -  | -
        a | yes | 30 | -  | -  | -
        """
    )
    before = bench.store.moments.edge().as_of
    bench.tick("02:40", tube_event="sequence | kind | site_id | persons | happened_at\n3 | sampled | LS-1 | 10 | 02:20")
    assert shown(bench.ask("answers_given"), *columns)[1] == "b | no | 9 | 28 | no | -"
    assert shown(bench.ask("answers_given", as_of=before), *columns)[1] == "b | no | 9 | - | - | -"
    bench.clock.put("06:40")
    assert bench.ask("answers_given")["finish_error_minutes"].to_list() == [230.0] * 3  # 6:10 less 2:20


def test_without_a_prediction_there_is_no_score(bench):
    bench.tick("02:10", tube_event=EVENTS)
    assert bench.ask("calibration_score").is_empty()


def test_the_day_so_far_is_told_for_every_site(bench):
    bench.tick(
        "01:00",
        site_counts="site_id | observed_at | persons_registered | persons_sampled\nLS-1 | 01:00 | 90 | 70",
        site_queue="site_id | observed_at | queue_persons | lanes_open\nLS-1 | 01:00 | 33 | 2",
    )
    columns = ("site_id", "persons_registered", "persons_sampled", "queue_persons", "lanes_open")
    assert shown(bench.ask("day_so_far"), *columns)[:2] == lines("LS-1 | 90 | 70 | 33 | 2\nLS-2 | - | - | - | -")
