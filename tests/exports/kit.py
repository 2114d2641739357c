"""Tables to export: hostile ones, big ones, and the footer they are exported with."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.exports import About, read_export, write_export
from pipelines.exports.cells import plain
from pipelines.vocabulary import ExportForm
from tests.api.payloads import PAYLOADS

MOMENT = datetime(2021, 6, 6, 1, 40, 3, 123_456, tzinfo=UTC)
ABOUT = About(ask="sites_live", as_of=MOMENT, made_at=MOMENT, by="liang.wei", offset_minutes=480)
EDGES = (
    *("", " ", " lead", "trail ", "'", "''", "'=1", "a,b", 'a"b', "a;=1", "a\nb", "a\r\nb", "\r", "\n", "\t=1", "  =1"),
    *(
        "\u3000＝1",
        "_x0041_",
        "\x00",
        "\x1f",
        "𠮷野",
        "e\u0301",
        "００１",
        "00123",
        "123456789012345678",
        "1e5",
        "TRUE",
    ),
    *("http://x/", "\n# tenfold export: 1\n# rows: 0\n", "# rows: 0", "NULL", "2021-06-06", "x" * 32_000),
)
TEXTS = (None, *PAYLOADS, *EDGES)


def hostile() -> pl.DataFrame:
    """Every hostile text beside numbers, moments and lists at their edges."""
    size = len(TEXTS)
    numbers = [0.1, 1 / 3, 1e-300, 5e-324, 1e22, -0.0, 2.0**53, 123_456_789.123_456_79, None, float("inf")]
    wholes = [0, -1, 2**63 - 1, -(2**63), 10**15, None, 123_456_789_012_345_678]
    return pl.DataFrame(
        {
            "text": TEXTS,
            "list": [[text, "=x"] if text else None for text in TEXTS],
            "whole": [wholes[row % len(wholes)] for row in range(size)],
            "small": range(size),
            "number": [numbers[row % len(numbers)] for row in range(size)],
            "finite": [row / 7 for row in range(size)],
            "yes": [(True, False, None)[row % 3] for row in range(size)],
            "fine": [MOMENT + timedelta(microseconds=row * 1_234_567) for row in range(size)],
            "coarse": [None, *(datetime(2021, 6, 6, tzinfo=UTC) + timedelta(hours=8 * row) for row in range(1, size))],
            "day": [date(2021, 6, 6) + timedelta(days=row) for row in range(size)],
        }
    )


def there_and_back(
    frame: pl.DataFrame, form: ExportForm, folder: Path, about: About = ABOUT
) -> tuple[pl.DataFrame, About]:
    """Export and read back."""
    target = folder / f"export.{form}"
    told = write_export(frame, form, about, target)
    read, footer = read_export(target)
    assert footer == told
    return read, footer


def differing_rows(read: pl.DataFrame, frame: pl.DataFrame) -> int:
    """Return how many rows are not what they were."""
    was = plain(frame)
    assert read.schema == was.schema
    assert read.height == was.height
    differs = [~read[name].eq_missing(was[name]) for name in was.columns]
    return pl.DataFrame(differs).select(pl.any_horizontal(pl.all()).sum()).item()
