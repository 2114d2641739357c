"""What is the same for all sessions is worked out once: whoever needs it meanwhile waits for the first to have it.

A result stands while somebody asks for it and a few seconds longer, so that no moment of the day is kept for good.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

import msgspec
import polars as pl

from pipelines.clock import stopwatch

P = ParamSpec("P")
R = TypeVar("R")

IDLE_S = 10.0
# Two languages, two themes, a few cuts, and the moment before, which slower sessions still draw.
KEPT = 32
# Told apart by what they are, not by what is in them: frames are shared by all sessions, and nobody changes one.
BY_IDENTITY = (pl.DataFrame, pl.Series, dict, list, msgspec.Struct)


class _Itself:
    """An argument that is equal to itself only."""

    __slots__ = ("it",)

    def __init__(self, it: object) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.it is self.it


@dataclass(slots=True)
class _Held(Generic[R]):
    """A result, and when it was last asked for, by the stopwatch."""

    result: R
    used_at_s: float


def once(entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the newest ``entries`` results of a pure function, and let no two threads work one out at a time.

    A hundred pages ask for the same drawing when a moment comes; a cache alone would have all of them draw it.
    Frames, dicts and lists among the arguments are told apart by their identity.
    """

    def decorate(work: Callable[P, R]) -> Callable[P, R]:
        held: dict[tuple[Any, ...], _Held[R]] = {}
        turn = threading.RLock()

        @wraps(work)
        def alone(*what: P.args, **more: P.kwargs) -> R:
            key = (*map(_told_apart, what), *((name, _told_apart(more[name])) for name in sorted(more)))
            kept = held.get(key)
            if kept is None:
                with turn:
                    kept = held.get(key) or _Held(work(*what, **more), 0.0)
                    _let_go(held, entries - 1)
                    held[key] = kept
            kept.used_at_s = stopwatch()
            return kept.result

        return alone

    return decorate


def _told_apart(argument: object) -> object:
    return _Itself(argument) if isinstance(argument, BY_IDENTITY) else argument


def _let_go(held: dict[tuple[Any, ...], _Held[R]], entries: int) -> None:
    """Forget what nobody has asked for in a while, and, the oldest first, what is beyond so many ``entries``."""
    idle_before_s = stopwatch() - IDLE_S
    for key, kept in list(held.items()):
        if kept.used_at_s < idle_before_s or len(held) > entries:
            del held[key]
