"""What a drill does to servers and sites, over HTTP: too many logins, a silent site, frozen counters (R8, P2)."""

import http.client
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from pipelines.campaign import Campaign
from pipelines.config import LOOPBACK
from pipelines.intake.faults import Fault, write_faults
from pipelines.vocabulary import FaultKind
from tests.intake.registrations import registration
from tests.intake.running import Intake, running

MINUTE = timedelta(minutes=1)
COUNTS = "/v1/sites/LS-1/counts"


@pytest.fixture(scope="module")
def own_intake(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Intake]:
    """A front end and the data interface whose clock a test may move."""
    with running(small, tmp_path_factory.mktemp("faults"), small.round.demo_starts_at, 0.0) as intake:
        intake.start("p1", "data")
        yield intake


@pytest.fixture
def now_faulty(own_intake: Intake) -> Iterator[Intake]:
    """The same, free of faults afterwards."""
    own_intake.set_clock(own_intake.campaign.round.demo_starts_at, 0.0)
    yield own_intake
    write_faults(own_intake.settings.fault_file, [])


def add_fault(intake: Intake, kind: FaultKind, target: str, strength: float = 1.0) -> Fault:
    """Put a fault of half an hour, which begins now, into the drill's file."""
    at = intake.campaign.round.demo_starts_at
    fault = Fault(fault_id="f1", kind=kind, target=target, strength=strength, starts_at=at, ends_at=at + 30 * MINUTE)
    write_faults(intake.settings.fault_file, [fault])
    return fault


def test_one_phone_too_many_brings_the_server_down_and_two_quiet_minutes_bring_it_back(now_faulty: Intake):
    """Q72: everything is refused with a time to try again, the process itself lives."""
    intake, capacity = now_faulty, now_faulty.campaign.servers[0].capacity_logins
    phones = [{"device_id": f"full-{n}", "site_id": "LS-1"} for n in range(capacity + 1)]
    answers = [intake.ask("p1", "POST", "/v1/logins", phone) for phone in phones]
    assert [status for status, *_ in answers] == [200] * capacity + [503]

    tube = registration(intake.campaign, group=1)
    for method, path, body in (("POST", "/v1/tubes", tube), ("GET", "/v1/status", None)):
        status, problem, headers = intake.ask("p1", method, path, body)
        assert (status, problem["rule"], headers["retry-after"]) == (503, "server_overloaded", "1")
    intake.get("p1", "/healthz")

    intake.set_clock(intake.campaign.round.demo_starts_at + 4 * MINUTE, 0.0)
    assert intake.ask("p1", "POST", "/v1/tubes", tube)[0] == 201
    assert intake.get("p1", "/v1/status")["logins"] == 1


def test_a_load_from_elsewhere_fells_the_server_while_the_fault_is_on(now_faulty: Intake):
    fault = add_fault(now_faulty, FaultKind.LOGIN_OVERLOAD, "p1", 0.99)
    intake = now_faulty
    assert intake.ask("p1", "POST", "/v1/logins", {"device_id": "last-straw", "site_id": "LS-1"})[0] == 503

    intake.set_clock(fault.ends_at + 3 * MINUTE, 0.0)
    assert intake.ask("p1", "POST", "/v1/logins", {"device_id": "last-straw", "site_id": "LS-1"})[0] == 200


def test_a_site_that_is_half_silent_says_so_and_the_others_go_on(now_faulty: Intake):
    add_fault(now_faulty, FaultKind.SITE_SILENT, "LS-1", 0.5)

    status, problem, headers = now_faulty.ask("data", "GET", COUNTS)

    assert (status, problem["rule"], headers["retry-after"]) == (503, "site_silent", "1")
    assert now_faulty.get("data", "/v1/sites/LS-2/counts")["site_id"] == "LS-2"


def test_a_silent_site_never_answers_and_many_who_wait_for_it_hinder_nobody(now_faulty: Intake):
    intake = now_faulty
    add_fault(intake, FaultKind.SITE_SILENT, "LS-1")
    waiting = [socket.create_connection((LOOPBACK, intake.port("data"))) for _ in range(150)]
    for wire in waiting:
        wire.sendall(f"GET {COUNTS} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    intake.get("data", "/v1/sites/LS-2/counts")

    waiting[0].settimeout(0.3)
    with pytest.raises(TimeoutError):
        waiting[0].recv(1)
    for wire in waiting:
        wire.close()


def test_frozen_counters_stand_still_while_their_moment_moves_on_and_catch_up_afterwards(now_faulty: Intake):
    """Case 2."""
    intake = now_faulty
    before = intake.get("data", COUNTS)
    fault = add_fault(intake, FaultKind.COUNTER_FROZEN, "LS-1")
    intake.get("data", COUNTS)
    intake.ask("p1", "POST", "/v1/tubes", registration(intake.campaign, group=50, device="frozen"))
    intake.set_clock(fault.starts_at + MINUTE, 0.0)
    frozen = intake.get("data", COUNTS)

    assert frozen["persons_registered"] == before["persons_registered"]
    assert frozen["observed_at"] > before["observed_at"]
    intake.set_clock(fault.ends_at, 0.0)
    assert intake.get("data", COUNTS)["persons_registered"] == before["persons_registered"] + 10


@pytest.mark.parametrize("name", ["p1", "data"])
def test_the_page_of_the_document_shows_every_request_and_loads_nothing(own_intake: Intake, name: str):
    wire = http.client.HTTPConnection(LOOPBACK, own_intake.port(name), timeout=10)
    wire.request("GET", "/docs")
    reply = wire.getresponse()
    page = reply.read().decode()
    document = own_intake.get(name, "/openapi.json")

    assert (reply.status, reply.headers.get_content_type()) == (200, "text/html")
    assert all(path in page for path in document["paths"])
    assert all(f'id="schema-{schema}"' in page for schema in document["components"]["schemas"])
    linked = {word.split('"')[0] for word in page.split('href="#')[1:]}
    assert all(f'id="{anchor}"' in page for anchor in linked)
    assert "<script" not in page
    assert "src=" not in page
    assert "://" not in page
