"""What the asks answer of tubes against plan, of their custody and of the scans they take: by scope and by lab."""

import pytest

from pipelines.api import Scope
from tests.store.kit import lines, moment, shown

EVENTS = """
sequence | barcode  | kind        | site_id | lab_id | persons | happened_at
1        | LK100001 | registered  | LS-1    | lab-1  | 10      | 00:01
2        | LK100002 | registered  | LS-1    | lab-1  | 10      | 00:02
3        | LK200003 | registered  | LS-5    | lab-2  | 7       | 00:06
4        | LK100001 | handed_over | LS-1    | lab-1  | 10      | 00:03
5        | LK100001 | sampled     | LS-1    | lab-1  | 10      | 00:04
6        | LK100002 | voided      | LS-1    | lab-1  | 10      | 00:07
7        | LK200004 | opened      | LS-5    | lab-2  | 3       | 00:08
8        | LK200005 | registered  | LS-5    | lab-2  | 10      | 00:09
9        | LK200005 | lost        | LS-5    | lab-2  | 10      | 00:50
10       | LK200006 | misrouted   | LS-6    | lab-1  | 9       | 00:55
"""
STANDING = ("state", "tubes", "persons", "oldest_minutes")
MISSING = ("barcode", "site_id", "lab_id", "why", "tubes_of_kind", "last_kind", "age_minutes")


def test_the_plan_follows_the_arrival_profile_from_the_opening_to_the_closing(bench):
    whole = bench.ask("plan_curve", lab_id="")
    assert whole.height == 6 * 12
    hourly = whole.filter(whole["bucket_at"].dt.minute() == 55)
    assert [round(total) for total in hourly["persons_planned_total"]] == [2500, 4167, 5833, 7500, 9167, 10000]
    assert whole["persons_planned"].sum() == pytest.approx(10_000)
    assert shown(whole.head(1), "bucket_at", "persons_planned", "tubes_planned") == ["00:00:00 | 208.333 | 20.833"]
    east = bench.ask("plan_curve", scope=Scope.town("990001001"), lab_id="")
    assert east["persons_planned_total"][-1] == pytest.approx(1667 + 1111 + 1111 + 556)


def test_what_is_done_stands_beside_the_plan_up_to_the_moment_and_is_not_known_after(bench):
    bench.tick("00:11", tube_event=EVENTS)
    columns = ("bucket_at", "persons_registered", "tubes_registered", "tubes_sampled", "persons_total", "is_complete")
    assert shown(bench.ask("plan_curve", lab_id="").head(4), *columns) == lines(
        """
        00:00:00 | 20 | 2 | 1 | 20 | yes
        00:05:00 | 17 | 2 | 0 | 37 | yes
        00:10:00 | 0  | 0 | 0 | 37 | no
        00:15:00 | -  | - | - | -  | no
        """
    )


def test_the_curve_goes_on_after_the_closing_and_keeps_its_plan(bench):
    bench.clock.put("06:12")
    late = bench.ask("plan_curve", lab_id="").tail(3)
    assert shown(late, "bucket_at", "persons_planned_total", "persons_planned", "persons_total") == lines(
        """
        06:00:00 | 10000 | 0 | 0
        06:05:00 | 10000 | 0 | 0
        06:10:00 | 10000 | 0 | 0
        """
    )


def test_a_lab_stands_for_the_towns_bound_to_it(bench):
    bench.tick("00:11", tube_event=EVENTS)
    first, second = (bench.ask("plan_curve", lab_id=lab) for lab in ("lab-1", "lab-2"))
    assert [first["persons_total"][1], second["persons_total"][1]] == [20, 17]
    assert first["persons_planned_total"][-1] + second["persons_planned_total"][-1] == pytest.approx(10_000)
    assert bench.ask("plan_curve", scope=Scope.site("LS-1"), lab_id="lab-2")["persons_planned_total"].max() == 0


def test_every_tube_stands_where_its_last_step_put_it(bench):
    bench.tick("01:00", tube_event=EVENTS)
    found = bench.ask("tubes_by_state", lab_id="")
    assert shown(found.filter(found["tubes"] > 0), *STANDING) == lines(
        """
        open       | 1 | 3  | 52
        registered | 1 | 7  | 54
        sampled    | 1 | 10 | 56
        lost       | 1 | 10 | 10
        misrouted  | 1 | 9  | 5
        voided     | 1 | 10 | 53
        """
    )
    assert found["state"].to_list()[:3] == ["open", "suspended", "registered"]
    assert bench.ask("tubes_by_state", scope=Scope.town("990001001"), lab_id="")["tubes"].sum() == 2


def test_missing_tubes_are_named_with_their_last_step_and_its_age(bench):
    bench.tick("01:00", tube_event=EVENTS)
    assert shown(bench.ask("missing_tubes", lab_id=""), *MISSING) == lines(
        """
        LK200005 | LS-5 | lab-2 | lost      | 1 | lost      | 10
        LK200006 | LS-6 | lab-1 | misrouted | 1 | misrouted | 5
        LK100002 | LS-1 | lab-1 | voided    | 1 | voided    | 53
        """
    )
    assert bench.ask("missing_tubes", scope=Scope.site("LS-6"), lab_id="")["barcode"].to_list() == ["LK200006"]


def test_a_tube_without_a_step_for_two_hours_is_overdue_until_a_lab_has_it(bench):
    bench.tick("02:10", tube_event=EVENTS)
    assert bench.ask("missing_tubes", lab_id="").filter(why="overdue").is_empty(), "the feed is behind, not the tubes"
    later = "sequence | barcode | site_id | persons | happened_at\n11 | LK100007 | LS-3 | 10 | 02:09"
    before = bench.tick("02:10:30", tube_event=later)
    overdue = bench.ask("missing_tubes", lab_id="").filter(why="overdue")
    assert shown(overdue, "barcode", "last_kind", "last_at", "age_minutes") == lines(
        """
        LK100001 | sampled    | 00:04:00 | 126.5
        LK200003 | registered | 00:06:00 | 124.5
        """
    )
    bench.tick(
        "02:11",
        tube_event="""
        sequence | barcode  | kind     | site_id | lab_id | persons | happened_at
        12       | LK100001 | received | LS-1    | lab-1  | 10      | 02:11
        13       | LK200005 | received | LS-5    | lab-2  | 10      | 02:11
        """,
    )
    assert bench.ask("missing_tubes", lab_id="")["barcode"].to_list() == ["LK200006", "LK200003", "LK100002"]
    assert bench.ask("missing_tubes", as_of=before, lab_id="").height == 5


def test_ten_persons_under_one_label_are_scanned_once(bench):
    bench.tick(
        "01:00",
        site_counts="""
        site_id | sequence | observed_at | persons_registered | tubes_registered | tubes_short
        LS-1    | 1        | 01:00       | 857                | 88               | 4
        LS-5    | 1        | 01:00       | 100                | 10               | 0
        """,
    )
    columns = ("mode", "scans_needed", "scans_mode_one", "scans_mode_two", "scans_saved", "persons_per_scan")
    assert shown(bench.ask("scans_saved", lab_id=""), *columns) == ["two | 98 | 957 | 98 | 859 | 9.765"]
    planned = bench.ask("scans_saved", lab_id="")
    assert shown(planned, "tubes_short", "persons_planned", "scans_planned") == ["4 | 10000 | 1002"]
    assert shown(bench.ask("scans_saved", lab_id="lab-2"), "scans_saved", "scans_planned") == ["90 | 556"]


def test_the_answers_of_a_past_moment_are_those_that_were_given(bench):
    at = bench.tick("01:00", tube_event=EVENTS)
    names = ("plan_curve", "tubes_by_state", "missing_tubes", "scans_saved")
    told = {name: bench.ask(name, as_of=at, lab_id="") for name in names}
    bench.tick(
        "01:30",
        tube_event="""
        sequence | barcode  | kind     | site_id | persons | happened_at
        11       | LK100001 | resulted | LS-1    | 10      | 00:59
        """,
    )
    assert all(bench.ask(name, as_of=at, lab_id="").equals(told[name]) for name in names)
    assert not bench.ask("tubes_by_state", lab_id="").equals(told["tubes_by_state"])
    assert moment("01:00") == at
