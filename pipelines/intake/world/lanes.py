"""The lanes of one site: registration desk, then sampling desk, nobody between (Q54, Q55); in virtual or live time.

Invariants: groups leave the queue first come, first served; a lane holds at most one group at each desk; the next group
may be registered while the last is sampled, and then waits at the registration desk until the sampling desk is free; a
group has ten persons, except the last one of the day. Times are microseconds.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from pipelines.contract import LONGEST_WAIT_MINUTES
from pipelines.intake.moments import MINUTE
from pipelines.vocabulary import PERSONS_PER_TUBE

RATE_WINDOW = 20 * MINUTE
_STAFF, _DESK_FREE, _CLOSED, _READY = range(4)


@dataclass(slots=True)
class Group:
    """A group at a registration desk. ``number`` is its place in the site's order; its persons begin at 10 x it."""

    number: int
    persons: int
    lane_no: int
    opened_at: int
    closed_at: int

    @property
    def is_short(self) -> bool:
        """Whether it is the short tail of the day."""
        return self.persons < PERSONS_PER_TUBE


@dataclass(frozen=True)
class SiteDay:
    """What chance and the roster have decided for a site before the day begins."""

    arrivals: Sequence[int]
    registration: Sequence[int]
    sampling: Sequence[int]
    staff: Sequence[tuple[int, int]]
    lanes: int
    closes_at: int


class SiteLanes:
    """The moving part of a site: its queue and its lanes."""

    def __init__(self, day: SiteDay) -> None:
        """Stand before the day: nobody served, every desk idle, no lane staffed yet."""
        self._day = day
        self._events: list[tuple[int, int, int]] = []
        self._idle: deque[int] = deque(range(1, day.lanes + 1))
        self._at_desk: dict[int, Group] = {}
        self._sampling_free_at = [0] * (day.lanes + 1)
        self._due: list[Group] = []
        self._awaited = -1
        self._starts: deque[int] = deque()
        self._redo: deque[int] = deque()
        self.next_group = 0
        self.lanes_open = 0
        for place, (moment, _) in enumerate(day.staff):
            heappush(self._events, (moment, _STAFF, place))

    def resume(self, at: int, done: dict[int, int], desks: dict[int, tuple[int, int]]) -> None:
        """Take up a day at ``at``: when each group was registered, and when each lane's two desks are free.

        Nothing is done before ``at``. Groups that are missing among those done go first.
        """
        self.next_group = max(done, default=-1) + 1
        self._redo = deque(number for number in range(self.next_group) if number not in done)
        recent = (closed_at for closed_at in done.values() if closed_at > at - RATE_WINDOW)
        self._starts = deque(sorted(recent))
        self.lanes_open = next((lanes for moment, lanes in reversed(self._day.staff) if moment <= at), 0)
        self._events = [event for event in self._events if event[0] > at]
        heapify(self._events)
        self._idle.clear()
        for lane_no in range(1, self._day.lanes + 1):
            desk_free_at, self._sampling_free_at[lane_no] = desks.get(lane_no, (0, 0))
            heappush(self._events, (max(desk_free_at, at), _DESK_FREE, lane_no))

    def is_registering(self, lane_no: int) -> bool:
        """Whether a group is at the lane's registration desk."""
        return lane_no in self._at_desk

    def at_desk(self, lane_no: int) -> Group | None:
        """Return the group at the lane's registration desk."""
        return self._at_desk.get(lane_no)

    def advance(self, to: int) -> list[Group]:
        """Step to ``to``; return the groups whose registration is now due, in order of time."""
        events = self._events
        while events and events[0][0] <= to:
            at, kind, which = heappop(events)
            if kind == _CLOSED:
                self._due.append(self._at_desk[which])
                continue
            if kind == _STAFF:
                self.lanes_open = self._day.staff[which][1]
            elif kind == _DESK_FREE:
                self._idle.append(which)
            self._start_groups(at)
        due, self._due = self._due, []
        return due

    def acknowledge(self, group: Group, at: int) -> int:
        """Let a registered group walk on to its sampling desk; return when it will be sampled."""
        lane_no = group.lane_no
        del self._at_desk[lane_no]
        walks_on_at = max(at, self._sampling_free_at[lane_no])
        sampled_at = walks_on_at + self._span(self._day.sampling, group.number, group.persons)
        self._sampling_free_at[lane_no] = sampled_at
        heappush(self._events, (walks_on_at, _DESK_FREE, lane_no))
        return sampled_at

    def sampling_span(self, number: int, persons: int) -> int:
        """Return how long a group takes at its sampling desk."""
        return self._span(self._day.sampling, number, persons)

    def run(self, until: int) -> list[tuple[Group, int]]:
        """Step in virtual time with instant acknowledgements; return (group, sampled at) in order of registration."""
        done: list[tuple[Group, int]] = []
        while self._events and self._events[0][0] <= until:
            done += [(group, self.acknowledge(group, group.closed_at)) for group in self.advance(self._events[0][0])]
        return done

    def _start_groups(self, at: int) -> None:
        while (lane_no := self._idle_lane()) is not None:
            persons = self._group_ready(at)
            if not persons:
                return
            number = self._redo.popleft() if self._redo else self._take_next()
            closed_at = at + self._span(self._day.registration, number, persons)
            self._idle.remove(lane_no)
            self._at_desk[lane_no] = Group(number, persons, lane_no, at, closed_at)
            self._starts.append(at)
            heappush(self._events, (closed_at, _CLOSED, lane_no))

    def _idle_lane(self) -> int | None:
        """Return the staffed lane that has been idle longest."""
        return next((lane_no for lane_no in self._idle if lane_no <= self.lanes_open), None)

    def _take_next(self) -> int:
        self.next_group += 1
        return self.next_group - 1

    def _group_ready(self, at: int) -> int:
        """Return how many persons the next group has, 0 while it is incomplete (then its moment is awaited)."""
        number = self._redo[0] if self._redo else self.next_group
        size = min(PERSONS_PER_TUBE, len(self._day.arrivals) - number * PERSONS_PER_TUBE)
        if size <= 0:
            return 0
        is_tail = size < PERSONS_PER_TUBE
        ready_at = self._day.closes_at if is_tail else self._day.arrivals[number * PERSONS_PER_TUBE + size - 1]
        if ready_at <= at:
            return size
        if self._awaited != number:
            self._awaited = number
            heappush(self._events, (ready_at, _READY, 0))
        return 0

    def _span(self, spans: Sequence[int], number: int, persons: int) -> int:
        return spans[number] * persons // PERSONS_PER_TUBE

    def queue_persons(self, now: int) -> int:
        """Return how many persons stand in the queue."""
        arrived = bisect_right(self._day.arrivals, now)
        taken = min(self.next_group * PERSONS_PER_TUBE, len(self._day.arrivals))
        return max(arrived - taken, 0) + len(self._redo) * PERSONS_PER_TUBE

    def wait_minutes(self, now: int) -> float:
        """Return how long who joins now will wait: the queue ahead over the site's rate of the last 20 minutes.

        While no group was taken in that time, the staffed lanes' own rate stands in, and the wait is at least as long
        as the first in line has already waited.
        """
        queue = self.queue_persons(now)
        while self._starts and self._starts[0] <= now - RATE_WINDOW:
            self._starts.popleft()
        if self._starts:
            span = max(now - self._starts[0], RATE_WINDOW // 4)
            return min(queue * span / (len(self._starts) * PERSONS_PER_TUBE) / MINUTE, LONGEST_WAIT_MINUTES)
        by_lanes = queue * self._mean_sampling() / (PERSONS_PER_TUBE * max(self.lanes_open, 1)) / MINUTE
        return min(max(by_lanes, self._head_waited(now)), LONGEST_WAIT_MINUTES)

    def _mean_sampling(self) -> float:
        return sum(self._day.sampling) / max(len(self._day.sampling), 1)

    def _head_waited(self, now: int) -> float:
        first = (self._redo[0] if self._redo else self.next_group) * PERSONS_PER_TUBE
        if first + PERSONS_PER_TUBE > bisect_right(self._day.arrivals, now):
            return 0.0
        return max(now - self._day.arrivals[first], 0) / MINUTE

    def is_open(self, now: int, opens_at: int) -> bool:
        """Whether the site takes people: in its opening hours, and after them while its queue is served."""
        is_serving = self.lanes_open > 0 and self.queue_persons(now) > 0
        return opens_at <= now and (now < self._day.closes_at or is_serving)
