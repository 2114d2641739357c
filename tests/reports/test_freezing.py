"""What is frozen and issued anew: every place once an hour, adding up, settled until due, then revised (Q86, Q96)."""

import polars as pl

from pipelines.api import Scope
from tests.reports.freezing import HOUR, due, freeze
from tests.store.kit import lines, shown
from tests.store.test_input_asks import CORRECTED, FED, TUBES, act

EAST = Scope.town("990001001")
LATE = "sequence | site_id | persons | happened_at\n9 | LS-2 | 3 | 00:10"


def levels(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("scope_level").len().rows())


def test_each_site_town_and_the_district_get_one_version_at_the_hour(bench):
    assert freeze(bench, "00:59", tube_event=TUBES).is_empty()
    first = freeze(bench, "01:00")
    assert levels(first) == {"site": 9, "town": 3, "district": 1}
    assert set(first["version"]) == {1} and set(first["why"]) == {"frozen"} and not first["is_revised"].any()
    assert first["report_id"].n_unique() == 13
    assert due(bench).is_empty()


def test_the_parts_add_up_to_the_whole(bench):
    freeze(bench, "01:01", tube_event=TUBES, site_input=FED)
    town = bench.ask("report", scope=EAST, hour=HOUR, version="")
    columns = ("scope_level", "scope_id", "persons", "hour_persons", "tubes", "third_copies", "sites_entered", "sites")
    assert shown(town, *columns) == lines(
        """
        town | 990001001 | 21 | 21 | 3 | 2 | 1 | 4
        site | LS-1      | 14 | 14 | 2 | 2 | 1 | 1
        site | LS-2      | 7  | 7  | 1 | - | 0 | 1
        site | LS-3      | 0  | 0  | 0 | - | 0 | 1
        site | LS-4      | 0  | 0  | 0 | - | 0 | 1
        """
    )
    district = bench.ask("report", hour=HOUR, version="")
    assert shown(district.head(2), "scope_level", "persons", "third_copies", "planned_persons") == lines(
        """
        district | 21 | 2 | 10000
        town     | 21 | 2 | 4445
        """
    )


def test_an_hour_alone_is_the_difference_to_the_hour_before(bench):
    freeze(bench, "01:01", tube_event=TUBES)
    freeze(bench, "02:01")
    own = bench.ask("report", scope=Scope.site("LS-1"), hour="2031-03-02T02:00Z", version="")
    assert shown(own, "persons", "hour_persons", "hour_tubes") == ["24 | 10 | 1"]
    day = bench.ask("report_day", scope=EAST, hour="2031-03-02T02:00Z", version="")
    assert shown(day, "persons", "hour_persons") == ["21 | 21", "31 | 10"]


def test_what_comes_by_the_due_time_is_issued_together_after_a_rest_and_revises_nothing(bench):
    freeze(bench, "01:00", tube_event=TUBES)
    assert freeze(bench, "01:03", site_input=FED).is_empty()
    second = freeze(bench, "01:05")
    assert shown(second, "report_id", "version", "why", "is_revised") == lines(
        f"""
        {HOUR}/district | 2 | entered | no
        {HOUR}/site/LS-1 | 2 | entered | no
        {HOUR}/town/990001001 | 2 | entered | no
        """
    )
    assert shown(bench.ask("report_diff", hour=HOUR, version=""), "scope_id", "figure", "before", "after") == lines(
        """
                  | third_copies | - | 2
        990001001 | third_copies | - | 2
        """
    )


def test_what_came_by_the_due_time_is_issued_just_after_it_and_is_no_revision_yet(bench):
    freeze(bench, "01:00", tube_event=TUBES)
    assert freeze(bench, "01:12", site_input=FED).height == 3
    told = act(1, "01:14", '{"base_version":0,"persons":7,"third_copies":1}', "LS-2")
    assert freeze(bench, "01:14", act=told).is_empty()
    settled = freeze(bench, "01:16")
    assert settled.height == 12 and not settled["is_revised"].any()
    assert freeze(bench, "01:24").is_empty()


def test_late_data_re_issue_the_hours_they_touch_and_no_others_marked_revised(bench):
    freeze(bench, "01:00", tube_event=TUBES)
    freeze(bench, "01:20")
    freeze(bench, "02:00")
    freeze(bench, "02:20")
    known = due(bench).height
    again = freeze(bench, "02:40", tube_event=LATE)
    assert known == 0 and set(again["why"]) == {"late_data"} and again["is_revised"].all()
    assert set(again["scope_id"]) == {"LS-2", "990001001", ""} and again["hour_at"].n_unique() == 2
    changed = bench.ask("report_diff", scope=EAST, hour=HOUR, version="")
    assert shown(changed.filter(pl.col("figure") == "persons"), "scope_id", "before", "after") == lines(
        """
        990001001 | 21 | 24
        LS-2 | 7 | 10
        """
    )


def test_a_result_that_a_lab_tells_late_counts_from_then_on_and_revises_nothing(bench):
    freeze(bench, "01:00", tube_event=TUBES)
    freeze(bench, "01:20")
    freeze(bench, "02:00")
    freeze(bench, "02:20")
    head = "sequence | kind | site_id | barcode | happened_at | recorded_at"
    told = f"{head}\n9 | resulted | LS-1 | LK1000000001 | 00:55 | 02:25"
    assert freeze(bench, "02:30", tube_event=told).is_empty()
    freeze(bench, "03:00")
    hours = [bench.ask("report", hour=f"2031-03-02T0{n}:00Z", version="")["tubes_resulted"][0] for n in (1, 2, 3)]
    assert hours == [0, 0, 1]


def test_an_older_version_is_told_as_it_was(bench):
    freeze(bench, "01:00", tube_event=TUBES)
    freeze(bench, "02:40", tube_event=LATE)
    told = [
        bench.ask("report", scope=EAST, hour=HOUR, version=version)["persons"].to_list() for version in ("1", "", "7")
    ]
    assert told == [[21, 14, 7, 0, 0], [24, 14, 10, 0, 0], []]


def test_a_correction_after_the_due_time_is_a_revision_with_its_difference(bench):
    freeze(bench, "01:01", tube_event=TUBES, site_input=FED)
    freeze(bench, "01:20")
    told = act(1, "01:30", '{"base_version":1,"third_copies":3}', "LS-1", CORRECTED, reason="found one")
    again = freeze(bench, "01:31", act=told)
    assert {(row["why"], row["is_revised"]) for row in again.iter_rows(named=True)} == {("corrected", True)}
    own = bench.ask("report_diff", scope=Scope.site("LS-1"), hour=HOUR, version="")
    assert shown(own, "figure", "before", "after") == ["third_copies | 2 | 3"]


def test_hours_missed_while_the_server_was_down_are_frozen_once_each_when_it_is_back(bench):
    first = freeze(bench, "04:10", tube_event=TUBES)
    assert first.height == 13 * 4 and first.select("hour_at", "scope_id", "scope_level").n_unique() == 13 * 4
    assert due(bench).is_empty()


def test_the_hours_end_two_after_closing(bench):
    freeze(bench, "13:00", tube_event=TUBES)
    assert bench.ask("reports_newest")["hour_at"].n_unique() == 8
