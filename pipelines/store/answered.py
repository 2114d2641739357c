"""The last answers: what was answered for a moment stays true, so whoever asks the same about it is told the same."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

import polars as pl

KEPT = 64
ROWS = 2_000
"""An answer of more rows is not kept: it is asked seldom."""


class Answered:
    """The last answers by question and moment; safe between threads."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._turn = threading.Lock()
        self._frames: OrderedDict[Hashable, pl.DataFrame] = OrderedDict()

    def get(self, name: str, params: Mapping[str, Any]) -> pl.DataFrame | None:
        """Return the answer that was given, None when it is not kept."""
        with self._turn:
            return self._frames.get(_key(name, params))

    def put(self, name: str, params: Mapping[str, Any], frame: pl.DataFrame) -> None:
        """Keep an answer; forget the oldest beyond the limit."""
        if frame.height > ROWS:
            return
        with self._turn:
            self._frames[_key(name, params)] = frame
            while len(self._frames) > KEPT:
                self._frames.popitem(last=False)

    def forget(self) -> None:
        """Keep nothing any longer, as when the storage failed."""
        with self._turn:
            self._frames.clear()


def _key(name: str, params: Mapping[str, Any]) -> Hashable:
    """Return what tells questions apart; 1, 1.0 and true are not the same parameter."""
    return name, *((key, type(params[key]), params[key]) for key in sorted(params))
