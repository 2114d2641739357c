"""The tables of the inputs page: how complete and how late each site is, the hour's figures, all that was entered."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard.formats import NOTHING, count
from dashboard.live import Row
from dashboard.reporting.entering import FIGURES
from dashboard.tables.shaping import WITH_ID, Table, local_time, said
from dashboard.words import Words

STEPS = ("conflict", "missing", "partial", "late", "none")


def step(row: Row) -> str:
    """Return the key of what a site does next; ``row`` is one of input_completeness."""
    if row["hours_in_conflict"]:
        return "conflict"
    if row["hours_missing"]:
        return "missing"
    if row["complete_share"] is not None and row["complete_share"] < 1:
        return "partial"
    return "late" if row["hours_late"] else "none"


def worst_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the sites of input_completeness, those that need somebody most first."""
    return frame.sort(
        *("hours_in_conflict", "hours_missing", "complete_share", "hours_late", "site_id"),
        descending=[True, True, False, True, False],
        nulls_last=True,
    )


def completeness(frame: pl.DataFrame, words: Words) -> Table:
    """Sites with their completeness, lateness and next step, worst first; ``frame`` is input_completeness."""
    told = worst_first(frame)
    steps = [words(f"input.step.{step(row)}", hours=count(row["hours_missing"])) for row in told.iter_rows(named=True)]
    shown = told.select(
        _place(words),
        pl.Series("next", steps, pl.String),
        (pl.col("complete_share").cast(pl.Float64) * 100).round(0),
        *("hours_due", "hours_missing", "hours_late", "hours_corrected", "hours_in_conflict"),
        pl.col("delay_minutes").round(0),
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    columns: dict[str, Any] = {
        "site": text(words("input.site"), width=WITH_ID),
        "next": text(words("input.next"), help=words("input.next.help"), width=190),
        "complete_share": st.column_config.ProgressColumn(
            words("input.complete"), help=words("input.complete.help"), format="%.0f%%", min_value=0, max_value=100
        ),
    }
    names = ("hours_due", "hours_missing", "hours_late", "hours_corrected", "hours_in_conflict", "delay_minutes")
    return shown, columns | {
        name: number(words(f"input.{name}"), help=words(f"input.{name}.help"), format="%,d") for name in names
    }


def hour(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Every site's figures of one hour, entered beside fed; ``frame`` is site_inputs."""
    told = frame.sort("is_conflict", "is_missing", "is_late", descending=True, maintain_order=True)
    shown = told.select(
        _place(words),
        pl.Series("state", [_state(row, words) for row in told.iter_rows(named=True)], pl.String),
        *(pl.concat_str(_whole(name), _whole(f"{name}_fed"), separator=" / ").alias(name) for name in FIGURES),
        "version",
        local_time("entered_at", offset),
        _by(),
    )
    text = st.column_config.TextColumn
    return shown, {
        "site": text(words("input.site"), width=WITH_ID),
        "state": text(words("input.state"), help=words("input.state.help")),
        **{name: text(words(f"input.{name}"), help=words("input.pair.help")) for name in FIGURES},
        "version": st.column_config.NumberColumn(words("input.version"), help=words("input.version.help"), format="%d"),
        "entered_at": text(words("input.at"), help=words("input.at.help", zone=words.zone(offset))),
        "entered_by": text(words("input.by"), help=words("input.by.help")),
    }


def versions(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """All that was entered for a site, the newest hour first; ``frame`` is input_versions."""
    shown = frame.select(
        local_time("hour_at", offset),
        "version",
        "base_version",
        said("source", "input.source", words),
        *(_whole(f"given_{name}").alias(name) for name in FIGURES),
        _by(),
        local_time("entered_at", offset),
        pl.col("reason").fill_null(""),
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "hour_at": text(words("filter.hour"), help=words("input.at.help", zone=words.zone(offset))),
        "version": number(words("input.version"), help=words("input.version.help"), format="%d"),
        "base_version": number(words("input.base"), help=words("input.base.help"), format="%d"),
        "source": text(words("input.source"), help=words("input.source.help")),
        **{name: text(words(f"input.{name}"), help=words(f"input.{name}.help")) for name in FIGURES},
        "entered_by": text(words("input.by"), help=words("input.by.help")),
        "entered_at": text(words("input.at"), help=words("input.at.help", zone=words.zone(offset))),
        "reason": text(words("table.reason"), width="medium"),
    }


def _state(row: Row, words: Words) -> str:
    for name in ("conflict", "missing", "late"):
        if row[f"is_{name}"]:
            return words(f"input.state.{name}")
    return words("input.state.entered" if row["version"] else "input.state.awaited")


def _place(words: Words) -> pl.Expr:
    return pl.concat_str(pl.col(f"name_{words.language}"), pl.col("site_id"), separator=" · ").alias("site")


def _whole(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int64).cast(pl.String).fill_null(NOTHING)


def _by() -> pl.Expr:
    return pl.col("entered_by").replace("", None).fill_null(NOTHING)
