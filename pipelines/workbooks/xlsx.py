"""Workbooks through calamine (fastexcel) and Polars: the first sheet with anything on it, as texts, and what it hides.

Before that the sheet's XML is looked through: how far its cells reach (one cell in the last row of the last column
would fill the memory), which cells are formulas, which are numbers that have lost digits, which are merged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import fastexcel

from pipelines.workbooks.grid import MOST_COLUMNS, MOST_ROWS, Grid, Line, WorkbookError, check_size
from pipelines.workbooks.packing import unpacked

MOST_CELLS = 200_000
LARGEST_INDEX = 1_000_000
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(
    rb'<(?:\w+:)?c\b[^<>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,200}+>'
    rb"(?:\s*(<(?:\w+:)?f[\s>/])|\s*<(?:\w+:)?(v|is)>([^<]*)<)?"
)
_TYPE = re.compile(rb'\bt="(\w+)"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^<>]{0,200}?\br="([0-9]{1,7})"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]{0,200}?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}([0-9]{1,7}))"')
_LONG = re.compile(rb"[0-9]{16,}|[0-9](\.[0-9]+)?E\+?(1[5-9]|[2-9][0-9])")
_LISTED = re.compile(rb'<(?:\w+:)?sheet\b[^>]{0,500}?\br:id="([^"]+)"')
_TARGET = re.compile(rb'<Relationship\b(?=[^>]{0,500}\bId="([^"]{1,200})")(?=[^>]{0,500}\bTarget="([^"]{1,200})")')
_OUTSIDE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_xlsx(data: bytes) -> Grid:
    """Return the table on the first sheet that holds any; raises WorkbookError."""
    parts = unpacked(data)
    _check_parts(parts)
    for name, sheet in parts.items():
        if _SHEET.fullmatch(name):
            _check_reach(sheet)
    try:
        book = fastexcel.read_excel(data)
        for number in range(len(book.sheet_names)):
            lines = _lines(book, number)
            if lines:
                return _grid(lines, parts, number)
    except fastexcel.FastExcelError as error:
        raise WorkbookError(
            f"it cannot be read as a workbook ({str(error).splitlines()[0][:120]}); save it anew"
        ) from error
    raise WorkbookError("no sheet of it holds anything; hand in the file with its rows")


def _check_parts(parts: dict[str, bytes]) -> None:
    if "xl/workbook.xml" not in parts:
        raise WorkbookError("it is an archive but no workbook; save the table as .xlsx and hand that in")
    if any(_OUTSIDE.search(part[:2_000]) for part in parts.values()):
        raise WorkbookError("it holds XML declarations that no spreadsheet program writes; save it anew")
    if any(len(parts.get(name, b"")) > LARGEST_INDEX for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")):
        raise WorkbookError("it holds far more sheets than such a table needs; hand in the rows alone")


def _lines(book: fastexcel.ExcelReader, number: int) -> tuple[Line, ...]:
    sheet = book.load_sheet(number, header_row=None, dtypes="string", skip_rows=0, skip_whitespace_tail_rows=True)
    frame = sheet.to_polars()
    check_size(frame.height, frame.width)
    rows = enumerate(frame.iter_rows(), 1)
    return tuple(
        Line(place, cells)
        for place, row in rows
        if any(cells := tuple("" if cell is None else str(cell) for cell in row))
    )


def _check_reach(sheet: bytes) -> None:
    if sheet.count(b"<c") > MOST_CELLS or sheet.count(b"<row") > MOST_CELLS:
        raise WorkbookError("its sheet holds far more cells than such a table; hand in the rows alone")
    rows = max((int(found[1]) for found in _ROW.finditer(sheet)), default=0)
    columns = max((_column(found[1]) + 1 for found in _CELL.finditer(sheet)), default=0)
    if rows > 2 * MOST_ROWS or columns > 2 * MOST_COLUMNS:
        check_size(rows, 0)
        check_size(0, columns)


@dataclass(frozen=True)
class _Cell:
    """One cell as the XML has it; ``kind`` None: a number."""

    row: int
    column: int
    kind: str | None
    is_formula: bool
    is_filled: bool
    value: bytes


def _grid(lines: tuple[Line, ...], parts: dict[str, bytes], number: int) -> Grid:
    sheet = _sheet(parts, number)
    cells = [cell for cell in _cells(sheet) if cell.is_filled]
    first = min((cell.column for cell in cells), default=0)  # columns left empty before the table are not read
    formulas = {(cell.row, cell.column - first) for cell in cells if cell.is_formula}
    too_long = {(cell.row, cell.column - first) for cell in cells if cell.kind is None and _LONG.fullmatch(cell.value)}
    merged = tuple((int(found[2]), found[1].decode()) for found in _MERGE.finditer(sheet))
    return Grid(lines, frozenset(formulas), frozenset(too_long), merged)


def _sheet(parts: dict[str, bytes], number: int) -> bytes:
    """Return the XML of the workbook's sheet at that place."""
    targets = dict(_TARGET.findall(parts.get("xl/_rels/workbook.xml.rels", b"")))
    listed = _LISTED.findall(parts["xl/workbook.xml"])
    target = targets.get(listed[number], b"").decode() if number < len(listed) else ""
    return parts.get(target.removeprefix("/") if target.startswith("/") else f"xl/{target}", b"")


def _cells(sheet: bytes) -> Iterator[_Cell]:
    for found in _CELL.finditer(sheet):
        letters, row, formula, filled, value = found.groups(b"")
        kind = _TYPE.search(found[0])
        named = kind[1].decode() if kind and kind[1] != b"n" else None
        yield _Cell(int(row), _column(letters), named, bool(formula), bool(formula or filled), value)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
