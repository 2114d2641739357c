"""What a table's totals would tell of a small count: further cells are left out, so that no subtraction tells it."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import polars as pl

SMALL = 5
DIMENSIONS = (
    *("site_id", "town_code", "role", "network", "state", "kind", "lab_id", "server_id", "organisation_id"),
    *("shift_id", "hour_at", "bucket_at", "day_at"),
)
"""Columns over which somebody may add a table's rows up; sites add up to towns, too."""
TOGETHER = (("need", "on_shift", "gap"), ("staff_need", "staff_on_shift", "staff_short"))
"""Columns of which each follows from the two others of its row."""
ALL, SIZE, GONE = " all", " size", " gone"
RUNNING = (("persons_registered", "persons_total"), ("hour_persons", "persons"))
"""A column and the one that runs its total up, row by row."""


def withheld(frame: pl.DataFrame, counted: Sequence[str]) -> pl.DataFrame:
    """Return, a column for each of ``counted``, which cells are left out of a table for outsiders.

    A count of one to four is; and beside it, in every sum of rows or columns that somebody may know, the smallest other
    count, so that at least two are left out, of five or more together. What other tables or moments tell is not looked
    at.
    """
    gone = frame.select(_size(name).is_between(1, SMALL - 1).alias(name) for name in counted)
    margins = list(_margins(frame))
    count = -1
    while count != (count := _count(gone)):
        gone = _beside(gone)
        for name in counted:
            for keys in margins if gone[name].any() else ():
                gone = gone.with_columns(_completed(frame, gone[name], keys))
    return gone.with_columns(_running(frame, gone))


def _size(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64).abs().fill_null(0)


def _count(gone: pl.DataFrame) -> int:
    return sum(int(gone[name].sum()) for name in gone.columns)


def _margins(frame: pl.DataFrame) -> Iterator[list[str]]:
    """Yield the columns by which a table's rows may be added up, from one dimension less down to all rows in one.

    Sites add up to their town, too.
    """
    found = [name for name in DIMENSIONS if name in frame.columns]
    for size in range(len(found) - 1, -1, -1):
        yield from (list(kept) for kept in combinations(found, size) if not {"site_id", "town_code"} <= set(kept))


def _completed(frame: pl.DataFrame, gone: pl.Series, keys: Sequence[str]) -> pl.Series:
    """Return ``gone`` with the smallest other count of each group whose sum would tell what is left out of it."""
    by, size, is_gone = list(keys) or [ALL], pl.col(SIZE), pl.col(GONE)
    work = frame.select(*keys, pl.lit(0).alias(ALL), _size(gone.name).alias(SIZE)).with_columns(gone.alias(GONE))
    hidden = pl.when(is_gone).then(size).otherwise(0).sum().over(by)
    number = is_gone.sum().over(by)
    spare = (number >= 1) & ((number < 2) | (hidden < SMALL)) & ~is_gone & (size > 0)
    smallest = pl.when(spare).then(size).rank("ordinal").over(by) == 1
    return work.select((is_gone | smallest.fill_null(value=False)).alias(gone.name)).to_series()


def _beside(gone: pl.DataFrame) -> pl.DataFrame:
    """Leave out a second one of the columns of which the third follows."""
    for first, second, third in TOGETHER:
        if {first, second, third} <= set(gone.columns):
            alone = pl.sum_horizontal(first, second, third) == 1
            gone = gone.with_columns(
                (pl.col(second) | alone).alias(second), (pl.col(third) | (alone & pl.col(second))).alias(third)
            )
    return gone


def _running(frame: pl.DataFrame, gone: pl.DataFrame) -> list[pl.Series]:
    """Return the running totals left out but for the last one, where a step of theirs is."""
    return [
        gone[total] | (pl.Series(range(frame.height)) < frame.height - 1)
        for step, total in RUNNING
        if {step, total} <= set(gone.columns) and gone[step].any() and not {"site_id", "scope_id"} & set(frame.columns)
    ]
