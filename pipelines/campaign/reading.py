"""Reading the files of a campaign folder: text to typed cells and settings, with a fault for whatever does not fit."""

import csv
import difflib
import io
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from pipelines.campaign.faults import Fault, advice_for, fault
from pipelines.campaign.forms import OPTIONAL, SETTINGS, SETTINGS_FILE, TableForm

LARGEST_FILE = 20_000_000
MOST_ROWS = 200_000
INDEX = re.compile(r"\[[0-9]+\]")


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


@dataclass
class SettingsRead:
    """What could be read of campaign.toml: dotted key to value, moments aware in UTC; a faulty key is absent."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])

    def has(self, *keys: str) -> bool:
        """Whether all of these keys could be read."""
        return all(key in self.values for key in keys)

    def shifts(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the key (``shifts[1]``) and the values of each shift, in the order of the file."""
        count = len({INDEX.findall(key)[0] for key in self.values if key.startswith("shifts[")})
        for place in range(1, count + 1):
            begin = f"shifts[{place}]."
            yield begin[:-1], {k.removeprefix(begin): v for k, v in self.values.items() if k.startswith(begin)}


def read_text(folder: Path, file: str, faults: list[Fault]) -> str | None:
    """Return the text of a UTF-8 file, its byte order mark dropped; None after a fault."""
    try:
        raw = (folder / file).read_bytes()
        if len(raw) > LARGEST_FILE:
            advice = "split the campaign or remove what does not belong"
            faults.append(fault(file, None, None, rule=f"at most {LARGEST_FILE} bytes", value=len(raw), advice=advice))
            return None
        return raw.decode("utf-8-sig")
    except FileNotFoundError:
        advice = f"put {file} into {folder}; data/README.md describes it"
        faults.append(fault(file, None, None, rule="the file to exist", value="", shown="no such file", advice=advice))
    except OSError as error:
        advice = "make it a file that can be read"
        faults.append(fault(file, None, None, rule="a readable file", value=error.strerror or "", advice=advice))
    except UnicodeDecodeError as error:
        place = f"byte {error.object[error.start]:#04x} at offset {error.start}"
        advice = "save it as plain text in UTF-8 (in Excel: CSV UTF-8)"
        faults.append(fault(file, None, None, rule="text in UTF-8", value=place, shown=place, advice=advice))
    return None


def read_table(folder: Path, form: TableForm, faults: list[Fault]) -> Table:
    """Read one CSV file against its form, appending a fault for every cell, row or column that does not fit."""
    table = Table(form)
    body = read_text(folder, form.file, faults)
    lines = None if body is None else _lines(form.file, body, faults)
    header = None if lines is None else _header(form, lines, faults)
    if lines is None or header is None:
        table.unsound.update(form.columns)
        return table
    for place, line in enumerate(lines[1:], start=2):
        if line:
            _read_row(table, header, place, line, faults)
    if not table.rows:
        table.unsound.update(form.columns)
        advice = "add the rows"
        faults.append(
            fault(form.file, None, None, rule="at least one row", value=0, shown="only a header", advice=advice)
        )
    return table


def _lines(file: str, body: str, faults: list[Fault]) -> list[list[str]] | None:
    try:
        lines = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    except csv.Error as error:
        advice = "export it again as CSV with commas and closed quotes"
        faults.append(fault(file, None, None, rule="well-formed CSV", value=str(error), advice=advice))
        return None
    if len(lines) > MOST_ROWS:
        advice = "split the campaign"
        faults.append(fault(file, None, None, rule=f"at most {MOST_ROWS} rows", value=len(lines), advice=advice))
        return None
    return lines


def _header(form: TableForm, lines: list[list[str]], faults: list[Fault]) -> list[str] | None:
    """Return the header if it holds each column of the form once and nothing else; None after faults."""
    header = lines[0] if lines else []
    known = list(form.columns)
    before = len(faults)
    for name in dict.fromkeys(header):
        if name not in form.columns:
            rule = "one of the columns " + ", ".join(known)
            faults.append(fault(form.file, 1, name, rule=rule, value=name, advice=_nearest(name, known, "remove it")))
        elif header.count(name) > 1:
            faults.append(fault(form.file, 1, name, rule="each column once", value=name, advice="remove the second"))
    for name in known:
        if name not in header:
            advice = "add the column; data/README.md describes it"
            faults.append(
                fault(form.file, 1, name, rule=f"a column {name}", value="", shown="none of that name", advice=advice)
            )
    return header if len(faults) == before else None


def _nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    near = difflib.get_close_matches(name.strip().lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else otherwise


def _read_row(table: Table, header: list[str], place: int, line: list[str], faults: list[Fault]) -> None:
    form = table.form
    if len(line) != len(header):
        table.unsound.update(form.columns)
        rule, advice = f"{len(header)} cells as in the header", "look for a missing or an unquoted comma"
        faults.append(fault(form.file, place, None, rule=rule, value=len(line), shown=str(len(line)), advice=advice))
        return
    cells: dict[str, Any] = {}
    for name, cell in zip(header, line, strict=True):
        try:
            cells[name] = form.columns[name].read(cell)
        except ValueError:
            table.unsound.add(name)
            advice = advice_for(cell, "correct the cell")
            faults.append(fault(form.file, place, name, rule=form.columns[name].rule, value=cell, advice=advice))
    table.rows.append(Row(place, cells))


def read_settings(folder: Path, faults: list[Fault]) -> SettingsRead:
    """Read campaign.toml against its form, appending a fault for every key that is missing, unknown or does not fit."""
    body = read_text(folder, SETTINGS_FILE, faults)
    if body is None:
        return SettingsRead()
    try:
        leaves = dict(_leaves(tomllib.loads(body), ""))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        advice = "correct that place; strings need quotes, tables need [brackets]"
        faults.append(fault(SETTINGS_FILE, None, None, rule="well-formed TOML", value=str(error), advice=advice))
        return SettingsRead()
    values = _take_known(leaves, faults)
    _name_missing(leaves, faults)
    return SettingsRead(_aware(values))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield dotted paths and values; the members of a list of tables are numbered from 1."""
    if isinstance(value, dict):
        for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for place, inner in enumerate(value, start=1):  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
            yield from _leaves(inner, f"{path}[{place}]")
    else:
        yield path, value


def _take_known(leaves: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
    taken: dict[str, Any] = {}
    for path, value in leaves.items():
        kind = SETTINGS.get(INDEX.sub("[]", path))
        if kind is None:
            advice = _nearest(path, SETTINGS, "remove it; data/README.md lists the keys")
            rule = "only keys the form knows"
            faults.append(fault(SETTINGS_FILE, None, path, rule=rule, value=value, shown=f"{path} = {value!r}", advice=advice))
            continue
        try:
            taken[path] = kind.take(value)
        except ValueError:
            advice = advice_for(value, "correct the value")
            faults.append(fault(SETTINGS_FILE, None, path, rule=kind.rule, value=value, advice=advice, shown=repr(value)))
    return taken


def _name_missing(leaves: dict[str, Any], faults: list[Fault]) -> None:
    indexed = sorted({path.split(".")[0] for path in leaves if INDEX.search(path)}) or ["shifts[1]"]
    for key, kind in SETTINGS.items():
        wanted = [key.replace("shifts[]", name) for name in indexed] if key.startswith("shifts[]") else [key]
        for path in wanted:
            if path not in leaves and key not in OPTIONAL:
                advice = "add it; data/README.md describes it"
                faults.append(fault(SETTINGS_FILE, None, path, rule=kind.rule, value="", shown="no such key", advice=advice))


def _aware(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with every moment in UTC; a local one is dropped when the offset itself is unknown."""
    offset = values.get("timezone_offset_minutes")
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    aware: dict[str, Any] = {}
    for key, value in values.items():
        if not isinstance(value, datetime):
            aware[key] = value
        elif value.tzinfo or zone:
            aware[key] = (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    return aware
