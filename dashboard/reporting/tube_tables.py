"""The tables of the reconciliation page: sites and labs that come out even or not, each tube between, odd tubes."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard.figures.district import Figure
from dashboard.formats import NOTHING, count
from dashboard.tables.shaping import WITH_ID, Table, local_time, said
from dashboard.words import Words

KINDS = (
    "",
    "lost",
    "misrouted",
    "wrong_lab",
    "foreign",
    "in_transit",
    "in_hand",
    "copy_missing",
    "copy_alone",
    "voided",
)
OFF = ("tubes_to_find", "labels_off", "copies_off")
LABELS = ("labels_issued", "labels_used", "labels_void", "labels_returned", "labels_unused")
TUBES = ("tubes_registered", "tubes_bagged", "tubes_received", "tubes_in_transit", "tubes_lost")
MORE = ("copies_counted", "copies_read", "tubes_misrouted", "tubes_wrong_lab")
LABS = (*TUBES, "tubes_misrouted", "tubes_wrong_lab", "tubes_received_told", "received_off")


def figures(sites: pl.DataFrame, words: Words) -> list[Figure]:
    """Return how many sites come out even, and by how much the others do not; ``sites`` is reconciliation."""
    even, all_sites = int(sites["is_even"].sum()), sites.height
    note = words("even.of", all=count(all_sites))
    tone = "green" if even == all_sites else "red"
    told = [Figure("even_sites", words("even.sites"), count(even), note, tone, words("even.sites.help"))]
    for name in OFF:
        known = sites[name].drop_nulls()
        off = int(known.abs().sum()) if known.len() else None
        note = words("even.known", known=count(known.len()), all=count(all_sites))
        tone = "gray" if off is None else "red" if off else "green"
        told.append(Figure(name, words(f"even.{name}"), count(off), note, tone, words(f"even.{name}.help")))
    return told


def sites(frame: pl.DataFrame, words: Words) -> Table:
    """Sites, those that do not come out even first; ``frame`` is reconciliation."""
    told = frame.sort("is_even", pl.col("tubes_to_find"), "site_id", descending=[False, True, False])
    names = (*OFF, *LABELS, *MORE[:2], *TUBES, *MORE[2:])
    shown = told.select(
        _place(words),
        pl.Series("even", [words("even.yes" if even else "even.no") for even in told["is_even"]], pl.String),
        *names,
        "lab_id",
    )
    text = st.column_config.TextColumn
    return shown, {
        "site": text(words("even.site"), width=WITH_ID),
        "even": text(words("even.state"), help=words("even.state.help")),
        **{name: _count(name, words) for name in names},
        "lab_id": text(words("even.lab")),
    }


def labs(frame: pl.DataFrame, words: Words) -> Table:
    """Labs, by barcode and by their own count; ``frame`` is reconciliation_labs."""
    shown = frame.select(pl.col(f"name_{words.language}").alias("lab"), *LABS)
    columns: dict[str, Any] = {"lab": st.column_config.TextColumn(words("even.lab"))}
    return shown, columns | {name: _count(name, words) for name in LABS}


def differences(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Each tube by which two counts differ, with its last step and age; ``frame`` is reconciliation_differences."""
    kinds = [words(f"tube.kind.{kind}") for kind in frame["kind"]]
    shown = frame.select(
        "barcode",
        _place(words),
        pl.Series("kind", kinds, pl.String),
        said("last_kind", "state.tube", words).fill_null(NOTHING),
        local_time("last_at", offset),
        pl.col("age_minutes").round(0),
        pl.Series("word", [words(f"tube.word.{word or 'open'}") for word in frame["word"]], pl.String),
        pl.col("said_by").fill_null(NOTHING),
        pl.col("said").fill_null(""),
        "lab_id",
        pl.col("label_lab_id").fill_null(NOTHING),
    )
    text = st.column_config.TextColumn
    return shown, {
        "barcode": text(words("tube.barcode"), help=words("tube.barcode.help")),
        "kind": text(words("tube.kind"), help=words("tube.kind.help")),
        "site": text(words("even.site"), width=WITH_ID),
        "last_kind": text(words("tube.last"), help=words("tube.last.help")),
        "last_at": text(words("tube.at"), help=words("tube.at.help", zone=words.zone(offset))),
        "age_minutes": st.column_config.NumberColumn(words("tube.age"), help=words("tube.age.help"), format="%,d"),
        "word": text(words("tube.word"), help=words("tube.word.help")),
        "said_by": text(words("tube.by")),
        "said": text(words("table.reason"), width="medium"),
        "lab_id": text(words("even.lab")),
        "label_lab_id": text(words("tube.label_lab"), help=words("tube.label_lab.help")),
    }


def odd(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Tubes that do not hold ten persons, and refused ones, the newest first; ``frame`` is odd_tubes."""
    reasons = [words.known(f"reason.{reason}", reason or NOTHING) for reason in frame["reason"]]
    shown = frame.select(
        "barcode",
        pl.concat_str(pl.col(f"name_{words.language}"), pl.col("site_id"), separator=" · ")
        .fill_null(NOTHING)
        .alias("site"),
        pl.Series("kind", [words(f"tube.odd.{kind}") for kind in frame["kind"]], pl.String),
        "persons",
        pl.Series("reason", reasons, pl.String),
        local_time("at", offset),
    )
    text = st.column_config.TextColumn
    return shown, {
        "barcode": text(words("tube.barcode"), help=words("tube.barcode.help")),
        "kind": text(words("tube.kind"), help=words("tube.odd.help")),
        "persons": st.column_config.NumberColumn(words("tube.persons"), help=words("tube.persons.help"), format="%d"),
        "reason": text(words("table.reason")),
        "site": text(words("even.site"), width=WITH_ID),
        "at": text(words("tube.at"), help=words("tube.at.help", zone=words.zone(offset))),
    }


def custody(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """One tube's steps, the oldest first, with what was said or refused of it; ``frame`` is tube_lookup."""
    rows = list(frame.iter_rows(named=True))
    what = {"custody": "state.tube", "act": "tube.word", "exception": "tube.exception"}
    told = [words.known(f"{what[row['source']]}.{row['kind']}", row["kind"]) for row in rows]
    where = [
        " · ".join(str(part) for part in (row[f"name_{words.language}"], row["lab_id"], row["server_id"]) if part)
        for row in rows
    ]
    shown = frame.select(
        local_time("at", offset),
        pl.Series("what", told, pl.String),
        pl.Series("where", where, pl.String),
        "persons",
        pl.Series("detail", [words.known(f"reason.{row['detail']}", row["detail"]) for row in rows], pl.String),
        "by",
    )
    text = st.column_config.TextColumn
    return shown, {
        "at": text(words("tube.at"), help=words("tube.at.help", zone=words.zone(offset))),
        "what": text(words("tube.last"), help=words("tube.step.help")),
        "where": text(words("tube.where"), help=words("tube.where.help")),
        "persons": st.column_config.NumberColumn(words("tube.persons"), help=words("tube.persons.help"), format="%d"),
        "detail": text(words("table.reason")),
        "by": text(words("tube.by")),
    }


def _place(words: Words) -> pl.Expr:
    return pl.concat_str(pl.col(f"name_{words.language}"), pl.col("site_id"), separator=" · ").alias("site")


def _count(name: str, words: Words) -> Any:
    return st.column_config.NumberColumn(words(f"even.{name}"), help=words(f"even.{name}.help"), format="%,d")
