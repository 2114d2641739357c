"""Figures whose source went silent do not look like now: they are gone, and the feed is named."""

import pytest

from pipelines.store import Staleness, Store
from pipelines.vocabulary import SourceKind
from tests.store.kit import lines, shown

QUEUES = """
site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open
LS-1    | 01:00       | yes     | 10            | 20           | 3
LS-2    | {0}         | yes     | 20            | 30           | 2
LS-3    | {0}         | no      | 7             | 9            | 0
"""
ROSTER = "site_id | role | observed_at | on_shift | planned\nLS-1 | medic | {0} | 5 | 6"
PULLS = "source_id | kind | pulled_at | outcome\ntubes | tube_events | {0} | {1}\nqueues | site_queues | {0} | ok"
QUEUE_FIGURES = ("sites_open", "queue_persons", "wait_p50_minutes", "wait_max_minutes", "lanes_open")


def test_only_fresh_queues_are_added_up_and_only_those_of_open_sites(bench):
    bench.tick("01:00", site_queue=QUEUES.format("01:00"))
    assert shown(bench.ask("district_totals"), *QUEUE_FIGURES) == ["2 | 30 | 25 | 30 | 5"]
    bench.tick("01:10", site_queue=QUEUES.format("01:10"))
    assert shown(bench.ask("district_totals"), *QUEUE_FIGURES) == ["1 | 20 | 30 | 30 | 2"]
    assert shown(bench.ask("towns_live").head(1), "sites_open", "queue_persons", "wait_max_minutes") == ["1 | 20 | 30"]
    bench.clock.put("01:20")
    assert shown(bench.ask("district_totals"), *QUEUE_FIGURES) == ["- | - | - | - | -"]


def test_a_stale_roster_or_queue_leaves_no_gap_to_be_told(bench):
    bench.tick("01:00", site_queue=QUEUES.format("01:00"), roster=ROSTER.format("01:00"))
    medic = ("on_shift", "planned", "need", "gap")
    assert shown(bench.ask("staff_against_norm").head(1), *medic) == ["5 | 6 | 10 | -5"]
    bench.tick("01:10", site_queue=QUEUES.format("01:10"))
    assert shown(bench.ask("staff_against_norm").head(1), *medic) == ["- | - | 4 | -"]
    assert shown(bench.ask("district_totals"), "staff_on_shift", "staff_planned") == ["- | -"]
    bench.tick("01:20", roster=ROSTER.format("01:20"))
    assert shown(bench.ask("staff_against_norm").head(2), *medic) == ["5 | 6 | - | -", "0 | 0 | - | -"]
    assert shown(bench.ask("site_detail", site_id="LS-1"), "staff_on_shift") == ["5"]


def test_a_silent_feed_of_events_tells_no_last_hour_and_is_named(bench):
    bench.tick(
        "01:00",
        source_pull=PULLS.format("01:00", "ok"),
        tube_event="sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:58",
    )
    figures = ("persons_last_hour", "tubes_last_hour")
    assert shown(bench.ask("district_totals"), *figures) == ["10 | 1"]
    assert bench.ask("freshness")["stale_feeds"].to_list() == [[]]
    bench.tick("01:04", source_pull=PULLS.format("01:04", "timeout"))
    assert shown(bench.ask("district_totals"), *figures) == ["- | -"]
    assert bench.ask("freshness")["stale_feeds"].to_list() == [["tube_events"]]
    bench.tick("01:05", source_pull=PULLS.format("01:05", "partial"))
    assert shown(bench.ask("district_totals"), *figures) == ["10 | 1"], "a page that came with one bad event came"


def test_a_feed_that_is_pulled_and_never_answered_is_stale(bench):
    bench.store.close()
    stale = {kind: Staleness(3.0, 5.0) for kind in (SourceKind.ROSTER, SourceKind.SITE_COUNTS, SourceKind.TUBE_EVENTS)}
    bench.store = Store(bench.path, bench.clock, bench.campaign, stale)
    assert bench.ask("freshness")["stale_feeds"].to_list() == [["roster", "tube_events"]]
    bench.tick("01:00", source_pull=PULLS.format("01:00", "ok"))
    bench.clock.put("01:05")
    assert bench.ask("freshness")["stale_feeds"].to_list() == [["roster", "site_queues"]], "five seconds, not three"


def test_what_is_down_and_what_is_not_known_are_two_figures(bench):
    bench.tick(
        "01:00",
        network_sample="""
        site_id | network   | observed_at | is_up | latency_ms | loss_share | clients
        LS-1    | volunteer | 01:00       | yes   | 30         | 0          | 12
        LS-1    | public    | 01:00       | no    | -          | 1          | 0
        LS-2    | volunteer | 01:00       | yes   | 801        | 0          | 12
        """,
        server_sample="""
        server_id | observed_at | is_up | logins | first_byte_ms
        p1        | 01:00       | yes   | 10     | 4
        p2        | 01:00       | no    | -      | -
        """,
    )
    totals = bench.ask("district_totals")
    assert shown(totals, "networks_ok", "networks_down", "networks_unknown", "networks_total") == ["1 | 2 | 15 | 18"]
    assert shown(totals, "servers_up", "servers_down", "servers_unknown", "servers_total") == ["1 | 1 | 1 | 3"]


@pytest.mark.parametrize(("row_s", "fresh"), [(3.0, "no"), (9.0, "yes")])
def test_each_kind_has_its_own_patience(bench, row_s, fresh):
    bench.store.close()
    kinds = (SourceKind.SITE_COUNTS, SourceKind.SITE_QUEUES)
    bench.store = Store(bench.path, bench.clock, bench.campaign, dict.fromkeys(kinds, Staleness(row_s, row_s)))
    bench.tick(
        "01:08",
        site_queue=QUEUES.format("01:00"),
        site_counts="site_id | sequence | observed_at | persons_registered\nLS-1 | 1 | 01:00 | 0",
    )
    wait = "medium" if fresh == "yes" else "unknown"
    assert shown(bench.ask("sites_live").head(1), "is_fresh", "wait_class") == lines(f"{fresh} | {wait}")
    assert bench.ask("freshness")["sites_fresh"].item() == (1 if fresh == "yes" else 0)
