"""Files in place of routes: the newest CSV or workbook of a name, its rows as a source would tell them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.mapping_form import FieldSpec, MappingSpec
from pipelines.sources.decoding import WrongWords
from pipelines.sources.mapping import parts_of
from pipelines.workbooks.grid import WorkbookError
from pipelines.workbooks.opening import check_bytes, open_grid

SCHEME = "file:"


def document_of(url: str) -> tuple[dict[str, Any], int]:
    """Return the rows by their header's names with the file's own time, and its size; raises WrongWords."""
    pattern = Path(url.removeprefix(SCHEME))
    found = sorted(pattern.parent.glob(pattern.name), key=lambda file: file.stat().st_mtime_ns)
    if not found:
        raise WrongWords(f"no file {pattern.name} lies in {pattern.parent}; lay one there")
    told = found[-1].stat()
    try:
        check_bytes(told.st_size)
        lines = open_grid(found[-1].name, found[-1].read_bytes()).lines
    except (WorkbookError, OSError) as error:
        raise WrongWords(f"{found[-1].name}: {error}") from error
    header = [cell.strip() for cell in lines[0].cells] if lines else []
    rows = [dict(zip(header, (cell.strip() for cell in line.cells), strict=False)) for line in lines[1:]]
    modified_at = datetime.fromtimestamp(told.st_mtime, UTC).isoformat()
    return {"rows": rows, "modified_at": modified_at}, told.st_size


def plain_mapping(answer: type) -> MappingSpec:
    """Return the mapping of a file whose columns have the contract's own names; a page is of the file's own time."""
    listed, row = parts_of(answer)
    if row is None:
        return MappingSpec(rows="rows", answer={name: FieldSpec(path=name) for name in answer.__struct_fields__})
    beside = {name for name in answer.__struct_fields__ if name not in (listed, "last_sequence")}
    return MappingSpec(
        rows="rows",
        answer={name: FieldSpec(path="modified_at") for name in beside},
        row={name: FieldSpec(path=name) for name in row.__struct_fields__},
    )
