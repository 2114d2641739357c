"""The lanes of a site: what theory says of them, and that live stepping is the same as virtual time."""

from dataclasses import replace
from itertools import pairwise
from statistics import mean, median

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.day.prefill import site_days
from pipelines.intake.moments import MINUTE, SECOND
from pipelines.intake.world.attendance import attendance
from pipelines.intake.world.lanes import Group, SiteDay, SiteLanes

HOUR = 60 * MINUTE


def one_lane(groups: int, registration_s: int = 120, sampling_s: int = 275, persons: int | None = None) -> SiteDay:
    """A lane that never lacks people: everyone is there at 0, the lane is staffed from 0, the site closes at 20 h."""
    persons = groups * 10 if persons is None else persons
    return SiteDay(
        arrivals=[0] * persons,
        registration=[registration_s * SECOND] * groups,
        sampling=[sampling_s * SECOND] * groups,
        staff=[(0, 1)],
        lanes=1,
        closes_at=20 * HOUR,
    )


def seconds(moments: list[int]) -> list[float]:
    return [moment / SECOND for moment in moments]


def test_the_next_group_is_registered_while_the_last_is_sampled_and_then_waits_at_the_desk():
    done = SiteLanes(one_lane(groups=3)).run(HOUR)

    assert seconds([group.opened_at for group, _ in done]) == [0, 120, 395]
    assert seconds([group.closed_at for group, _ in done]) == [120, 240, 515]
    assert seconds([sampled for _, sampled in done]) == [120 + 275, 120 + 2 * 275, 120 + 3 * 275]


def test_a_lane_does_at_most_131_persons_an_hour():
    done = SiteLanes(one_lane(groups=200)).run(10 * HOUR)
    sampled = [group.persons for group, at in done if HOUR < at <= 9 * HOUR]

    assert sum(sampled) / 8 == pytest.approx(10 * 3600 / 275, rel=0.02)  # 130.9


def test_with_a_slow_registration_desk_that_desk_sets_the_pace():
    done = SiteLanes(one_lane(groups=100, registration_s=400, sampling_s=100)).run(10 * HOUR)
    opened = [group.opened_at for group, _ in done]

    assert {(later - earlier) / SECOND for earlier, later in pairwise(opened)} == {400}


def test_a_group_waits_for_its_tenth_person():
    day = replace(one_lane(groups=2), arrivals=[minute * MINUTE for minute in range(20)])

    assert [group.opened_at for group, _ in SiteLanes(day).run(HOUR)] == [9 * MINUTE, 19 * MINUTE]


def test_a_short_tube_is_the_tail_at_closing_and_nothing_else():
    done = SiteLanes(one_lane(groups=3, persons=23)).run(21 * HOUR)
    tail, _ = done[-1]

    assert [group.persons for group, _ in done] == [10, 10, 3]
    assert tail.is_short
    assert tail.opened_at == 20 * HOUR
    assert tail.closed_at - tail.opened_at == 120 * SECOND * 3 // 10


def test_a_lane_without_staff_takes_nobody_and_finishes_whom_it_has():
    done = SiteLanes(replace(one_lane(groups=9), staff=[(0, 1), (200 * SECOND, 0)])).run(HOUR)

    assert [group.number for group, _ in done] == [0, 1]


def test_the_lane_that_is_idle_longest_takes_the_next_group():
    day = replace(
        one_lane(groups=4), staff=[(0, 2)], lanes=2, arrivals=[10 * (n // 10 + 1) * MINUTE for n in range(40)]
    )

    assert [group.lane_no for group, _ in SiteLanes(day).run(HOUR)] == [1, 2, 1, 2]


def test_until_a_registration_is_acknowledged_the_lane_stands_still():
    lanes = SiteLanes(one_lane(groups=3))
    first = lanes.advance(HOUR)

    assert [group.number for group in first] == [0]
    assert lanes.advance(2 * HOUR) == []
    assert lanes.acknowledge(first[0], 2 * HOUR) == 2 * HOUR + 275 * SECOND
    assert [(group.number, group.opened_at) for group in lanes.advance(3 * HOUR)] == [(1, 2 * HOUR)]


def test_taken_up_again_whoever_was_at_a_desk_goes_first_and_desks_are_free_when_they_were():
    lanes = SiteLanes(replace(one_lane(groups=6), lanes=2, staff=[(0, 2)]))
    registered_at = {0: 120 * SECOND, 1: 240 * SECOND, 3: 395 * SECOND}  # group 2 was at a desk when all stopped
    lanes.resume(HOUR, registered_at, desks={1: (HOUR + 60 * SECOND, HOUR + 100 * SECOND)})

    assert lanes.queue_persons(HOUR) == 10 * 3  # groups 2, 4 and 5
    begun = lanes.advance(HOUR + 10 * MINUTE)
    assert [(group.number, group.lane_no) for group in begun] == [(2, 2), (4, 1)]
    assert seconds([group.opened_at - HOUR for group in begun]) == [0, 60]
    assert lanes.acknowledge(begun[1], begun[1].closed_at) == HOUR + (60 + 120 + 275) * SECOND


@pytest.mark.parametrize("tick_s", [1, 7, 60])
def test_live_stepping_with_instant_answers_is_the_virtual_day(small: Campaign, tick_s: int):
    for day in site_days(small, attendance(small))[:3]:
        until = day.closes_at + HOUR
        assert live(SiteLanes(day), day.arrivals[0], until, tick_s * SECOND) == SiteLanes(day).run(until)


def live(lanes: SiteLanes, begins_at: int, until: int, tick: int) -> list[tuple[Group, int]]:
    """Step as the world does, each due group acknowledged as of its closing, until nothing more is due in the tick."""
    done: list[tuple[Group, int]] = []
    for now in range(begins_at, until + tick, tick):
        while due := lanes.advance(min(now, until)):
            done += [(group, lanes.acknowledge(group, group.closed_at)) for group in due]
    return sorted(done, key=lambda pair: (pair[0].closed_at, pair[0].number))


@pytest.fixture(scope="module")
def whole_day(small: Campaign) -> list[tuple[SiteDay, list[tuple[Group, int]]]]:
    """Every site of the small district from opening until its staff has left."""
    days = site_days(small, attendance(small))
    return [(day, SiteLanes(day).run(day.closes_at + 4 * HOUR)) for day in days]


def test_nobody_is_lost_and_nobody_is_served_twice(whole_day: list[tuple[SiteDay, list[tuple[Group, int]]]]):
    for day, done in whole_day:
        served = [group.number * 10 + seat for group, _ in done for seat in range(group.persons)]
        lanes = SiteLanes(day)
        lanes.run(day.closes_at + 4 * HOUR)

        assert sorted(served) == list(range(len(served)))
        assert len(served) + lanes.queue_persons(day.closes_at + 4 * HOUR) == len(day.arrivals)


def test_groups_leave_the_queue_first_come_first_served(whole_day: list[tuple[SiteDay, list[tuple[Group, int]]]]):
    for _, done in whole_day:
        by_opening = sorted(done, key=lambda pair: (pair[0].opened_at, pair[0].number))
        assert [group.number for group, _ in by_opening] == list(range(len(done)))


def test_a_desk_serves_one_group_at_a_time(whole_day: list[tuple[SiteDay, list[tuple[Group, int]]]]):
    for day, done in whole_day:
        for lane_no in range(1, day.lanes + 1):
            here = [(group, at) for group, at in done if group.lane_no == lane_no]
            for (first, sampled), (second, second_sampled) in pairwise(here):
                assert second.opened_at >= first.closed_at
                assert second_sampled - sampled >= day.sampling[second.number] * second.persons // 10


def test_the_mean_queue_is_the_arrival_rate_times_the_mean_wait(small: Campaign):
    """Little's law: L = lambda W, with L from the queue as it is told every 20 s and W from the groups' own times."""
    day = site_days(small, attendance(small))[0]
    opens_at, until = day.arrivals[0], day.closes_at + HOUR
    lanes, done, told = SiteLanes(day), [], []
    for now in range(opens_at, until, 20 * SECOND):
        done += lanes.run(now)
        told.append(lanes.queue_persons(now))
    waits = [
        group.opened_at - day.arrivals[group.number * 10 + seat] for group, _ in done for seat in range(group.persons)
    ]

    assert len(waits) == len(day.arrivals)
    assert mean(told) == pytest.approx(len(waits) / (until - opens_at) * mean(waits), rel=0.01)


def test_the_wait_that_is_told_is_the_wait_that_comes(sanshui: Campaign):
    """At 09:30 of the built-in campaign, who joins is told a wait; half the sites are right within 4 minutes."""
    now = int(sanshui.round.demo_starts_at.timestamp()) * SECOND
    errors: list[float] = []
    for day in site_days(sanshui, attendance(sanshui))[:40]:
        lanes = SiteLanes(day)
        lanes.run(now)
        told, joins = lanes.wait_minutes(now), lanes.queue_persons(now) + lanes.next_group * 10
        later = lanes.run(now + 12 * HOUR)
        came = next(group.opened_at for group, _ in later if group.number == joins // 10)
        errors.append(abs((came - now) / MINUTE - told))

    assert median(errors) < 4.0
