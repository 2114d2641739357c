"""Tables: pure functions from a frame to what is shown, with its columns' words and formats.

Text from outside stays text: a dataframe's cells are drawn on a canvas, never read as Markdown or HTML.
"""

import math
from datetime import timedelta
from typing import Any

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import streamlit as st

from dashboard.formats import IN_ITS_PLACE, NOTHING, UNSEEN
from dashboard.once import KEPT, once
from dashboard.words import Words
from pipelines.nulls import emptied
from pipelines.vocabulary import Outcome

Table = tuple[pl.DataFrame, dict[str, Any]]
ROW_PIXELS = 27
PIXELS_OF_HEAD = 32
WITH_ID = 260  # pixels of a column that holds a site's name and its id; on a phone it stands among the first two
TABLES_KEPT = 128


@once(TABLES_KEPT)
def as_seen(shown: pl.DataFrame) -> Any:
    """Return a frame as browsers read it, each sign that cannot be seen replaced; for all who are shown this frame."""
    return as_arrow(shown.with_columns(cs.string().str.replace_all(UNSEEN, IN_ITS_PLACE)))


def as_arrow(shown: pl.DataFrame) -> Any:
    """Return a frame as browsers read it: with short offsets, since theirs know no long ones."""
    table = shown.to_arrow(compat_level=pl.CompatLevel.oldest())
    return emptied(table.cast(pa.schema([field.with_type(_short(field.type)) for field in table.schema])))


def _short(kind: Any) -> Any:
    if pa.types.is_large_string(kind):
        return pa.string()
    return pa.list_(_short(kind.value_type)) if pa.types.is_large_list(kind) else kind


def height(rows: int) -> int:
    """Return the pixels that a table of ``rows`` rows takes without a scroll bar."""
    return PIXELS_OF_HEAD + rows * ROW_PIXELS


@once(KEPT)
def towns(frame: pl.DataFrame, words: Words) -> Table:
    """Towns with their progress; ``frame`` is towns_live."""
    shown = frame.select(
        pl.Series("town", [words.town(row) for row in frame.iter_rows(named=True)], pl.String),
        _of("sites_open", "sites").alias("sites"),
        "persons_registered",
        (pl.col("load_share").cast(pl.Float64) * 100).round(1).alias("load"),
        pl.concat_str(_whole("wait_p50_minutes"), _whole("wait_max_minutes"), separator="/").alias("wait"),
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "town": text(words("table.town"), help=words("table.town.help"), width=80),
        "sites": text(words("table.sites"), help=words("table.sites.help"), width=56, alignment="right"),
        "persons_registered": number(words("table.persons"), help=words("kpi.persons.help"), format="%,d", width=66),
        "load": st.column_config.ProgressColumn(
            words("table.load"),
            help=words("table.load.help"),
            format="%.0f%%",
            min_value=0,
            max_value=_full(frame),
            width=92,
        ),
        "wait": text(words("table.waits"), help=words("table.waits.help"), width=72, alignment="right"),
    }


@once(KEPT)
def desks(frame: pl.DataFrame, names: dict[str, str], words: Words) -> Table:
    """Desks of one site by server; ``frame`` is site_desks."""
    shown = frame.select(pl.col("server_id").replace(names), "desks")
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "server_id": text(words("table.server")),
        "desks": number(words("table.desks"), help=words("table.desks.help")),
    }


def _full(frame: pl.DataFrame) -> int:
    """Return the per cent at which a bar is full: 100, or the most there is, since nothing is clipped (Q97)."""
    most = frame["load_share"].cast(pl.Float64).max()
    return max(100, math.ceil(float(most) * 100)) if isinstance(most, float) else 100


def outcome_chip(words: Words) -> Any:
    """Return the column that shows outcomes as chips: green when good, orange in part, red otherwise."""
    colours = {Outcome.OK: "green", Outcome.PARTIAL: "orange", Outcome.SKIPPED: "gray"}
    return st.column_config.MultiselectColumn(
        words("table.outcome"),
        help=words("table.outcome.help"),
        options=[words(f"outcome.{outcome}") for outcome in Outcome],
        color=[colours.get(outcome, "red") for outcome in Outcome],
    )


def rounded(column: str) -> pl.Expr:
    """Return a column of numbers as whole ones."""
    return pl.col(column).cast(pl.Float64).round(0).cast(pl.Int64)


def _whole(column: str) -> pl.Expr:
    return rounded(column).cast(pl.String).fill_null(NOTHING)


def _of(part: str, whole: str) -> pl.Expr:
    return pl.concat_str(_whole(part), _whole(whole), separator="/")


def said(column: str, prefix: str, words: Words) -> pl.Expr:
    """Return a column of keys as the viewer's words; an unknown key shows itself."""
    return pl.col(column).map_elements(lambda key: words.known(f"{prefix}.{key}", key), pl.String)


def local_time(column: str, offset: int) -> pl.Expr:
    """Return a column of moments (UTC) as the district's clock time, a long dash for none."""
    moment = pl.col(column).dt.replace_time_zone(None) + timedelta(minutes=offset)
    return moment.dt.strftime("%H:%M:%S").fill_null(NOTHING).alias(column)
