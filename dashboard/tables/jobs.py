"""The scheduled jobs as a table: last run, pace, failures, and why runs were left out."""

import polars as pl
import streamlit as st

from dashboard.formats import NOTHING
from dashboard.tables.shaping import Table, local_time, outcome_chip, rounded, said
from dashboard.words import Words
from pipelines.vocabulary import Outcome


def jobs(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Jobs, those in trouble first; ``frame`` is jobs_live."""
    ok = pl.col("last_outcome") == Outcome.OK.value
    shown = frame.sort(ok, -pl.col("skipped_last_minute"), "job").select(
        "job",
        pl.concat_list(said("last_outcome", "outcome", words)),
        pl.col("last_reason").replace("", NOTHING),
        rounded("took_ms"),
        pl.col("pace_s").round(1),
        local_time("last_good_at", offset),
        local_time("next_due_at", offset),
        "failures",
        "skipped",
        pl.col("skip_reason").fill_null(NOTHING),
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "job": text(words("table.job")),
        "last_outcome": outcome_chip(words),
        "last_reason": text(words("table.reason"), width="medium"),
        "took_ms": number(words("table.took"), help=words("table.took.help"), format="%,d"),
        "pace_s": number(words("jobs.pace"), help=words("jobs.pace.help"), format="%.1f"),
        "last_good_at": text(words("jobs.last_good"), help=words("jobs.last_good.help", zone=words.zone(offset))),
        "next_due_at": text(words("jobs.next_due"), help=words("jobs.next_due.help", zone=words.zone(offset))),
        "failures": number(words("jobs.failures"), help=words("jobs.failures.help"), format="%,d"),
        "skipped": number(words("jobs.skipped"), help=words("jobs.skipped.help"), format="%,d"),
        "skip_reason": text(words("jobs.skip_reason"), help=words("jobs.skip_reason.help"), width="large"),
    }
