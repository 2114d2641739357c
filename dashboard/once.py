"""What is the same for all sessions is worked out once: whoever needs it meanwhile waits for the first to have it."""

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def once(entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the newest ``entries`` results of a pure function, and let no two threads work one out at a time.

    A hundred pages ask for the same drawing when a moment comes; a cache alone would have all of them draw it.
    """

    def decorate(work: Callable[P, R]) -> Callable[P, R]:
        kept, turn = lru_cache(maxsize=entries)(work), threading.RLock()

        @wraps(work)
        def alone(*what: P.args, **more: P.kwargs) -> R:
            with turn:
                return kept(*what, **more)  # pyright: ignore[reportArgumentType]

        return alone

    return decorate
