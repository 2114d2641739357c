"""Tables to hand in: good ones, and workbooks made cell by cell."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from pipelines.campaign import Campaign
from pipelines.workbooks import Ground

NOW = datetime(2031, 3, 2, 4, 30, tzinfo=UTC)
"""Half past twelve where the small district lies: the hours from 09:00 to 12:00 are over."""
HEADER = ("采样点", "时点", "采样人数", "试管数", "第三联数", "特殊情况数", "原因")
GOOD = """
采样点,时点,采样人数,试管数,第三联数,特殊情况数,原因
LS-1,10:00,120,12,12,0,
LS-2,10:00,95,10,10,1,
"""


def ground(campaign: Campaign, **changes: Any) -> Ground:
    """The small district at NOW, everything of it one's own."""
    plain = {"own_sites": frozenset(site.site_id for site in campaign.sites), "now": NOW}
    return Ground(campaign, **plain | changes)


def workbook(rows: Sequence[Sequence[object]], *, first_row: int = 0, **options: Any) -> bytes:
    """A workbook whose cells are what they are: texts, numbers, moments, formulas (``=…``), merged ``(ref, text)``."""
    sink = io.BytesIO()
    plain = {"in_memory": True, "remove_timezone": True}
    with xlsxwriter.Workbook(sink, plain | options) as book:
        sheet = book.add_worksheet("hand-in")
        dated = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row, cells in enumerate(rows, first_row):
            for column, cell in enumerate(cells):
                _put(sheet, row, column, cell, dated)
    return sink.getvalue()


def _put(sheet: Any, row: int, column: int, cell: object, dated: Any) -> None:
    if isinstance(cell, str) and cell.startswith("="):
        sheet.write_formula(row, column, cell, None, 2)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, dated)
    elif isinstance(cell, tuple):
        sheet.merge_range(cell[0], cell[1])
    elif cell is not None:
        sheet.write(row, column, cell)
