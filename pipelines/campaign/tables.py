"""Reading a CSV file against its form: typed cells, and a fault for each cell, row or column that does not fit."""

import csv
import difflib
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.campaign.faults import Fault, Place, advice_for, fault
from pipelines.campaign.files import read_text
from pipelines.campaign.tableform import TableForm

MOST_ROWS = 200_000


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in a spreadsheet, and those of its cells that could be read."""

    number: int
    cells: dict[str, Any]


@dataclass
class Table:
    """What could be read of one CSV file; ``unsound`` names the columns that hold a fault somewhere."""

    form: TableForm
    rows: list[Row] = field(default_factory=list[Row])
    unsound: set[str] = field(default_factory=set[str])

    def is_sound(self, *columns: str) -> bool:
        """Whether each of these columns could be read in every row."""
        return self.unsound.isdisjoint(columns)


def read_table(folder: Path, form: TableForm, faults: list[Fault]) -> Table:
    """Return what can be read of a file, appending its faults."""
    table = Table(form)
    body = read_text(folder, form.file, faults)
    lines = None if body is None else _lines(form.file, body, faults)
    if not lines or not _header_fits(form, lines[0], faults):
        table.unsound.update(form.columns)
        return table
    for number, line in enumerate(lines[1:], start=2):
        if any(line):
            _read_row(table, lines[0], number, line, faults)
    if not table.rows and not table.unsound:
        table.unsound.update(form.columns)
        faults.append(fault(Place(form.file), "at least one row", 0, "add the rows", came="only a header"))
    return table


def read_extra(folder: Path, form: TableForm, faults: list[Fault]) -> Table:
    """Return what can be read of a file that may be left out: then it has no rows."""
    return read_table(folder, form, faults) if (folder / form.file).exists() else Table(form)


def _lines(file: str, body: str, faults: list[Fault]) -> list[list[str]] | None:
    try:
        lines = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    except csv.Error as error:
        advice = "export it again as CSV with commas and closed quotes"
        faults.append(fault(Place(file), "well-formed CSV", error, advice))
        return None
    if not 0 < len(lines) <= MOST_ROWS:
        faults.append(fault(Place(file), f"1 to {MOST_ROWS} rows", len(lines), "export it again", came=str(len(lines))))
        return None
    return lines


def _header_fits(form: TableForm, header: list[str], faults: list[Fault]) -> bool:
    """Whether the header holds each column of the form once, in any order, and nothing else."""
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        place, advice = Place(form.file, 1), "export it with commas between the cells"
        faults.append(fault(place, "columns parted by commas", header[0], advice))
        return False
    before = len(faults)
    missing = [name for name in form.columns if name not in header]
    for name in dict.fromkeys(header):
        place = Place(form.file, 1, name)
        if name not in form.columns:
            near = difflib.get_close_matches(name.strip().lower(), missing, n=1)
            missing = [column for column in missing if column not in near]
            advice = f"did you mean {near[0]}?" if near else "remove it"
            faults.append(fault(place, "only columns the form knows", name, advice))
        elif header.count(name) > 1:
            faults.append(fault(place, "each column once", name, "remove the second"))
    for name in missing:
        advice = "add the column; data/README.md describes it"
        faults.append(fault(Place(form.file, 1, name), f"a column {name}", "", advice, came="none of that name"))
    return len(faults) == before


def _read_row(table: Table, header: list[str], number: int, line: list[str], faults: list[Fault]) -> None:
    form = table.form
    if len(line) != len(header):
        table.unsound.update(form.columns)
        rule, advice = f"{len(header)} cells as in the header", "look for a missing or an unquoted comma"
        faults.append(fault(Place(form.file, number), rule, len(line), advice, came=str(len(line))))
        return
    cells: dict[str, Any] = {}
    for name, cell in zip(header, line, strict=True):
        kind = form.columns[name]
        try:
            cells[name] = kind.read(cell)
        except ValueError:
            table.unsound.add(name)
            faults.append(fault(Place(form.file, number, name), kind.rule, cell, advice_for(cell)))
    table.rows.append(Row(number, cells))
