"""What one tick writes: the rows as they came, the hot tables brought up to date, in the caller's transaction."""

from collections.abc import Mapping

import duckdb
import polars as pl

from pipelines.store.library import merges
from pipelines.store.moments import Tick
from pipelines.store.pages import WHOLE, changed

HOT = {
    "site_counts": ("site_counts_now",),
    "site_queue": ("site_queue_now",),
    "desk_server": ("desk_server_now",),
    "roster": ("roster_now",),
    "network_sample": ("network_now",),
    "server_sample": ("server_now",),
    "lab_counts": ("lab_now",),
    "source_pull": ("source_now",),
    "tube_event": ("tube_total_now", "tube_bucket_now"),
    "disturbance": ("disturbance_now",),
    "recommendation": ("recommendation_now",),
    "forecast": ("forecast_now",),
    "lab_outlook": ("lab_outlook_now",),
    "act": (),
    "queue_outlook": ("queue_outlook_now",),
    "advice_set": ("advice_set_now",),
    "switch_move": ("switch_move_now",),
    "staff_loan": ("staff_loan_now",),
    "vehicle_move": ("vehicle_move_now",),
    "job_run": (),
    "check_failure": (),
    "thing_event": ("thing_now",),
    "site_input": (),
    "special_case": (),
    "exception_event": (),
    "alert_event": ("alert_now",),
    "notification": (),
    "report_version": (),
    "prediction": (),
    "answer_given": (),
    "readiness_count": (),
} | {table: (f"{table}_now",) for table in WHOLE}
ONCE = {"report_version": ("report_id", "version")}
"""Tables in which a key stands once, whoever brings it again: what is stored holds."""
FEEDS = ("tube_event", "act", "thing_event", "site_input", "special_case", "exception_event")
_NEWEST = "SELECT coalesce(max(sequence), 0) FROM {table}"
_UNSEEN = """
SELECT i.* FROM incoming AS i
ANTI JOIN (SELECT sequence FROM {table} WHERE sequence >= $lowest) AS seen ON seen.sequence = i.sequence
"""


def append(cursor: duckdb.DuckDBPyConnection, tick: Tick, table: str, frame: pl.DataFrame) -> int:
    """Append ``frame`` to a history table and merge it into its hot tables; returns the rows that were new.

    Events of a feed whose sequence is already stored are left out, so that a page pulled twice counts once. Of a
    page that tells a table whole, the rows are left out that say what is known, and those are added that it names no
    more.
    """
    rows = changed(cursor, table, frame) if table in WHOLE else frame
    if rows.is_empty():
        return 0
    stamped = rows.with_columns(pl.lit(tick.number).alias("tick"), pl.lit(tick.stored_at).alias("stored_at"))
    if table in FEEDS:
        stamped = _unseen(cursor, table, stamped.unique("sequence", keep="first", maintain_order=True))
    if table in ONCE:
        stamped = _not_yet(cursor, table, stamped)
    if stamped.is_empty():
        return 0
    cursor.register("incoming", stamped)
    try:
        cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")  # noqa: S608 one of HOT
        for hot in HOT[table]:
            cursor.execute(merges()[hot])
    finally:
        cursor.unregister("incoming")
    return stamped.height


def _not_yet(cursor: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    keys = ", ".join(ONCE[table])
    cursor.register("incoming", rows.unique(ONCE[table], keep="first", maintain_order=True))
    try:
        return cursor.execute(f"SELECT * FROM incoming ANTI JOIN {table} USING ({keys})").pl()  # noqa: S608 as above
    finally:
        cursor.unregister("incoming")


def append_all(cursor: duckdb.DuckDBPyConnection, tick: Tick, frames: Mapping[str, pl.DataFrame]) -> int:
    """Append every frame to the table of its name; returns the rows that were new."""
    return sum(append(cursor, tick, table, frame) for table, frame in frames.items())


def set_edge(cursor: duckdb.DuckDBPyConnection, tick: Tick, job: str) -> None:
    """Record ``tick`` and make it the newest; the last step of its transaction."""
    moment = {"tick": tick.number, "stored_at": tick.stored_at}
    cursor.execute("INSERT INTO tick VALUES ($tick, $stored_at, $job)", moment | {"job": job})
    cursor.execute("UPDATE edge_now SET tick = $tick, stored_at = $stored_at", moment)


def _unseen(cursor: duckdb.DuckDBPyConnection, table: str, events: pl.DataFrame) -> pl.DataFrame:
    lowest = events["sequence"].min()
    if lowest is None or lowest > cursor.execute(_NEWEST.format(table=table)).fetchall()[0][0]:
        return events
    cursor.register("incoming", events)
    try:
        return cursor.execute(_UNSEEN.format(table=table), {"lowest": lowest}).pl()
    finally:
        cursor.unregister("incoming")
