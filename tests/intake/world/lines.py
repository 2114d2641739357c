"""Sites made by hand: lines whose every moment and span a test states."""

from collections.abc import Sequence

from pipelines.intake.moments import MINUTE, SECOND
from pipelines.intake.world.groups import FIRST_NUMBER, SEATS, SERVED, Group, Line, SiteDay
from pipelines.intake.world.lanes import SiteLanes

HOUR = 60 * MINUTE


def line(of: int, ready: Sequence[int], registration: Sequence[int] = (), sampling: Sequence[int] = ()) -> Line:
    """The line of one stream: when each person is ready; a group of ten takes 120 s and 275 s unless said."""
    groups = -(-len(ready) // SEATS[of])
    return Line(
        first=FIRST_NUMBER[of],
        seats=SEATS[of],
        ready=ready,
        registration=registration or [120 * SECOND] * groups,
        sampling=sampling or [275 * SECOND] * groups,
    )


def site(
    normal: Sequence[int],
    special: Sequence[int] = (),
    separate: Sequence[int] = (),
    staff: Sequence[tuple[int, int]] = ((0, 1),),
    lanes: int = 1,
    closes_at: int = 20 * HOUR,
    guides_per_lane: int = 3,
) -> SiteDay:
    """A site with one lane, staffed from 0, that closes at 20 h unless said; the lines tell when people are ready."""
    lines = tuple(line(of, ready) for of, ready in zip(SERVED, (normal, special, separate), strict=True))
    return SiteDay(lines, staff, lanes, closes_at, guides_per_lane)


def live(lanes: SiteLanes, begins_at: int, until: int, tick: int) -> list[tuple[Group, int]]:
    """Step as the world does, each due group acknowledged as of its closing, until nothing more is due in the tick."""
    done: list[tuple[Group, int]] = []
    for now in range(begins_at, until + tick, tick):
        while due := lanes.advance(min(now, until)):
            done += [(group, lanes.acknowledge(group, group.closed_at)) for group in due]
    return sorted(done, key=lambda pair: (pair[0].closed_at, pair[0].number))
