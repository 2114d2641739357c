"""Read an export back, and prove that it is whole: the rows counted and the hash taken again."""

import hashlib
from pathlib import Path

import polars as pl

from pipelines.exports.about import About
from pipelines.exports.cells import canonical
from pipelines.exports.csv_file import read_csv
from pipelines.exports.errors import ExportError
from pipelines.exports.parquet_file import read_parquet
from pipelines.exports.xlsx_file import read_xlsx
from pipelines.vocabulary import ExportForm

_READERS = {ExportForm.CSV: read_csv, ExportForm.XLSX: read_xlsx, ExportForm.PARQUET: read_parquet}


def read_export(path: Path) -> tuple[pl.DataFrame, About]:
    """Return the table and the footer of the export at ``path``; raises ExportError.

    The form is the name's end. Escapes are undone; wholes are Int64, moments UTC, lists JSON texts.
    """
    try:
        form = ExportForm(path.suffix.lower().removeprefix("."))
    except ValueError as error:
        raise ExportError(f"{path.name} ends in none of .csv, .xlsx, .parquet; no export has such a name") from error
    if not path.is_file():
        raise ExportError(f"there is no file {path}")
    return _READERS[form](path)


def verify_export(path: Path) -> About:
    """Return the footer of an export that is what it says; raises ExportError with the first difference."""
    frame, about = read_export(path)
    if frame.height != about.rows:
        raise ExportError(f"it holds {frame.height} rows, its footer says {about.rows}; rows were taken out or put in")
    digest = hashlib.sha256()
    for chunk in canonical(frame, about.columns, about.offset_minutes):
        digest.update(chunk)
    if digest.hexdigest() != about.sha256:
        raise ExportError(f"its data have the hash {digest.hexdigest()}, its footer says {about.sha256}; it was edited")
    return about
