"""What the asks answer of the sites' figures (Q82): fed beside entered, late, corrected, in conflict (case 61)."""

import pytest

from pipelines.api import Scope
from tests.store.kit import lines, shown

TUBES = """
sequence | kind       | site_id | persons | happened_at
1        | registered | LS-1    | 10      | 00:30
2        | registered | LS-1    | 4       | 00:59
3        | registered | LS-1    | 10      | 01:10
4        | registered | LS-2    | 7       | 00:20
"""
FED = """
sequence | site_id | hour_at | version | persons | tubes | third_copies | special_cases | entered_at
1        | LS-1    | 01:00   | 1       | 14      | 2     | 2            | 0             | 01:05
"""
CORRECTED = "input_corrected"
WHO = "sequence | act_id | kind | actor | scope_level | scope_id | target | facts | reason | happened_at\n"
HOUR = "2031-03-02T01:00Z"


def act(number, at, facts, site="LS-2", kind="input_entered", actor="xu", reason=""):
    return f"{WHO}{number} | a{number} | {kind} | {actor} | site | {site} | {HOUR} | {facts} | {reason} | {at}"


def test_each_hour_shows_what_was_fed_beside_what_was_entered(bench):
    bench.tick("01:20", tube_event=TUBES, site_input=FED, act=act(1, "01:18", '{"base_version":0,"persons":8}'))
    asked = bench.ask("site_inputs", hour="").head(3)
    columns = ("site_id", "persons_fed", "persons", "tubes_fed", "tubes", "third_copies", "version", "source")
    assert shown(asked, *columns, "entered_by", "given", "is_late", "is_missing") == lines(
        """
        LS-1 | 14 | 14 | 2 | 2 | 2 | 1 | feed   |    | 4 | no  | no
        LS-2 | 7  | 8  | 1 | - | - | 1 | manual | xu | 1 | yes | no
        LS-3 | 0  | -  | 0 | - | - | 0 | -      | -  | 0 | yes | yes
        """
    )


def test_one_hour_may_be_asked_for_and_no_other_is_told(bench):
    bench.tick("02:20", tube_event=TUBES)
    assert bench.ask("site_inputs", hour="").height == 18
    assert bench.ask("site_inputs", hour="2031-03-02T02:00Z", scope=Scope.site("LS-1"))["persons_fed"].to_list() == [24]
    assert bench.ask("site_inputs", hour="2031-03-02T02:30Z").is_empty()
    assert bench.ask("site_inputs", hour="' OR 1=1 --").is_empty()


def test_third_copies_to_confirm_are_those_the_labels_page_told_last_before_the_hour(bench):
    for at, kept in (("00:50", 3), ("00:59", 4), ("01:10", 9)):
        bench.tick(at, label_stock=f"site_id | kept_parts\nLS-1 | {kept}")
    asked = bench.ask("site_inputs", hour=HOUR)
    assert shown(asked.head(2), "site_id", "third_copies_fed") == ["LS-1 | 4", "LS-2 | -"]


def test_an_entry_of_some_figures_leaves_the_others_as_they_were(bench):
    bench.tick("01:06", site_input=FED)
    bench.tick("01:08", act=act(1, "01:08", '{"base_version":1,"tubes":3}', "LS-1", CORRECTED, reason="missed"))
    found = bench.ask("input_versions", site_id="LS-1")
    columns = ("version", "base_version", "source", "kind", "reason", "given_persons", "persons", "tubes")
    assert shown(found, *columns) == lines(
        """
        2 | 1 | manual | input_corrected | missed | -  | 14 | 3
        1 | 0 | feed   | input_entered   |        | 14 | 14 | 2
        """
    )


def test_two_who_correct_one_number_at_once_are_both_kept_and_the_conflict_shown_until_somebody_has_seen_both(bench):
    bench.tick("01:06", site_input=FED)
    bench.tick("01:08", act=act(1, "01:08", '{"base_version":1,"tubes":3}', "LS-1", CORRECTED, "xu", "one more"))
    assert bench.ask("input_conflicts").is_empty()
    bench.tick("01:09", act=act(2, "01:09", '{"base_version":1,"tubes":4}', "LS-1", CORRECTED, "wu", "two more"))
    told = (
        "site_id",
        "version",
        "entered_by",
        "tubes",
        "reason",
        "unseen_version",
        "unseen_entered_by",
        "unseen_tubes",
    )
    assert shown(bench.ask("input_conflicts"), *told) == ["LS-1 | 3 | wu | 4 | two more | 2 | xu | 3"]
    assert shown(bench.ask("site_inputs", hour="").head(1), "tubes", "is_conflict") == ["4 | yes"]
    both = bench.clock.now()
    bench.tick("01:12", act=act(3, "01:12", '{"base_version":3,"tubes":3}', "LS-1", CORRECTED, "xu", "counted"))
    assert bench.ask("input_conflicts").is_empty()
    assert bench.ask("input_conflicts", as_of=both).height == 1
    assert bench.ask("input_versions", site_id="LS-1").height == 4


@pytest.mark.parametrize(
    ("facts", "conflicts"),
    [
        ('{"base_version":1,"tubes":3}', 0),
        ('{"base_version":1,"persons":20}', 0),
        ('{"base_version":1,"tubes":5}', 1),
        ('{"base_version":2,"tubes":5}', 0),
        ('{"base_version":99,"tubes":5}', 0),
    ],
)
def test_only_what_contradicts_an_unseen_entry_is_a_conflict(bench, facts, conflicts):
    bench.tick("01:06", site_input=FED)
    bench.tick("01:08", act=act(1, "01:08", '{"base_version":1,"tubes":3}', "LS-1"))
    bench.tick("01:09", act=act(2, "01:09", facts, "LS-1"))
    assert bench.ask("input_conflicts").height == conflicts


def test_what_the_sites_own_feed_brings_has_seen_the_feed_alone(bench):
    bench.tick("01:06", act=act(1, "01:06", '{"base_version":0,"persons":99}', "LS-1"))
    bench.tick("01:09", site_input=FED)
    assert shown(bench.ask("input_conflicts"), "version", "source", "persons", "unseen_persons") == [
        "2 | feed | 14 | 99"
    ]


def test_a_feed_that_corrects_itself_is_no_conflict(bench):
    bench.tick("01:06", site_input=FED)
    bench.tick("01:30", site_input=FED.replace("1        | LS-1    | 01:00   | 1", "2 | LS-1 | 01:00 | 2"))
    assert bench.ask("input_conflicts").is_empty()
    assert shown(bench.ask("site_inputs", hour="").head(1), "kind", "version") == ["input_corrected | 2"]


def test_completeness_counts_the_figures_of_the_hours_that_are_due(bench):
    bench.tick("01:14", site_input=FED)
    assert bench.ask("input_completeness")["hours_due"].to_list() == [0] * 9
    bench.tick("01:20", act=act(1, "01:18", '{"base_version":0,"persons":8}'))
    columns = ("site_id", "hours_due", "persons_share", "tubes_share", "complete_share", "hours_late", "hours_missing")
    assert shown(bench.ask("input_completeness").head(3), *columns, "delay_minutes") == lines(
        """
        LS-1 | 1 | 1 | 1 | 1    | 0 | 0 | 5
        LS-2 | 1 | 1 | 0 | 0.25 | 1 | 0 | 18
        LS-3 | 1 | 0 | 0 | 0    | 1 | 1 | -
        """
    )


def test_a_late_tube_of_a_past_hour_is_in_its_figures_from_then_on(bench):
    before = bench.tick("01:20", tube_event=TUBES)
    bench.tick("01:40", tube_event="sequence | site_id | persons | happened_at\n5 | LS-2 | 3 | 00:10")
    fed = [bench.ask("site_inputs", hour=HOUR, as_of=at)["persons_fed"].to_list()[1] for at in (before, None)]
    assert fed == [7, 10]


def test_an_hour_entered_by_hand_is_neither_missing_nor_late_where_the_feed_is_dead(bench):
    bench.tick("01:20", act=act(1, "01:09", '{"base_version":0,"persons":8,"tubes":1}'))
    live = bench.ask("inputs_live").head(3)
    assert shown(live, "site_id", "persons", "hours_entered", "is_late", "is_missing") == lines(
        """
        LS-1 | - | 0 | yes | yes
        LS-2 | 8 | 1 | no  | no
        LS-3 | - | 0 | yes | yes
        """
    )
