"""Pages that tell a table whole: what of them differs from the hot table, which is all that is stored."""

import duckdb
import polars as pl

WHOLE = {
    "gate": ("site_id",),
    "desk": ("device_id",),
    "kit": ("site_id",),
    "vehicle": ("vehicle_id",),
    "label_stock": ("site_id",),
    "site_quality": ("site_id",),
    "short_tube": ("site_id", "short_reason"),
    "site_order": ("order_id",),
    "person": ("staff_no",),
}
"""The tables that are told whole, with their keys; each has one hot table, ``<table>_now``."""
_CHANGED = """
SELECT {columns}, true AS is_told FROM (SELECT {columns} FROM incoming EXCEPT SELECT {columns} FROM {table}_now)
UNION ALL BY NAME
SELECT {keys}, false AS is_told FROM {table}_now ANTI JOIN incoming USING ({keys})
"""


def changed(cursor: duckdb.DuckDBPyConnection, table: str, told: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that are new or say something else than the newest known, and with ``is_told`` false the keys
    that are named no more.
    """
    columns, keys = (", ".join(f'"{name}"' for name in names) for names in (told.columns, WHOLE[table]))
    cursor.register("incoming", told)
    try:
        return cursor.execute(_CHANGED.format(columns=columns, keys=keys, table=table)).pl()
    finally:
        cursor.unregister("incoming")
