"""Every step of a tube and every count of a lab in the asks: totals keep their meaning, what goes wrong is apart."""

from pipelines.api import Scope
from tests.store.kit import shown


def test_what_goes_wrong_with_a_tube_leaves_what_was_registered_and_is_counted_apart(bench):
    """A tube is opened, suspended, resumed, registered, and lost; one is voided, one is delivered to a wrong lab."""
    bench.tick(
        "01:10",
        site_counts="""
        site_id | sequence | observed_at | persons_registered | tubes_registered
        LS-1    | 12       | 01:10       | 18                 | 2
        """,
        tube_event="""
        sequence | kind        | site_id | persons | happened_at
        1        | opened      | LS-1    | 0       | 01:00
        2        | suspended   | LS-1    | 4       | 01:01
        3        | resumed     | LS-1    | 4       | 01:02
        4        | registered  | LS-1    | 10      | 01:03
        5        | handed_over | LS-1    | 10      | 01:04
        6        | sampled     | LS-1    | 10      | 01:05
        7        | bagged      | LS-1    | 10      | 01:06
        8        | dispatched  | LS-1    | 10      | 01:07
        9        | lost        | LS-1    | 10      | 01:08
        10       | registered  | LS-1    | 8       | 01:08
        11       | voided      | LS-1    | 8       | 01:08
        12       | misrouted   | LS-1    | 0       | 01:09
        """,
    )
    totals = bench.ask("district_totals")
    assert shown(totals, "persons_registered", "persons_last_hour", "tubes_last_hour", "tubes_voided") == [
        "18 | 18 | 2 | 1"
    ]
    assert shown(bench.ask("conservation"), "sites_checked", "sites_broken") == ["1 | 0"]
    assert bench.ask("freshness")["events_behind"].to_list() == [0]
    trend = bench.ask("district_trend")
    assert trend["tubes_registered"].sum() == 2 and trend["tubes_sampled"].sum() == 1


def test_a_tube_is_missing_until_it_is_received_after_all(bench):
    """Three tubes leave; one is lost, one is misrouted, and the lost one turns up an hour later."""
    told = """
    sequence | kind       | barcode | site_id | persons | happened_at
    1        | dispatched | B1      | LS-1    | 10      | 01:00
    2        | dispatched | B2      | LS-1    | 10      | 01:00
    3        | dispatched | B3      | LS-5    | 10      | 01:00
    4        | lost       | B1      | LS-1    | 10      | 01:10
    5        | misrouted  | B2      | LS-1    | 10      | 01:40
    """
    columns = ("tubes_dispatched", "tubes_at_lab", "tubes_lost", "tubes_misrouted", "missing_oldest_minutes")
    before = bench.tick("02:10", tube_event=told)
    assert shown(bench.ask("tubes_way"), *columns) == ["3 | 0 | 1 | 1 | 60"]
    assert shown(bench.ask("tubes_way", scope=Scope.site("LS-5")), *columns) == ["1 | 0 | 0 | 0 | -"]
    found = "sequence | kind | barcode | site_id | persons | happened_at\n6 | received | B1 | LS-1 | 10 | 02:20"
    bench.tick("02:20", tube_event=found)
    assert shown(bench.ask("tubes_way"), *columns) == ["3 | 1 | 0 | 1 | 40"]
    assert shown(bench.ask("tubes_way", as_of=before), *columns) == ["3 | 0 | 1 | 1 | 60"]


def test_labs_tell_their_backlog_and_how_many_labels_are_read_at_the_first_scan(bench):
    """Q24-Q26, Q34."""
    bench.tick(
        "01:10",
        lab_counts="""
        lab_id | observed_at | tubes_dispatched | tubes_received | tubes_resulted | scans | scan_errors
        lab-1  | 01:10       | 50               | 40             | 10             | 40    | 10
        """,
    )
    labs = bench.ask("labs_live")
    assert shown(labs, "lab_id", "tubes_backlog", "scans", "read_share") == [
        "lab-1 | 30 | 40 | 0.8",
        "lab-2 | - | - | -",
    ]


def test_tubes_registered_and_sampled_are_those_the_sites_count(bench):
    """As every other figure is; the events of some of them may be on their way."""
    counted = """
    site_id | sequence | observed_at | tubes_registered | tubes_sampled
    LS-1    | 9        | 01:00       | 7                | 5
    LS-5    | 8        | 01:00       | 2                | 1
    """
    bench.tick("01:00", site_counts=counted)
    columns = ("tubes_registered", "tubes_sampled", "tubes_dispatched")
    assert shown(bench.ask("tubes_way"), *columns) == ["9 | 6 | 0"]
    assert shown(bench.ask("tubes_way", scope=Scope.site("LS-5")), *columns) == ["2 | 1 | 0"]
