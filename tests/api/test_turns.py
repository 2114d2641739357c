"""Turns between askers: one at a time, who had least first, who asks anew waits for one turn of another's at most."""

import threading
import time
from collections.abc import Callable

from pipelines.server.turns import Turn, Turns


class Askers:
    """Threads that take turns; ``order`` is who had them, each held until ``go`` lets one more go."""

    def __init__(self) -> None:
        self.turns, self.order, self.go = Turns(), list[str](), threading.Semaphore(0)
        self.threads: list[threading.Thread] = []

    def ask(self, name: str, turns: int, stop: threading.Event | None = None) -> None:
        """Begin to ask for so many turns; return once the asker waits or has his turn."""
        before = self.waiting() + len(self.order)

        def work() -> None:
            with self.turns.of(name, stop or threading.Event()) as turn:
                for _ in range(turns):
                    self._take(name, turn)

        self.threads.append(threading.Thread(target=work))
        self.threads[-1].start()
        until(lambda: self.waiting() + len(self.order) > before)

    def _take(self, name: str, turn: Turn) -> None:
        with turn():
            self.order.append(name)
            self.go.acquire(timeout=30)

    def waiting(self) -> int:
        return self.turns.waiting

    def next(self) -> None:
        """Let who has the turn go, and wait until the next has it."""
        had = len(self.order)
        self.go.release()
        until(lambda: len(self.order) > had or not any(thread.is_alive() for thread in self.threads))

    def finish(self) -> list[str]:
        """Let all go; return who had the turns."""
        while any(thread.is_alive() for thread in self.threads):
            self.next()
        return self.order


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, "waited 30 s in vain"
        time.sleep(0.001)


def test_who_comes_first_is_first_and_long_work_is_in_turn_with_later_short_work() -> None:
    askers = Askers()
    askers.ask("long", 4)
    askers.ask("short", 1)
    askers.ask("other", 2)

    assert askers.finish() == ["long", "short", "other", "long", "other", "long", "long"]


def test_who_asks_for_much_at_once_waits_behind_the_others() -> None:
    askers = Askers()
    for _ in range(3):
        askers.ask("greedy", 1)
    askers.ask("modest", 1)

    assert askers.finish() == ["greedy", "modest", "greedy", "greedy"]


def test_who_asks_anew_does_not_outrank_those_who_are_at_it_for_long() -> None:
    askers = Askers()
    askers.ask("first", 4)
    askers.next()
    askers.next()
    askers.ask("second", 3)

    assert askers.finish() == ["first", "first", "first", "second", "first", "second", "second"]


def test_who_is_stopped_leaves_the_line() -> None:
    askers, stop = Askers(), threading.Event()
    askers.ask("holds", 1)
    askers.ask("stopped", 1, stop)
    askers.ask("stays", 1)
    stop.set()
    until(lambda: "stopped" in askers.order)
    askers.go.release()
    until(lambda: askers.waiting() == 1)

    assert askers.finish()[-1] == "stays"
