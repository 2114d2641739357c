"""A table as it was handed in: rows of texts with their numbers, and what a spreadsheet hides behind its cells."""

from dataclasses import dataclass, field

MOST_ROWS = 20_000
MOST_COLUMNS = 100


class WorkbookError(Exception):
    """The file as a whole cannot be read; the message is the one sentence. Nothing of it is taken."""


@dataclass(frozen=True)
class Line:
    """One row: its number as a spreadsheet counts, and its cells' texts, "" where there is nothing."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table; the marks name cells by (row number, column from 0): formulas, and numbers beyond 15 digits."""

    lines: tuple[Line, ...]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset[tuple[int, int]])
    too_long: frozenset[tuple[int, int]] = field(default_factory=frozenset[tuple[int, int]])
    merged: tuple[tuple[int, str], ...] = ()
    """Merged cells: the last row of each, and its name, for example ``A2:A5``."""


def check_size(rows: int, columns: int) -> None:
    """Raise WorkbookError for a table larger than any that is handed in."""
    if rows > MOST_ROWS:
        raise WorkbookError(f"it has {rows:,} rows, at most {MOST_ROWS:,} are taken at once; hand it in in parts")
    if columns > MOST_COLUMNS:
        raise WorkbookError(f"it has {columns:,} columns, this form has fewer than ten; hand in that table alone")
