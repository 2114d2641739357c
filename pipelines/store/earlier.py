"""The store of an earlier day, which nobody writes any more: asked once, read only, and closed again."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.store.connection import MEMORY_LIMIT, THREADS, first_line
from pipelines.store.core import find_ask
from pipelines.store.errors import StoreForeign
from pipelines.store.moments import EPOCH

CONFIG: dict[str, str | bool | int | float | list[str]] = {"threads": THREADS, "memory_limit": MEMORY_LIMIT}


def told_earlier(path: Path, campaign_id: str, name: str, params: Mapping[str, Any]) -> pl.DataFrame | None:
    """Return the named ask's answer of the last moment of another day's store; None where there is no such file.

    ``params``: what the ask needs but the moment. Raises StoreForeign where the file is no store that this program
    can read, or another campaign's.
    """
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
            connection.execute("SET GLOBAL TimeZone = 'UTC'")
            held = connection.execute("SELECT campaign_id FROM setting").fetchone()
            if held is None or held[0] != campaign_id:
                raise StoreForeign(f"the earlier store {path} is of another campaign than {campaign_id!r}")
            asked, (stored_us,) = find_ask(name), _edge(connection)
            bound = dict(params) | {"as_of": EPOCH + timedelta(microseconds=stored_us)}
            return connection.execute(asked.past, {key: bound[key] for key in asked.bound}).pl()
    except duckdb.Error as error:
        raise StoreForeign(f"the earlier store {path} cannot be read: {first_line(error)}") from error


def _edge(connection: duckdb.DuckDBPyConnection) -> tuple[int]:
    return connection.execute("SELECT epoch_us(stored_at) FROM edge_now").fetchall()[0]
