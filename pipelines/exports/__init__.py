"""Exports: any table as CSV, XLSX or Parquet, whole, free of formulas, and with a footer that proves it."""

from pipelines.exports.about import About
from pipelines.exports.apart import write_apart
from pipelines.exports.errors import ExportError
from pipelines.exports.public import shown_to
from pipelines.exports.reading import read_export, verify_export
from pipelines.exports.writing import write_export

__all__ = [
    "About",
    "ExportError",
    "read_export",
    "shown_to",
    "verify_export",
    "write_apart",
    "write_export",
]
