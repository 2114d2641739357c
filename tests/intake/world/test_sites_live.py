"""The sites in the running world: faults reach staff, lanes, networks, kit, and mend; sheets; orders; restarts."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.contract import NetworkSamples, Roster, SiteQueues
from pipelines.contract_desk import ThingPage
from pipelines.contract_sites import Kit, People, SiteInputs, Vehicles
from pipelines.intake.day.prefill import prefill
from pipelines.intake.faults import Fault, write_faults
from pipelines.intake.world.people import LANE_ROLES
from pipelines.vocabulary import FaultKind, VehicleState
from tests.intake.running import Intake, running


@pytest.fixture(scope="module")
def day(small: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    """The small district an hour after opening, with a clock that the tests move."""
    home: Path = tmp_path_factory.mktemp("sites")
    with running(small, home, small.round.demo_starts_at, 0.0) as intake:
        prefill(small, intake.settings, small.round.demo_starts_at, lambda share: None)
        intake.start_all()
        yield intake


def minutes_on(day: Intake, minutes: float) -> datetime:
    """The moment so many minutes after the demonstration starts, to which the clock is set; it stands still there."""
    at = day.campaign.round.demo_starts_at + timedelta(minutes=minutes)
    day.set_clock(at, 0.0)
    return at


def lanes_open(day: Intake, site_id: str) -> int:
    queues = msgspec.convert(day.get("world", "/v1/queues"), SiteQueues)
    return next(site.lanes_open for site in queues.sites if site.site_id == site_id)


def networks_up(day: Intake, site_id: str) -> int:
    samples = msgspec.convert(day.get("world", "/v1/network"), NetworkSamples).samples
    return sum(sample.is_up for sample in samples if sample.site_id == site_id)


def has_power(day: Intake, site_id: str) -> bool:
    kit = msgspec.convert(day.get("world", "/v1/kit"), Kit)
    return next(row.is_power_on for row in kit.sites if row.site_id == site_id)


def on_shift(day: Intake, site_id: str) -> int:
    roster = msgspec.convert(day.get("world", "/v1/roster"), Roster)
    return sum(row.on_shift for row in roster.rows if row.site_id == site_id)


def sheets(day: Intake) -> Counter[str]:
    page = msgspec.convert(day.get("data", "/v1/steps"), ThingPage)
    return Counter(event.state for event in page.events if event.machine == "sheet")


@pytest.mark.slow
def test_staff_who_stay_away_close_their_lanes_and_a_power_cut_takes_both_networks_until_the_fault_ends(day: Intake):
    starts_at = day.campaign.round.demo_starts_at + timedelta(minutes=2)
    ends_at = starts_at + timedelta(minutes=10)
    write_faults(
        day.settings.fault_file,
        [
            Fault(
                fault_id="away",
                kind=FaultKind.STAFF_ABSENT,
                target="LS-1",
                starts_at=starts_at,
                ends_at=ends_at,
                seed=1,
            ),
            Fault(fault_id="cut", kind=FaultKind.POWER_CUT, target="LS-2", starts_at=starts_at, ends_at=ends_at),
        ],
    )
    before = on_shift(day, "LS-1")
    assert lanes_open(day, "LS-1") >= 1

    minutes_on(day, 3)
    day.until(lambda: lanes_open(day, "LS-1") == 0)
    assert (on_shift(day, "LS-1"), networks_up(day, "LS-2"), has_power(day, "LS-2")) == (0, 0, False)
    assert (on_shift(day, "LS-2") > 0, has_power(day, "LS-1")) == (True, True)

    minutes_on(day, 13)
    day.until(lambda: lanes_open(day, "LS-1") >= 1)
    assert (on_shift(day, "LS-1"), has_power(day, "LS-2")) == (before, True)


@pytest.mark.slow
def test_every_desk_s_sheet_is_on_record_as_issued(day: Intake):
    lanes = sum(site.lanes for site in day.campaign.sites)

    day.until(lambda: sheets(day) == {"printed": lanes, "issued": lanes})


@pytest.mark.slow
def test_a_vehicle_goes_where_an_order_sends_it(day: Intake):
    order = {"scope": "site", "target": "LS-5", "vehicle_id": "mobile-1", "by": "district"}
    status, answer, _ = day.ask("world", "POST", "/v1/orders", order)
    assert status == 201, answer

    vehicles = msgspec.convert(day.get("world", "/v1/vehicles"), Vehicles).vehicles
    (moved,) = (vehicle for vehicle in vehicles if vehicle.vehicle_id == "mobile-1")
    assert (moved.state, moved.site_id) == (VehicleState.ON_THE_WAY, "LS-5")


@pytest.mark.slow
def test_a_restarted_world_tells_the_same_people_inputs_cases_and_vehicles(day: Intake):
    minutes_on(day, 75)
    day.until(lambda: msgspec.convert(day.get("world", "/v1/inputs"), SiteInputs).inputs != [])
    paths = ("/v1/people", "/v1/kit", "/v1/inputs", "/v1/special-cases", "/v1/vehicles", "/v1/roster")
    before = [day.get("world", path) for path in paths]
    day.kill("world")
    day.start("world")

    assert [day.get("world", path) for path in paths] == before


def test_staff_who_are_lent_leave_one_site_and_serve_at_the_other_also_after_a_restart(day: Intake):
    at = minutes_on(day, 40)
    day.until(lambda: lanes_open(day, "LS-1") > 0)

    def on_shift(site_id: str) -> int:
        rows = msgspec.convert(day.get("world", "/v1/roster"), Roster).rows
        return sum(row.on_shift for row in rows if row.site_id == site_id and row.role in LANE_ROLES)

    giver, taker = on_shift("LS-1"), on_shift("LS-2")
    loan = {"from_site": "LS-1", "to_site": "LS-2", "role": "registrar", "persons": 3}
    body = {"scope": "district", "by": "duty", "loan": loan, "act_id": "b" * 32}
    status, order, _ = day.ask("world", "POST", "/v1/orders", body)
    assert status == 201 and order["loan"] == loan
    assert day.ask("world", "POST", "/v1/orders", body)[1] == order
    assert (on_shift("LS-1"), on_shift("LS-2")) == (giver - 3, taker)
    day.set_clock(at + timedelta(minutes=16), 0.0)
    day.until(lambda: on_shift("LS-2") == taker + 3)
    day.kill("world")
    day.start("world")
    day.until(lambda: (on_shift("LS-1"), on_shift("LS-2")) == (giver - 3, taker + 3))
    people = msgspec.convert(day.get("world", "/v1/people"), People).people
    assert len({person.staff_no for person in people}) == len(people)
