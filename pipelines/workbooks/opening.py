"""Opening what was handed in: by its first bytes, never by its name alone; whatever it may not be has a sentence."""

from pathlib import PurePath

from pipelines.workbooks.grid import Grid, WorkbookError
from pipelines.workbooks.text import read_text
from pipelines.workbooks.xlsx import read_xlsx

__all__ = ["LARGEST_BYTES", "WorkbookError", "open_grid"]

LARGEST_BYTES = 20_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = {
    b"%PDF": "a PDF",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "a packed archive",
    b"7z\xbc\xaf": "a packed archive",
    b"\x1f\x8b": "a packed archive",
}


def open_grid(name: str, data: bytes) -> Grid:
    """Return the table in a file of that name; raises WorkbookError with one sentence."""
    check_bytes(len(data))
    if not data:
        raise WorkbookError("it is empty; hand in the file with its rows")
    is_workbook, ending = data.startswith(_ZIP), PurePath(name).suffix.lower()
    if data.startswith(_OLE):
        raise WorkbookError(_of_ole(data))
    other = next((what for sign, what in _OTHERS.items() if data.startswith(sign)), None)
    if other:
        raise WorkbookError(f"it is {other}, whatever its name; hand in a .csv or an .xlsx")
    if is_workbook != (ending in (".xlsx", ".xlsm")):
        was = "a workbook" if is_workbook else "a text"
        advice = (
            "name it .xlsx" if is_workbook else "name it .csv, or save it as a real .xlsx in the spreadsheet program"
        )
        raise WorkbookError(f"it is named {ending or 'without an ending'} but is {was}; {advice}")
    return read_xlsx(data) if is_workbook else read_text(data)


def check_bytes(size: int) -> None:
    """Raise WorkbookError for a file that is too large, before it is read."""
    if size > LARGEST_BYTES:
        most = LARGEST_BYTES // 1_000_000
        raise WorkbookError(
            f"it has {size / 1e6:,.0f} MB, at most {most} MB are taken; hand in the rows alone, in parts"
        )


def _of_ole(data: bytes) -> str:
    if _ENCRYPTED in data:
        return "it is encrypted with a password; save it without one and hand it in again"
    return "it is a workbook of before 2007 (.xls); save it as .xlsx and hand it in again"
