"""The header of a table: found among its first rows, in Chinese or English, whatever stands above it."""

from dataclasses import dataclass

from pipelines.api_workbooks import FormKind
from pipelines.workbooks.forms import FORMS, columns_of, title
from pipelines.workbooks.grid import Grid, Line, WorkbookError

_LOOKED_THROUGH = 10
_SHOWN = 8


@dataclass(frozen=True)
class Header:
    """A header: its row, the form it belongs to, where each column stands (from 0), and what was not known."""

    line: Line
    form: FormKind
    places: dict[str, int]
    notes: tuple[str, ...]

    @property
    def width(self) -> int:
        """How many cells it has, empty ones at the end left out."""
        return max(at for at, cell in enumerate(self.line.cells) if cell.strip()) + 1


def find_header(grid: Grid) -> Header:
    """Return the first row that names all that some form needs; raises WorkbookError."""
    for line in grid.lines[:_LOOKED_THROUGH]:
        for form in FormKind:
            if header := _header(line, form):
                return header
    raise WorkbookError(_missing(grid))


def _header(line: Line, form: FormKind) -> Header | None:
    known, places, foreign = columns_of(form), dict[str, int](), list[str]()
    for at, cell in enumerate(line.cells):
        name = known.get(title(cell))
        if name is None:
            foreign += [cell.strip()] if cell.strip() else []
        elif name in places:
            raise WorkbookError(f"two columns are the same: {cell.strip()[:40]!r} stands twice; remove one")
        else:
            places[name] = at
    needed = {name for name, column in FORMS[form].items() if column.is_needed}
    has_figure = form is FormKind.THIRD_COPIES or len(places.keys() - needed - {"reason"}) > 0
    if not needed <= places.keys() or not has_figure:
        return None
    notes = (f"columns left out: {', '.join(name[:40] for name in foreign[:_SHOWN])}",) if foreign else ()
    return Header(line, form, places, notes)


def _missing(grid: Grid) -> str:
    wanted = "; or ".join(", ".join(column.shown for column in form.values()) for form in FORMS.values())
    if not grid.lines:
        return f"it holds no row; a header with these columns is needed: {wanted}"
    widest = max(grid.lines[:_LOOKED_THROUGH], key=lambda line: sum(1 for cell in line.cells if cell.strip()))
    found = [cell.strip()[:30] for cell in widest.cells if cell.strip()]
    if len(found) <= 1:
        one = "".join(found)
        return f"it has one column ({one!r}); cells are parted by commas or tabs, and these are needed: {wanted}"
    return f"no row names the columns that are needed ({wanted}); found {', '.join(found[:_SHOWN])}"
