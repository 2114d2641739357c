"""From a frame to cells and back: six kinds of columns, texts that no spreadsheet runs, one canonical CSV."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import msgspec
import polars as pl

from pipelines.exports.about import Kind
from pipelines.exports.errors import ExportError

CHUNK_ROWS = 50_000
MOMENT = pl.Datetime("us", "UTC")
# What a spreadsheet may take for a formula, alone or after blanks; a comment; and the sign that marks an escape.
_RISKY = r"^(?:['#\t\r\n]|[\s\u200b\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])"
_NATIVE = {Kind.TEXT: pl.String(), Kind.WHOLE: pl.Int64(), Kind.NUMBER: pl.Float64(), Kind.YES: pl.Boolean()}
NATIVE: Mapping[Kind, pl.DataType] = _NATIVE | {Kind.DAY: pl.Date(), Kind.MOMENT: MOMENT}
"""The type that each kind has after it was read back."""


def kinds_of(frame: pl.DataFrame) -> dict[str, Kind]:
    """Return what each column of ``frame`` holds."""
    return {name: _kind(dtype) for name, dtype in frame.schema.items()}


def _kind(dtype: pl.DataType) -> Kind:
    if dtype.is_integer():
        return Kind.WHOLE
    if dtype.is_float():
        return Kind.NUMBER
    known: dict[type[pl.DataType], Kind] = {pl.Boolean: Kind.YES, pl.Date: Kind.DAY, pl.Datetime: Kind.MOMENT}
    return known.get(dtype.base_type(), Kind.TEXT)


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with one type a kind: wholes Int64, moments in UTC, lists as JSON; raises ExportError."""
    try:
        return frame.select(_plain(name, dtype) for name, dtype in frame.schema.items())
    except pl.exceptions.InvalidOperationError as error:
        raise ExportError(f"a whole number lies outside ±2^63 ({str(error)[:80]}); ask for it as a text") from error


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    column, kind = pl.col(name), _kind(dtype)
    if kind is Kind.NUMBER:
        return column.cast(pl.Float64) + 0.0  # one zero, not two
    if dtype.is_nested():
        return column.map_elements(_json, return_dtype=pl.String, skip_nulls=True)
    if isinstance(dtype, pl.Datetime):
        return column.cast(MOMENT) if dtype.time_zone else column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return column.cast(NATIVE[kind])


def _json(value: object) -> str:
    items = value.to_list() if isinstance(value, pl.Series) else value
    return msgspec.json.encode(items).decode()


def escaped(name: str) -> pl.Expr:
    """Return a text column in which ``'`` stands before whatever a spreadsheet might run, or before a ``'``."""
    text = pl.col(name)
    return pl.when(text.str.contains(_RISKY)).then(pl.lit("'") + text).otherwise(text).alias(name)


def unescaped(name: str) -> pl.Expr:
    """Return a text column as it was before it was escaped."""
    return pl.col(name).str.strip_prefix("'")


def as_text(frame: pl.DataFrame, kinds: Mapping[str, Kind], offset_minutes: int) -> pl.DataFrame:
    """Return plain cells as CSV has them: texts escaped, moments in local time with their offset."""
    return frame.select(_as_text(name, kind, offset_minutes) for name, kind in kinds.items())


def _as_text(name: str, kind: Kind, offset_minutes: int) -> pl.Expr:
    if kind is Kind.TEXT:
        return escaped(name)
    if kind is Kind.MOMENT:
        return local_text(name, offset_minutes)
    return pl.col(name)


def local(name: str, offset_minutes: int) -> pl.Expr:
    """Return a moment column in local time, without a zone."""
    return pl.col(name).dt.replace_time_zone(None) + timedelta(minutes=offset_minutes)


def local_text(name: str, offset_minutes: int) -> pl.Expr:
    """Return a moment column as ISO 8601 texts with their offset."""
    sign, minutes = "-" if offset_minutes < 0 else "+", abs(offset_minutes)
    zone = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    return local(name, offset_minutes).dt.strftime(f"%Y-%m-%dT%H:%M:%S%.6f{zone}")


def moments(name: str) -> pl.Expr:
    """Return the moments that ISO 8601 texts with an offset say."""
    return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", time_zone="UTC")


def canonical(frame: pl.DataFrame, kinds: Mapping[str, Kind], offset_minutes: int) -> Iterator[bytes]:
    """Yield the CSV of plain cells, header first: every text in quotes, an empty cell where there is nothing."""
    yield ",".join(f'"{name}"' for name in kinds).encode() + b"\n"
    for part in frame.iter_slices(CHUNK_ROWS):
        text = as_text(part, kinds, offset_minutes)
        yield text.write_csv(include_header=False, quote_style="non_numeric").encode()


def parsed(data: bytes, kinds: Mapping[str, Kind]) -> pl.DataFrame:
    """Return the plain cells of a canonical CSV; raises ExportError."""
    written = {name: _WRITTEN.get(kind, pl.String()) for name, kind in kinds.items()}
    try:
        frame = pl.read_csv(data, schema=written, infer_schema=False, encoding="utf8")
        return frame.select(_parsed(name, kind) for name, kind in kinds.items())
    except pl.exceptions.PolarsError as error:
        raise ExportError(f"its rows are not those of an export ({str(error)[:120]}); the file was edited") from error


_WRITTEN: dict[Kind, pl.DataType] = {kind: _NATIVE[kind] for kind in (Kind.WHOLE, Kind.NUMBER, Kind.YES)}


def _parsed(name: str, kind: Kind) -> pl.Expr:
    if kind is Kind.TEXT:
        return unescaped(name)
    if kind is Kind.MOMENT:
        return moments(name)
    return pl.col(name).str.to_date("%Y-%m-%d") if kind is Kind.DAY else pl.col(name).cast(NATIVE[kind])
