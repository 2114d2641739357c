"""The store itself: opened whole, written a tick at a time, read by named asks."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock, stopwatch
from pipelines.store.answered import Answered
from pipelines.store.appending import append_all, set_edge
from pipelines.store.connection import Database, first_line
from pipelines.store.dimensions import Staleness, write_campaign
from pipelines.store.errors import AskFailed, AskUnknown, AskWrong, StoreError, StoreFailed
from pipelines.store.library import COMMON, Ask, asks
from pipelines.store.migrate import define, migrate
from pipelines.store.moments import EPOCH, Moments, Tick
from pipelines.vocabulary import SourceKind

Cursor = duckdb.DuckDBPyConnection
Frames = Mapping[str, pl.DataFrame]
Finish = Callable[[int, Callable[[], pl.DataFrame]], Frames]
_EDGE = "SELECT tick, epoch_us(stored_at) FROM edge_now"
_CURSORS = "SELECT kind, sequence FROM feed_cursor()"
_BROKEN_SITES = """
SELECT site_id, persons_counted, persons_in_tubes FROM live.conservation($as_of)
WHERE is_checked AND persons_counted <> persons_in_tubes ORDER BY site_id
"""


@dataclass(frozen=True)
class Committed:
    """What a commit did: its tick, and how many rows were new."""

    tick: Tick
    rows: int


class Store:
    """One campaign's history and its newest state. One writer at a time, many readers, safe between threads."""

    def __init__(
        self, path: Path, clock: Clock, campaign: Campaign, stale: Mapping[SourceKind, Staleness] | None = None
    ) -> None:
        """Open ``path``, bring its tables up to date and write the campaign into it; raises a StoreError.

        ``stale`` holds the kinds that are pulled and after how long their words are too old.
        """
        self._database = Database(path)
        self._writing = threading.Lock()
        try:
            self._database.run(lambda cursor: migrate(cursor, clock.now()), is_repeatable=False)
            self._database.run(define, is_repeatable=False)
            self._database.run(lambda cursor: write_campaign(cursor, campaign, stale or {}), is_repeatable=False)
        except StoreError:
            self._database.close()
            raise
        self._database.lock_down()
        self.moments = Moments(clock, self._newest())
        self._answered = Answered()
        self.commit_ms = 0.0
        """How long the last commit took."""

    @property
    def folder(self) -> Path:
        """The folder of the file: what a full disk is measured at."""
        return self._database.path.parent

    @property
    def earlier(self) -> Path:
        """The file of the simulated day before, where one was moved aside."""
        return self.folder / "previous" / self._database.path.name

    def commit(self, job: str, frames: Frames, finish: Finish | None = None) -> Committed:
        """Store one tick, all of it or nothing; never waits for anything but the disk.

        ``finish(rows, broken_sites)`` is called inside the transaction, after ``frames`` are in, and returns more rows
        to store with them: the run's record, failed checks. ``broken_sites()`` gives the sites whose persons counted
        are not the persons of their tubes (site_id, persons_counted, persons_in_tubes). Raises StoreFailed when the
        storage failed; nothing was kept then.
        """
        with self._writing:
            tick, began_s = self.moments.stamp(), stopwatch()
            done: Tick | None = None
            try:
                rows = self._database.run(lambda c: _write(c, tick, job, frames, finish), is_repeatable=False)
                done, self.commit_ms = tick, (stopwatch() - began_s) * 1e3
            except StoreFailed:
                self._answered.forget()
                self.moments.resume(self._newest())
                raise
            finally:
                self.moments.settle(done)
        return Committed(tick, rows)

    def ask(self, name: str, params: Mapping[str, Any]) -> pl.DataFrame:
        """Return the named ask's answer; ``params`` hold as_of, speed, scope_level, scope_id and the ask's own.

        Reads the hot tables when ``as_of`` is not before the newest tick, the history otherwise; both give the same.
        Raises AskUnknown, AskWrong, AskFailed, StoreBusy or StoreFailed.
        """
        asked = find_ask(name)
        bound = _bound(asked, params)
        self.moments.admit(params["as_of"])
        try:
            if (frame := self._at_rest(asked, bound, params["as_of"])) is not None:
                return frame
            return self._database.run(lambda c: _answer(c, asked, bound, params["as_of"]), is_repeatable=True)
        except duckdb.Error as error:
            raise AskFailed(f"the ask {name!r} failed: {first_line(error)}; mend its text") from error

    def told(self, name: str, params: Mapping[str, Any]) -> pl.DataFrame:
        """Return the same as ``ask``, the very frame again when the same was told a short while ago: leave it as it is.

        Pages and jobs ask much the same about the same moment. Raises what ``ask`` raises.
        """
        kept = self._answered.get(name, params)
        if kept is None:
            kept = self.ask(name, params)
            self._answered.put(name, params, kept)
        return kept

    def last_sequence(self, kind: SourceKind = SourceKind.TUBE_EVENTS) -> int:
        """Return the newest sequence of a feed's events stored or left out, 0 when there is none: its cursor."""
        if kind is SourceKind.TUBE_EVENTS:
            return self._one("SELECT sequence FROM live.arrived(TIMESTAMPTZ 'infinity')")
        reached = self._database.run(lambda c: c.execute(_CURSORS).fetchall(), is_repeatable=True)
        return dict(reached).get(kind.value, 0)

    def newest_counts(self) -> pl.DataFrame:
        """Return the newest counts. Grain: site that was ever heard of."""
        return self._database.run(lambda c: c.execute("FROM site_counts_now").pl(), is_repeatable=True)

    def newest_act(self) -> tuple[int, str]:
        """Return the sequence and the ledger's hash of the newest act that is stored, (0, "") when there is none."""
        sql = "SELECT coalesce(max(sequence), 0), coalesce(arg_max(hash, sequence), '') FROM act"
        return self._database.run(lambda c: _row(c, sql), is_repeatable=True)[:2]

    def checkpoint(self) -> str:
        """Fold the log of changes into the file; returns why not, in a sentence, when readers were in the way."""
        with self._writing:
            return self._database.run(_checkpoint, is_repeatable=True)

    def close(self) -> None:
        """Close the file; waits for the commit under way."""
        with self._writing:
            self._database.close()

    def _at_rest(self, asked: Ask, bound: dict[str, Any], as_of: datetime) -> pl.DataFrame | None:
        """Answer in one statement, without a transaction around it; None when a tick was being committed meanwhile."""
        newest = self.moments.at_rest
        if newest is None:
            return None
        text = asked.live if newest.stored_at <= as_of else asked.past
        frame = self._database.run(lambda c: c.execute(text, bound).pl(), is_repeatable=True)
        return frame if self.moments.at_rest is newest else None

    def _newest(self) -> Tick:
        return self._database.run(_newest_tick, is_repeatable=True)

    def _one(self, sql: str) -> Any:
        return self._database.run(lambda c: _row(c, sql)[0], is_repeatable=True)


def find_ask(name: str) -> Ask:
    """Return the ask of that name; raises AskUnknown with the list of those there are."""
    if name not in asks():
        raise AskUnknown(f"there is no ask named {name!r}; there are: {', '.join(asks())}")
    return asks()[name]


def _bound(asked: Ask, params: Mapping[str, Any]) -> dict[str, Any]:
    own = frozenset(params) - COMMON
    if own != asked.params:
        needs = ", ".join(sorted(asked.params)) or "no parameters"
        raise AskWrong(f"the ask {asked.name!r} needs {needs}, got {', '.join(sorted(own)) or 'none'}")
    return {key: value for key, value in params.items() if key in asked.bound}


def _answer(cursor: Cursor, asked: Ask, bound: dict[str, Any], as_of: datetime) -> pl.DataFrame:
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    try:
        is_live = _newest_tick(cursor).stored_at <= as_of
        return cursor.execute(asked.live if is_live else asked.past, bound).pl()
    finally:
        _end(cursor, "COMMIT")


def _write(cursor: Cursor, tick: Tick, job: str, frames: Frames, finish: Finish | None) -> int:
    cursor.execute("BEGIN")
    try:
        rows = append_all(cursor, tick, frames)
        if finish is not None:
            broken = {"as_of": tick.stored_at}
            append_all(cursor, tick, finish(rows, lambda: cursor.execute(_BROKEN_SITES, broken).pl()))
        set_edge(cursor, tick, job)
        cursor.execute("COMMIT")
    except BaseException:
        _end(cursor, "ROLLBACK")
        raise
    return rows


def _checkpoint(cursor: Cursor) -> str:
    try:
        cursor.execute("CHECKPOINT")
    except duckdb.TransactionException as error:
        return f"the log was not folded in, it is tried again: {first_line(error)}"
    return ""


def _end(cursor: Cursor, statement: str) -> None:
    """End the transaction if there still is one: a storage failure has ended it already, and its error is the news."""
    with suppress(duckdb.Error):
        cursor.execute(statement)


def _newest_tick(cursor: Cursor) -> Tick:
    number, stored_us = _row(cursor, _EDGE)
    return Tick(number, EPOCH + timedelta(microseconds=stored_us))


def _row(cursor: Cursor, sql: str) -> tuple[Any, ...]:
    return cursor.execute(sql).fetchall()[0]
