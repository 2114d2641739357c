"""Freezing by hand: what the job does, over a store of the small district."""

from datetime import datetime

import polars as pl

from pipelines.reports.freezing import versions_due
from tests.store.kit import Bench

HOUR = "2031-03-02T01:00Z"


def due(bench: Bench, until: datetime | None = None) -> pl.DataFrame:
    """Return the versions that are due at the store's edge."""
    as_of = bench.store.moments.newest.stored_at
    figures, newest = bench.ask("report_figures", as_of=as_of), bench.ask("reports_newest", as_of=as_of)
    return versions_due(figures, newest, as_of, until or as_of)


def freeze(bench: Bench, at: str, **tables: str | pl.DataFrame) -> pl.DataFrame:
    """Let a tick bring ``tables``, then store the versions that are due and return them."""
    bench.tick(at, **tables)
    rows = due(bench)
    bench.clock.at = bench.store.commit("freeze_reports", {"report_version": rows}).tick.stored_at
    return rows
