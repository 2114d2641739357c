"""The tables of the sources and jobs page: each job's pace, each source's last good pull, every run."""

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard import reasons
from dashboard.formats import NOTHING
from dashboard.once import KEPT, once
from dashboard.tables.shaping import Table, local_time, outcome_chip, rounded, said
from dashboard.words import Words
from pipelines.vocabulary import Outcome

OWNER = ":"


@once(KEPT)
def jobs(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Jobs, those in trouble first; ``frame`` is jobs_live."""
    ok = pl.col("last_outcome") == Outcome.OK.value
    told = frame.sort(ok, -pl.col("skipped_last_minute"), "job")
    shown = told.select(
        said("job", "job", words).alias("name"),
        pl.concat_list(said("last_outcome", "outcome", words)),
        reasons.column(told["last_reason"], words).alias("last_reason"),
        rounded("took_ms"),
        pl.col("pace_s").round(1),
        local_time("last_good_at", offset),
        local_time("next_due_at", offset),
        "failures",
        "skipped",
        reasons.column(told["skip_reason"], words).alias("skip_reason"),
        "job",
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "name": text(words("table.job")),
        "last_outcome": outcome_chip(words),
        "last_reason": text(words("table.reason"), width="medium"),
        "took_ms": number(words("table.took"), help=words("table.took.help"), format="%,d"),
        "pace_s": number(words("jobs.pace"), help=words("jobs.pace.help"), format="%.1f"),
        "last_good_at": text(words("jobs.last_good"), help=words("jobs.last_good.help", zone=words.zone(offset))),
        "next_due_at": text(words("jobs.next_due"), help=words("jobs.next_due.help", zone=words.zone(offset))),
        "failures": number(words("jobs.failures"), help=words("jobs.failures.help"), format="%,d"),
        "skipped": number(words("jobs.skipped"), help=words("jobs.skipped.help"), format="%,d"),
        "skip_reason": text(words("jobs.skip_reason"), help=words("jobs.skip_reason.help"), width="medium"),
        "job": text(words("jobs.id"), help=words("jobs.id.help")),
    }


@once(KEPT)
def sources(frame: pl.DataFrame, owners: Mapping[str, str], words: Words, offset: int) -> Table:
    """Sources, the failing ones first; ``frame`` is sources_live, ``owners`` the names of sites and servers by id."""
    ok = pl.col("last_outcome") == Outcome.OK.value
    told = frame.sort(ok, pl.col("age_s").fill_null(1e9) * -1, "source_id")
    whose = [owners.get(source_id.partition(OWNER)[2], NOTHING) for source_id in told["source_id"]]
    shown = told.select(
        said("kind", "source", words),
        pl.Series(whose, dtype=pl.String).alias("whose"),
        pl.concat_list(said("last_outcome", "outcome", words)),
        reasons.column(told["last_reason"], words).alias("last_reason"),
        "failures_last_hour",
        local_time("last_good_at", offset),
        rounded("age_s"),
        "source_id",
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "kind": text(words("table.kind")),
        "whose": text(words("sources.whose"), help=words("sources.whose.help")),
        "last_outcome": outcome_chip(words),
        "last_reason": text(words("table.reason"), width="large"),
        "failures_last_hour": number(words("table.failures"), help=words("table.failures.help"), format="%,d"),
        "last_good_at": text(words("table.last_good"), help=words("table.last_good.help", zone=words.zone(offset))),
        "age_s": number(words("table.age"), help=words("table.age.help")),
        "source_id": text(words("table.source"), help=words("table.source.help")),
    }


@once(KEPT)
def runs(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Runs of the scheduled jobs, the latest first; ``frame`` is job_runs."""
    shown = frame.select(
        local_time("started_at", offset),
        said("job", "job", words),
        pl.concat_list(said("outcome", "outcome", words)),
        rounded("took_ms"),
        "rows_pulled",
        "rows_stored",
        reasons.column(frame["reason"], words).alias("reason"),
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "started_at": text(words("table.started"), help=words("table.started.help", zone=words.zone(offset))),
        "job": text(words("table.job")),
        "outcome": outcome_chip(words),
        "took_ms": number(words("table.took"), help=words("table.took.help"), format="%,d"),
        "rows_pulled": number(words("table.pulled"), help=words("table.pulled.help"), format="%,d"),
        "rows_stored": number(words("table.stored"), help=words("table.stored.help"), format="%,d"),
        "reason": text(words("table.reason"), width="large"),
    }
