"""What carries the phones' requests: worker threads in the live world, a plain call in a virtual day."""

import queue
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from pipelines.intake.world.desks import Attempt


class Carrier(Protocol):
    """Runs attempts somewhere and hands their answers back to the thread that asks for them."""

    def carry(self, attempt: Callable[[], Attempt]) -> None:
        """Begin an attempt; it never raises."""
        ...

    def arrived(self) -> Iterator[Attempt]:
        """Yield and forget the answers that are there; those of attempts that are carried meanwhile may come too."""
        ...

    def stop(self) -> None:
        """Carry nothing more."""
        ...


class ThreadCarrier:
    """Worker threads: answers arrive when they arrive."""

    def __init__(self, workers: int) -> None:
        """Start with idle workers."""
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="desk")
        self._answers: queue.SimpleQueue[Attempt] = queue.SimpleQueue()

    def carry(self, attempt: Callable[[], Attempt]) -> None:
        """Give the attempt to a worker."""
        self._pool.submit(lambda: self._answers.put(attempt()))

    def arrived(self) -> Iterator[Attempt]:
        """Yield what the workers have brought back so far: under a storm of uploads new ones come without end."""
        for _ in range(self._answers.qsize()):
            yield self._answers.get()

    def stop(self) -> None:
        """Begin no attempt that waits for a worker."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class ImmediateCarrier:
    """No threads: an attempt is made in place, in the order of asking, so that a day is the same every time."""

    def __init__(self) -> None:
        """Hold no answer."""
        self._answers: deque[Attempt] = deque()

    def carry(self, attempt: Callable[[], Attempt]) -> None:
        """Make the attempt now."""
        self._answers.append(attempt())

    def arrived(self) -> Iterator[Attempt]:
        """Yield the answers in the order of asking."""
        while self._answers:
            yield self._answers.popleft()

    def stop(self) -> None:
        """Nothing is on its way."""
