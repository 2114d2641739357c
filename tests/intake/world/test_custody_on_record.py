"""The rest of a day taken up from the ledger: every step the world tells is taken, also after restarts and faults."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.config import Settings, settings
from pipelines.contract import LabCount
from pipelines.intake.day.prefill import prefill, virtual_day
from pipelines.intake.faults import Fault, write_faults
from pipelines.intake.ledger.opening import open_ledger, open_reader
from pipelines.intake.ledger.read import Counters, LabTally, Tally
from pipelines.intake.ledger.record import Page, record_custody, record_things
from pipelines.intake.ledger.resume import standing
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.world.custody_post import custody_step
from pipelines.intake.world.live_day import LiveDay
from pipelines.vocabulary import FaultKind, Mode
from pipelines.vocabulary import TubeEventKind as Kind

HOURS_SO_FAR, HOURS_LEFT = 3, 14
STATES = "SELECT state, count(*) FROM tube GROUP BY state"
BOXES = "SELECT state, count(*) FROM thing WHERE machine = 'box' GROUP BY state"


def in_mode(campaign: Campaign, mode: Mode) -> Campaign:
    return replace(campaign, round=replace(campaign.round, mode=mode))


def laid(campaign: Campaign, home: Path, faults: list[Fault] | None = None) -> Settings:
    """The ledger of the day so far, three hours of it."""
    chosen = settings(home=home, campaign=campaign.folder)
    write_faults(chosen.fault_file, faults or [])
    prefill(campaign, chosen, campaign.round.opens_at + timedelta(hours=HOURS_SO_FAR), lambda _share: None)
    return chosen


def lived(campaign: Campaign, chosen: Settings, restarts: tuple[int, ...], faults: list[Fault]) -> sqlite3.Connection:
    """Record all that happens to the tubes there are, minute by minute; the world is killed at ``restarts``."""
    begins_at = micros(campaign.round.opens_at) + HOURS_SO_FAR * 60 * MINUTE
    ledger = open_ledger(chosen.ledger_file, campaign)
    day = LiveDay(campaign, standing(ledger), begins_at, faults=faults)
    for minute in range(HOURS_LEFT * 60):
        now = begins_at + minute * MINUTE
        if minute in restarts:
            day = LiveDay(campaign, standing(ledger), now, faults=faults)
        steps, things = [custody_step(step) for step in day.steps(now)], day.things()
        page = Page.begin(ledger, now)
        record_custody(page, steps)
        if minute + 1 not in restarts:
            record_things(page, things)
        ledger.execute("COMMIT")
    return ledger


@pytest.fixture(params=[(), (1,), tuple(range(3, 300, 7))], ids=["unbroken", "killed once", "killed often"])
def restarts(request: pytest.FixtureRequest) -> Iterator[tuple[int, ...]]:
    """When the world is killed and started again, in minutes; what its boxes did in the last one is lost."""
    return request.param


def test_every_tube_of_the_day_so_far_is_resulted_and_every_box_received(
    small: Campaign, tmp_path: Path, restarts: tuple[int, ...]
):
    with closing(lived(small, laid(small, tmp_path), restarts, [])) as ledger:
        tubes = ledger.execute("SELECT count(*) FROM tube").fetchone()[0]

        assert ledger.execute(STATES).fetchall() == [("resulted", tubes)]
        assert [state for state, _ in ledger.execute(BOXES)] == ["received"]


def test_lost_tubes_stay_on_record_as_lost_and_all_others_are_resulted(
    small: Campaign, tmp_path: Path, restarts: tuple[int, ...]
):
    opens_at = small.round.opens_at
    faults = [
        Fault(
            fault_id="f1",
            kind=FaultKind.TUBE_LOST,
            strength=0.2,
            starts_at=opens_at,
            ends_at=opens_at + timedelta(hours=9),
        ),
        Fault(
            fault_id="f2",
            kind=FaultKind.LAB_STOPS,
            target="lab-1",
            starts_at=opens_at + timedelta(hours=3.5),
            ends_at=opens_at + timedelta(hours=5),
        ),
    ]
    with closing(lived(small, laid(small, tmp_path, faults), restarts, faults)) as ledger:
        states = dict(ledger.execute(STATES).fetchall())

        assert states.keys() == {"resulted", "lost"}
        assert 0.02 < states["lost"] / sum(states.values()) < 0.2


def lab_counts(campaign: Campaign, chosen: Settings) -> list[LabCount]:
    labs = {lab.lab_id: LabTally() for lab in campaign.labs}
    with closing(open_reader(chosen.ledger_file)) as reader:
        sites = {site.site_id: Tally() for site in campaign.sites}
        counters = Counters(reader, campaign.round.round_id, sites, labs, campaign.round.mode)
        return counters.lab_counts(campaign.round.opens_at).labs


def test_a_lab_scans_every_person_in_mode_one_and_every_tube_in_mode_two(small: Campaign, tmp_path: Path):
    """Q22-Q25, of the same tubes: those of the first three hours."""
    scans = {}
    for mode in Mode:
        campaign = in_mode(small, mode)
        chosen = laid(campaign, tmp_path / mode.value)
        lived(campaign, chosen, (), []).close()
        scans[mode] = lab_counts(campaign, chosen)
        with closing(open_reader(chosen.ledger_file)) as reader:
            persons, tubes = reader.execute("SELECT sum(persons), count(*) FROM tube").fetchone()
        expected = persons if mode is Mode.ONE else tubes
        assert sum(lab.scans for lab in scans[mode]) == expected
        assert all(0 < lab.scan_errors < 0.1 * lab.scans for lab in scans[mode])

    assert [lab.tubes_received for lab in scans[Mode.ONE]] == [lab.tubes_received for lab in scans[Mode.TWO]]


@pytest.mark.slow
def test_a_whole_district_day_takes_ten_times_the_scans_in_mode_one_but_for_the_tail_tubes(sanshui: Campaign):
    """Q24: 857,000 persons in 85,700 tubes and the short ones; the day is run, not typed in."""
    until = micros(sanshui.round.closes_at) + 30 * 60 * MINUTE
    tubes, steps = virtual_day(sanshui, until)
    persons_in = {tube.barcode: tube.group.persons for tube in tubes}
    received = [step.barcode for step in steps if step.kind is Kind.RECEIVED]
    scans = {Mode.ONE: sum(persons_in[barcode] for barcode in received), Mode.TWO: len(received)}
    missing = sum(10 - persons for persons in persons_in.values())

    assert len(received) == len(tubes)
    assert scans[Mode.ONE] == sanshui.round.target_persons
    assert scans[Mode.TWO] * 10 - scans[Mode.ONE] == missing
    assert 8.5 < scans[Mode.ONE] / scans[Mode.TWO] < 10
