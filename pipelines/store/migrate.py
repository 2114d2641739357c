"""Bring a store's tables from whatever version they are at to this program's, one transaction a step."""

from collections.abc import Sequence
from datetime import datetime

import duckdb

from pipelines.store.errors import StoreForeign, StoreTooNew
from pipelines.store.library import Migration, macros, migrations
from pipelines.store.prepared import Part, fingerprint, is_prepared, note

_APPLIED = "CREATE TABLE IF NOT EXISTS migration (version BIGINT, name VARCHAR, applied_at TIMESTAMPTZ)"


def migrate(cursor: duckdb.DuckDBPyConnection, at: datetime, steps: Sequence[Migration] | None = None) -> list[int]:
    """Apply the steps that are missing and return their versions; or raise StoreTooNew or StoreForeign unchanged."""
    wanted = migrations() if steps is None else steps
    applied = _applied(cursor)
    newest = wanted[-1].version
    if applied and applied[-1] > newest:
        raise StoreTooNew(
            f"the store's tables are of version {applied[-1]}, this program knows up to {newest}; "
            "upgrade the program, or choose another TENFOLD_HOME"
        )
    missing = [step for step in wanted if step.version not in applied]
    for step in missing:
        _apply(cursor, step, at)
    return [step.version for step in missing]


def define(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the macros, where they are not as they would be made now; they hold no data and fit the newest tables."""
    mark = fingerprint((migrations()[-1].name, *macros()))
    if is_prepared(cursor, Part.MACROS, mark):
        return
    cursor.execute("BEGIN")
    for schema in ("live", "past"):
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for statement in macros():
        cursor.execute(statement)
    note(cursor, Part.MACROS, mark)
    cursor.execute("COMMIT")


def _applied(cursor: duckdb.DuckDBPyConnection) -> list[int]:
    tables = {name for (name,) in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if tables and "migration" not in tables:
        raise StoreForeign(
            f"the file is a DuckDB database but no store of ours (it has {sorted(tables)[:3]}); move it away"
        )
    cursor.execute(_APPLIED)
    return [version for (version,) in cursor.execute("SELECT version FROM migration ORDER BY version").fetchall()]


def _apply(cursor: duckdb.DuckDBPyConnection, step: Migration, at: datetime) -> None:
    cursor.execute("BEGIN")
    try:
        cursor.execute(step.sql)
        cursor.execute("INSERT INTO migration VALUES ($version, $name, $at)", _row(step, at))
    except duckdb.Error:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")


def _row(step: Migration, at: datetime) -> dict[str, object]:
    return {"version": step.version, "name": step.name, "at": at}
