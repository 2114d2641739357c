"""The job that keeps what the what-if desk has answered about today, so that it can be held against what comes."""

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.jobs.predict import FORESEEN
from pipelines.jobs.work import Desk, Harvest

EVERY_S, MOST_AN_HOUR = 10.0, 30
ANSWER_GIVEN = pl.Schema({"code": pl.String, "name": pl.String, "is_of_the_day": pl.Boolean} | FORESEEN)


class GivenAnswers:
    """Answers that wait to be stored, rows of ``ANSWER_GIVEN``; safe between threads.

    Invariant: of a case the newest of an hour of the campaign; at most ``MOST_AN_HOUR`` cases an hour, the first.
    """

    def __init__(self) -> None:
        """Nothing was given yet."""
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, datetime], Mapping[str, Any]] = {}
        self._hour: datetime | None = None
        self._cases: set[str] = set()

    def add(self, row: Mapping[str, Any]) -> None:
        """Keep an answer, in the place of an older one of the same case and hour."""
        code, hour = row["code"], row["made_at"].replace(minute=0, second=0, microsecond=0)
        with self._lock:
            if hour != self._hour:
                self._hour, self._cases = hour, set()
            if code in self._cases or len(self._cases) < MOST_AN_HOUR:
                self._cases.add(code)
                self._waiting[code, hour] = row

    def take(self) -> list[Mapping[str, Any]]:
        """Return what waits and keep it no longer."""
        with self._lock:
            taken, self._waiting = list(self._waiting.values()), {}
        return taken


def keep_answers(desk: Desk) -> Harvest:
    """Bring home the answers that were given since the last run."""
    rows = desk.given()
    return Harvest({"answer_given": pl.DataFrame(rows, ANSWER_GIVEN)} if rows else {}, len(rows))
