"""The phones in virtual time: whatever goes wrong, everybody ends in exactly one tube, and the cause is on record."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.day.result import DayResult
from pipelines.intake.day.virtual import virtual_day
from pipelines.intake.faults import Fault
from pipelines.intake.ledger.opening import open_reader
from pipelines.vocabulary import FaultKind as Kind

SEED = 1
SLIPS = (
    Kind.WRONG_LAB,
    Kind.LABEL_REUSED,
    Kind.SCANNED_TWICE,
    Kind.PERSON_TWICE,
    Kind.ELEVENTH_PERSON,
    Kind.CLOCK_SKEW,
)
CONFLICTS = {Kind.LABEL_REUSED: {"barcode_used"}, Kind.PERSON_TWICE: {"person_registered"}}


def fault(campaign: Campaign, kind: Kind, strength: float, minutes: tuple[int, int], target: str = "") -> Fault:
    """A fault from one minute after opening to another."""
    starts_at, ends_at = (campaign.round.opens_at + timedelta(minutes=minute) for minute in minutes)
    name = f"{kind.value}-{target or 'all'}"
    return Fault(fault_id=name, kind=kind, target=target, strength=strength, starts_at=starts_at, ends_at=ends_at)


def lived(campaign: Campaign, path: Path, *faults: Fault, minutes: int | None = None) -> DayResult:
    until = None if minutes is None else campaign.round.opens_at + timedelta(minutes=minutes)
    return virtual_day(campaign, SEED, faults, ledger_path=path, until=until)


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    return open_reader(path).execute(sql).fetchall()


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_is_refused_mended_and_leaves_the_day_as_it_would_have_been(small: Campaign, tmp_path: Path, kind: Kind):
    plain = lived(small, tmp_path / "plain.sqlite", minutes=45)
    slipped = lived(small, tmp_path / "slipped.sqlite", fault(small, kind, 0.6, (0, 600)), minutes=45)

    assert slipped.refused > 40
    assert slipped.interruptions >= slipped.refused * 0.9
    causes = rows(
        tmp_path / "slipped.sqlite",
        "SELECT DISTINCT json_extract(facts, '$.cause') FROM thing_event"
        " WHERE machine = 'interruption' AND step = 'end'",
    )
    assert ("operator",) in causes
    conflicts = rows(tmp_path / "slipped.sqlite", "SELECT DISTINCT rule FROM conflict")
    assert {rule for (rule,) in conflicts} == CONFLICTS.get(kind, set())
    assert slipped.held.persons == pytest.approx(plain.held.persons, abs=200)  # some are still being mended


@pytest.mark.slow
def test_a_day_of_everything_at_once_registers_everybody_once(small: Campaign, tmp_path: Path):
    slips = [fault(small, kind, 0.1, (0, 900)) for kind in (*SLIPS, Kind.ANSWER_LOST)]
    rest = [
        fault(small, Kind.REPLAY_STORM, 1.0, (240, 300)),
        fault(small, Kind.PROVINCE_DOWN, 1.0, (60, 150)),
        fault(small, Kind.VOLUNTEER_WIFI_DOWN, 1.0, (180, 260), "LS-1"),
        fault(small, Kind.POWER_CUT, 1.0, (100, 160), "LS-5"),
    ]
    day = lived(small, tmp_path / "ledger.sqlite", *slips, *rest)

    assert (day.not_served, day.held.duplicates) == (0, 0)
    assert day.held.persons == day.held.sampled_persons == sum(site.planned_persons for site in small.sites)
    assert day.held.offline_tubes > 200
    assert day.sessions["open"] == day.sessions["close"]


def test_lost_answers_are_asked_for_again_under_the_same_number(small: Campaign, tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    day = lived(small, path, fault(small, Kind.ANSWER_LOST, 0.5, (0, 600)), minutes=60)

    assert day.requests > 1.3 * day.held.tubes
    assert rows(path, "SELECT count(*) FROM conflict") == [(0,)]
    assert rows(path, "SELECT count(*) - count(DISTINCT token) FROM tube_person") == [(0,)]


def test_a_replay_storm_gets_the_recorded_answers(small: Campaign, tmp_path: Path):
    plain = lived(small, tmp_path / "plain.sqlite", minutes=150)
    stormy = lived(small, tmp_path / "storm.sqlite", fault(small, Kind.REPLAY_STORM, 1.0, (120, 130)), minutes=150)

    assert stormy.requests > plain.requests + 50
    assert stormy.event_log_hash == plain.event_log_hash


def test_while_the_province_is_down_phones_work_alone_and_upload_hours_later(small: Campaign, tmp_path: Path):
    """Q94, Q96: late and out of order between devices; nothing is there twice."""
    path = tmp_path / "ledger.sqlite"
    day = lived(small, path, fault(small, Kind.PROVINCE_DOWN, 1.0, (60, 300)), minutes=360)

    assert day.late_uploads > 300
    assert day.sessions["go_offline"] > 10
    order = [closed_at for (closed_at,) in rows(path, "SELECT closed_at FROM tube WHERE is_offline ORDER BY tube_no")]
    assert order != sorted(order)
    begun = rows(path, "SELECT count(DISTINCT thing_id) FROM thing_event WHERE machine = 'interruption'")
    assert begun[0][0] > 0
    assert rows(path, "SELECT count(*) FROM late_duplicate") == [(0,)]


def test_without_power_phones_last_as_long_as_their_batteries_then_the_desks_stand_still(
    small: Campaign, tmp_path: Path
):
    path = tmp_path / "ledger.sqlite"
    lived(small, path, fault(small, Kind.POWER_CUT, 1.0, (60, 300), "LS-1"), minutes=330)
    minute = f"(closed_at - {int(small.round.opens_at.timestamp())} * 1000000) / 60000000"
    by_hour = dict(rows(path, f"SELECT {minute} / 60, count(*) FROM tube WHERE site_id = 'LS-1' GROUP BY 1"))

    assert by_hour[1] > 5  # on battery, by the offline app
    assert 4 not in by_hour or by_hour[4] < by_hour[1] / 2  # batteries are empty after an hour to two and a half
    causes = rows(
        path,
        "SELECT DISTINCT json_extract(facts, '$.cause') FROM thing_event"
        " WHERE machine = 'interruption' AND site_id = 'LS-1'",
    )
    assert causes == [("power",)]


def test_a_slow_site_takes_longer_for_each_tube_and_says_that_it_is_its_network(small: Campaign, tmp_path: Path):
    """Q61: nobody there blames the server, and nobody elsewhere notices anything."""
    slow = fault(small, Kind.WIFI_SLOW, 0.8, (10, 60), "LS-1")
    lived(small, tmp_path / "plain.sqlite", minutes=60)
    lived(small, tmp_path / "slow.sqlite", slow, minutes=60)
    sql = (
        "SELECT site_id = 'LS-1', avg(closed_at - opened_at) / 1e6 FROM tube"
        " WHERE seats = 10 AND closed_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    plain, slowed = (dict(rows(tmp_path / f"{name}.sqlite", sql)) for name in ("plain", "slow"))
    assert slowed[1] > plain[1] + 30  # seconds
    assert slowed[0] == pytest.approx(plain[0], rel=0.02)

    told = "SELECT DISTINCT site_id, json_extract(facts, '$.cause') FROM thing_event WHERE machine = 'interruption'"
    assert ("LS-1", "site_network") in rows(tmp_path / "slow.sqlite", told)
    assert ("LS-1", "site_network") not in rows(tmp_path / "plain.sqlite", told)
