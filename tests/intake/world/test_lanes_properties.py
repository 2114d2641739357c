"""Whatever the crowd, the desks' times and the staff: nobody is lost, jumps the queue or shares a desk."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.moments import MINUTE, SECOND
from pipelines.intake.world.lanes import Group, SiteDay, SiteLanes

CLOSES_AT = 600 * MINUTE
NIGHT = 100_000 * MINUTE
spans = st.integers(1, 900).map(lambda seconds: seconds * SECOND)


@st.composite
def site_days(draw: st.DrawFn) -> SiteDay:
    """A site with up to 75 persons, 4 lanes, and staff that come and go and are all there at last."""
    gaps = draw(st.lists(st.integers(0, 12 * MINUTE), max_size=75))
    persons, lanes = len(gaps), draw(st.integers(1, 4))
    groups = -(-persons // 10)
    changes = draw(st.lists(st.tuples(st.integers(0, 800 * MINUTE), st.integers(0, lanes)), max_size=6))
    arrivals = [min(at, CLOSES_AT - 1) for at in accumulate(gaps)]
    return SiteDay(
        arrivals=arrivals,
        registration=draw(st.lists(spans, min_size=groups, max_size=groups)),
        sampling=draw(st.lists(spans, min_size=groups, max_size=groups)),
        staff=[*sorted(changes), (900 * MINUTE, lanes)],
        lanes=lanes,
        closes_at=CLOSES_AT,
    )


@given(day=site_days())
def test_everyone_is_registered_once_in_tens_but_for_the_tail(day: SiteDay):
    done = SiteLanes(day).run(NIGHT)

    assert sorted(group.number for group, _ in done) == list(range(-(-len(day.arrivals) // 10)))
    assert sum(group.persons for group, _ in done) == len(day.arrivals)
    assert all(group.persons == 10 or group.opened_at >= CLOSES_AT for group, _ in done)


@given(day=site_days())
def test_no_group_starts_before_its_people_are_there_nor_before_those_ahead(day: SiteDay):
    done = sorted((group for group, _ in SiteLanes(day).run(NIGHT)), key=lambda group: group.number)

    assert all(group.opened_at >= day.arrivals[group.number * 10 + group.persons - 1] for group in done)
    assert all(ahead.opened_at <= behind.opened_at for ahead, behind in pairwise(done))


@given(day=site_days())
def test_each_desk_has_one_group_at_a_time_and_works_its_full_time(day: SiteDay):
    done = SiteLanes(day).run(NIGHT)

    for lane_no in range(1, day.lanes + 1):
        here = [(group, sampled_at) for group, sampled_at in done if group.lane_no == lane_no]
        for group, sampled_at in here:
            assert group.closed_at - group.opened_at == share(day.registration, group)
            assert sampled_at - group.closed_at >= share(day.sampling, group)
        for (ahead, ahead_sampled_at), (behind, behind_sampled_at) in pairwise(here):
            assert behind.opened_at >= ahead_sampled_at - share(day.sampling, ahead)
            assert behind_sampled_at - share(day.sampling, behind) >= ahead_sampled_at


@given(day=site_days(), at=st.integers(0, 900 * MINUTE))
def test_arrived_is_registered_plus_at_a_desk_plus_queueing_at_every_moment(day: SiteDay, at: int):
    lanes = SiteLanes(day)
    registered = sum(group.persons for group, _ in lanes.run(at))
    begun = min(lanes.next_group * 10, len(day.arrivals))
    arrived = sum(moment <= at for moment in day.arrivals)

    assert begun - registered <= 10 * day.lanes
    assert begun + lanes.queue_persons(at) == arrived
    assert 0.0 <= lanes.wait_minutes(at) <= 2_880.0


def share(spans_of_ten: Sequence[int], group: Group) -> int:
    """The time a desk takes for a group: in proportion to its persons."""
    return spans_of_ten[group.number] * group.persons // 10
