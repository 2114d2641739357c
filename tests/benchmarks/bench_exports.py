"""How fast a table of a day's registrations is exported and read back in each form, and how many rows then differ."""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.clock import cpu_seconds, stopwatch
from pipelines.exports import About, read_export, verify_export, write_export
from pipelines.vocabulary import ExportForm
from tests.benchmarks.report import Row, show

SIZES = (857_000, 1_100_000)
EDGES = (1_048_574, 1_048_575, 1_048_576)
"""Data rows at which a sheet of 1,048,576 rows, its header included, is one short of full, full, and too small."""
OPENS = datetime(2021, 6, 5, 23, tzinfo=UTC)
ABOUT = About(ask="registrations", as_of=OPENS, made_at=OPENS, by="bench", offset_minutes=480)


def main() -> list[Row]:
    """Measure and return the rows that are also printed when run alone."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            frame = registrations(size)
            for form in ExportForm:
                target = Path(folder) / f"{size}.{form}"
                told, lost = _measured(frame, form, target)
                rows.append(Row(f"{form}: {size:,} rows × {frame.width} columns", told, "0 rows differ"))
                assert lost == 0
                target.unlink()
        for size in EDGES:
            frame = pl.DataFrame({"n": range(size)})
            told, lost = _measured(frame, ExportForm.XLSX, Path(folder) / f"{size}.xlsx")
            rows.append(Row(f"xlsx: {size:,} rows × 1 column", told, "0 rows differ"))
            assert lost == 0
    return rows


def registrations(size: int) -> pl.DataFrame:
    """Return so many registrations. Grain: person-sample; a pseudonym, its tube, where, when, and how it was read."""
    number = pl.int_range(size, eager=True)
    return pl.DataFrame({"number": number}).select(
        pl.format("{}", pl.col("number").hash(seed=1)).alias("pseudonym"),
        pl.format("SS{}", (pl.col("number") // 10).cast(pl.String).str.zfill(16)).alias("barcode"),
        pl.format("S{}", (pl.col("number") % 118 + 1).cast(pl.String).str.zfill(3)).alias("site_id"),
        (pl.col("number") % 10 + 1).alias("seat"),
        (pl.lit(OPENS) + pl.col("number") * timedelta(milliseconds=58)).alias("happened_at"),
        pl.when(pl.col("number") % 97 == 0).then(pl.lit("=重扫")).alias("note"),
        (pl.col("number") % 3 == 0).alias("is_prepared"),
        ((pl.col("number") % 1_000) / 7).alias("wait_minutes"),
    )


def _measured(frame: pl.DataFrame, form: ExportForm, target: Path) -> tuple[str, int]:
    began, used = stopwatch(), cpu_seconds()
    write_export(frame, form, ABOUT, target)
    wrote_s, wrote_cpu_s = stopwatch() - began, cpu_seconds() - used
    began = stopwatch()
    verify_export(target)
    verified_s = stopwatch() - began
    read, about = read_export(target)
    lost = sum(int((~read[name].eq_missing(frame[name])).sum()) for name in frame.columns)
    assert (about.rows, read.height) == (frame.height, frame.height)
    size = target.stat().st_size / 1e6
    told = f"written {wrote_s:.1f} s (CPU {wrote_cpu_s:.1f}), read and verified {verified_s:.1f} s, {size:.0f} MB"
    return f"{told}, {lost} cells differ", lost


if __name__ == "__main__":
    show("Exports", main())
    sys.exit(0)
