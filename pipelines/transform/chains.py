"""From a source's words to the store's columns: pure lazy chains, one a kind."""

from collections.abc import Callable
from datetime import datetime

import polars as pl

from pipelines.columns import DESK_SERVER, SHORT_TUBE, STORED
from pipelines.vocabulary import Outcome, SourceKind


def tidy(kind: SourceKind, raw: pl.LazyFrame) -> pl.LazyFrame:
    """Return the store's columns of a kind, one row a row of ``raw`` (``columns.WIRE[kind]``), times in UTC.

    A desk that has not opened its session yet has its state since no moment. What comes along with a kind is a table of
    its own: ``PARTS``.
    """
    if kind is SourceKind.SERVER_STATUS:
        raw = raw.with_columns(
            is_up=pl.lit(True),
            outcome=pl.lit(Outcome.OK.value),
            reason=pl.lit(""),
        )
    if kind is SourceKind.DESKS:
        raw = raw.with_columns(since=pl.when(pl.col("session_state") != "").then("since"))
    return _columns(raw, STORED[kind])


def tidy_desks(raw: pl.LazyFrame) -> pl.LazyFrame:
    """Return site × server with the desks logged in there, from the raw queues; a site without desks has no row."""
    desk = pl.col("desks_by_server").struct
    rows = raw.filter(pl.col("desks_by_server").list.len() > 0).explode("desks_by_server")
    return _columns(rows.with_columns(server_id=desk.field("server_id"), desks=desk.field("desks")), DESK_SERVER)


def tidy_short(raw: pl.LazyFrame) -> pl.LazyFrame:
    """Return site × reason with the tubes that closed short, from the raw quality; a reason without any has no row."""
    short = pl.col("tubes_short").struct
    rows = raw.filter(pl.col("tubes_short").list.len() > 0).explode("tubes_short")
    return _columns(rows.with_columns(short_reason=short.field("short_reason"), tubes=short.field("tubes")), SHORT_TUBE)


def server_down(server_id: str, at: datetime, outcome: Outcome, reason: str) -> pl.LazyFrame:
    """Return the one row that a failed pull of a server's status is: not up, why, and nothing else known."""
    known = {"server_id": server_id, "observed_at": at, "is_up": False, "outcome": outcome.value, "reason": reason}
    schema = STORED[SourceKind.SERVER_STATUS]
    return pl.LazyFrame({name: [known.get(name)] for name in schema}, schema=schema)


def _columns(rows: pl.LazyFrame, schema: pl.Schema) -> pl.LazyFrame:
    return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items())


PARTS: dict[SourceKind, tuple[str, Callable[[pl.LazyFrame], pl.LazyFrame]]] = {
    SourceKind.SITE_QUEUES: ("desk_server", tidy_desks),
    SourceKind.QUALITY: ("short_tube", tidy_short),
}
"""What comes along with the rows of a kind: the table it is stored in, and how it is made of the raw frame."""
