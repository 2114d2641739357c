"""Whatever the crowd, the desks' times and the staff: nobody is lost, jumps the queue or shares a desk."""

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.moments import MINUTE, SECOND
from pipelines.intake.world.gate import Stream
from pipelines.intake.world.groups import FIRST_NUMBER, SEATS, SERVED, Group, SiteDay
from pipelines.intake.world.lanes import SiteLanes
from tests.intake.world.lines import line

CLOSES_AT = 600 * MINUTE
NIGHT = 100_000 * MINUTE
spans = st.integers(1, 900).map(lambda seconds: seconds * SECOND)


@st.composite
def site_days(draw: st.DrawFn) -> SiteDay:
    """A site with up to 100 persons in three lines, 4 lanes, and staff that come and go and are all there at last."""
    lines = []
    for of, most in zip(SERVED, (60, 35, 4), strict=True):
        gaps = draw(st.lists(st.integers(0, 12 * MINUTE), max_size=most))
        ready, groups = [min(at, CLOSES_AT + 9 * MINUTE) for at in accumulate(gaps)], -(-len(gaps) // SEATS[of])
        lines.append(line(of, ready, *(draw(st.lists(spans, min_size=groups, max_size=groups)) for _ in range(2))))
    lanes = draw(st.integers(1, 4))
    changes = draw(st.lists(st.tuples(st.integers(0, 800 * MINUTE), st.integers(0, lanes)), max_size=6))
    staff = [*sorted(changes), (900 * MINUTE, lanes)]
    return SiteDay(tuple(lines), staff, lanes, CLOSES_AT, guides_per_lane=draw(st.integers(0, 3)))


@given(day=site_days())
def test_everyone_is_registered_once_in_tens_but_for_the_tails(day: SiteDay):
    done = [group for group, _ in SiteLanes(day).run(NIGHT)]

    for of, own in zip(SERVED, day.lines, strict=True):
        here = [group for group in done if group.stream == of]
        assert sorted(group.number - FIRST_NUMBER[of] for group in here) == list(range(own.groups))
        assert sum(group.persons for group in here) == len(own.ready)
        assert all(group.persons == SEATS[of] or group.opened_at >= CLOSES_AT for group in here)
    assert all(group.is_short == (group.short_reason is not None) and group.persons <= 10 for group in done)


@given(day=site_days())
def test_no_group_starts_before_its_people_are_there_nor_before_those_ahead(day: SiteDay):
    done = sorted((group for group, _ in SiteLanes(day).run(NIGHT)), key=lambda group: group.number)

    for group in done:
        index = group.number - FIRST_NUMBER[group.stream]
        assert group.opened_at >= day.lines[group.stream].ready[index * SEATS[group.stream] + group.persons - 1]
    assert all(ahead.opened_at <= behind.opened_at for ahead, behind in pairwise(done) if ahead.stream == behind.stream)


@given(day=site_days())
def test_a_group_of_the_normal_line_never_starts_while_one_of_the_special_channel_is_complete(day: SiteDay):
    done = [group for group, _ in SiteLanes(day).run(NIGHT)]
    special = [group for group in done if group.stream == Stream.SPECIAL]

    for group in (group for group in done if group.stream != Stream.SPECIAL):
        for other in special:
            complete_at = day.lines[Stream.SPECIAL].ready_at(other.number - FIRST_NUMBER[Stream.SPECIAL], CLOSES_AT)
            assert not complete_at <= group.opened_at < other.opened_at


@given(day=site_days())
def test_each_desk_has_one_group_at_a_time_and_works_its_full_time(day: SiteDay):
    done = SiteLanes(day).run(NIGHT)

    for lane_no in range(1, day.lanes + 1):
        here = [(group, sampled_at) for group, sampled_at in done if group.lane_no == lane_no]
        for group, sampled_at in here:
            assert group.closed_at - group.opened_at == share(day, group, "registration")
            assert sampled_at - group.closed_at >= share(day, group, "sampling")
        for (ahead, ahead_sampled_at), (behind, behind_sampled_at) in pairwise(here):
            assert behind.opened_at >= ahead_sampled_at - share(day, ahead, "sampling")
            assert behind_sampled_at - share(day, behind, "sampling") >= ahead_sampled_at


@given(day=site_days())
def test_no_more_groups_are_under_way_than_there_are_guides(day: SiteDay):
    done = SiteLanes(day).run(NIGHT)
    for group, _ in done:
        staffed = [lanes for moment, lanes in day.staff if moment <= group.opened_at]
        under_way = sum(other.opened_at <= group.opened_at < sampled_at for other, sampled_at in done)
        assert not day.guides_per_lane or under_way <= day.guides_per_lane * staffed[-1]


@given(day=site_days(), at=st.integers(0, 900 * MINUTE))
def test_ready_is_registered_plus_at_a_desk_plus_queueing_at_every_moment(day: SiteDay, at: int):
    lanes = SiteLanes(day)
    registered = sum(group.persons for group, _ in lanes.run(at))
    begun = sum(lanes.persons_begun(of) for of in SERVED)
    ready = sum(moment <= at for own in day.lines for moment in own.ready)

    assert begun - registered <= 10 * day.lanes
    assert begun + lanes.queue_persons(at) + lanes.captured_persons(at) + lanes.aside_persons(at) == ready
    assert 0.0 <= lanes.wait_minutes(at) <= 2_880.0


def share(day: SiteDay, group: Group, desk: str) -> int:
    """The time a desk takes for a group: in proportion to its persons."""
    own = day.lines[group.stream]
    return getattr(own, desk)[group.number - FIRST_NUMBER[group.stream]] * group.persons // 10
