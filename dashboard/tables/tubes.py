"""The tables of the tubes page: labs, and the tubes that need somebody."""

from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from dashboard.formats import NOTHING, time_of_day
from dashboard.once import KEPT, once
from dashboard.tables.shaping import WITH_ID, Table
from dashboard.words import Words
from pipelines.client import CampaignInfo

REASONS = {"lost": "red", "misrouted": "orange", "overdue": "orange", "voided": "gray"}


@once(KEPT)
def labs(frame: pl.DataFrame, campaign: CampaignInfo, words: Words, offset: int) -> Table:
    """Labs with what they received and owe, how well their labels read, and whether results come by interface (Q35)."""
    wired = {lab.lab_id for lab in campaign.labs if lab.has_interface}
    text = {True: words("labs.interface"), False: words("labs.by_hand")}
    shown = frame.select(
        pl.col(f"name_{words.language}").alias("lab"),
        pl.Series("interface", [[text[lab in wired]] for lab in frame["lab_id"]], pl.List(pl.String)),
        "tubes_received",
        "tubes_resulted",
        "tubes_backlog",
        pl.Series("clears", [_clears(row, words, offset) for row in frame.iter_rows(named=True)], pl.String),
        _from_to("result_minutes_p50", "result_minutes_p90").alias("wait"),
        (pl.col("read_share") * 100).round(2),
        "scans",
        "scan_errors",
    )
    number, column = st.column_config.NumberColumn, st.column_config
    ways = list(text.values())
    return shown, {
        "lab": column.TextColumn(words("labs.name")),
        "interface": column.MultiselectColumn(
            words("labs.results"),
            help=words("labs.results.help"),
            options=ways,
            color=["green", "orange"],
        ),
        "tubes_received": number(words("labs.received"), help=words("labs.received.help"), format="%,d"),
        "tubes_resulted": number(words("labs.resulted"), help=words("labs.resulted.help"), format="%,d"),
        "tubes_backlog": number(words("tubes.backlog"), help=words("tubes.backlog.help"), format="%,d"),
        "clears": column.TextColumn(words("labs.clears"), help=words("labs.clears.help", zone=words.zone(offset))),
        "wait": column.TextColumn(words("labs.wait"), help=words("labs.wait.help")),
        "read_share": number(words("labs.readable"), help=words("labs.readable.help"), format="%.2f%%"),
        "scans": number(words("labs.scans"), help=words("labs.scans.help"), format="%,d"),
        "scan_errors": number(words("labs.errors"), help=words("labs.errors.help"), format="%,d"),
    }


def _clears(row: dict[str, Any], words: Words, offset: int) -> str:
    if row["is_stopped"]:
        return words("labs.stopped")
    return time_of_day(row["clears_at"], offset)


def _from_to(low: str, high: str) -> pl.Expr:
    """Return hours from the one to the other; where neither is known one sign says so."""
    is_known = pl.any_horizontal(pl.col(low, high).is_not_null())
    return pl.when(is_known).then(pl.concat_str(_hours(low), _hours(high), separator="–")).otherwise(pl.lit(NOTHING))


def _hours(column: str) -> pl.Expr:
    return (pl.col(column) / 60).round(1).cast(pl.String).fill_null(NOTHING)


@once(KEPT)
def missing(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Tubes that need somebody, the lost first; ``frame`` is missing_tubes."""
    at = pl.col("last_at").dt.replace_time_zone(None) + timedelta(minutes=offset)
    shown = frame.select(
        "barcode",
        pl.concat_str(pl.col(f"name_{words.language}"), pl.col("site_id"), separator=" · ").alias("site"),
        pl.Series("why", [[words(f"missing.{why}")] for why in frame["why"]], pl.List(pl.String)),
        "lab_id",
        "persons",
        pl.Series("last", [words(f"state.tube.{kind}") for kind in frame["last_kind"]], pl.String),
        at.dt.strftime("%H:%M").fill_null(NOTHING).alias("at"),
        pl.col("age_minutes").round(0).cast(pl.Int64),
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "why": st.column_config.MultiselectColumn(
            words("missing.why"),
            help=words("missing.why.help"),
            options=[words(f"missing.{why}") for why in REASONS],
            color=list(REASONS.values()),
        ),
        "barcode": text(words("missing.barcode"), help=words("missing.barcode.help")),
        "site": text(words("table.site"), width=WITH_ID),
        "lab_id": text(words("missing.lab"), help=words("missing.lab.help")),
        "persons": number(words("table.persons"), help=words("missing.persons.help")),
        "last": text(words("missing.last"), help=words("missing.last.help")),
        "at": text(words("missing.at"), help=words("missing.at.help", zone=words.zone(offset))),
        "age_minutes": number(words("missing.age"), help=words("missing.age.help"), format="%,d"),
    }
