"""The tables of the reports page: what is due and signed, the places of one report, its versions and what changed."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard.formats import NOTHING
from dashboard.reporting import signing_off
from dashboard.tables.shaping import Table, local_time, said
from dashboard.words import Words

PARTS = ("persons", "hour_persons", "tubes", "hour_tubes", "third_copies", "special_cases", "tubes_received")
KPIS = ("reports_due", "reports_signed", "reports_on_time", "reports_late", "reports_revised")
SHARES = ("correction_rate", "revised_share")


def due(frame: pl.DataFrame, district: str, words: Words, offset: int) -> Table:
    """The reports of one hour with their state; ``frame`` is that hour of reports_due."""
    rows = list(frame.iter_rows(named=True))
    shown = frame.select(
        _places(rows, district, words),
        pl.Series("state", [words(f"report.state.{signing_off.key(row)}") for row in rows], pl.String),
        "version",
        local_time("first_signed_at", offset),
        pl.col("signed_by").fill_null(NOTHING),
        "sites_entered",
        "sites_missing",
        "conflicts",
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "place": text(words("report.place"), width=170),
        "state": text(words("report.state"), help=words("report.state.help"), width=110),
        "version": number(words("report.versions"), help=words("report.versions.help"), format="%d"),
        "first_signed_at": text(words("report.first"), help=words("report.first.help", zone=words.zone(offset))),
        "signed_by": text(words("report.by"), help=words("report.by.help")),
        **{name: _count(name, words) for name in ("sites_entered", "sites_missing", "conflicts")},
    }


def parts(frame: pl.DataFrame, district: str, words: Words) -> Table:
    """The places of one report with their figures, its own first; ``frame`` is report."""
    rows = list(frame.iter_rows(named=True))
    shown = frame.select(_places(rows, district, words), *PARTS, "sites_late", "sites_missing")
    columns: dict[str, Any] = {"place": st.column_config.TextColumn(words("report.place"), width=150)}
    return shown, columns | {name: _count(name, words) for name in (*PARTS, "sites_late", "sites_missing")}


def versions(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """The versions of one report, the newest first; ``frame`` is the hour's rows of report_versions."""
    shown = frame.select(
        "version",
        said("why", "report.why", words),
        local_time("frozen_at", offset),
        "persons",
        "tubes",
        "third_copies",
        pl.col("signed_by").fill_null(NOTHING),
        local_time("signed_at", offset),
    )
    text = st.column_config.TextColumn
    return shown, {
        "version": _count("versions", words),
        "why": text(words("report.why"), help=words("report.why.help")),
        "frozen_at": text(words("report.at"), help=words("report.at.help", zone=words.zone(offset))),
        **{name: _count(name, words) for name in ("persons", "tubes", "third_copies")},
        "signed_by": text(words("report.by"), help=words("report.by.help")),
        "signed_at": text(words("report.first"), help=words("report.first.help", zone=words.zone(offset))),
    }


def changes(frame: pl.DataFrame, district: str, words: Words) -> Table:
    """What a version changed against the one before; ``frame`` is report_diff."""
    rows = list(frame.iter_rows(named=True))
    shown = frame.select(
        _places(rows, district, words),
        said("figure", "report", words),
        "before",
        "after",
        (pl.col("after") - pl.col("before")).alias("change"),
    )
    text = st.column_config.TextColumn
    return shown, {
        "place": text(words("report.place"), width=170),
        "figure": text(words("report.figure")),
        **{name: _count(name, words) for name in ("before", "after", "change")},
    }


def kpis(frame: pl.DataFrame, district: str, words: Words) -> Table:
    """How accurate and how timely each place's reports are (Q88); ``frame`` is report_kpis."""
    rows = list(frame.iter_rows(named=True))
    shown = frame.select(
        _places(rows, district, words),
        *KPIS,
        *((pl.col(name).cast(pl.Float64) * 100).round(1) for name in SHARES),
        pl.col("delay_minutes").round(0),
        pl.col("freeze_s").round(0),
    )
    number = st.column_config.NumberColumn
    return shown, {
        "place": st.column_config.TextColumn(words("report.place"), width=170),
        **{name: _count(name, words) for name in KPIS},
        **{
            name: number(words(f"report.{name}"), help=words(f"report.{name}.help"), format="%.1f%%") for name in SHARES
        },
        **{name: _count(name, words) for name in ("delay_minutes", "freeze_s")},
    }


def _places(rows: list[dict[str, Any]], district: str, words: Words) -> pl.Series:
    return pl.Series("place", [signing_off.place_name(row, district, words) for row in rows], pl.String)


def _count(name: str, words: Words) -> Any:
    return st.column_config.NumberColumn(words(f"report.{name}"), help=words(f"report.{name}.help"), format="%,d")
