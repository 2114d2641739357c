"""What the asks answer: text tables in, real DuckDB, the rows a screen gets."""

from pipelines.api import Scope
from tests.store.kit import lines, shown


def test_totals_add_up_the_newest_counts_of_each_site(bench):
    bench.tick(
        "01:00",
        site_counts="""
        site_id | sequence | observed_at | persons_registered | tubes_registered | persons_sampled | tubes_sampled
        LS-1    | 1        | 01:00       | 100                | 10               | 90              | 9
        LS-2    | 1        | 01:00       | 50                 | 6                | 40              | 5
        """,
    )
    bench.tick(
        "01:01",
        site_counts="""
        site_id | sequence | observed_at | persons_registered | tubes_registered | persons_sampled | tubes_sampled
        LS-1    | 2        | 01:01       | 110                | 11               | 100             | 10
        """,
    )
    totals = bench.ask("district_totals")
    assert shown(
        totals, "persons_registered", "tubes_registered", "persons_sampled", "tubes_sampled", "target_share"
    ) == ["160 | 17 | 140 | 15 | 0.016"]
    town = bench.ask("district_totals", scope=Scope.site("LS-2"))
    assert shown(town, "persons_registered", "persons_target", "sites_total") == ["50 | 1111 | 1"]


def test_a_wait_has_its_class_and_an_old_or_closed_queue_says_so(bench):
    bench.tick(
        "01:00",
        site_queue="""
        site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open
        LS-6    | 01:00       | yes     | 5             | 5            | 1
        """,
    )
    bench.tick(
        "01:10",
        site_queue="""
        site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open
        LS-1    | 01:10       | yes     | 10            | 19.9         | 3
        LS-2    | 01:10       | yes     | 20            | 20           | 2
        LS-3    | 01:10       | yes     | 40            | 40           | 2
        LS-4    | 01:10       | no      | 0             | 0            | 0
        """,
    )
    assert shown(bench.ask("sites_live").head(6), "site_id", "wait_class", "lanes_open") == lines(
        """
        LS-1 | short   | 3
        LS-2 | medium  | 2
        LS-3 | long    | 2
        LS-4 | closed  | 0
        LS-5 | unknown | -
        LS-6 | unknown | 1
        """
    )
    totals = bench.ask("district_totals", scope=Scope.town("990001001"))
    assert shown(totals, "sites_open", "wait_p50_minutes", "wait_max_minutes", "queue_persons", "lanes_open") == [
        "3 | 20 | 40 | 70 | 7"
    ]


def test_age_is_in_wall_seconds_and_a_silent_site_is_stale(bench):
    bench.tick(
        "01:00",
        site_counts="""
        site_id | sequence | observed_at | persons_registered | tubes_registered
        LS-1    | 1        | 01:00       | 10                 | 1
        LS-2    | 1        | 00:57       | 10                 | 1
        LS-3    | 1        | 00:56       | 10                 | 1
        """,
    )
    assert shown(bench.ask("sites_live").head(4), "site_id", "age_s", "is_fresh") == lines(
        """
        LS-1 | 0 | yes
        LS-2 | 3 | yes
        LS-3 | 4 | no
        LS-4 | - | no
        """
    )
    fresh = bench.ask("freshness", scope=Scope.town("990001001"))
    assert shown(fresh, "sites_fresh", "sites_total", "oldest_age_s", "stale_site_ids") == ["2 | 4 | 4 | LS-3 LS-4"]


def test_all_sites_come_in_the_order_of_their_ids_even_from_an_empty_store(bench):
    assert bench.ask("sites_live")["site_id"].to_list() == [f"LS-{n}" for n in range(1, 10)]
    assert shown(bench.ask("freshness"), "sites_fresh", "sites_total", "oldest_age_s", "events_behind") == [
        "0 | 9 | - | 0"
    ]
    assert bench.ask("servers_live")["health"].to_list() == ["unknown"] * 3


def test_a_site_shows_its_worse_network(bench):
    bench.tick(
        "01:00",
        network_sample="""
        site_id | network   | observed_at | is_up | latency_ms | loss_share | clients
        LS-1    | volunteer | 01:00       | yes   | 30         | 0          | 12
        LS-1    | public    | 01:00       | no    | -          | 1          | 0
        LS-2    | volunteer | 01:00       | yes   | 801        | 0          | 12
        LS-2    | public    | 01:00       | yes   | 30         | 0.01       | 80
        LS-3    | volunteer | 01:00       | yes   | 30         | 0.06       | 12
        LS-4    | volunteer | 01:00       | yes   | 30         | 0          | 12
        LS-5    | volunteer | 01:00       | yes   | 30         | 0          | 12
        LS-5    | public    | 01:00       | yes   | 30         | 0          | 12
        LS-6    | volunteer | 00:50       | yes   | 30         | 0          | 12
        """,
    )
    assert shown(bench.ask("network_strip").head(6), "site_id", "network", "health") == lines(
        """
        LS-1 | volunteer | ok
        LS-1 | public    | down
        LS-2 | volunteer | slow
        LS-2 | public    | ok
        LS-3 | volunteer | slow
        LS-3 | public    | unknown
        """
    )
    assert bench.ask("sites_live")["network_health"].to_list()[:6] == [
        "down",
        "slow",
        "slow",
        "unknown",
        "ok",
        "unknown",
    ]
    assert shown(bench.ask("district_totals"), "networks_ok", "networks_total") == ["5 | 18"]


def test_a_server_that_stops_answering_is_down_since_its_first_failed_probe(bench):
    probes = """
    server_id | observed_at | is_up | logins | requests | errors | persons_registered | started_at | first_byte_ms
    p1        | 01:0{0}     | yes   | 10     | {1}      | {2}    | 500                | 00:00      | 4
    city      | 01:0{0}     | yes   | 16     | 100      | 0      | 0                  | 00:00      | 4
    """
    bench.tick("01:00", server_sample=probes.format(0, 100, 0))
    bench.tick("01:01", server_sample=probes.format(1, 200, 25))
    down = """
    server_id | observed_at | is_up | outcome     | reason            | logins | requests | errors | persons_registered
    p1        | {}          | no    | unreachable | nothing listens   | -      | -        | -      | -
    """
    bench.tick("01:02", server_sample=down.format("01:02"))
    bench.tick("01:03", server_sample=down.format("01:03"))
    columns = ("server_id", "health", "logins", "persons_registered", "error_share", "down_since", "reason")
    assert shown(bench.ask("servers_live"), *columns) == lines(
        """
        p1   | down    | -  | 500 | 0.25 | 01:02:00 | nothing listens
        p2   | unknown | -  | -   | -    | -        | -
        city | slow    | 16 | 0   | -    | -        |
        """
    )
    bench.tick("01:04", server_sample=probes.format(4, 210, 25))
    assert shown(bench.ask("servers_live").head(1), "health", "down_since", "logins") == ["ok | - | 10"]


def test_desks_are_counted_where_the_newest_report_puts_them(bench):
    queue = "site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open\nLS-1 | {} | yes | 1 | 1 | 3"
    desks = "site_id | server_id | observed_at | desks\n"
    bench.tick("01:00", site_queue=queue.format("01:00"), desk_server=desks + "LS-1 | p1 | 01:00 | 3")
    assert shown(bench.ask("site_desks", site_id="LS-1"), "server_id", "desks") == ["p1 | 3", "p2 | 0", "city | 0"]
    bench.tick(
        "01:01",
        site_queue=queue.format("01:01"),
        desk_server=desks + "LS-1 | p2 | 01:01 | 1\nLS-1 | city | 01:01 | 1",
    )
    assert shown(bench.ask("site_desks", site_id="LS-1"), "server_id", "desks") == ["p1 | 0", "p2 | 1", "city | 1"]
    assert shown(bench.ask("sites_live").head(1), "main_server_id", "desks_off_province") == ["p2 | 1"]
    assert shown(bench.ask("servers_live"), "server_id", "desks") == ["p1 | 0", "p2 | 1", "city | 1"]


def test_need_follows_the_open_lanes_and_volunteers_share_a_pool_with_cadres(bench):
    bench.tick(
        "01:00",
        site_queue="""
        site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open
        LS-1    | 01:00       | yes     | 10            | 20           | 3
        LS-2    | 01:00       | yes     | 20            | 30           | 2
        LS-3    | 01:00       | no      | 0             | 0            | 0
        """,
        roster="""
        site_id | role      | observed_at | on_shift | planned
        LS-1    | medic     | 01:00       | 5        | 6
        LS-2    | medic     | 01:00       | 4        | 4
        LS-1    | volunteer | 01:00       | 9        | 9
        """,
    )
    assert shown(bench.ask("staff_against_norm"), "role", "on_shift", "planned", "need", "gap") == lines(
        """
        medic     | 9 | 10 | 10 | -1
        cadre     | 0 | 0  | 5  | -5
        volunteer | 9 | 9  | 15 | -6
        police    | 0 | 0  | 4  | -4
        """
    )
    assert shown(bench.ask("site_staff", site_id="LS-1"), "role", "on_shift", "need") == lines(
        """
        medic     | 5 | 6
        cadre     | 0 | 3
        volunteer | 9 | 9
        police    | 0 | 2
        """
    )
    assert shown(bench.ask("site_detail", site_id="LS-1"), "staff_on_shift", "staff_planned") == ["14 | 15"]


def test_too_many_of_one_role_make_up_for_nobody_of_another(bench):
    """An open lane needs two medics, three guides and a registrar, an open site two police."""
    bench.tick(
        "01:00",
        site_queue="""
        site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open
        LS-1    | 01:00       | yes     | 10            | 20           | 2
        LS-2    | 01:00       | yes     | 20            | 30           | 1
        LS-3    | 01:00       | no      | 0             | 0            | 0
        """,
        roster="""
        site_id | role      | observed_at | on_shift | planned
        LS-1    | medic     | 01:00       | 9        | 4
        LS-1    | volunteer | 01:00       | 4        | 4
        LS-1    | cadre     | 01:00       | 3        | 4
        LS-1    | police    | 01:00       | 1        | 2
        LS-3    | medic     | 01:00       | 1        | 2
        """,
    )
    sites = bench.ask("sites_live").head(3)
    assert shown(sites, "site_id", "staff_on_shift", "staff_need", "staff_short") == lines(
        """
        LS-1 | 17 | 14 | 2
        LS-2 | -  | 8  | -
        LS-3 | 1  | 0  | 0
        """
    )


def test_towns_add_up_their_sites_and_a_scope_sees_its_own(bench):
    bench.tick(
        "01:00",
        site_counts="""
        site_id | sequence | observed_at | persons_registered | tubes_registered
        LS-1    | 1        | 01:00       | 1000               | 100
        LS-5    | 1        | 01:00       | 500                | 50
        """,
    )
    assert shown(
        bench.ask("towns_live"), "name_en", "sites", "persons_registered", "stale_sites", "load_share"
    ) == lines(
        """
        East Bank  | 4 | 1000 | 3 | 0.225
        North Bank | 4 | 500  | 3 | 0.113
        Islet      | 1 | 0    | 1 | 0
        """
    )
    assert bench.ask("towns_live", scope=Scope.town("990001002"))["name_en"].to_list() == ["North Bank"]
    assert bench.ask("sites_live", scope=Scope.town("990001003"))["site_id"].to_list() == ["LS-9"]
    assert bench.ask("site_counts_at", scope=Scope.site("LS-5"))["persons_registered"].to_list() == [500]


def test_a_source_shows_its_last_good_pull_and_its_failures_of_the_last_hour(bench):
    pull = """
    source_id   | kind        | site_id | pulled_at | outcome | reason
    counts:LS-1 | site_counts | LS-1    | {0}       | {1}     | {2}
    labs        | lab_counts  | -       | {0}       | ok      |
    """
    bench.tick("01:00", source_pull=pull.format("01:00", "timeout", "no answer within 2 s"))
    bench.tick("02:01", source_pull=pull.format("02:01", "ok", ""))
    bench.tick("02:02", source_pull=pull.format("02:02", "malformed", "HTML came"))
    columns = ("source_id", "last_good_at", "age_s", "last_outcome", "last_reason", "failures_last_hour")
    assert shown(bench.ask("sources_live"), *columns) == lines(
        """
        counts:LS-1 | 02:01:00 | 1 | malformed | HTML came | 1
        labs        | 02:02:00 | 0 | ok        |           | 0
        """
    )
    assert bench.ask("sources_live", scope=Scope.town("990001002"))["source_id"].to_list() == ["labs"]
    assert bench.ask("sites_live")["last_reason"].to_list()[:2] == ["HTML came", None]


def test_the_newest_runs_come_first_and_no_more_than_200(bench):
    run = "run_id | job | started_at | outcome | reason\n"
    bench.tick(
        "01:00",
        job_run=run + "\n".join(f"r{n} | pull_cycle | 00:{n // 60:02d}:{n % 60:02d} | ok |" for n in range(250)),
    )
    bench.tick("01:01", job_run=run + "last | pull_labs | 01:01 | failed | the lab's address is wrong")
    found = bench.ask("job_runs")
    assert found.height == 200
    assert shown(found.head(2), "run_id", "job", "outcome") == ["last | pull_labs | failed", "r249 | pull_cycle | ok"]
