"""Whose turn it is where one works at a time: who had fewest, then who had none for longest, then who waits longest."""

import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

LOOK_S = 0.05
Turn = Callable[[], AbstractContextManager[None]]


class Stop(Protocol):
    """A token that says to wait no longer: a ``threading.Event`` is one."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...


@dataclass(eq=False)
class _Waiting:
    asker: str


class Turns:
    """Invariant: one at most has the turn. Who asks anew begins with as few turns as any who are still at it.

    So nobody is held up by another's long work for more than one turn each, and who asks much waits behind the others.
    """

    def __init__(self) -> None:
        """Nobody asks yet."""
        self._changed = threading.Condition()
        self._is_taken = False
        self._waiting: list[_Waiting] = []
        self._open: Counter[str] = Counter()
        self._had: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._given = 0

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        with self._changed:
            return len(self._waiting)

    @contextmanager
    def of(self, asker: str, stop: Stop) -> Generator[Turn]:
        """Be open as an asker's work; yields what waits for his turn and holds it, in vain once ``stop`` says so."""
        with self._changed:
            if not self._open[asker]:
                self._had[asker] = min(self._had.values(), default=0)
            self._open[asker] += 1
        try:
            yield lambda: self._turn(asker, stop)
        finally:
            with self._changed:
                self._open[asker] -= 1
                if not self._open[asker]:
                    del self._open[asker], self._had[asker]
                    self._last.pop(asker, None)

    @contextmanager
    def _turn(self, asker: str, stop: Stop) -> Generator[None]:
        is_mine = self._wait(_Waiting(asker), stop)
        try:
            yield
        finally:
            if is_mine:
                with self._changed:
                    self._is_taken = False
                    self._changed.notify_all()

    def _wait(self, place: _Waiting, stop: Stop) -> bool:
        with self._changed:
            self._waiting.append(place)
            try:
                while self._is_taken or self._next() is not place:
                    if stop.is_set():
                        return False
                    self._changed.wait(LOOK_S)
            finally:
                self._waiting.remove(place)
                self._changed.notify_all()
            self._is_taken = True
            self._given += 1
            self._had[place.asker] += 1
            self._last[place.asker] = self._given
            return True

    def _next(self) -> _Waiting:
        return min(self._waiting, key=lambda one: (self._had[one.asker], self._last.get(one.asker, 0)))
