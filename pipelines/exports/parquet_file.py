"""Parquet: the table with the types it came with, the footer in the file's own metadata."""

import hashlib
from pathlib import Path

import polars as pl

from pipelines.exports.about import About, about_of
from pipelines.exports.cells import canonical, kinds_of, plain
from pipelines.exports.errors import ExportError

PREFIX = "tenfold."


def write_parquet(frame: pl.DataFrame, about: About, path: Path) -> About:
    """Write ``frame`` to ``path`` and return the footer that it carries."""
    cells, digest = plain(frame), hashlib.sha256()
    kinds = kinds_of(cells)
    for chunk in canonical(cells, kinds, about.offset_minutes):
        digest.update(chunk)
    told = about.counted(kinds, frame.height, digest.hexdigest())
    frame.write_parquet(path, metadata={PREFIX + name: value for name, value in told.pairs().items()})
    return told


def read_parquet(path: Path) -> tuple[pl.DataFrame, About]:
    """Return the cells and the footer of a Parquet export; raises ExportError."""
    try:
        told, frame = pl.read_parquet_metadata(path), pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ExportError(f"it is no whole Parquet file ({str(error)[:120]})") from error
    about = about_of({name.removeprefix(PREFIX): value for name, value in told.items() if name.startswith(PREFIX)})
    return plain(frame), about
