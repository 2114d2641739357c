"""The ledger: each rule holds in the database itself, a repeat gets the recorded answer, a refusal leaves nothing."""

from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.clock import FileClock
from pipelines.contract import CustodyStep, TubeReceipt, TubeRegistration
from pipelines.intake.ledger.opening import LedgerError, open_ledger, open_reader
from pipelines.intake.ledger.read import Counters, LabTally, Tally, tube_page
from pipelines.intake.ledger.record import Refused, record_custody, record_registration
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.registrations import registration, token

change = msgspec.structs.replace


def register(writer: LedgerWriter, tube: TubeRegistration) -> TubeReceipt:
    return writer.submit(partial(record_registration, tube=tube, server_id="p1")).result()


def refusal(writer: LedgerWriter, tube: TubeRegistration) -> str:
    with pytest.raises(Refused) as refused:
        register(writer, tube)
    assert refused.value.status == 409
    return refused.value.problem.rule


def take(writer: LedgerWriter, small: Campaign, barcode: str, *kinds: Kind, at: datetime | None = None) -> str:
    happened_at = at or small.round.opens_at
    steps = [CustodyStep(barcode=barcode, kind=kind, happened_at=happened_at) for kind in kinds]
    try:
        receipt = writer.submit(partial(record_custody, steps=steps)).result()
    except Refused as refused:
        return refused.problem.rule
    return f"{receipt.recorded} recorded, {receipt.repeated} repeated"


def rows(tmp_path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(open_reader(tmp_path / "ledger.sqlite")) as ledger:
        return ledger.execute(sql).fetchall()


def test_a_group_is_recorded_with_its_persons_and_its_first_event(
    writer: LedgerWriter, small: Campaign, tmp_path: Path
):
    tube = registration(small, persons=7)
    receipt = register(writer, tube)

    assert (receipt.barcode, receipt.sequence, receipt.persons, receipt.is_replay) == (tube.barcode, 1, 7, False)
    assert receipt.recorded_at == small.round.demo_starts_at
    assert rows(tmp_path, "SELECT seat, lower(hex(token)) FROM tube_person ORDER BY seat") == list(
        enumerate(tube.persons, 1)
    )
    assert rows(tmp_path, "SELECT sequence, kind, persons, short_reason FROM tube_event") == [
        (1, "registered", 7, "site_closing")
    ]


def test_the_same_request_again_gets_the_recorded_answer(writer: LedgerWriter, small: Campaign, tmp_path: Path):
    first = register(writer, registration(small))
    again = register(writer, registration(small))

    assert again == change(first, is_replay=True)
    assert rows(tmp_path, "SELECT count(*) FROM tube_event") == [(1,)]


def test_each_broken_rule_is_named_and_leaves_nothing(writer: LedgerWriter, small: Campaign, tmp_path: Path):
    register(writer, registration(small, group=0))
    other = registration(small, group=1)

    assert refusal(writer, change(other, device_sequence=1)) == "device_sequence_reused"
    assert refusal(writer, change(other, barcode=registration(small).barcode)) == "barcode_used"
    assert refusal(writer, change(other, persons=[*other.persons[:9], token(3)])) == "person_registered"
    assert rows(tmp_path, "SELECT (SELECT count(*) FROM tube), (SELECT count(*) FROM tube_person)") == [(1, 10)]
    assert register(writer, other).sequence == 2


def test_a_conflict_outlives_its_refusal_and_is_kept_once_however_often_it_comes(
    writer: LedgerWriter, small: Campaign, tmp_path: Path
):
    register(writer, registration(small))
    other = registration(small, device="phone-2")

    assert [refusal(writer, other) for _ in range(3)] == ["barcode_used"] * 3
    assert register(writer, registration(small, group=1)).sequence == 2
    assert rows(tmp_path, "SELECT rule, device_id, device_sequence, barcode FROM conflict") == [
        ("barcode_used", "phone-2", 1, other.barcode)
    ]


def test_a_tube_goes_its_way_step_by_step_and_repeats_are_harmless(writer: LedgerWriter, small: Campaign):
    barcode = register(writer, registration(small)).barcode
    to_the_road = [Kind.HANDED_OVER, Kind.SAMPLED, Kind.BAGGED, Kind.DISPATCHED]

    assert take(writer, small, barcode, Kind.RECEIVED) == "step_out_of_order"
    assert take(writer, small, barcode, Kind.SAMPLED) == "step_out_of_order"
    assert take(writer, small, barcode, *to_the_road) == "4 recorded, 0 repeated"
    assert take(writer, small, barcode, Kind.REGISTERED, *to_the_road, Kind.RECEIVED) == "1 recorded, 5 repeated"
    assert take(writer, small, barcode, Kind.RESULTED) == "1 recorded, 0 repeated"
    assert take(writer, small, "LK10000099999X", Kind.SAMPLED) == "unknown_barcode"


def test_steps_are_recorded_together_or_not_at_all(writer: LedgerWriter, small: Campaign, tmp_path: Path):
    barcode = register(writer, registration(small)).barcode

    assert take(writer, small, barcode, Kind.HANDED_OVER, Kind.RESULTED) == "step_out_of_order"
    assert rows(tmp_path, "SELECT kind FROM tube_event") == [("registered",)]
    assert take(writer, small, barcode, Kind.HANDED_OVER) == "1 recorded, 0 repeated"
    assert rows(tmp_path, "SELECT max(sequence) FROM tube_event") == [(2,)]


@pytest.mark.parametrize(
    ("minutes_after_registration", "verdict"),
    [
        (-11, "step_before_registration"),
        (-9, "1 recorded, 0 repeated"),
        (64, "1 recorded, 0 repeated"),
        (66, "step_in_the_future"),
        (-60 * 24 * 365 * 60, "step_before_registration"),
    ],
)
def test_a_step_happens_after_its_tube_s_registration_and_not_in_the_future(
    writer: LedgerWriter, small: Campaign, minutes_after_registration: int, verdict: str
):
    tube = registration(small)
    register(writer, tube)
    at = tube.closed_at + timedelta(minutes=minutes_after_registration)

    assert small.round.demo_starts_at - tube.closed_at == timedelta(minutes=55)
    assert take(writer, small, tube.barcode, Kind.HANDED_OVER, at=at) == verdict


def test_recording_moments_never_go_back_though_the_clock_does(
    writer: LedgerWriter, small: Campaign, tmp_path: Path, clock: FileClock
):
    from pipelines.clock import set_clock

    first = register(writer, registration(small))
    set_clock(tmp_path / "clock.json", small.round.opens_at, 0.0)
    second = register(writer, registration(small, group=1))

    assert clock.now() == small.round.opens_at
    assert second.recorded_at == first.recorded_at


def test_counters_follow_the_events(writer: LedgerWriter, small: Campaign, tmp_path: Path):
    sites = {site.site_id: Tally() for site in small.sites}
    with closing(open_reader(tmp_path / "ledger.sqlite")) as reader:
        counters = Counters(reader, "r", sites, {lab.lab_id: LabTally() for lab in small.labs})
        barcode = register(writer, registration(small, group=0)).barcode
        before = counters.site_counts("LS-1", small.round.opens_at)
        register(writer, registration(small, group=1, persons=4))
        take(writer, small, barcode, Kind.HANDED_OVER, Kind.SAMPLED, Kind.BAGGED, Kind.DISPATCHED)
        after = counters.site_counts("LS-1", small.round.opens_at)

        assert (before.sequence, before.tubes_registered, before.persons_registered) == (1, 1, 10)
        assert (after.sequence, after.tubes_registered, after.persons_registered) == (6, 2, 14)
        assert (after.tubes_sampled, after.persons_sampled, after.tubes_short) == (1, 10, 1)
        assert [lab.tubes_dispatched for lab in counters.lab_counts(small.round.opens_at).labs] == [1, 0]
        assert [event.sequence for event in tube_page(reader, after=1, limit=2).events] == [2, 3]
        assert tube_page(reader, after=6, limit=2).last_sequence == 6


def test_a_ledger_of_another_campaign_is_refused(writer: LedgerWriter, sanshui: Campaign, tmp_path: Path):
    with pytest.raises(LedgerError, match=r"belongs to campaign and round \('lakeside.*choose another TENFOLD_HOME"):
        open_ledger(tmp_path / "ledger.sqlite", sanshui)


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path, small: Campaign):
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database, though long enough to be asked" * 100)

    with pytest.raises(LedgerError, match=r"cannot open the ledger .*file is not a database"):
        open_ledger(tmp_path / "ledger.sqlite", small)


def test_work_that_fails_in_an_unforeseen_way_fails_alone_and_the_writer_goes_on(writer: LedgerWriter, small: Campaign):
    with pytest.raises(LedgerError, match="nothing was recorded"):
        writer.submit(lambda page: page.connection.execute("SELECT * FROM no_such_table")).result()

    assert register(writer, registration(small)).sequence == 1
