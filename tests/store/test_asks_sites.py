"""What the sites' own pages answer: desks, tubes that stand half filled, contingencies, gates, kit, labels, quality."""

from pipelines.api import Scope
from tests.store.kit import lines, moment, shown

DESKS = """
device_id | site_id | server_id | contingency | is_online | queued_uploads | open_barcode | persons_bound | since
LS-1-01   | LS-1    | p1        | province    | yes       | 0              | -            | 0             | 00:10
LS-1-02   | LS-1    | -         | offline     | no        | 7              | LK1000000007 | 6             | 00:50
LS-1-03   | LS-1    | -         | offline     | no        | 2              | -            | 0             | 00:40
LS-5-01   | LS-5    | city      | city        | yes       | 0              | LK1000000009 | 3             | 00:55
LS-9-01   | LS-9    | -         | province    | no        | 0              | -            | 0             | -
"""
ORDERS = """
order_id   | scope    | target    | contingency | vehicle_id | server_id | by       | reason | ordered_at
order-0001 | district |           | offline     | -          | -         | district | p2 out | 00:20
order-0002 | site     | LS-5      | city        | -          | -         | district |        | 00:30
order-0003 | town     | 990001001 | province    | -          | -         | town     |        | 00:45
order-0004 | site     | LS-9      | -           | mobile-1   | -         | district |        | 00:46
"""
TOLD = "source_id | kind | pulled_at | observed_at\n{0} | {0} | {1} | {1}"


def told(kind: str, at: str = "01:00") -> str:
    return TOLD.format(kind, at)


def test_each_desk_shows_what_it_does_and_how_many_seats_its_tube_has_left(bench):
    bench.tick("01:00", desk=DESKS, source_pull=told("desks"))
    columns = ("device_id", "server_id", "contingency", "open_barcode", "seats_left", "since", "is_fresh")
    assert shown(bench.ask("desks_live"), *columns) == lines(
        """
        LS-1-01 | p1   | province | -            | - | 00:10:00 | yes
        LS-1-02 | -    | offline  | LK1000000007 | 4 | 00:50:00 | yes
        LS-1-03 | -    | offline  | -            | - | 00:40:00 | yes
        LS-5-01 | city | city     | LK1000000009 | 7 | 00:55:00 | yes
        LS-9-01 | -    | province | -            | - | -        | yes
        """
    )
    assert shown(bench.ask("desks_live", scope=Scope.town("990001003")), "device_id", "name_en") == [
        "LS-9-01 | Islet Hall"
    ]
    bench.clock.put("01:04")
    assert bench.ask("desks_live")["is_fresh"].to_list() == [False] * 5


def test_a_tube_is_as_old_as_its_opening_and_interrupted_while_it_is_left_standing(bench):
    events = """
    sequence | barcode      | kind      | site_id | persons | happened_at
    1        | LK1000000007 | opened    | LS-1    | 0       | 00:45
    2        | LK1000000007 | suspended | LS-1    | 6       | 00:50
    3        | LK1000000009 | opened    | LS-5    | 0       | 00:48
    4        | LK1000000009 | suspended | LS-5    | 2       | 00:49
    5        | LK1000000009 | resumed   | LS-5    | 2       | 00:55
    """
    bench.tick("01:00", desk=DESKS)
    columns = ("barcode", "persons_bound", "seats_left", "since", "age_minutes", "is_interrupted")
    assert shown(bench.ask("open_tubes"), *columns) == lines(
        """
        LK1000000007 | 6 | 4 | 00:50:00 | 10 | yes
        LK1000000009 | 3 | 7 | 00:55:00 | 5  | no
        """
    )
    bench.tick("01:01", tube_event=events)
    assert shown(bench.ask("open_tubes"), *columns) == lines(
        """
        LK1000000007 | 6 | 4 | 00:45:00 | 16 | yes
        LK1000000009 | 3 | 7 | 00:48:00 | 13 | no
        """
    )
    assert bench.ask("open_tubes", scope=Scope.site("LS-5"))["barcode"].to_list() == ["LK1000000009"]


def test_a_site_works_on_what_most_desks_do_and_obeys_the_latest_order_that_reaches_it(bench):
    bench.tick("01:00", desk=DESKS)
    bench.tick("01:01", site_order=ORDERS)
    columns = ("site_id", "contingency", "ordered", "ordered_at", "desks", "desks_offline", "desks_obeying")
    sites = bench.ask("contingency_live")
    assert shown(sites, *columns, "queued_uploads") == lines(
        """
        LS-1 | offline  | province | 00:45:00 | 3 | 2 | 1 | 9
        LS-2 | -        | province | 00:45:00 | 0 | 0 | 0 | 0
        LS-3 | -        | province | 00:45:00 | 0 | 0 | 0 | 0
        LS-4 | -        | province | 00:45:00 | 0 | 0 | 0 | 0
        LS-5 | city     | city     | 00:30:00 | 1 | 0 | 1 | 0
        LS-6 | -        | offline  | 00:20:00 | 0 | 0 | 0 | 0
        LS-7 | -        | offline  | 00:20:00 | 0 | 0 | 0 | 0
        LS-8 | -        | offline  | 00:20:00 | 0 | 0 | 0 | 0
        LS-9 | province | offline  | 00:20:00 | 1 | 0 | 0 | 0
        """
    )
    before = bench.ask("contingency_live", as_of=moment("01:00"))
    assert shown(before.head(1), "contingency", "ordered", "ordered_at", "desks_obeying") == [
        "offline | province | - | 1"
    ]


def test_desks_are_counted_by_server_and_town_even_where_there_are_none(bench):
    bench.tick("01:00", desk=DESKS)
    assert shown(bench.ask("desks_by_server", scope=Scope.town("990001001")), "server_id", "desks") == lines(
        """
        p1   | 1
        p2   | 0
        city | 0
        """
    )
    assert bench.ask("desks_by_server").height == 9


def test_only_what_changed_is_kept_and_what_is_told_no_more_is_gone(bench):
    first = bench.tick("01:00", desk=DESKS)
    second = bench.tick("01:01", desk=DESKS)
    without = "\n".join(DESKS.strip().splitlines()[:-1]).replace("| 7  ", "| 9  ")
    bench.tick("01:02", desk=without)
    assert bench.ask("desks_live")["device_id"].to_list() == ["LS-1-01", "LS-1-02", "LS-1-03", "LS-5-01"]
    assert bench.ask("desks_live")["queued_uploads"].to_list() == [0, 9, 2, 0]
    for moment_before in (first, second):
        assert bench.ask("desks_live", as_of=moment_before)["queued_uploads"].to_list() == [0, 7, 2, 0, 0]
    kept = bench.store._database.run(
        lambda c: c.execute("SELECT tick, count(*) FROM desk GROUP BY tick ORDER BY tick").fetchall(),
        is_repeatable=True,
    )
    assert kept == [(1, 5), (3, 2)]
    bench.tick("01:03", desk=DESKS)
    assert bench.ask("desks_live").height == 5


def test_an_empty_page_leaves_nothing(bench):
    bench.tick("01:00", vehicle="vehicle_id | carrier | state | site_id | since\nmobile-1 | mobile | depot | - | 00:10")
    before = bench.ask("vehicles_live", as_of=moment("01:00"))
    bench.tick("01:01", vehicle="vehicle_id | carrier | state | site_id | since")
    assert bench.ask("vehicles_live").is_empty()
    assert bench.ask("vehicles_live", as_of=moment("01:00")).equals(before) and before.height == 1


NOW = "special_queue_persons | special_wait_minutes | guides_busy | guides_free"
GATES = f"""
site_id | persons_screened | codes_prepared | {NOW}
LS-1    | 100              | 80             | 12 | 9  | 3 | 1
LS-5    | 50               | 40             | 3  | 20 | 2 | 2
"""


def test_gates_tell_site_by_site_and_add_up(bench):
    bench.tick("01:00", gate=GATES, source_pull=told("gates"))
    gates = bench.ask("gates_live", scope=Scope.town("990001002"))
    assert shown(gates.head(2), "site_id", "persons_screened", "prepared_share", "is_fresh") == lines(
        """
        LS-5 | 50 | 0.8 | yes
        LS-6 | -  | -   | no
        """
    )
    columns = ("sites_told", "sites_total", "persons_screened", "prepared_share", "special_queue_persons")
    assert shown(bench.ask("gate_totals"), *columns, "special_wait_max_minutes", "guides_free") == [
        "2 | 9 | 150 | 0.8 | 15 | 20 | 3"
    ]
    bench.clock.put("01:10")
    assert shown(bench.ask("gate_totals"), *columns, "is_fresh") == ["2 | 9 | 150 | 0.8 | - | no"]


HAVE = "desks | phones_android | phones_flat | battery_share | chargers | cables | sockets | fences | networks_up"
JUDGED = "standby_desks | is_power_on | is_standby_ready | is_laid_out | is_ready"
KIT = f"""
site_id | {HAVE} | {JUDGED}
LS-1 | 3 | 4 | 0 | 1   | 5 | 5 | 3 | 2 | 2 | 1 | yes | yes | yes | yes
LS-2 | 2 | 2 | 1 | 0.4 | 1 | 2 | 2 | 0 | 1 | 1 | yes | no  | no  | no
LS-3 | 2 | 0 | 0 | 0   | 0 | 2 | 0 | 0 | 0 | 0 | yes | no  | no  | no
"""
LABELS = """
site_id | labels_printed | labels_cut | labels_issued | labels_used | labels_void | tube_parts | bag_parts | kept_parts
LS-1    | 200            | 200        | 200           | 30          | 2           | 30         | 28        | 30
LS-2    | 200            | 200        | 200           | 150         | 0           | 150        | 150       | 149
LS-3    | 200            | 0          | 0             | 0           | 0           | 0          | 0         | 0
"""
PAGES = "source_id | kind | pulled_at | observed_at\nkit | kit | 01:00 | 01:00\nlabels | labels | 01:00 | 01:00"


def test_readiness_says_ok_short_missing_or_unknown_check_by_check(bench):
    bench.tick("01:00", kit=KIT, label_stock=LABELS, source_pull=PAGES)
    checks = ("phones", "power", "labels", "networks", "standby", "layout", "ready_share")
    assert shown(bench.ask("readiness_live").head(4), "site_id", *checks) == lines(
        """
        LS-1 | ok      | ok      | ok      | ok      | ok    | ok      | 0.75
        LS-2 | short   | short   | short   | short   | short | short   | 0
        LS-3 | missing | missing | missing | missing | ok    | missing | 0.125
        LS-4 | unknown | unknown | unknown | unknown | ok    | unknown | 0.125
        """
    )
    bench.clock.put("01:10")
    assert bench.ask("readiness_live")["phones"].to_list() == ["unknown"] * 9


def test_kit_and_labels_are_told_as_they_are(bench):
    bench.tick("01:00", kit=KIT, label_stock=LABELS, source_pull=PAGES)
    assert shown(bench.ask("kit_live").head(2), "site_id", "phones_flat", "battery_share", "is_ready", "is_fresh") == [
        "LS-1 | 0 | 1 | yes | yes",
        "LS-2 | 1 | 0.4 | no | yes",
    ]
    columns = ("site_id", "labels_left", "bags_missing", "parts_differ", "is_fresh")
    assert shown(bench.ask("labels_live").head(4), *columns) == lines(
        """
        LS-1 | 168 | 2 | no  | yes
        LS-2 | 50  | 0 | yes | yes
        LS-3 | 0   | 0 | no  | yes
        LS-4 | -   | - | -   | no
        """
    )


def test_a_town_sees_its_own_vehicles_and_those_at_the_depot(bench):
    bench.tick(
        "01:00",
        vehicle="""
        vehicle_id | carrier | state      | site_id | since
        mobile-1   | mobile  | on_site    | LS-1    | 00:10
        mobile-2   | mobile  | depot      | -       | 00:10
        unicom-1   | unicom  | on_the_way | LS-6    | 00:50
        """,
    )
    vehicles = bench.ask("vehicles_live", scope=Scope.town("990001001"))
    assert shown(vehicles, "vehicle_id", "state", "name_en", "since") == lines(
        """
        mobile-1 | on_site | East Bank School | 00:10:00
        mobile-2 | depot   | -                | 00:10:00
        """
    )
    assert bench.ask("vehicles_live").height == 3


def test_quality_is_a_share_of_codes_or_of_tubes_and_short_tubes_have_their_reasons(bench):
    bench.tick(
        "01:00",
        site_counts="site_id | sequence | observed_at | persons_registered\nLS-1 | 1 | 01:00 | 90",
        site_quality="""
        site_id | tubes_registered | rescans | manual_entries | tubes_unverified | tubes_offline
        LS-1    | 10               | 5       | 1              | 2                | 4
        LS-5    | 20               | 1       | 0              | 0                | 0
        """,
        short_tube="""
        site_id | short_reason | tubes
        LS-1    | interrupted  | 1
        LS-5    | site_closing | 2
        LS-5    | interrupted  | 3
        """,
        source_pull=told("quality"),
    )
    columns = ("site_id", "tubes_short", "rescan_share", "manual_share", "unverified_share", "offline_share")
    assert shown(bench.ask("quality_live").filter(site_id="LS-1"), *columns, "short_share") == [
        "LS-1 | 1 | 0.05 | 0.01 | 0.2 | 0.4 | 0.1"
    ]
    assert shown(bench.ask("quality_live").filter(site_id="LS-5"), *columns) == ["LS-5 | 5 | - | - | 0 | 0"]
    assert shown(bench.ask("short_tubes"), "short_reason", "tubes", "is_fresh") == lines(
        """
        interrupted  | 4 | yes
        site_closing | 2 | yes
        """
    )
    assert bench.ask("short_tubes", scope=Scope.site("LS-1"))["tubes"].to_list() == [1]
