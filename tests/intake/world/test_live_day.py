"""The day as it is lived: faults and restarts in the midst of it lose nobody and take nobody twice."""

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.config import settings as product_settings
from pipelines.intake.barcodes import group_of_label
from pipelines.intake.day.prefill import prefill
from pipelines.intake.faults import Fault
from pipelines.intake.ledger.opening import open_reader
from pipelines.intake.ledger.resume import KnownTube, Standing, standing
from pipelines.intake.moments import MINUTE, SECOND, micros
from pipelines.intake.world.gate import Stream
from pipelines.intake.world.groups import members
from pipelines.intake.world.live_day import LiveDay, barcode_of
from pipelines.vocabulary import FaultKind, TubeEventKind

TICK = 20 * SECOND
NOTHING = Standing([], {}, {}, {})
NIGHT = 700  # minutes after opening: the last shift's four hours more are over, whoever was at a desk is done


def fault(campaign: Campaign, kind: FaultKind, minutes: tuple[int, int], target: str = "", strength: float = 1.0):
    """A fault from and until so many minutes after opening."""
    first, last = (campaign.round.opens_at + timedelta(minutes=span) for span in minutes)
    return Fault(fault_id=kind, kind=kind, target=target, strength=strength, starts_at=first, ends_at=last)


class Diary:
    """Every registered group's site, label and persons, as they were when it was registered."""

    def __init__(self, campaign: Campaign) -> None:
        self.opens_at = micros(campaign.round.opens_at)
        self.persons: dict[str, list[tuple[int, int]]] = {}
        self.tubes: list[KnownTube] = []

    def live(self, day: LiveDay, from_minute: float, to_minute: float) -> None:
        """Turn the day, every registration acknowledged at once."""
        first, last = (self.opens_at + int(minute * MINUTE) for minute in (from_minute, to_minute))
        for now in range(first, last, TICK):
            while due := day.registrations(now):
                for place, group in due:
                    barcode = barcode_of(place, group)
                    assert barcode not in self.persons
                    self.persons[barcode] = [(place.index, person) for person in day.members(place, group)]
                    self.tubes.append(
                        KnownTube(
                            barcode,
                            place.site_id,
                            group.lane_no,
                            group.persons,
                            group.persons,
                            group.closed_at,
                            TubeEventKind.SAMPLED,
                            group.closed_at + 5 * MINUTE,
                        )
                    )
                    day.acknowledge(place, group, group.closed_at)

    def standing(self) -> Standing:
        """What the ledger would tell."""
        latest = {
            (tube.site_id, tube.lane_no): tube.closed_at + 5 * MINUTE
            for tube in sorted(self.tubes, key=lambda tube: tube.closed_at)
        }
        return Standing(self.tubes, {}, latest, {})

    def everybody(self) -> list[tuple[int, int]]:
        return [person for group in self.persons.values() for person in group]


def assert_nobody_lost(day: LiveDay, diary: Diary) -> None:
    """Each visitor is in one tube, or turned away, or waits for a desk at the end."""
    served = diary.everybody()
    away = [
        (crowd.place.index, int(person))
        for crowd in day.crowds
        for person in np.flatnonzero(crowd.stream == Stream.TURNED_AWAY)
    ]
    waiting = [
        (crowd.place.index, int(person))
        for crowd, lanes in zip(day.crowds, day.lanes, strict=True)
        for of, line in enumerate(crowd.lines)
        for person in line[lanes.persons_begun(Stream(of)) :]
    ]
    assert len(set(served)) == len(served)
    assert sorted([*served, *away, *waiting]) == [
        (crowd.place.index, person) for crowd in day.crowds for person in range(len(crowd.stream))
    ]


planned = st.builds(
    lambda kind, first, span, target, strength: (kind, (first, first + span), target, strength),
    st.sampled_from([FaultKind.FEVER_SURGE, FaultKind.UNREADABLE_CODES, FaultKind.STAFF_ABSENT, FaultKind.STAFF_LATE]),
    st.integers(0, 350),
    st.integers(1, 200),
    st.sampled_from(["", "LS-1", "990001001"]),
    st.floats(0.1, 1.0),
)


@given(changes=st.lists(st.tuples(st.integers(1, 350), st.lists(planned, max_size=3)), min_size=1, max_size=3))
@example(changes=[(1, [(FaultKind.STAFF_ABSENT, (0, 154), "", 1.0)])])
@settings(max_examples=12)
def test_faults_that_come_and_go_take_nobody_twice_and_lose_nobody(
    small: Campaign, changes: list[tuple[int, list[tuple[FaultKind, tuple[int, int], str, float]]]]
):
    day, diary, at = LiveDay(small, NOTHING, micros(small.round.opens_at)), Diary(small), 0
    for minute, faults in sorted(changes, key=lambda change: change[0]):
        diary.live(day, at, minute)
        at = minute
        day.change_faults([fault(small, *one) for one in faults], diary.opens_at + minute * MINUTE)
    diary.live(day, at, NIGHT)

    assert_nobody_lost(day, diary)
    for place in day.places:
        label = [name for name, persons in diary.persons.items() if persons[0][0] == place.index]
        assert all(
            members(day.crowds[place.index], group_of_label(name)) == [number for _, number in diary.persons[name]]
            for name in label
        )


def restarted(campaign: Campaign, faults: Sequence[Fault], at: int) -> tuple[LiveDay, Diary]:
    """A day that is lived up to a minute, stops, and is taken up by a new world until its end."""
    diary = Diary(campaign)
    diary.live(LiveDay(campaign, NOTHING, diary.opens_at, faults=faults), 0, at)
    day = LiveDay(campaign, diary.standing(), diary.opens_at + at * MINUTE, faults=faults)
    diary.live(day, at, NIGHT)
    return day, diary


@pytest.mark.parametrize("at", [7, 95, 240, 362])
def test_taken_up_after_a_restart_every_line_goes_on_with_the_very_persons_that_are_next(small: Campaign, at: int):
    faults = [fault(small, FaultKind.FEVER_SURGE, (30, 120)), fault(small, FaultKind.UNREADABLE_CODES, (60, 300))]
    day, diary = restarted(small, faults, at)

    assert_nobody_lost(day, diary)
    streams = {group_of_label(barcode) // 10_000 for barcode in diary.persons}
    assert streams == {0, 5, 8}


def test_a_world_that_takes_up_the_prefilled_day_knows_who_is_in_each_tube(small: Campaign, tmp_path: Path):
    chosen, at = product_settings(home=tmp_path, campaign=small.folder), small.round.opens_at + timedelta(hours=2)
    prefill(small, chosen, at, lambda share: None)
    with closing(open_reader(chosen.ledger_file)) as reader:
        day = LiveDay(small, standing(reader), micros(at))
        known = dict(reader.execute("SELECT site_id, sum(persons) FROM tube GROUP BY site_id"))

    for place in day.places:
        begun = sum(day.lanes[place.index].persons_begun(of) for of in (Stream.NORMAL, Stream.SPECIAL, Stream.SEPARATE))
        assert begun == known[place.site_id]


def test_staff_that_stays_away_closes_lanes_from_then_on(small: Campaign):
    day, diary = LiveDay(small, NOTHING, micros(small.round.opens_at)), Diary(small)
    diary.live(day, 0, 60)
    before, lanes = len(diary.persons), [lanes.lanes_open for lanes in day.lanes]
    day.change_faults([fault(small, FaultKind.STAFF_ABSENT, (60, 90))], diary.opens_at + 60 * MINUTE)
    diary.live(day, 60, 70)
    closed = [lanes.lanes_open for lanes in day.lanes]
    diary.live(day, 70, 89)
    idle = len(diary.persons)
    diary.live(day, 89, 91)

    assert sum(lanes) > 10 and closed == [0] * 9
    assert [open_.lanes_open for open_ in day.lanes] == lanes
    assert idle - before <= 2 * sum(lanes)


def test_the_gate_counts_what_the_crowd_did_and_never_falls(small: Campaign):
    day, diary = LiveDay(small, NOTHING, micros(small.round.opens_at)), Diary(small)
    told = []
    for minute in range(0, 480, 30):
        diary.live(day, minute, minute + 30)
        told.append(day.gate_counts(diary.opens_at + (minute + 30) * MINUTE))
    cumulative = ("persons_screened", "codes_prepared", "codes_generated", "special_captured", "special_groups")

    for earlier, later in pairwise(told):
        for before, after in zip(earlier, later, strict=True):
            assert all(getattr(before, name) <= getattr(after, name) for name in cumulative)
    for crowd, row in zip(day.crowds, told[-1], strict=True):
        assert row.persons_screened == len(crowd.stream)
        assert row.codes_prepared == crowd.is_prepared.sum() and row.screenshots == crowd.is_screenshot.sum()
        assert row.fevers + row.risk_travellers + row.vaccinated == row.turned_away + row.tested_separately
        assert row.codes_unreadable == row.codes_refreshed == crowd.is_unreadable.sum()
        assert row.special_persons == row.special_captured == (crowd.stream == Stream.SPECIAL).sum()
    waits = [row.special_wait_minutes for rows in told[2:10] for row in rows]
    assert all(0 <= wait < 240 for wait in waits)


def test_the_wait_in_the_special_channel_is_told_before_it_is_known(sanshui: Campaign):
    """At 09:30 who joins the channel is told a wait; half the sites are right within six minutes."""
    now = micros(sanshui.round.demo_starts_at)
    day, errors = LiveDay(sanshui, NOTHING, micros(sanshui.round.opens_at)), []
    for place in day.places[:40]:
        day.lanes[place.index].run(now)
    told = day.gate_counts(now)[:40]
    for lanes, row in zip(day.lanes, told, strict=False):
        later = {group.number: group.opened_at for group, _ in lanes.run(now + 240 * MINUTE)}
        came = later[50_000 + row.special_persons // 10]
        errors.append(abs((came - now) / MINUTE - row.special_wait_minutes))

    assert np.median(errors) < 6.0
