"""CSV: UTF-8 with a mark for spreadsheets, every text in quotes, the footer as lines that begin with ``#``."""

import hashlib
from pathlib import Path

import polars as pl

from pipelines.exports.about import OPENING, VERSION, About, about_of
from pipelines.exports.cells import canonical, kinds_of, parsed
from pipelines.exports.errors import ExportError

MARK = b"\xef\xbb\xbf"
_FOOTER = f"# {OPENING}: {VERSION}\n".encode()


def write_csv(frame: pl.DataFrame, about: About, path: Path) -> About:
    """Write plain cells to ``path`` chunk by chunk and return the footer that now ends it."""
    kinds, digest = kinds_of(frame), hashlib.sha256()
    with path.open("wb") as out:
        out.write(MARK)
        for chunk in canonical(frame, kinds, about.offset_minutes):
            digest.update(chunk)
            out.write(chunk)
        told = about.counted(kinds, frame.height, digest.hexdigest())
        out.write("".join(f"# {name}: {value}\n" for name, value in told.pairs().items()).encode())
    return told


def read_csv(path: Path) -> tuple[pl.DataFrame, About]:
    """Return the cells and the footer of a CSV export; raises ExportError."""
    data = path.read_bytes().removeprefix(MARK)
    begins = data.rfind(b"\n" + _FOOTER) + 1  # a footer has no line like its first, so the last one found is it
    if begins == 0:
        raise ExportError(f"it has no footer (a line `# {OPENING}: {VERSION}`); the file was cut or edited")
    lines = data[begins:].decode("utf-8", "replace").splitlines()
    about = about_of({name: value for name, _, value in (line.removeprefix("# ").partition(": ") for line in lines)})
    return parsed(data[:begins], about.columns), about
