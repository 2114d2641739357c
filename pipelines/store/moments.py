"""Which moments may be asked about, and which one the next tick gets: an answer once given for a moment stays true.

Three rules make it so. A tick's ``stored_at`` lies after every earlier tick's and after every moment that was ever
handed out or asked about. A moment at or after a tick that is being committed is not handed out. A question about such
a moment waits until the commit is through.
"""

import math
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.api import Edge
from pipelines.clock import Clock, stopwatch
from pipelines.store.errors import AskWrong, StoreBusy

RECENT_S = 1.5
COMMIT_PATIENCE_S = 10.0
_GRAIN = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Tick:
    """One committed transaction: its number, and the campaign time from which what it brought is known."""

    number: int
    stored_at: datetime


class Moments:
    """The one keeper of the edge; shared by the writer and every reader."""

    def __init__(self, clock: Clock, newest: Tick) -> None:
        """Start from the newest tick in the store."""
        self._clock = clock
        self._turn = threading.Condition()
        self._newest = newest
        self._committed_s = -math.inf
        self._given = newest.stored_at
        self._pending: Tick | None = None
        self._pace = 1.0

    @property
    def pace(self) -> float:
        """The clock's speed, or the last one at which it ran: while it stands still nothing ages."""
        with self._turn:
            self._pace = self._clock.speed or self._pace
            return self._pace

    @property
    def newest(self) -> Tick:
        """The last committed tick."""
        return self._newest

    @property
    def at_rest(self) -> Tick | None:
        """The last committed tick, the very same as long as nothing was committed since; None during a commit."""
        with self._turn:
            return self._newest if self._pending is None else None

    @property
    def committed_s(self) -> float | None:
        """The stopwatch's seconds at the last commit, None when this process has not committed yet."""
        return None if self._committed_s == -math.inf else self._committed_s

    def stamp(self) -> Tick:
        """Return the tick that is now being committed; the caller must end it with ``settle``."""
        with self._turn:
            stored_at = max(self._clock.now(), self._newest.stored_at + _GRAIN, self._given + _GRAIN)
            self._pending = Tick(self._newest.number + 1, stored_at)
            return self._pending

    def settle(self, committed: Tick | None) -> None:
        """End the commit under way: with its tick when it is through, with None when nothing of it was kept."""
        with self._turn:
            if committed is not None:
                self._newest = committed
                self._committed_s = stopwatch()
            self._pending = None
            self._turn.notify_all()

    def resume(self, newest: Tick) -> None:
        """Take over the newest tick found in the file after it was opened anew."""
        with self._turn:
            self._newest = newest
            self._pending = None
            self._turn.notify_all()

    def edge(self) -> Edge:
        """Return the newest moment that can be asked about: the last tick's, or the clock's when ticks have stopped."""
        with self._turn:
            now, speed = self._clock.now(), self._clock.speed
            as_of = self._newest.stored_at
            if stopwatch() - self._committed_s > RECENT_S:
                as_of = max(as_of, self._before_pending(_floored(now, speed)))
            self._given = max(self._given, as_of)
            return Edge(as_of=as_of, clock_at=now, speed=speed, tick=self._newest.number)

    def admit(self, as_of: datetime) -> None:
        """Return once answers for ``as_of`` can no longer change.

        Raises AskWrong for a moment yet to come, StoreBusy when a tick is being committed for too long.
        """
        with self._turn:
            latest = max(self._clock.now(), self._given, self._newest.stored_at)
            if as_of > latest:
                raise AskWrong(
                    f"as_of {as_of.isoformat()} is yet to come, it is {latest.isoformat()}; ask for /v1/edge first"
                )
            if not self._turn.wait_for(
                lambda: self._pending is None or as_of < self._pending.stored_at, COMMIT_PATIENCE_S
            ):
                waited = f"what is known as of {as_of.isoformat()} is being stored for over {COMMIT_PATIENCE_S:g} s"
                raise StoreBusy(f"{waited}; ask again, or look whether the disk is slow")
            if self._pending is None:
                self._given = max(self._given, as_of)

    def _before_pending(self, moment: datetime) -> datetime:
        return moment if self._pending is None else min(moment, self._pending.stored_at - _GRAIN)


def _floored(moment: datetime, speed: float) -> datetime:
    """Return ``moment`` at its last full wall second, so that all who ask within a second ask the same."""
    if speed <= 0:
        return moment
    step = timedelta(seconds=speed)
    return EPOCH + ((moment - EPOCH) // step) * step
