"""What the jobs that judge the day ask: of one moment for all of them, each question once."""

import threading
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from pipelines.alerts.rules import PARAMS
from pipelines.api import Edge
from pipelines.clock import stopwatch
from pipelines.store import Store
from pipelines.vocabulary import ScopeLevel

PACES_S: dict[str, float] = {
    **dict.fromkeys(("missing_tubes", "account_breaches", "accounts_live", "custody_live"), 20.0),
    "tickets_live": 10.0,
    **dict.fromkeys(("gates_live", "labels_live", "open_tubes", "kit_live", "inputs_live", "skills_live"), 10.0),
    **dict.fromkeys(("crowd_index", "labs_live", "lab_rates", "staff_by_site", "vehicles_live"), 6.0),
    "jobs_live": 4.0,
}
"""Wall seconds for which an answer is good enough; any other ask is asked anew at every moment."""


@dataclass(frozen=True)
class _Kept:
    as_of: datetime
    at_s: float
    frame: pl.DataFrame


class Inquiry:
    """Asks for the whole district; safe between threads, one question at a time.

    A moment that was handed out is handed out again for ``hold_s`` wall seconds, so that jobs that run about the same
    time judge the same moment and share its answers.
    """

    def __init__(self, store: Store, hold_s: float = 0.0) -> None:
        """Ask ``store``."""
        self._store, self._hold_s = store, hold_s
        self._turn = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._edge: Edge | None = None
        self._edge_s = 0.0

    def edge(self) -> Edge:
        """Return the moment to judge: the newest, or the one that is held."""
        with self._turn:
            if self._edge is None or stopwatch() - self._edge_s >= self._hold_s:
                self._edge, self._edge_s = self._store.moments.edge(), stopwatch()
            return self._edge

    def answer(self, name: str, as_of: datetime) -> pl.DataFrame:
        """Return an ask's answer as of a moment handed out, or the last one while that is good enough.

        Raises StoreError.
        """
        with self._turn:
            kept = self._kept.get(name)
            if kept and (kept.as_of == as_of or stopwatch() - kept.at_s < PACES_S.get(name, 0.0)):
                return kept.frame
            frame = self.past(name, as_of)
            self._kept[name] = _Kept(as_of, stopwatch(), frame)
            return frame

    def past(self, name: str, as_of: datetime) -> pl.DataFrame:
        """Return an ask's answer as of any moment, not kept here; raises StoreError."""
        common = {"as_of": as_of, "speed": self._store.moments.pace}
        scope = {"scope_level": ScopeLevel.DISTRICT.value, "scope_id": None}
        return self._store.told(name, common | scope | PARAMS.get(name, {}))

    def forget(self) -> None:
        """Keep no answer any longer."""
        with self._turn:
            self._kept.clear()
