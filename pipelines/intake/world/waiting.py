"""One stream's line for the desks: who is next, how many stand there, how long who joins now will wait."""

from bisect import bisect_right
from collections import deque

from pipelines.contract import LONGEST_WAIT_MINUTES
from pipelines.intake.moments import MINUTE
from pipelines.intake.world.groups import Group, Line
from pipelines.vocabulary import PERSONS_PER_TUBE

RATE_WINDOW = 20 * MINUTE
NEVER = 1 << 62


class Waiting:
    """Owned by its site's lanes. Groups are taken in order; those that a restart found missing come first."""

    def __init__(self, line: Line, closes_at: int) -> None:
        """Stand before the day: nobody taken."""
        self._line, self._closes_at = line, closes_at
        self._next = 0
        self._redo: deque[int] = deque()
        self._starts: deque[int] = deque()
        self.next_ready_at = NEVER
        self._look()

    def resume(self, at: int, done: dict[int, int]) -> None:
        """Take up at ``at``: when each group, counted from 0, was registered."""
        self._next = max(done, default=-1) + 1
        self._redo = deque(index for index in range(self._next) if index not in done)
        self._starts = deque(sorted(closed_at for closed_at in done.values() if closed_at > at - RATE_WINDOW))
        self._look()

    def change(self, line: Line) -> None:
        """Go on with another order of those who are still to come."""
        self._line = line
        self._look()

    def take(self, at: int, lane_no: int) -> Group:
        """Take the next group, which is complete by ``at``, to a lane's registration desk."""
        index = self._redo.popleft() if self._redo else self._take_next()
        line = self._line
        persons = line.persons(index)
        closed_at = at + line.registration[index] * persons // PERSONS_PER_TUBE
        group = Group(line.first + index, persons, lane_no, at, closed_at)
        if line.rescans:
            group.rescans = line.rescans[index]
            group.manual_entries = line.manual_entries[index]
            group.is_verified = line.is_verified[index]
        self._starts.append(at)
        self._look()
        return group

    def _take_next(self) -> int:
        self._next += 1
        return self._next - 1

    def _look(self) -> None:
        index = self._redo[0] if self._redo else self._next
        is_there = index < self._line.groups
        self.next_ready_at = self._line.ready_at(index, self._closes_at) if is_there else NEVER

    @property
    def begun(self) -> int:
        """How many groups were taken."""
        return self._next - len(self._redo)

    @property
    def persons_begun(self) -> int:
        """How many persons were taken."""
        line = self._line
        again = sum(line.persons(index) for index in self._redo)
        return min(self._next * line.seats, len(line.ready)) - again

    def persons(self, now: int) -> int:
        """Return how many persons stand in the line."""
        return max(bisect_right(self._line.ready, now) - self.persons_begun, 0)

    def wait_minutes(self, now: int, lanes_open: int) -> float:
        """Return how long who joins now will wait: the queue ahead over the line's rate of the last 20 minutes.

        While no group was taken in that time, the staffed lanes' own rate stands in, and the wait is at least as long
        as the first in line has already waited.
        """
        queue = self.persons(now)
        while self._starts and self._starts[0] <= now - RATE_WINDOW:
            self._starts.popleft()
        if self._starts:
            span = max(now - self._starts[0], RATE_WINDOW // 4)
            return min(queue * span / (len(self._starts) * self._line.seats) / MINUTE, LONGEST_WAIT_MINUTES)
        by_lanes = queue * self._mean_sampling() / (PERSONS_PER_TUBE * max(lanes_open, 1)) / MINUTE
        return min(max(by_lanes, self._head_waited(now)), LONGEST_WAIT_MINUTES)

    def _mean_sampling(self) -> float:
        return sum(self._line.sampling) / max(len(self._line.sampling), 1)

    def _head_waited(self, now: int) -> float:
        first = (self._redo[0] if self._redo else self._next) * self._line.seats
        if first + self._line.seats > bisect_right(self._line.ready, now):
            return 0.0
        return max(now - self._line.ready[first], 0) / MINUTE
