"""Write a table as an export: suppressed for its audience, whole under its name or not there at all."""

from pathlib import Path

import polars as pl

from pipelines.exports.about import About
from pipelines.exports.cells import plain
from pipelines.exports.csv_file import write_csv
from pipelines.exports.parquet_file import write_parquet
from pipelines.exports.public import shown_to
from pipelines.exports.whole import whole
from pipelines.exports.xlsx_file import write_xlsx
from pipelines.vocabulary import ExportForm


def write_export(frame: pl.DataFrame, form: ExportForm, about: About, target: Path) -> About:
    """Write ``frame`` to ``target`` and return its footer; raises ExportError, and then there is no such file.

    ``about`` says what, for whom, by whom and when; counts, hash and columns are added here.
    """
    shown, told = shown_to(frame, about)
    with whole(target) as part:
        if form is ExportForm.PARQUET:
            return write_parquet(shown, told, part)
        write = write_csv if form is ExportForm.CSV else write_xlsx
        return write(plain(shown), told, part)
