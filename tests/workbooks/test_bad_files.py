"""A file that cannot be meant: one sentence that says what it is and what to do, and not a row of it is taken."""

import io
import struct
import zipfile
from datetime import UTC, datetime

import pytest

from pipelines.campaign import Campaign
from pipelines.workbooks import LARGEST_BYTES, preview, preview_paste
from tests.workbooks.kit import GOOD, HEADER, ground, workbook

ROW = ("LS-1", "10:00", 120, 12, 12, 0, "")
BOOK = workbook([HEADER, ROW])


def packed(**parts: bytes) -> bytes:
    """A workbook's archive with parts of its own."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive, zipfile.ZipFile(io.BytesIO(BOOK)) as plain:
        for name in plain.namelist():
            archive.writestr(name, parts.pop(name, None) or plain.read(name))
        for name, body in parts.items():
            archive.writestr(name, body)
    return sink.getvalue()


def sheet_with(cells: bytes) -> bytes:
    """A sheet whose XML is written by hand."""
    return packed(**{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"})


def liar() -> bytes:
    """A bomb whose directory says that it unpacks to 100 bytes."""
    data = bytearray(packed(**{"xl/bomb.xml": b"\0" * 200_000_000}))
    at = data.rindex(b"PK\x01\x02")
    assert data[at + 46 :].startswith(b"xl/bomb.xml")
    struct.pack_into("<I", data, at + 24, 100)
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
TEXT = GOOD.strip()
FILES = {
    "empty": ("x.csv", b"", "it is empty"),
    "blank": ("x.csv", b"\n\n,,\n", "holds no row"),
    "too large": ("x.csv", b"a" * (LARGEST_BYTES + 1), "at most 20 MB"),
    "200 MB": ("x.csv", bytes(200_000_000), "it has 200 MB"),
    "one column": ("x.csv", "采样点\nLS-1\n".encode(), "it has one column ('采样点')"),
    "cells parted by blanks": ("x.csv", b"site hour persons\nLS-1 10:00 120\n", "parted by commas or tabs"),
    "20,000 columns": ("x.csv", b",".join(b"%d" % n for n in range(20_000)), "it has 20,000 columns"),
    "too many rows": ("x.csv", (TEXT + "\nLS-1,10:00,1,1,1,0," * 20_001).encode(), "at most 20,000"),
    "unclosed quote": ("x.csv", (TEXT + '\nLS-3,"10:00,1,1,1,0,\n').encode(), "a quote is opened after row 3"),
    "quote in the middle": ("x.csv", (TEXT + '\nLS-3,"10:00"x,1,1,1,0,\n').encode(), "well-formed"),
    "workbook named csv": ("x.csv", BOOK, "named .csv but is a workbook; name it .xlsx"),
    "csv named workbook": ("x.xlsx", TEXT.encode(), "named .xlsx but is a text"),
    "no ending": ("x", BOOK, "without an ending"),
    "program named csv": ("x.csv", b"MZ\x90\x00" + b"\0" * 99, "a program, whatever its name"),
    "pdf named xlsx": ("x.xlsx", b"%PDF-1.7", "a PDF"),
    "encrypted": ("x.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted with a password"),
    "old workbook": ("x.xls", OLE, "before 2007"),
    "gbk": ("x.csv", TEXT.encode("gbk"), "GBK"),
    "utf-16": ("x.csv", TEXT.encode("utf-16"), "UTF-16"),
    "latin": ("x.csv", TEXT.encode() + b"\xff\xff", "no UTF-8 text"),
    "nul": ("x.csv", TEXT.encode() + b"\x00", "a NUL stands at byte"),
    "header alone": ("x.csv", TEXT.splitlines()[0].encode(), "no row below it"),
    "two columns the same": ("x.csv", b"site,hour,persons,\xe4\xba\xba\xe6\x95\xb0\nLS-1,10:00,1,2\n", "stands twice"),
    "another table": ("x.csv", b"name,age,town\nx,1,y\n", "no row names the columns"),
    "an archive": ("x.xlsx", b"PK\x03\x04" + b"\0" * 60, "broken"),
    "cut short": ("x.xlsx", BOOK[: len(BOOK) // 2], "broken"),
    "no workbook": (
        "x.xlsx",
        (lambda s: (zipfile.ZipFile(s, "w").writestr("a", "b"), s.getvalue())[1])(io.BytesIO()),
        "",
    ),
    "merged": ("x.xlsx", workbook([HEADER, ROW, (("A4:A6", "LS-2"), "10:00", 5)]), "merged"),
    "nothing on any sheet": ("x.xlsx", workbook([]), "no sheet of it holds anything"),
    "bomb": ("x.xlsx", packed(**{"xl/bomb.xml": b"\0" * 200_000_000}), "unpacks to more than 60 MB"),
    "bomb that lies": ("x.xlsx", liar(), ""),
    "last cell of all": (
        "x.xlsx",
        sheet_with(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "at most 20,000",
    ),
    "cells without end": ("x.xlsx", sheet_with(b"<c " * 1_000_000), "far more cells"),
    "rows without end": ("x.xlsx", sheet_with(b'<row r="' * 100_000), ""),
    "attributes without end": ("x.xlsx", sheet_with((b"<c" + b' r="A1"' * 16) * 20_000), ""),
    "sheets without end": ("x.xlsx", packed(**{"xl/workbook.xml": b"<sheet " * 500_000}), "far more sheets"),
    "wide": ("x.xlsx", sheet_with(b'<row r="1"><c r="XFD1"><v>1</v></c></row>'), "16,384 columns"),
    "entities": ("x.xlsx", packed(**{"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'}), "declarations"),
    "no xml": ("x.xlsx", packed(**{"xl/workbook.xml": b"<<<<"}), ""),
}


@pytest.mark.parametrize("case", FILES)
def test_each_bad_file_has_one_sentence_and_no_row_of_it_is_taken(small: Campaign, case: str) -> None:
    name, data, says = FILES[case]
    told = preview(name, data, ground(small))

    assert says in told.trouble
    assert told.trouble
    assert "\n" not in told.trouble
    assert len(told.trouble) < 420
    assert (told.rows, told.refused, told.notes) == (0, [], [])


def test_a_paste_of_nothing_or_of_prose_has_a_sentence(small: Campaign) -> None:
    assert "holds no row" in preview_paste("", ground(small)).trouble
    assert "one column" in preview_paste("hello there", ground(small)).trouble
    assert "at most 20 MB" in preview_paste("x" * (LARGEST_BYTES + 1), ground(small)).trouble


def test_a_title_above_the_header_may_be_merged(small: Campaign) -> None:
    told = preview("x.xlsx", workbook([(("A1:G1", "六月六日采样数据"),), (), HEADER, ROW]), ground(small))

    assert (told.trouble, [row.row for row in told.inputs]) == ("", [4])


def test_a_spreadsheets_own_times_and_dates_are_read(small: Campaign) -> None:
    rows = [
        HEADER,
        ("LS-1", datetime(2031, 3, 2, 10, tzinfo=UTC), 7, 1),
        ("LS-2", datetime(1899, 12, 31, 11, tzinfo=UTC), 8, 1),
    ]
    told = preview("x.xlsx", workbook(rows), ground(small))

    assert told.refused == []
    assert [(row.site_id, f"{row.hour_at:%H:%M}", row.persons) for row in told.inputs] == [
        ("LS-1", "02:00", 7),
        ("LS-2", "03:00", 8),
    ]
