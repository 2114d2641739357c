"""A table read against its form: the rows that would be taken, and for each that would not, where and why."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.api_workbooks import CopyRow, FormKind, InputRow, Preview, Refused
from pipelines.vocabulary import PERSONS_PER_TUBE
from pipelines.workbooks.cells import BadCell
from pipelines.workbooks.forms import FIGURES, FORMS, Ground, OnRecord
from pipelines.workbooks.grid import Grid, Line, WorkbookError
from pipelines.workbooks.headers import Header, find_header
from pipelines.workbooks.opening import check_bytes, open_grid
from pipelines.workbooks.text import read_cells

LISTED = 1_000
SHOWN = 60
NOTED = 20
_TOTALS = ("合计", "总计", "小计", "共计", "total", "sum")


@dataclass
class _Reading:
    """What has been read so far."""

    rows: list[tuple[Line, dict[str, Any]]] = field(default_factory=list[tuple[Line, dict[str, Any]]])
    refused: list[Refused] = field(default_factory=list[Refused])
    notes: list[str] = field(default_factory=list[str])
    unchanged: int = 0

    def refuse(self, line: Line, column: str, rule: str, value: str, advice: str) -> None:
        shown = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
        sentence = f"row {line.number}, {column}: expected {rule}, got {shown!r}; {advice}"
        told = Refused(row=line.number, column=column, rule=rule, value=shown, sentence=sentence, advice=advice)
        self.refused.append(told)


def preview(name: str, data: bytes, ground: Ground) -> Preview:
    """Return what the file of that name says; never raises: what cannot be read at all is ``trouble``."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        return _preview(open_grid(name, data), ground, digest)
    except WorkbookError as error:
        return Preview(trouble=f"{error}", sha256=digest)


def preview_paste(text: str, ground: Ground) -> Preview:
    """Return what a pasted table says, its cells parted by tabs as spreadsheets copy them."""
    data = text.encode("utf-8", "replace")
    digest = hashlib.sha256(data).hexdigest()
    try:
        check_bytes(len(data))
        return _preview(read_cells(text), ground, digest)
    except WorkbookError as error:
        return Preview(trouble=f"{error}", sha256=digest)


def _preview(grid: Grid, ground: Ground, digest: str) -> Preview:
    header = find_header(grid)
    for last_row, name in grid.merged:
        if last_row >= header.line.number:
            raise WorkbookError(
                f"the cells {name} are merged, so whose value it is cannot be known; unmerge and fill each"
            )
    reading = _Reading(notes=list(header.notes))
    for line in grid.lines:
        if line.number > header.line.number:
            _read_line(reading, line, header, grid, ground)
    _refuse_doubled(reading, header.form)
    if not (reading.rows or reading.refused or reading.unchanged):
        raise WorkbookError("it has a header but no row below it; add the rows")
    return _told(reading, header.form, ground, digest)


def _read_line(reading: _Reading, line: Line, header: Header, grid: Grid, ground: Ground) -> None:
    cells = {name: line.cells[at] if at < len(line.cells) else "" for name, at in header.places.items()}
    if any(cell.strip().lower() in _TOTALS for cell in line.cells):
        reading.notes.append(f"row {line.number} holds a sum and was left out")
        return
    before, values = len(reading.refused), dict[str, Any]()
    for name, cell in cells.items():
        column, place = FORMS[header.form][name], (line.number, header.places[name])
        if place in grid.formulas:
            reading.refuse(line, column.shown, "a value, not a formula", cell, "copy the column and paste it as values")
            continue
        if place in grid.too_long:
            rule, advice = (
                "a text",
                "a spreadsheet keeps 15 digits of a number: format the column as text, type it again",
            )
            reading.refuse(line, column.shown, rule, cell, advice)
            continue
        try:
            values[name] = column.read(cell, ground)
        except BadCell as error:
            reading.refuse(line, column.shown, column.rule, cell, str(error))
    if any(given.strip() for given in line.cells[header.width :]):
        reading.refuse(line, "", f"{header.width} cells as in the header", "more", "look for a comma too many")
    if len(reading.refused) == before and _is_whole(reading, line, header.form, values, ground):
        reading.rows.append((line, values))


def _is_whole(reading: _Reading, line: Line, form: FormKind, values: dict[str, Any], ground: Ground) -> bool:
    """Whether a row whose cells could all be read is to be taken."""
    if form is FormKind.THIRD_COPIES:
        return True
    given = {name: values[name] for name in FIGURES if values.get(name) is not None}
    if not given:
        reading.refuse(line, "", "at least one of the four figures", "none", "fill one in, or remove the row")
        return False
    known = ground.on_record.get((values["site_id"], values["hour_at"]), OnRecord(0, {}))
    if known.version and all(known.figures.get(name) == figure for name, figure in given.items()):
        reading.unchanged += 1
        return False
    values["reason"] = values.get("reason") or ground.reason
    if known.version and not values["reason"]:
        column, told = FORMS[form]["reason"], ", ".join(f"{name} {known.figures.get(name)}" for name in given)
        rule = f"a reason, for {told} is on record for that hour"
        reading.refuse(line, column.shown, rule, "", "say in the column 原因 / reason why it is corrected")
        return False
    persons, tubes = given.get("persons"), given.get("tubes")
    if persons is not None and tubes is not None and not tubes <= persons <= tubes * PERSONS_PER_TUBE:
        reading.notes.append(f"row {line.number}: {persons} persons in {tubes} tubes cannot be; one to ten fill a tube")
    return True


def _refuse_doubled(reading: _Reading, form: FormKind) -> None:
    names = ("site_id", "hour_at") if form is FormKind.HOURLY_INPUTS else ("barcode",)
    keys = [tuple(values[name] for name in names) for _, values in reading.rows]
    count = Counter(keys)
    kept: list[tuple[Line, dict[str, Any]]] = []
    for (line, values), key in zip(reading.rows, keys, strict=True):
        if count[key] == 1:
            kept.append((line, values))
            continue
        what = "one row for a site and an hour" if form is FormKind.HOURLY_INPUTS else "each barcode once"
        reading.refuse(line, "", what, f"{count[key]} rows", "keep the one that holds, remove the others")
    reading.rows = kept


def _told(reading: _Reading, form: FormKind, ground: Ground, digest: str) -> Preview:
    notes = reading.notes
    if len(notes) > NOTED:
        notes = [*notes[:NOTED], f"and {len(notes) - NOTED} notes more"]
    refused = sorted(reading.refused, key=lambda found: found.row)
    is_hourly = form is FormKind.HOURLY_INPUTS
    return Preview(
        form=form,
        inputs=list(_inputs(reading, ground)) if is_hourly else [],
        copies=[] if is_hourly else [CopyRow(row=line.number, **values) for line, values in reading.rows],
        refused=refused[:LISTED],
        refused_more=max(0, len(refused) - LISTED),
        unchanged=reading.unchanged,
        notes=notes,
        sha256=digest,
    )


def _inputs(reading: _Reading, ground: Ground) -> Iterator[InputRow]:
    for line, values in reading.rows:
        known = ground.on_record.get((values["site_id"], values["hour_at"]), OnRecord(0, {}))
        told = {name: values.get(name) for name in FIGURES}
        yield InputRow(
            row=line.number,
            site_id=values["site_id"],
            hour_at=values["hour_at"],
            reason=values["reason"],
            base_version=known.version,
            **told,
        )
