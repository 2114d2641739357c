"""A large workbook written by a process of its own: a million cells keep a thread from the others for many seconds.

``python -m pipelines.exports.apart FRAME ABOUT TARGET`` is that process; it answers with the footer or with a sentence.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import polars as pl

from pipelines.exports.about import About
from pipelines.exports.errors import ExportError
from pipelines.exports.writing import write_export
from pipelines.vocabulary import ExportForm

WITHIN_S = 900
NICE = 10


def write_apart(frame: pl.DataFrame, form: ExportForm, about: About, target: Path) -> About:
    """Write ``frame`` as ``write_export`` does, in a process that yields to others; raises ExportError."""
    with TemporaryDirectory(dir=target.parent, prefix=".apart-") as folder:
        table, told = Path(folder) / "table.arrow", Path(folder) / "about.json"
        frame.write_ipc(table)
        told.write_bytes(msgspec.json.encode(about))
        command = [sys.executable, "-m", "pipelines.exports.apart", *map(str, (table, told, target)), form.value]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=WITHIN_S, check=False)  # noqa: S603  # our own
        except subprocess.TimeoutExpired as error:
            raise ExportError(
                f"the file was not written within {WITHIN_S} s; export less at once, or Parquet"
            ) from error
    if ended.returncode:
        lines = ended.stderr.decode("utf-8", "replace").strip().splitlines() or ["it ended without a word"]
        raise ExportError(lines[-1])
    return msgspec.json.decode(ended.stdout, type=About)


def main(table: str, told: str, target: str, form: str) -> int:
    """Write one export; returns an exit code."""
    os.nice(NICE)
    about = msgspec.json.decode(Path(told).read_bytes(), type=About)
    try:
        written = write_export(pl.read_ipc(table), ExportForm(form), about, Path(target))
    except ExportError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(written))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
