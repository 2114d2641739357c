"""The sites' routes over HTTP: each tells its structure, pages follow their cursor, bad cursors are refused."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.config import LOOPBACK
from pipelines.contract import Problem, Roster
from pipelines.contract_sites import Kit, People, SiteInputs, SpecialCases, Vehicles
from pipelines.http import Http, Reply
from pipelines.intake.faults import Fault
from pipelines.intake.moments import micros
from pipelines.intake.places import places
from pipelines.intake.servers.web import web_server
from pipelines.intake.world.feeds import feeds_app
from pipelines.intake.world.gate import site_crowd
from pipelines.intake.world.people import staff
from pipelines.intake.world.sites import Sites
from pipelines.intake.world.tally import Tally
from pipelines.vocabulary import FaultKind

PORT = 21_801
T = TypeVar("T")


class Day:
    """The small district's sites behind HTTP, with a clock that the test sets."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign, self.now = campaign, campaign.round.opens_at
        self.sites = Sites(campaign, places(campaign), Tally(len(campaign.sites)))
        self.sites.change_crowds([site_crowd(campaign, place) for place in places(campaign)])
        self.http = Http([f"{LOOPBACK}:{PORT}"])

    def at(self, hours: float) -> datetime:
        self.now = self.campaign.round.opens_at + timedelta(hours=hours)
        self.sites.tend(micros(self.now), [0] * len(self.campaign.sites))
        return self.now

    def get(self, path: str) -> Reply:
        return self.http.ask("GET", f"http://{LOOPBACK}:{PORT}{path}", deadline_s=10.0, cap_bytes=4_000_000)

    def told(self, path: str, structure: type[T]) -> T:
        reply = self.get(path)
        assert reply.status == 200
        return msgspec.json.decode(reply.body, type=structure)


@pytest.fixture(scope="module")
def day(small: Campaign) -> Iterator[Day]:
    """Its routes, served until the module ends."""
    day = Day(small)
    server = web_server(feeds_app(day.sites.feeds(lambda: day.now)), PORT)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _await(lambda: server.started)
    yield day
    server.should_exit = True
    thread.join(timeout=5)


def _await(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not is_so():
        pause.wait(0.02)


def test_people_are_told_by_number_as_they_sign_in_and_out(day: Day):
    for hours in (-2.0, 0.0, 5.0, 3.0, 20.0):
        now = day.at(hours)
        people = day.told("/v1/people", People)
        members = {member.staff_no: member for member in staff(day.campaign)}
        assert people.observed_at == now
        assert len(people.people) == len(members)
        for person in people.people:
            is_here = person.signed_in_at is not None and person.signed_out_at is None
            assert is_here == members[person.staff_no].is_present(micros(now))
            assert person.signed_in_at is None or person.signed_in_at <= now


def test_the_roster_counts_the_people_who_are_signed_in(day: Day):
    for hours in (0.0, 3.0, 20.0, -0.2, -0.4):
        day.at(hours)
        roster = day.told("/v1/roster", Roster)
        people = day.told("/v1/people", People).people
        here = Counter(
            (person.site_id, person.role)
            for person in people
            if person.signed_in_at is not None and person.signed_out_at is None
        )
        assert {(row.site_id, row.role): row.on_shift for row in roster.rows} == {
            (plan.site_id, plan.role): here[plan.site_id, plan.role] for plan in day.campaign.staff
        }


def test_people_change_with_the_faults_of_the_drill(day: Day):
    starts_at = day.campaign.round.opens_at + timedelta(hours=1)
    away = Fault(
        fault_id="f-1", kind=FaultKind.STAFF_ABSENT, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    assert day.sites.change_faults([away])
    day.at(1.5)
    during = day.told("/v1/people", People).people
    assert day.sites.change_faults([])
    after = day.told("/v1/people", People).people

    assert all(person.signed_in_at is None or person.signed_out_at is not None for person in during)
    assert any(person.signed_in_at is not None and person.signed_out_at is None for person in after)


def test_kit_and_vehicles_are_told_for_all(day: Day):
    day.at(2)

    assert {row.site_id for row in day.told("/v1/kit", Kit).sites} == {site.site_id for site in day.campaign.sites}
    assert {row.carrier for row in day.told("/v1/vehicles", Vehicles).vehicles} == {"mobile", "telecom", "unicom"}


def test_inputs_are_paged_by_their_cursor(day: Day):
    day.at(9)
    whole = day.told("/v1/inputs", SiteInputs).inputs
    found, cursor = [], 0
    while (page := day.told(f"/v1/inputs?after={cursor}&limit=7", SiteInputs)).inputs:
        found += page.inputs
        cursor = page.last_sequence

    assert found == whole
    assert len(whole) > 9


def test_special_cases_are_told_as_the_crowds_have_them_and_counted_in_the_hourly_inputs(day: Day):
    day.at(11)
    cases = day.told("/v1/special-cases", SpecialCases).cases
    day.at(26)
    last = {one.site_id: one for one in day.told("/v1/inputs", SiteInputs).inputs}
    for site in day.campaign.sites:
        latest = last[site.site_id]
        noted = [case for case in cases if case.site_id == site.site_id and case.happened_at <= latest.hour_at]
        assert latest.special_cases == len(noted)
    assert sum(one.special_cases for one in last.values()) > 20


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=", "limit=5001", "after=1e3", "after=9" + "9" * 30])
def test_a_bad_cursor_is_refused_with_a_sentence(day: Day, query: str):
    reply = day.get(f"/v1/inputs?{query}")

    assert reply.status == 422
    assert msgspec.json.decode(reply.body, type=Problem).detail


def test_the_openapi_document_knows_every_route_and_its_structure(day: Day):
    document = msgspec.json.decode(day.get("/openapi.json").body)

    paths = {"/v1/roster", "/v1/people", "/v1/kit", "/v1/vehicles", "/v1/inputs", "/v1/special-cases", "/healthz"}
    assert paths <= set(document["paths"])
    assert {"SpecialCases", "People", "Person", "Kit", "Vehicles", "SiteInputs", "Problem"} <= set(
        document["components"]["schemas"]
    )
