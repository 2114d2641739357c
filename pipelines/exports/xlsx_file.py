"""XLSX: texts as texts and never formulas, so many rows a sheet as it holds and the rest on the next, a sheet `about`.

Moments are a spreadsheet's own dates in local time where the whole column is of whole milliseconds, which is all that
readers give back; else they are ISO 8601 texts with their offset. Whole numbers beyond 15 digits are texts.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.exports.about import About, Kind, about_of
from pipelines.exports.cells import CHUNK_ROWS, MOMENT, NATIVE, canonical, kinds_of, local, local_text
from pipelines.exports.errors import ExportError

SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
CELL_SIGNS = 32_767
ABOUT, DATA = "about", "data"
LARGEST_WHOLE = 10**15
_SHEET = re.compile(rf"{DATA}( [0-9]{{1,4}})?")
UNFIT = "[\ufffe\uffff]"
_DAY_US = 86_400_000_000
_EPOCH_DAYS = 25_569  # from the spreadsheets' day 0 to 1970-01-01
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class _Exact(float):
    """A number that is written with all its digits."""

    def __format__(self, _spec: str) -> str:
        return repr(float(self))


def write_xlsx(frame: pl.DataFrame, about: About, path: Path, rows_per_sheet: int = SHEET_ROWS) -> About:
    """Write plain cells to ``path`` and return the footer; ``rows_per_sheet`` counts the header too."""
    kinds = kinds_of(frame)
    _check_limits(frame, kinds)
    fit, replaced = _fit(frame, kinds)
    digest = hashlib.sha256()
    for chunk in canonical(fit, kinds, about.offset_minutes):
        digest.update(chunk)
    told = about.counted(kinds, fit.height, digest.hexdigest(), replaced)
    cells = _cells(fit, kinds, about.offset_minutes)
    with xlsxwriter.Workbook(path, {**_OPTIONS, "tmpdir": str(path.parent)}) as book:
        book.set_properties({"created": about.made_at, "author": about.by, "title": about.ask})
        formats = {Kind.MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})}
        head = book.add_format({"bold": True})
        at_most = rows_per_sheet - 1
        for number, first in enumerate(range(0, max(cells.height, 1), at_most), start=1):
            sheet = book.add_worksheet(DATA if number == 1 else f"{DATA} {number}")
            _write_sheet(sheet, cells.slice(first, at_most), kinds, formats, head)
        _write_about(book.add_worksheet(ABOUT), told, head)
    return told


def _check_limits(frame: pl.DataFrame, kinds: dict[str, Kind]) -> None:
    if frame.width > SHEET_COLUMNS:
        raise ExportError(f"{frame.width} columns do not fit into a sheet, which holds {SHEET_COLUMNS}; take Parquet")
    for name in (name for name, kind in kinds.items() if kind is Kind.TEXT):
        longest = frame[name].str.len_bytes().max()
        if isinstance(longest, int) and longest > CELL_SIGNS:
            raise ExportError(
                f"a text of {longest} bytes in the column {name} may not fit into a cell, which holds {CELL_SIGNS} "
                "characters; take CSV or Parquet"
            )


def _fit(frame: pl.DataFrame, kinds: dict[str, Kind]) -> tuple[pl.DataFrame, int]:
    """Return the cells without the two characters that no workbook can hold, and how many texts had one."""
    texts = [name for name, kind in kinds.items() if kind is Kind.TEXT]
    if not texts or frame.is_empty():
        return frame, 0
    found = sum(count or 0 for count in frame.select(pl.col(texts).str.contains(UNFIT).sum()).row(0))
    return (frame.with_columns(pl.col(texts).str.replace_all(UNFIT, "\ufffd")) if found else frame), found


def _cells(frame: pl.DataFrame, kinds: dict[str, Kind], offset_minutes: int) -> pl.DataFrame:
    """Return the cells as they are written: numbers, truth values and texts."""
    return frame.select(_cell(frame[name], kind, offset_minutes) for name, kind in kinds.items())


def _cell(column: pl.Series, kind: Kind, offset_minutes: int) -> pl.Expr:
    name = column.name
    if kind is Kind.MOMENT:
        is_coarse = column.is_empty() or bool((column.dt.epoch("us") % 1_000 == 0).all())
        days = local(name, offset_minutes).dt.epoch("us") / _DAY_US + _EPOCH_DAYS
        return days.alias(name) if is_coarse else local_text(name, offset_minutes)
    if kind is Kind.WHOLE and not (column.abs() < LARGEST_WHOLE).all():
        return pl.col(name).cast(pl.String)
    if kind is Kind.NUMBER and not column.is_finite().all():
        return pl.col(name).map_elements(repr, return_dtype=pl.String)
    return pl.col(name).cast(pl.String) if kind is Kind.DAY else pl.col(name)


Put = Callable[[Worksheet, int, int, Any], object]


def _put(dtype: pl.DataType, kind: Kind, formats: dict[Kind, Format]) -> Put:
    if dtype == pl.String:
        return lambda sheet, row, column, value: sheet.write_string(row, column, value)
    if dtype == pl.Boolean:
        return lambda sheet, row, column, value: sheet.write_boolean(row, column, value)
    if dtype == pl.Float64:
        shape = formats.get(kind)
        return lambda sheet, row, column, value: sheet.write_number(row, column, _Exact(value), shape)
    return lambda sheet, row, column, value: sheet.write_number(row, column, value)


def _write_sheet(
    sheet: Worksheet, cells: pl.DataFrame, kinds: dict[str, Kind], formats: dict[Kind, Format], head: Format
) -> None:
    for column, name in enumerate(kinds):
        sheet.set_column(column, column, 24 if kinds[name] is Kind.MOMENT else 14)
        sheet.write_string(0, column, name, head)
    sheet.freeze_panes(1, 0)
    puts = [_put(cells.schema[name], kind, formats) for name, kind in kinds.items()]
    row = 0
    for part in cells.iter_slices(CHUNK_ROWS):
        for values in part.iter_rows():
            row += 1
            for column, value in enumerate(values):
                if value is not None:
                    puts[column](sheet, row, column, value)


def _write_about(sheet: Worksheet, told: About, head: Format) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    for row, (name, value) in enumerate({"name": "value", **told.pairs()}.items()):
        for column, text in enumerate((name, value)):
            sheet.write_string(row, column, text, head if row == 0 else None)


def read_xlsx(path: Path, rows_per_sheet: int = SHEET_ROWS) -> tuple[pl.DataFrame, About]:
    """Return the cells and the footer of an XLSX export; raises ExportError."""
    try:
        book = fastexcel.read_excel(path)
        if ABOUT not in book.sheet_names:
            raise ExportError(f"it has no sheet `{ABOUT}`; the file was edited or is no export")
        pairs = book.load_sheet(ABOUT, dtypes="string").to_polars()
        about = about_of({str(name): str(value or "") for name, value in pairs.iter_rows()})
        sheets = [name for name in book.sheet_names if _SHEET.fullmatch(name)]
        parts = [_read_sheet(book, name, about, rows_per_sheet - 1) for name in sheets]
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise ExportError(f"it is no whole workbook of an export ({str(error)[:160]})") from error
    return pl.concat(parts), about


def _read_sheet(book: fastexcel.ExcelReader, name: str, about: About, at_most: int) -> pl.DataFrame:
    wanted: dict[str | int, Any] = {column: _READ[kind] for column, kind in about.columns.items()}
    if not wanted:
        return pl.DataFrame()
    cells = book.load_sheet(name, dtypes=wanted).to_polars()
    frame = cells.select(_read(column, kind, about.offset_minutes) for column, kind in about.columns.items())
    before = at_most * (int(name.removeprefix(DATA) or 1) - 1)
    missing = min(at_most, about.rows - before) - frame.height  # a sheet's last rows are not there when all is empty
    return pl.concat([frame, frame.clear(missing)]) if missing > 0 else frame


_READ: dict[Kind, str] = dict.fromkeys(Kind, "string") | {Kind.YES: "boolean", Kind.NUMBER: "float", Kind.WHOLE: "int"}


def _read(name: str, kind: Kind, offset_minutes: int) -> pl.Expr:
    if kind is Kind.DAY:
        return pl.col(name).str.to_date("%Y-%m-%d")
    if kind is not Kind.MOMENT:
        return pl.col(name).cast(NATIVE[kind])
    text = pl.col(name)
    zoned = pl.when(text.str.contains("T", literal=True)).then(text).alias(name)
    plain = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    at = (plain - pl.duration(minutes=offset_minutes)).dt.replace_time_zone("UTC")
    return pl.coalesce(zoned.str.to_datetime(_ISO, time_unit="us", time_zone="UTC", strict=False), at).cast(MOMENT)


_ISO = "%Y-%m-%dT%H:%M:%S%.f%z"
