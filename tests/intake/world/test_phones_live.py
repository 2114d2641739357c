"""Phones over HTTP against real servers: orders, the offline app, the city's system, operator errors, bad networks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.contract_desk import ThingEvent, ThingPage
from pipelines.contract_sites import DeskState, DeskStates
from pipelines.intake.day.prefill import prefill
from pipelines.intake.faults import Fault, write_faults
from pipelines.vocabulary import Contingency, FaultKind
from tests.intake.running import Intake, running

SPEED = 120.0
TUBES_OF = "SELECT count(*) FROM tube WHERE server_id = ?"
STILL_INTERRUPTED = "SELECT count(*) FROM thing WHERE machine = 'interruption' AND state = 'begun'"
OFFLINE_TUBES = "SELECT count(*) FROM tube WHERE is_offline"
SOUND = """
SELECT
  (SELECT count(*) - count(DISTINCT token) FROM tube_person),
  (SELECT sum(persons) FROM tube) - (SELECT count(*) FROM tube_person),
  (SELECT count(*) FROM tube WHERE closed_at IS NOT NULL AND (seats = 10) <> (short_reason IS NULL)),
  (SELECT count(*) FROM late_duplicate WHERE kind = 'person_twice')
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def day(small: Campaign, tmp_path: Path) -> Iterator[Intake]:
    """The small district, all of it, an hour after opening at 120 times the wall clock's speed."""
    with running(small, tmp_path, small.round.demo_starts_at, 0.0) as intake:
        prefill(small, intake.settings, small.round.demo_starts_at, lambda share: None)
        intake.start_all()
        intake.set_clock(small.round.demo_starts_at, SPEED)
        yield intake


def assert_sound(day: Intake) -> None:
    """Nobody is counted twice, every seat and reason is in order, and nothing was uploaded that was there already."""
    assert day.rows(SOUND) == [(0, 0, 0, 0)]


def desks(day: Intake) -> list[DeskState]:
    return msgspec.convert(day.get("world", "/v1/desks"), DeskStates).desks


def queued(day: Intake) -> int:
    return sum(desk.queued_uploads for desk in desks(day))


def steps(day: Intake, machine: str, step: str) -> list[ThingEvent]:
    page = msgspec.convert(day.get("data", "/v1/steps?after=0&limit=5000"), ThingPage)
    return [event for event in page.events if (event.machine.value, event.step) == (machine, step)]


def order(day: Intake, contingency: Contingency, scope: str = "district", target: str = "") -> None:
    body = {"scope": scope, "target": target, "contingency": contingency.value, "by": "duty", "reason": "a test"}
    assert day.ask("world", "POST", "/v1/orders", body)[0] == 201


def break_(day: Intake, *kinds: FaultKind, strength: float, target: str = "", minutes: int = 600) -> None:
    opens_at = day.campaign.round.opens_at
    ends_at = day.campaign.round.demo_starts_at + timedelta(minutes=minutes)
    faults = [
        Fault(fault_id=kind.value, kind=kind, target=target, strength=strength, starts_at=opens_at, ends_at=ends_at)
        for kind in kinds
    ]
    write_faults(day.settings.fault_file, faults)


def test_with_the_province_dead_trained_phones_go_offline_and_a_killed_world_loses_none_of_their_groups(day: Intake):
    """Q94: the offline app; later upload; acknowledged items leave the phone only then."""
    day.until(lambda: sum(desk.is_online for desk in desks(day)) > 8)
    day.kill("p1")
    day.kill("p2")
    day.until(lambda: queued(day) >= 15)
    assert {desk.contingency for desk in desks(day) if desk.queued_uploads} == {Contingency.OFFLINE}
    day.kill("world")
    files = sorted((day.settings.home / "intake" / "offline").glob("*.jsonl"))
    waiting = sum(len(file.read_bytes().splitlines()) for file in files)

    day.start("world")
    day.until(lambda: queued(day) >= waiting)
    day.start("p1", "p2")
    day.until(lambda: count(day, OFFLINE_TUBES) >= waiting and queued(day) == 0)

    assert_sound(day)
    assert list((day.settings.home / "intake" / "offline").glob("*.jsonl")) == []
    gone, back = steps(day, "session", "go_offline"), steps(day, "session", "log_in")
    assert {event.facts["because"] for event in gone} == {"all_codes_failed"}
    assert {event.thing_id for event in gone} <= {event.thing_id for event in back}
    day.until(lambda: day.rows(STILL_INTERRUPTED) == [(0,)])


def count(day: Intake, sql: str, *values: str) -> int:
    return day.rows(sql, *values)[0][0]


def test_on_order_the_desks_of_a_town_go_over_to_the_city_s_system_and_back(day: Intake):
    """Q16, Q95: the standby system, for one town; who and why are kept; both systems count each person once."""
    before = count(day, TUBES_OF, "city")
    order(day, Contingency.CITY, "town", "990001002")
    day.until(lambda: count(day, TUBES_OF, "city") > before + 15)

    sites = {site for (site,) in day.rows("SELECT DISTINCT site_id FROM tube WHERE server_id = 'city'")}
    assert sites <= {"LS-5", "LS-6", "LS-7", "LS-8"}
    assert_sound(day)
    order(day, Contingency.PROVINCE)
    day.until(lambda: {desk.server_id for desk in desks(day) if desk.is_online} == {"p1", "p2"})
    day.until(lambda: day.get("city", "/v1/status")["logins"] == 0)  # nobody is left behind as load
    orders = day.get("world", "/v1/orders")["orders"]
    assert [(kept["contingency"], kept["by"], kept["reason"]) for kept in orders] == [
        ("city", "duty", "a test"),
        ("province", "duty", "a test"),
    ]


def test_on_order_a_town_s_desks_scan_one_server_s_code_keep_it_and_scan_on_when_it_fails(day: Intake):
    """Q73: which server to scan next, told to a town; it outlives a restart of the world."""
    town = {"LS-5", "LS-6", "LS-7", "LS-8"}
    body = {"scope": "town", "target": "990001002", "server_id": "p2", "by": "duty", "reason": "p1 is hot"}
    day.until(lambda: {desk.server_id for desk in desks(day) if desk.is_online and desk.site_id in town} >= {"p1"})
    assert day.ask("world", "POST", "/v1/orders", body)[0] == 201

    def servers_of_the_town() -> set[str]:
        return {desk.server_id for desk in desks(day) if desk.is_online and desk.site_id in town}

    day.until(lambda: servers_of_the_town() == {"p2"})
    assert {desk.server_id for desk in desks(day) if desk.is_online and desk.site_id not in town} == {"p1", "p2"}
    day.kill("world")
    day.start("world")
    day.until(lambda: servers_of_the_town() == {"p2"})
    moved = [event for event in steps(day, "session", "fail_over") if event.facts["because"] == "order"]
    assert moved and {event.facts["taken"] for event in moved} == {"p2"} and {e.site_id for e in moved} <= town
    day.kill("p2")
    day.until(lambda: servers_of_the_town() == {"p1"})
    day.start("p2")
    before = sum(count(day, TUBES_OF, server) for server in ("p1", "p2"))
    day.until(lambda: sum(count(day, TUBES_OF, server) for server in ("p1", "p2")) > before + 5)
    again = [event for event in steps(day, "session", "fail_over") if event.facts["because"] == "order"]
    assert len(again) == len(moved)  # the order is over: nobody goes back to p2 because of it
    assert_sound(day)


def test_an_order_outlives_the_world_that_took_it(day: Intake):
    order(day, Contingency.OFFLINE)
    day.until(lambda: sum(desk.contingency is Contingency.OFFLINE for desk in desks(day)) > 8)
    day.kill("world")
    day.start("world")

    begun = [event.by for event in steps(day, "session", "open")]
    assert len(begun) == len(set(begun))  # sessions go on too
    assert [kept["contingency"] for kept in day.get("world", "/v1/orders")["orders"]] == ["offline"]
    before = queued(day)
    day.until(lambda: queued(day) > before + 10)
    order(day, Contingency.PROVINCE)
    day.until(lambda: queued(day) == 0 and sum(desk.is_online for desk in desks(day)) > 8)
    assert_sound(day)


def test_a_wrong_order_is_refused_with_a_sentence(day: Intake):
    body = {"scope": "site", "target": "LS-99", "contingency": "city", "by": "duty"}
    status, problem, _ = day.ask("world", "POST", "/v1/orders", body)

    assert (status, problem["rule"], problem["field"]) == (422, "unknown_target", "target")


def test_groups_that_were_interrupted_keep_their_label_and_go_on(day: Intake):
    """Q61, Q62: half-filled tubes are suspended and resumed under the same label; the cause is on record."""
    begins_at = day.campaign.round.demo_starts_at + timedelta(minutes=4)
    ends_at = begins_at + timedelta(seconds=100)  # shorter than a phone's patience before it goes offline
    kind = FaultKind.VOLUNTEER_WIFI_DOWN
    write_faults(day.settings.fault_file, [Fault(fault_id="a", kind=kind, starts_at=begins_at, ends_at=ends_at)])
    half = "SELECT DISTINCT barcode FROM tube_event WHERE kind = 'resumed'"
    day.until(lambda: count(day, f"SELECT count(*) FROM tube WHERE barcode IN ({half}) AND closed_at IS NOT NULL") >= 3)

    assert day.rows(
        f"SELECT count(*) FROM tube WHERE barcode IN ({half}) AND seats < 10 AND short_reason IS NULL AND"
        " closed_at IS NOT NULL"
    ) == [(0,)]
    begun, ended = steps(day, "interruption", "begin"), steps(day, "interruption", "end")
    assert {event.facts["cause"] for event in begun} == {"site_network"}
    assert {event.thing_id for event in ended} == {event.thing_id for event in begun}
    assert_sound(day)


def test_a_switch_is_on_record_with_what_was_left_and_taken_why_and_how_long_it_took(day: Intake):
    """Q73."""
    day.until(lambda: sum(desk.server_id == "p2" and desk.is_online for desk in desks(day)) > 3)
    day.kill("p2")
    day.until(lambda: sum(event.facts["left"] == "p2" for event in steps(day, "session", "log_in")) > 3)

    left = [event.facts for event in steps(day, "session", "fail_over") if event.facts["left"] == "p2"]
    assert {(facts["taken"], facts["because"]) for facts in left} == {("p1", "unreachable")}
    came = [event.facts for event in steps(day, "session", "log_in") if event.facts["left"] == "p2"]
    assert {facts["server"] for facts in came} == {"p1"}
    assert all(isinstance(facts["took_s"], int) and facts["took_s"] >= 20 for facts in came)  # to scan a code


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        (FaultKind.LABEL_REUSED, {"barcode_used"}),
        (FaultKind.PERSON_TWICE, {"person_registered", "person_twice_in_tube"}),
    ],
)
def test_an_operator_s_slip_that_contradicts_the_record_is_kept_as_a_conflict_and_mended(
    day: Intake, kind: FaultKind, rules: set[str]
):
    break_(day, kind, strength=1.0)
    day.until(lambda: count(day, "SELECT count(*) FROM conflict") >= 12)
    begun = day.tubes()
    day.until(lambda: day.tubes() >= begun + 20)

    assert {rule for (rule,) in day.rows("SELECT DISTINCT rule FROM conflict")} <= rules
    assert {event.facts["cause"] for event in steps(day, "interruption", "begin")} == {"operator"}
    assert_sound(day)


def test_slips_that_no_server_records_are_mended_and_every_group_is_registered(day: Intake):
    kinds = (FaultKind.WRONG_LAB, FaultKind.SCANNED_TWICE, FaultKind.ELEVENTH_PERSON, FaultKind.CLOCK_SKEW)
    break_(day, *kinds, strength=0.5)
    begun = day.tubes()
    day.until(lambda: day.tubes() >= begun + 70)

    assert len(steps(day, "interruption", "end")) > 25
    assert count(day, "SELECT count(*) FROM tube WHERE rescans > 0") > 5
    assert_sound(day)
    assert "request refused" not in (day.settings.home / "world.log").read_text()


def test_lost_answers_and_a_replay_storm_count_nobody_twice(day: Intake):
    day.until(lambda: day.tubes() > 0)
    break_(day, FaultKind.ANSWER_LOST, FaultKind.REPLAY_STORM, strength=0.3)
    begun = day.tubes()
    day.until(lambda: day.tubes() >= begun + 60, within_s=60.0)

    assert_sound(day)
    assert count(day, "SELECT count(*) FROM conflict") == 0


def test_a_site_without_its_volunteers_network_goes_offline_and_uploads_when_it_is_back(day: Intake):
    """Faults list: the volunteers' network down, the public one up."""
    break_(day, FaultKind.VOLUNTEER_WIFI_DOWN, strength=1.0, target="LS-1", minutes=25)
    day.until(lambda: sum(desk.queued_uploads for desk in desks(day) if desk.site_id == "LS-1") >= 3)
    assert {desk.site_id for desk in desks(day) if desk.queued_uploads} == {"LS-1"}
    day.until(lambda: queued(day) == 0)

    assert {site for (site,) in day.rows("SELECT DISTINCT site_id FROM tube WHERE is_offline")} == {"LS-1"}
    assert {event.facts["cause"] for event in steps(day, "interruption", "begin")} == {"site_network"}
    assert_sound(day)
