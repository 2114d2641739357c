"""What the asks answer of the air over a crowd and of the servers' last hour."""

from pipelines.api import Scope
from tests.store.kit import lines, shown

CROWD = ("site_id", "queue_persons", "clients", "clients_borne", "crowd_index", "crowd_class")
TREND = ("server_id", "minute_at", "probes", "is_up", "connect_ms", "first_byte_ms", "load_share", "error_share")
QUEUES = """
site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open
LS-1    | 01:00       | yes     | 100           | 19           | 3
LS-2    | 01:00       | yes     | 300           | 30           | 2
LS-3    | 01:00       | yes     | 40            | 40           | 2
LS-4    | 00:40       | yes     | 40            | 40           | 1
LS-5    | 01:00       | yes     | 0             | 0            | 3
"""
NETWORKS = """
site_id | network   | observed_at | is_up | latency_ms | loss_share | clients
LS-1    | volunteer | 01:00       | yes   | 80         | 0.001      | 20
LS-1    | public    | 01:00       | yes   | 80         | 0.01       | 60
LS-2    | volunteer | 01:00       | yes   | 640        | 0.01       | 20
LS-2    | public    | 01:00       | no    | -          | 1          | 0
LS-3    | volunteer | 01:00       | no    | -          | 1          | 0
LS-3    | public    | 01:00       | no    | -          | 1          | 0
LS-4    | volunteer | 01:00       | yes   | 80         | 0.001      | 20
LS-4    | public    | 01:00       | yes   | 80         | 0.001      | 20
LS-5    | volunteer | 01:00       | yes   | 4          | 0          | 20
LS-5    | public    | 01:00       | yes   | 30         | 0.001      | 0
"""


def test_the_crowd_is_held_against_the_clients_that_its_networks_bear(bench):
    bench.tick("01:00", site_queue=QUEUES, network_sample=NETWORKS)
    assert shown(bench.ask("crowd_index").head(6), *CROWD) == lines(
        """
        LS-1 | 100 | 80 | 500  | 0.36 | free
        LS-2 | 300 | 20 | 25   | 12.8 | over
        LS-3 | 40  | 0  | 0    | -    | lost
        LS-4 | -   | 40 | 400  | -    | unknown
        LS-5 | 0   | 20 | 2000 | 0.01 | free
        LS-6 | -   | -  | -    | -    | unknown
        """
    )
    assert bench.ask("crowd_index", scope=Scope.town("990001002"))["site_id"].to_list()[0] == "LS-5"


def test_the_loss_counts_when_it_is_nearer_to_its_threshold_than_the_latency(bench):
    bench.tick(
        "01:00", site_queue=QUEUES, network_sample=NETWORKS.replace("80         | 0.01       | 60", "80 | 0.04 | 60")
    )
    assert shown(bench.ask("crowd_index").head(1), "clients_borne", "crowd_index", "crowd_class") == [
        "275 | 0.655 | busy"
    ]


def test_a_servers_hour_is_told_minute_by_minute_with_its_phases_and_errors(bench):
    probe = """
    server_id | observed_at | is_up | logins | requests | errors | started_at | connect_ms | first_byte_ms | transfer_ms
    p1        | {0}         | yes   | {1}    | {2}      | {3}    | 00:00      | 1          | {4}           | 0.5
    """
    bench.tick("00:10", server_sample=probe.format("00:10", 8, 100, 0, 9))
    bench.tick("01:20", server_sample=probe.format("01:20", 8, 200, 0, 4))
    bench.tick("01:20:30", server_sample=probe.format("01:20:30", 16, 300, 25, 8))
    before = bench.tick("01:21", server_sample=probe.format("01:21", 12, 400, 75, 6))
    down = "server_id | observed_at | is_up | outcome | reason | logins | requests | errors | started_at\n"
    bench.tick("01:22", server_sample=down + "p1 | 01:22 | no | timeout | late | - | - | - | -")
    assert shown(bench.ask("server_trend"), *TREND) == lines(
        """
        p1 | 01:20:00 | 2 | yes | 1 | 6 | 0.75 | 0.25
        p1 | 01:21:00 | 1 | yes | 1 | 6 | 0.75 | 0.5
        p1 | 01:22:00 | 1 | no  | - | - | -    | -
        """
    )
    assert bench.ask("server_trend", as_of=before).height == 2


def test_a_server_that_starts_anew_counts_its_requests_anew(bench):
    probe = """
    server_id | observed_at | is_up | logins | requests | errors | started_at
    p1        | 01:20       | yes   | 8      | 900      | 90     | 00:00
    p1        | 01:20:30    | yes   | 8      | 10       | 0      | 01:20:10
    p1        | 01:20:50    | yes   | 8      | 30       | 10     | 01:20:10
    """
    bench.tick("01:21", server_sample=probe)
    assert shown(bench.ask("server_trend"), "probes", "error_share") == ["3 | 0.5"]
