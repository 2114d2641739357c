"""What of a store was prepared at an opening before, so that one that finds nothing changed does it no second time."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import blake2b

import duckdb

_HELD = "SELECT fingerprint FROM prepared WHERE what = $what"
_FORGOTTEN = "DELETE FROM prepared WHERE what = $what"
_NOTED = "INSERT INTO prepared VALUES ($what, $fingerprint)"


class Part(StrEnum):
    """What is prepared."""

    MACROS = "macros"
    CAMPAIGN = "campaign"


def fingerprint(made_of: Iterable[str]) -> str:
    """Return by what a part is known again that is made of these texts, by this DuckDB."""
    found = blake2b(duckdb.__version__.encode(), digest_size=16)
    for text in made_of:
        found.update(b"\0" + text.encode())
    return found.hexdigest()


def is_prepared(cursor: duckdb.DuckDBPyConnection, part: Part, mark: str) -> bool:
    """Whether the store holds the part as it was made of what has that fingerprint."""
    return cursor.execute(_HELD, {"what": part.value}).fetchone() == (mark,)


def note(cursor: duckdb.DuckDBPyConnection, part: Part, mark: str) -> None:
    """Note, in the transaction that prepares the part, what it was made of."""
    cursor.execute(_FORGOTTEN, {"what": part.value})
    cursor.execute(_NOTED, {"what": part.value, "fingerprint": mark})
