"""The lanes of one site: registration desk, then sampling desk, nobody between (Q54, Q55); in virtual or live time.

Invariants: each stream's groups leave its line first come, first served, the special channel's before diverted persons
before the normal line; a lane holds at most one group at each desk; a guide leads one group all the way (Q59); the next
group may be registered while the last is sampled, and then waits at the registration desk until the sampling desk is
free; a group is complete but for the last one of each line. Times are microseconds.
"""

from collections import deque
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from pipelines.intake.world.gate import Stream
from pipelines.intake.world.groups import FIRST_NUMBER, FIRST_SPARE, Group, SiteDay, stream_of
from pipelines.intake.world.waiting import NEVER, RATE_WINDOW, Waiting
from pipelines.vocabulary import PERSONS_PER_TUBE

__all__ = ["RATE_WINDOW", "Group", "SiteDay", "SiteLanes"]
_STAFF, _DESK_FREE, _CLOSED, _WAKE = range(4)
_PRIORITY = (Stream.SPECIAL, Stream.SEPARATE, Stream.NORMAL)


class SiteLanes:
    """The moving part of a site: its lines, its lanes, its guides."""

    def __init__(self, day: SiteDay) -> None:
        """Stand before the day: nobody served, every desk idle, no lane staffed yet."""
        self._day = day
        self._events: list[tuple[int, int, int]] = []
        self._idle: deque[int] = deque(range(1, day.lanes + 1))
        self._at_desk: dict[int, Group] = {}
        self._sampling_free_at = [0] * (day.lanes + 1)
        self._due: list[Group] = []
        self._lines = [Waiting(line, day.closes_at) for line in day.lines]
        self._by_priority = [self._lines[of] for of in _PRIORITY]
        self._guides_back: list[int] = []
        self._woken_at = -1
        self.lanes_open = 0
        spans = day.lines[Stream.NORMAL].sampling
        self.group_span = sum(spans) / max(len(spans), 1)  # a lane's pace: a group of ten at its sampling desk
        self._staff = list(day.staff)
        for place, (moment, _) in enumerate(self._staff):
            heappush(self._events, (moment, _STAFF, place))

    def resume(self, at: int, done: dict[int, int], desks: dict[int, tuple[int, int]]) -> None:
        """Take up a day at ``at``: when each group was registered, and when each lane's two desks are free.

        Nothing is done before ``at``. Groups that are missing among those done go first in their line.
        """
        by_stream: list[dict[int, int]] = [{} for _ in self._lines]
        for number, closed_at in done.items():
            if number < FIRST_SPARE:
                of = stream_of(number)
                by_stream[of][number - FIRST_NUMBER[of]] = closed_at
        for line, known in zip(self._lines, by_stream, strict=True):
            line.resume(at, known)
        self.lanes_open = next((lanes for moment, lanes in reversed(self._staff) if moment <= at), 0)
        self._events = [event for event in self._events if event[0] > at]
        heapify(self._events)
        self._idle.clear()
        for lane_no in range(1, self._day.lanes + 1):
            desk_free_at, self._sampling_free_at[lane_no] = desks.get(lane_no, (0, 0))
            heappush(self._events, (max(desk_free_at, at), _DESK_FREE, lane_no))
            back = {desk_free_at, self._sampling_free_at[lane_no]}
            self._guides_back += [moment for moment in back if moment > at]
        heapify(self._guides_back)

    def change(self, day: SiteDay) -> None:
        """Go on with another crowd, the same up to now, so who was taken stays taken; the staff is as it was."""
        self._day = day
        for waiting, line in zip(self._lines, day.lines, strict=True):
            waiting.change(line)
        self._wake(min(line.next_ready_at for line in self._lines))

    def set_staff(self, changes: Sequence[tuple[int, int]], now: int) -> None:
        """Open as many lanes from ``now`` on as ``changes`` say: (moment, lanes from then on), ascending."""
        open_now = next((lanes for moment, lanes in reversed(changes) if moment <= now), 0)
        self._staff = [(now, open_now), *(change for change in changes if change[0] > now)]
        self._events = [event for event in self._events if event[1] != _STAFF]
        self._events += [(moment, _STAFF, place) for place, (moment, _) in enumerate(self._staff)]
        heapify(self._events)

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
                self.lanes_open = self._staff[which][1]
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
        sampled_at = walks_on_at + self.sampling_span(group.number, group.persons)
        self._sampling_free_at[lane_no] = sampled_at
        heappush(self._guides_back, sampled_at)
        heappush(self._events, (walks_on_at, _DESK_FREE, lane_no))
        return sampled_at

    def sampling_span(self, number: int, persons: int) -> int:
        """Return how long a group takes at its sampling desk; one with a spare label as long as some other does."""
        line = self._day.lines[stream_of(number)]
        spans = line.sampling or self._day.lines[Stream.NORMAL].sampling
        return spans[(number - line.first) % len(spans)] * persons // PERSONS_PER_TUBE if spans else 0

    def run(self, until: int) -> list[tuple[Group, int]]:
        """Step in virtual time with instant acknowledgements; return (group, sampled at) in order of registration."""
        done: list[tuple[Group, int]] = []
        while self._events and self._events[0][0] <= until:
            done += [(group, self.acknowledge(group, group.closed_at)) for group in self.advance(self._events[0][0])]
        return done

    def _start_groups(self, at: int) -> None:
        while (lane_no := self._idle_lane()) is not None:
            line = next((line for line in self._by_priority if line.next_ready_at <= at), None)
            if line is None:
                self._wake(min(line.next_ready_at for line in self._lines))
                return
            if not self._guide_is_free(at):
                if self._guides_back:
                    self._wake(self._guides_back[0])
                return
            group = line.take(at, lane_no)
            self._idle.remove(lane_no)
            self._at_desk[lane_no] = group
            heappush(self._events, (group.closed_at, _CLOSED, lane_no))

    def _wake(self, at: int) -> None:
        """Look again at ``at``, when a group is complete or a guide is back."""
        if at not in (self._woken_at, NEVER):
            self._woken_at = at
            heappush(self._events, (at, _WAKE, 0))

    def _idle_lane(self) -> int | None:
        """Return the staffed lane that has been idle longest."""
        return next((lane_no for lane_no in self._idle if lane_no <= self.lanes_open), None)

    def _guide_is_free(self, at: int) -> bool:
        back = self._guides_back
        while back and back[0] <= at:
            heappop(back)
        guides = self._day.guides_per_lane * self.lanes_open
        return not guides or len(self._at_desk) + len(back) < guides

    def guides(self, now: int) -> tuple[int, int]:
        """Return how many guides lead a group and how many are free (Q59)."""
        busy = len(self._at_desk) + sum(back > now for back in self._guides_back)
        return busy, max(self._day.guides_per_lane * self.lanes_open - busy, 0)

    def groups_begun(self, of: Stream) -> int:
        """Return how many groups of a line have been taken to a desk."""
        return self._lines[of].begun

    def persons_begun(self, of: Stream) -> int:
        """Return how many persons those groups have."""
        return self._lines[of].persons_begun

    def queue_persons(self, now: int) -> int:
        """Return how many persons stand in the normal line, their codes ready."""
        return self._lines[Stream.NORMAL].persons(now)

    def aside_persons(self, now: int) -> int:
        """Return how many diverted persons wait for their separate test."""
        return self._lines[Stream.SEPARATE].persons(now)

    def captured_persons(self, now: int) -> int:
        """Return how many persons of the special channel are captured and wait to be led to a desk."""
        return self._lines[Stream.SPECIAL].persons(now)

    def wait_minutes(self, now: int) -> float:
        """Return how long who joins the normal line now will wait."""
        return self._lines[Stream.NORMAL].wait_minutes(now, self.lanes_open)

    def is_open(self, now: int, opens_at: int) -> bool:
        """Whether the site takes people: in its opening hours, and after them while somebody is to be served."""
        if not opens_at <= now < self._day.closes_at:
            return opens_at <= now and self.lanes_open > 0 and any(line.persons(now) for line in self._lines)
        return True
