"""An answer's bytes: Arrow IPC for programs, JSON and CSV for people and spreadsheets."""

import io

import polars as pl
import pyarrow as pa

from pipelines.nulls import emptied

ARROW = "application/vnd.apache.arrow.stream"
JSON = "application/json"
CSV = "text/csv; charset=utf-8"
_ACCEPTED = {"application/vnd.apache.arrow.stream": ARROW, "*/*": ARROW, "application/json": JSON, "text/csv": CSV}
_FORMULA = "^[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"


def media_type(accept: str | None) -> str | None:
    """Return the first format of an Accept header that there is, Arrow when there is no header, None when none fits."""
    wanted = [part.split(";")[0].strip().lower() for part in (accept or "*/*").split(",")]
    return next((_ACCEPTED[name] for name in wanted if name in _ACCEPTED), None)


def encoded(frame: pl.DataFrame, kind: str) -> bytes:
    """Return ``frame`` in the format ``kind``; a CSV text that a spreadsheet would run as a formula is quoted."""
    if kind == ARROW:
        table, sink = emptied(frame.to_arrow(compat_level=pl.CompatLevel.oldest())), io.BytesIO()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        return sink.getvalue()
    if kind == JSON:
        return frame.write_json().encode()
    return frame.select(_flat(frame)).write_csv(include_bom=True).encode()


def _flat(frame: pl.DataFrame) -> list[pl.Expr]:
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return [
        pl.col(name).list.join(" ") if name in lists else _harmless(name) if name in texts else pl.col(name)
        for name in frame.columns
    ]


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name)
    return pl.when(text.str.contains(_FORMULA)).then(pl.lit("'") + text).otherwise(text).alias(name)
