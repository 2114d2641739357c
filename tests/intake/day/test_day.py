"""The day so far, in virtual time: written once, the same each time, every person and tube accounted for."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.campaign import Campaign
from pipelines.config import settings
from pipelines.intake.day.prefill import DaySoFar, prefill, virtual_day
from pipelines.intake.ledger.opening import open_reader
from pipelines.intake.ledger.resume import standing
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.world.attendance import attendance
from pipelines.intake.world.gate import Stream
from pipelines.intake.world.groups import SERVED
from pipelines.intake.world.lanes import SiteLanes
from pipelines.intake.world.live_day import LiveDay
from pipelines.intake.world.site_days import site_days
from pipelines.intake.world.tube_steps import WAY
from pipelines.vocabulary import TubeEventKind as Kind


def filled(small: Campaign, home: Path, hours: float) -> DaySoFar:
    until = small.round.opens_at + timedelta(hours=hours)
    return prefill(small, settings(home=home, campaign=small.folder), until, lambda share: None)


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(open_reader(home / "intake" / "ledger.sqlite")) as ledger:
        return ledger.execute(sql).fetchall()


@pytest.fixture(scope="module")
def home(small: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small district's day, four hours after opening."""
    folder = tmp_path_factory.mktemp("day")
    assert filled(small, folder, 4.0).is_new
    return folder


def test_progress_grows_to_the_whole(small: Campaign, tmp_path: Path):
    shares: list[float] = []
    prefill(small, settings(home=tmp_path), small.round.demo_starts_at, shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_ledger_that_has_rows_is_left_as_it_is(small: Campaign, home: Path):
    before = rows(home, "SELECT count(*), max(sequence) FROM tube_event")
    again = filled(small, home, 5.0)

    assert not again.is_new
    assert (again.events, again.events) == before[0]


def test_before_opening_there_is_nothing_and_it_is_no_error(small: Campaign, tmp_path: Path):
    assert filled(small, tmp_path, -1.0) == DaySoFar(is_new=True, persons=0, tubes=0, events=0)


def test_the_same_seed_gives_the_same_records_and_another_does_not(small: Campaign):
    until = micros(small.round.opens_at) + 200 * MINUTE

    assert virtual_day(small, until, seed=7) == virtual_day(small, until, seed=7)
    assert virtual_day(small, until, seed=7) != virtual_day(small, until, seed=8)


def test_a_longer_day_begins_with_the_shorter_one(small: Campaign):
    opens_at = micros(small.round.opens_at)
    short, long = virtual_day(small, opens_at + 60 * MINUTE), virtual_day(small, opens_at + 120 * MINUTE)

    assert {tube.barcode: tube.group for tube in short[0]}.items() <= {t.barcode: t.group for t in long[0]}.items()
    assert set(short[1]) < set(long[1])


def test_events_are_recorded_in_their_order_a_little_after_they_happened(home: Path, small: Campaign):
    events = rows(home, "SELECT sequence, happened_at, recorded_at FROM tube_event ORDER BY sequence")
    recorded = [recorded_at for _, _, recorded_at in events]

    assert [sequence for sequence, *_ in events] == list(range(1, len(events) + 1))
    assert recorded == sorted(recorded)
    assert all(0 < recorded_at - happened_at < 10_000_000 for _, happened_at, recorded_at in events)
    assert recorded[-1] <= micros(small.round.opens_at + timedelta(hours=4))


def test_every_time_of_the_day_so_far_keeps_the_rules_of_live_requests(home: Path, small: Campaign):
    early = "SELECT count(*) FROM tube_event JOIN tube USING (barcode) WHERE happened_at < tube.closed_at"

    assert rows(home, early) == [(0,)]
    assert rows(home, "SELECT min(opened_at) FROM tube")[0][0] >= micros(small.round.opens_at)


def test_persons_tubes_and_events_agree(home: Path):
    tubes, persons = rows(home, "SELECT count(*), sum(persons) FROM tube")[0]

    assert rows(home, "SELECT count(*), count(DISTINCT token) FROM tube_person") == [(persons, persons)]
    assert rows(home, "SELECT count(*), sum(persons) FROM tube_event WHERE kind = 'registered'") == [(tubes, persons)]
    assert rows(home, "SELECT count(*) FROM tube JOIN tube_event ON sequence = tube_no AND kind = 'registered'") == [
        (tubes,)
    ]


def test_each_tube_stands_at_its_latest_step_and_no_step_is_skipped(home: Path):
    """A tube that went astray on its way is found on it again."""
    steps = rows(home, "SELECT barcode, state, kind FROM tube JOIN tube_event USING (barcode) ORDER BY sequence")
    taken: dict[tuple[str, str], list[Kind]] = {}
    for barcode, state, kind in steps:
        taken.setdefault((barcode, state), []).append(Kind(kind))

    assert all(kinds[-1] == state for (_, state), kinds in taken.items())
    on_the_way = [[kind for kind in kinds if kind in WAY] for kinds in taken.values()]
    assert all(kinds == list(WAY[: len(kinds)]) for kinds in on_the_way)
    assert {len(kinds) for kinds in on_the_way} == set(range(1, 8))


def test_every_step_happened_after_the_one_before_it(home: Path):
    early = """SELECT count(*) FROM tube_event JOIN tube_event AS next USING (barcode)
               WHERE next.sequence > tube_event.sequence AND next.happened_at < tube_event.happened_at"""

    assert rows(home, early) == [(0,)]


def test_labels_come_from_three_ranges_and_short_tubes_say_why(home: Path):
    """Normal groups from 0, the special channel's from 50,000, diverted persons alone from 80,000."""
    number = "CAST(substr(barcode, -6, 5) AS INTEGER)"
    found = rows(
        home,
        f"""SELECT {number} / 10000 / 5 + {number} / 80000, short_reason, count(*), min(persons), max(persons)
            FROM tube GROUP BY 1, 2 ORDER BY 1, 2""",
    )

    assert [(stream, reason, least, most) for stream, reason, _, least, most in found] == [
        (Stream.NORMAL, None, 10, 10),
        (Stream.SPECIAL, None, 10, 10),
        (Stream.SEPARATE, "separate", 1, 1),
    ]
    tubes = [count for _, _, count, *_ in found]
    assert 0.05 < tubes[1] / sum(tubes) < 0.09


def test_codes_that_were_not_read_at_once_are_on_record_with_the_second_look(home: Path):
    ((rescans, manual, verified),) = rows(
        home, "SELECT avg(rescans), avg(manual_entries), avg(is_verified) FROM tube WHERE persons = 10"
    )

    assert 0.1 < rescans < 0.3 and 0.02 < manual < 0.1 and 0.95 < verified < 1.0


def test_whoever_is_ready_is_registered_at_a_desk_or_in_a_line(small: Campaign):
    until = micros(small.round.opens_at) + 150 * MINUTE
    for day in site_days(small, attendance(small)):
        lanes = SiteLanes(day)
        registered = sum(group.persons for group, _ in lanes.run(until))
        at_desks = sum(lanes.persons_begun(of) for of in SERVED) - registered
        waiting = lanes.queue_persons(until) + lanes.captured_persons(until) + lanes.aside_persons(until)

        assert 0 <= at_desks <= day.lanes * 10
        assert registered + at_desks + waiting == sum(moment <= until for own in day.lines for moment in own.ready)


def test_taken_up_from_the_ledger_the_day_goes_on_as_if_it_had_never_stopped(small: Campaign, home: Path):
    """The world is started an instant after the day so far ends: the next half hour is that of the unbroken day."""
    at = micros(small.round.opens_at + timedelta(hours=4))
    until = at + 30 * MINUTE
    with closing(open_reader(home / "intake" / "ledger.sqlite")) as reader:
        day = LiveDay(small, standing(reader), at)
    for now in range(at, until + 1, MINUTE // 60):
        while due := day.registrations(now):
            for place, group in due:
                day.acknowledge(place, group, group.closed_at)

    unbroken = {tube.barcode for tube in virtual_day(small, until)[0]}
    known = {barcode for (barcode,) in rows(home, "SELECT barcode FROM tube")}
    resumed = known | {step.barcode for step in day.steps(until + 20 * MINUTE)}
    assert len(resumed ^ unbroken) <= 2 * sum(site.lanes for site in small.sites)
    assert not known - unbroken


def test_a_day_with_too_few_lanes_leaves_people_in_the_queue_and_all_else_holds(small: Campaign, tmp_path: Path):
    crowded = replace(small, sites=tuple(replace(site, planned_persons=4_000) for site in small.sites))
    tubes, steps = virtual_day(crowded, micros(small.round.closes_at) + 240 * MINUTE)

    assert sum(tube.group.persons for tube in tubes) < 4_000 * len(small.sites)
    assert len({tube.barcode for tube in tubes}) == len(tubes)
    assert len({(step.barcode, step.kind) for step in steps}) == len(steps)
