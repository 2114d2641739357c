"""What the asks answer of tubes over time: trends, the last hour, late tubes, persons held against tubes."""

from tests.store.kit import lines, moment, shown

EVENTS = """
sequence | kind       | site_id | persons | happened_at
1        | registered | LS-1    | 10      | 00:01
2        | registered | LS-2    | 7       | 00:04:59
3        | sampled    | LS-1    | 10      | 00:05
4        | registered | LS-1    | 10      | 00:11
5        | received   | LS-1    | 10      | 00:12
6        | resulted   | LS-1    | 10      | 00:13
"""


def test_the_trend_has_every_five_minutes_since_the_opening(bench):
    bench.tick("00:14", tube_event=EVENTS)
    columns = ("bucket_at", "persons_registered", "tubes_registered", "tubes_sampled", "tubes_received")
    assert shown(bench.ask("district_trend"), *columns, "tubes_resulted", "persons_total", "is_complete") == lines(
        """
        00:00:00 | 17 | 2 | 0 | 0 | 0 | 17 | yes
        00:05:00 | 0  | 0 | 1 | 0 | 0 | 17 | yes
        00:10:00 | 10 | 1 | 0 | 1 | 1 | 27 | no
        """
    )
    assert bench.ask("site_trend", site_id="LS-2")["persons_total"].to_list() == [7, 7, 7]
    assert bench.ask("site_trend", site_id="LS-3")["persons_total"].to_list() == [0, 0, 0]


def test_a_tube_that_arrives_late_counts_where_it_happened_and_only_from_then_on(bench):
    before = bench.tick("00:14", tube_event=EVENTS)
    bench.tick("00:20", tube_event="sequence | site_id | persons | happened_at\n7 | LS-3 | 4 | 00:02")
    assert bench.ask("district_trend")["persons_registered"].to_list() == [21, 0, 10, 0, 0]
    assert bench.ask("district_trend", as_of=before)["persons_registered"].to_list() == [17, 0, 10]


def test_what_happened_before_the_opening_or_after_now_is_not_lost(bench):
    events = "sequence | site_id | persons | happened_at\n1 | LS-1 | 3 | 00:00\n2 | LS-1 | 4 | 00:19"
    early = bench.tick("00:09", tube_event=events)
    assert early == moment("00:09")
    assert bench.ask("district_trend")["persons_registered"].to_list() == [3, 4]


def test_the_last_hour_is_the_hour_before_the_moment_asked_about(bench):
    stored = bench.tick(
        "01:30",
        tube_event="""
        sequence | site_id | persons | happened_at
        1        | LS-1    | 1       | 00:29
        2        | LS-1    | 2       | 00:31
        3        | LS-2    | 4       | 01:30
        """,
    )
    assert shown(bench.ask("district_totals"), "persons_last_hour", "tubes_last_hour") == ["6 | 2"]
    bench.clock.put("01:40")
    assert shown(bench.ask("district_totals"), "persons_last_hour") == ["4"]
    assert shown(bench.ask("district_totals", as_of=stored), "persons_last_hour") == ["6"]
    assert bench.ask("towns_live")["persons_last_hour"].to_list() == [4, 0, 0]


def test_persons_counted_are_held_against_the_tubes_up_to_the_same_sequence(bench):
    counts = """
    site_id | sequence | observed_at | persons_registered | tubes_registered
    LS-1    | {}       | 01:00       | {}                 | 2
    LS-2    | 9        | 01:00       | 90                 | 9
    """
    bench.tick("01:00", site_counts=counts.format(4, 20), tube_event=EVENTS)
    assert shown(bench.ask("conservation"), "sites_checked", "sites_broken") == ["1 | 0"]
    assert bench.ask("freshness")["events_behind"].to_list() == [3]
    bench.tick("01:01", site_counts=counts.format(3, 10))
    assert shown(bench.ask("conservation"), "sites_checked", "sites_broken") == ["1 | 0"]
    bench.tick("01:02", site_counts=counts.format(5, 21))
    assert shown(bench.ask("conservation"), "sites_checked", "sites_broken", "broken_site_ids") == ["1 | 1 | LS-1"]


def test_while_the_tubes_are_fetched_from_the_morning_on_no_last_hour_is_told_but_how_far_they_are(bench):
    counts = "site_id | sequence | observed_at | persons_registered | tubes_registered\nLS-1 | {} | {} | 40 | 4"
    event = "sequence | kind | site_id | persons | happened_at\n{} | registered | LS-1 | 10 | {}"
    figures = ("persons_last_hour", "tubes_last_hour")

    def told(**at):
        hour = shown(bench.ask("district_totals", **at), *figures)
        reached = shown(bench.ask("freshness", **at), "events_reached_at")
        sites = bench.ask("sites_live", **at)["persons_last_hour"].head(2).to_list()
        curve = bench.ask("plan_curve", lab_id="", **at).drop_nulls("tubes_registered")["bucket_at"].max()
        return hour, reached, sites, bench.ask("towns_live", **at)["persons_last_hour"].to_list(), curve

    bench.tick("02:59", site_counts=counts.format(4, "02:59"))
    assert told()[:3] == (["- | -"], ["-"], [None, None]), "nor before the first of them is there"
    behind = bench.tick("03:00", site_counts=counts.format(4, "03:00"), tube_event=event.format(1, "00:12"))
    while_behind = (["- | -"], ["00:10:00"], [None, None], [None] * 3, moment("00:10"))
    assert told() == while_behind
    near = bench.tick("03:01", tube_event=event.format(2, "02:50"))
    assert told()[:3] == (["10 | 1"], ["-"], [10, 0])
    bench.tick("03:02", site_counts=counts.format(2, "03:02"))
    assert told(as_of=behind) == while_behind
    assert told(as_of=near)[:3] == (["10 | 1"], ["-"], [10, 0])
    bench.clock.put("04:30")
    assert told()[:2] == (["0 | 0"], ["-"]), "an hour in which nothing happened is naught"
