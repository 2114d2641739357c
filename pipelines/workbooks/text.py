"""Texts: CSV and pasted cells, in UTF-8, parted by commas, tabs or semicolons, every quote closed."""

import csv
import io

from pipelines.workbooks.grid import Grid, Line, WorkbookError, check_size

_MARK = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_CELL = 2_000
_HINT = "in Excel choose `CSV UTF-8 (comma delimited)` when saving, or hand in the .xlsx"


def read_text(data: bytes) -> Grid:
    """Return the table of a CSV; raises WorkbookError."""
    if data.startswith(_UTF16):
        raise WorkbookError(f"it is written in UTF-16; {_HINT}")
    if b"\x00" in data:
        place = data.index(b"\x00")
        raise WorkbookError(f"a NUL stands at byte {place}, so it is no text or was damaged; {_HINT}")
    try:
        text = data.removeprefix(_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise WorkbookError(_of_bytes(data, error)) from error
    return read_cells(text)


def read_cells(text: str) -> Grid:
    """Return the table of a text; raises WorkbookError."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    sign = max("\t,;", key=first.count)
    rows: list[Line] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True), 1):
            if any(cell.strip() for cell in cells):
                rows.append(Line(number, tuple(cells)))
            check_size(len(rows), len(cells))
    except csv.Error as error:
        raise WorkbookError(_of_csv(str(error), len(rows))) from error
    if any(len(cell) > _LONGEST_CELL for row in rows for cell in row.cells):
        raise WorkbookError(
            f"a cell holds more than {_LONGEST_CELL} characters: a quote was left open, or it is no table"
        )
    return Grid(tuple(rows))


def _of_csv(error: str, rows: int) -> str:
    if "end of data" in error or "field larger" in error:
        return f"a quote is opened after row {rows} and never closed; close it, or save the table as CSV anew"
    return f"after row {rows} it is no well-formed CSV ({error}); save the table as CSV anew"


def _of_bytes(data: bytes, error: UnicodeDecodeError) -> str:
    try:
        data.decode("gb18030")
        return f"it is written in GBK, not in UTF-8; {_HINT}"
    except UnicodeDecodeError:
        return f"it is no UTF-8 text (byte {error.start}); {_HINT}"
