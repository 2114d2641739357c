"""Read a ledger beside the process that writes it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.acts.entry import Entry, Row, entry_of
from pipelines.acts.errors import ActsUnavailable
from pipelines.acts.opening import open_reader

_NEWEST = "SELECT * FROM act ORDER BY sequence DESC LIMIT ?"


def newest_acts(path: Path, number: int) -> list[Entry]:
    """Return the newest ``number`` acts, ascending; raises ActsError or ActsUnavailable."""
    with closing(open_reader(path)) as connection:
        try:
            rows = connection.execute(_NEWEST, (number,)).fetchall()
            return [entry_of(Row(*row)) for row in reversed(rows)]
        except (sqlite3.Error, ValueError) as error:
            sentence = f"the act ledger {path} cannot be read ({error}); see `tenfold acts verify`"
            raise ActsUnavailable(sentence) from error
