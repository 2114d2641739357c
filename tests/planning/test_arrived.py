"""Arrival curves of days as they were: what was counted, then what the plan has left; and where there is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.planning import Curve, ScenarioError, faults, from_toml, to_toml
from pipelines.planning.arrived import Part, curve_of, day_curves
from tests.planning.kit import small

DAY = datetime(2021, 6, 4, 16, 0, tzinfo=UTC)
BASE = replace(small(), curve=Curve("plan", (1.0, 1.0, 2.0, 4.0), "test"))  # of four hours, 4,500 persons
OFFSET = 480


def parts(*persons: int, days_before: int = 0, complete: int | None = None, is_at_gates: bool = True) -> list[Part]:
    """Return a day's first parts of half an hour, the first ``complete`` of them over."""
    over = len(persons) if complete is None else complete
    day_at = DAY + timedelta(days=1 - days_before)
    return [Part(days_before, day_at, n, is_at_gates, came, n < over) for n, came in enumerate(persons)]


def test_a_whole_day_is_its_own_curve() -> None:
    made = curve_of("yesterday", parts(100, 200, 300, 400, 500, 600, 700, 800), BASE, OFFSET)

    assert made == Curve(
        "yesterday", (100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0), "counted at the gates on 2021-06-06"
    )


def test_after_what_is_known_come_those_who_are_left_as_planned() -> None:
    made = curve_of("today_so_far", parts(500, 400, 77, complete=2, is_at_gates=False), BASE, OFFSET)

    assert made is not None
    assert made.weights[:2] == (500.0, 400.0)
    assert made.weights[2:] == pytest.approx([3_600 * share / 14 for share in (1, 1, 2, 2, 4, 4)], abs=0.1)
    assert made.source == "counted at the desks on 2021-06-06; from 08:00 on as planned"
    assert faults(replace(BASE, curve=made)) == ()


def test_more_than_the_plan_has_leaves_nobody_for_later() -> None:
    made = curve_of("today_so_far", parts(3_000, 3_000), BASE, OFFSET)

    assert made is not None
    assert set(made.weights[2:]) == {0.0}


@pytest.mark.parametrize("few", [parts(), parts(5_000, complete=0), parts(5_000), parts(40, 40)])
def test_of_hardly_anything_there_is_no_curve(few: list[Part]) -> None:
    assert curve_of("yesterday", few, BASE, OFFSET) is None


def test_yesterday_is_of_the_same_store_where_it_has_one_else_of_the_one_that_was_kept() -> None:
    today, before, kept = parts(300, 300), parts(*[200] * 8, days_before=1), parts(*[100] * 8)

    both = day_curves(BASE, [*before, *today], kept, OFFSET)
    assert both["yesterday"].weights == (200.0,) * 8
    assert both["yesterday"].source == "counted at the gates on 2021-06-05"
    assert both["today_so_far"].weights[:2] == (300.0, 300.0)
    assert day_curves(BASE, today, kept, OFFSET)["yesterday"].weights == (100.0,) * 8
    assert day_curves(BASE, [], None, OFFSET) == {}


def test_a_scenario_file_may_name_a_curve() -> None:
    head, _, rest = to_toml(BASE).partition("\n[curve]\n")
    text = 'curve = "yesterday"\n' + head + "\n[registration]\n" + rest.partition("\n[registration]\n")[2]
    curve = Curve("yesterday", (1.0, 2.0), "counted")

    assert from_toml(text, {"yesterday": curve}) == replace(BASE, curve=curve)
    with pytest.raises(ScenarioError, match="no arrival curve named 'yesterday' here; there are: appointment"):
        from_toml(text)
