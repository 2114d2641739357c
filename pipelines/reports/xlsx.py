"""A report as a workbook: the report itself with two charts, its parts, the day by hour, advice, history."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import fields
from math import ceil
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.reports.document import Figures, Place, Report
from pipelines.reports.sentences import (
    action_lines,
    change_lines,
    disturbed_line,
    missing_lines,
    signature_lines,
    standing_of,
    subtitle_of,
    title_of,
)
from pipelines.reports.words import Tongue, tongue_of

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FIGURES = tuple(field.name for field in fields(Figures))
_NUMBER, _SHARE, _TIME, _LINES = "#,##0", "0.0%", "yyyy-mm-dd hh:mm", "lines"
_OF_PLAN = {"color": "#C8372D", "dash_type": "dash", "width": 1.5}
_PALE = {"visible": True, "line": {"color": "#DEE2E6"}}
_TOP, _SECOND = 4, 20
"""The rows at which the front sheet's two charts begin: each is fifteen rows high."""
_ROW = 15.0
Cell = object


class _Book:
    """A workbook with its few formats; texts are written as texts whatever they hold."""

    def __init__(self, book: Workbook) -> None:
        self.book, self.widths = book, dict[str, Sequence[int]]()
        head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
        self.head, self.head_of_numbers = (book.add_format(head | {"align": side}) for side in ("left", "right"))
        self.lines = book.add_format({"text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.bold = book.add_format({"bold": True})
        self.formats = {kind: book.add_format({"num_format": kind}) for kind in (_NUMBER, _SHARE, _TIME)}

    def sheet(self, name: str, widths: Sequence[int], pages_wide: int = 1) -> Worksheet:
        """Add a sheet whose columns have these widths, set to print on A4 across."""
        sheet = self.book.add_worksheet(name[:31])
        self.widths[str(sheet.get_name())] = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(pages_wide, 0)
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, cell: Cell, kind: str = _NUMBER) -> None:
        """Write one cell: a number or a time as such, anything else as a text, nothing where there is nothing."""
        if isinstance(cell, bool | str):
            sheet.write_string(row, column, str(cell), self.lines if kind == _LINES else None)
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell, self.formats[kind])
        elif cell is not None:
            sheet.write_datetime(row, column, cell, self.formats[_TIME])  # pyright: ignore[reportArgumentType]

    def table(self, sheet: Worksheet, top: int, header: Iterable[str], rows: Iterable[Sequence[Cell]]) -> int:
        """Write a table, the heads of numbers at the right as they are; returns the row below it."""
        body, heads = list(rows), list(header)
        self._fit(sheet, top, heads)
        for column, name in enumerate(heads):
            is_text = all(row[column] is None or isinstance(row[column], str) for row in body)
            sheet.write_string(top, column, name, self.head if is_text else self.head_of_numbers)
        for below, cells in enumerate(body, top + 1):
            for column, cell in enumerate(cells):
                self.put(sheet, below, column, cell, _SHARE if isinstance(cell, float) else _NUMBER)
        return top + 1 + len(body)

    def lists(self, sheet: Worksheet, top: int, header: str, rows: Iterable[Sequence[str]]) -> int:
        """Write sentences below a head, each as high as it needs; returns the row below them."""
        sheet.write_string(top, 0, header, self.head)
        below = top + 1
        for below, cells in enumerate(rows, top + 1):
            self._fit(sheet, below, cells)
            for column, cell in enumerate(cells):
                self.put(sheet, below, column, cell, _LINES)
            below += 1
        return below

    def _fit(self, sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
        """Make a row as high as its texts need: not every program does so by itself."""
        lines = [
            ceil(_wide(text) / (width - 3))
            for text, width in zip(texts, self.widths[str(sheet.get_name())], strict=False)
        ]
        sheet.set_row(row, _ROW * max([1, *lines]))


def _wide(text: str) -> int:
    """Return how many columns of letters a text takes; a Chinese sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def report_xlsx(report: Report, language: str) -> bytes:
    """Return the workbook in ``zh`` or ``en``; raises ValueError for another language."""
    say, sink = tongue_of(report, language), io.BytesIO()
    with xlsxwriter.Workbook(sink, _OPTIONS) as workbook:
        workbook.set_properties({"title": title_of(report, say), "created": say.local(report.frozen_at)})
        book = _Book(workbook)
        front = book.sheet(say("report"), (26, 14, 14, 14, 14, 14, 14, 14))
        if report.parts:
            _parts(book, report, say)
        _day(book, report, say)
        _advice(book, report, say)
        _history(book, report, say)
        _front(book, front, report, say)
    return sink.getvalue()


def _front(book: _Book, sheet: Worksheet, report: Report, say: Tongue) -> None:
    place = report.place
    sheet.write_string(0, 0, title_of(report, say), book.title)
    sheet.write_string(1, 0, say("hour", at=say.day(report.hour_at)), book.bold)
    sheet.write_string(1, 4, standing_of(report, say), book.bold)
    sheet.write_string(2, 0, subtitle_of(report, say))
    rows = [(say.head(name), getattr(place.total, name), getattr(place.hour, name)) for name in _FIGURES]
    below = book.table(sheet, _TOP, (say.head("figure"), say.head("total"), say.head("of_hour")), rows)
    entered = place.inputs
    more: list[tuple[str, Cell]] = [
        (say.head("planned"), place.planned_persons),
        (say.head("progress"), _progress(place)),
        (say.head("entered"), entered.entered),
        (say.head("entered_late"), entered.late),
        (say.head("entered_missing"), entered.missing),
        (say.head("conflicts"), entered.conflicts),
    ]
    for row, (name, cell) in enumerate(more, below + 1):
        sheet.write_string(row, 0, name)
        book.put(sheet, row, 1, cell, _SHARE if isinstance(cell, float) else _NUMBER)
    sheet.insert_chart(_TOP, 4, _hour_chart(book, report, say), {"x_scale": 1.3})
    sheet.insert_chart(_SECOND, 4, _total_chart(book, report, say), {"x_scale": 1.3})


def _progress(place: Place) -> float | None:
    return place.total.persons / place.planned_persons if place.planned_persons else None


def _hour_chart(book: _Book, report: Report, say: Tongue) -> Any:
    return _chart(book, "column", say.head("by_hour"), say, (1,), len(report.day))


def _total_chart(book: _Book, report: Report, say: Tongue) -> Any:
    """Draw the sum so far, and the plan where there is one."""
    lines = (2, 5) if report.place.planned_persons else (2,)
    return _chart(book, "line", say.head("so_far"), say, lines, len(report.day))


def _chart(book: _Book, kind: str, title: str, say: Tongue, lines: Sequence[int], rows: int) -> Any:
    """Draw columns of the sheet of hours, the second one as a dashed level."""
    chart, name = book.book.add_chart({"type": kind}), say("by_day")
    if chart is None:
        raise ValueError(f"there is no chart of type {kind}")
    last = max(rows, 1)
    for column, look in zip(
        lines, ({}, {"line": {"color": "#C8372D", "dash_type": "dash", "width": 1.5}}), strict=False
    ):
        cells = {"categories": [name, 1, 0, last, 0], "values": [name, 1, column, last, column]}
        chart.add_series({"name": [name, 0, column], **cells, **look})
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"position": "bottom"} if len(lines) > 1 else {"none": True})
    chart.set_x_axis({"num_format": "hh:mm", "text_axis": True})
    chart.set_y_axis(
        {"num_format": _NUMBER, "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#DEE2E6"}}}
    )
    return chart


def _parts(book: _Book, report: Report, say: Tongue) -> None:
    header = [say.head("id"), say.head("name"), *(say.head(name) for name in _FIGURES)]
    header += [f"{say.head(name)} · {say('of_hour')}" for name in _FIGURES]
    header += [
        say.head(name) for name in ("planned", "progress", "sites", "entered", "entered_late", "entered_missing")
    ]
    sheet = book.sheet(say(f"parts.{report.place.level.value}"), [14, 22, *[13] * (len(header) - 2)], pages_wide=2)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 1)
    book.table(sheet, 0, header, [_part(part, say) for part in report.parts])


def _part(part: Place, say: Tongue) -> list[Cell]:
    figures = [getattr(each, name) for each in (part.total, part.hour) for name in _FIGURES]
    entered = [part.inputs.sites, part.inputs.entered, part.inputs.late, part.inputs.missing]
    return [part.id, say.name(part.name), *figures, part.planned_persons, _progress(part), *entered]


def _day(book: _Book, report: Report, say: Tongue) -> None:
    header = [say.head(name) for name in ("hour_column", "by_hour", "persons", "tubes_hour", "tubes", "planned")]
    plan = report.place.planned_persons
    rows = [
        (say.local(one.hour_at), one.persons_hour, one.persons, one.tubes_hour, one.tubes, plan) for one in report.day
    ]
    book.table(book.sheet(say("by_day"), (18, 18, 18, 18, 18, 18)), 0, header, rows)


def _advice(book: _Book, report: Report, say: Tongue) -> None:
    sheet = book.sheet(say("advice"), (80, 60))
    actions = [action_lines(action, report, say) for action in report.actions] or [(say("no_actions"),)]
    below = book.lists(sheet, 0, say.head("actions"), actions)
    hit = [(disturbed_line(one, report, say),) for one in report.disturbances] or [(say("no_disturbances"),)]
    below = book.lists(sheet, below + 1, say.head("disturbances"), hit)
    missing = [(line,) for line in missing_lines(report, say)] or [(say("no_missing"),)]
    book.lists(sheet, below + 1, say.head("missing"), missing)


def _history(book: _Book, report: Report, say: Tongue) -> None:
    sheet = book.sheet(say("history"), (110,))
    changes = [(line,) for line in change_lines(report, say)] or [(say("nothing"),)]
    below = book.lists(sheet, 0, say.head("changes"), changes)
    signed = [(line,) for line in signature_lines(report, say)] or [(say("no_signatures"),)]
    below = book.lists(sheet, below + 1, say.head("signatures"), signed)
    sheet.write_string(below + 1, 0, say("made", report_id=report.report_id))
