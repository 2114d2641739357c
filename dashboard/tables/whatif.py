"""The tables of the what-if page: measures side by side, labs, assumptions; texts in, what is shown out."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboard.formats import NOTHING
from dashboard.tables.shaping import Table
from dashboard.tables.whatif_sources import source
from dashboard.words import Words

Plain = Mapping[str, Any]
MEASURES = (
    *("wait_minutes", "longest_wait_minutes", "special_wait_minutes", "short_share", "medium_share", "long_share"),
    *("peak_queue", "finish_minute", "persons", "served", "unserved", "not_by_closing", "lane_hours"),
    *("lane_staff_hours", "medic_hours", "use_registration", "use_sampling", "blocked_share", "use_guides", "use_gate"),
)


def side_by_side(columns: Sequence[tuple[str, Mapping[str, str]]], words: Words) -> Table:
    """Measures (rows) of several things (columns: title, texts by measure)."""
    rows = {"measure": [words(f"whatif.m.{name}") for name in MEASURES]}
    rows |= {f"c{at}": [texts.get(name, NOTHING) for name in MEASURES] for at, (_, texts) in enumerate(columns)}
    text = st.column_config.TextColumn
    shown: dict[str, Any] = {"measure": text(words("whatif.measure"), help=words("whatif.measure.help"), width=200)}
    for at, (title, _) in enumerate(columns):
        shown[f"c{at}"] = text(title, help=words("whatif.column.help"), width=150)
    return pl.DataFrame(rows), shown


def labs(rows: Sequence[tuple[str, str, str]], words: Words) -> Table:
    """Labs: name, when the last result is told, the most tubes that wait."""
    text = st.column_config.TextColumn
    return pl.DataFrame(rows, schema=["lab", "told", "backlog"], orient="row"), {
        "lab": text(words("whatif.lab")),
        "told": text(words("whatif.lab.told"), help=words("whatif.lab.told.help")),
        "backlog": text(words("whatif.lab.backlog"), help=words("whatif.lab.backlog.help")),
    }


def assumptions(rows: Sequence[Plain], words: Words) -> Table:
    """What an answer rests on: each with its value, unit, number seen and source."""
    told = [
        {
            "name": _name(row["name"], words),
            "value": _value(row["value"], words),
            "unit": words.known(f"whatif.u.{row['unit'].split(' ')[0]}", row["unit"]) if row["unit"] else "",
            "count": str(row["count"]) if row["count"] else NOTHING,
            "source": source(row["source"], words),
        }
        for row in rows
    ]
    text = st.column_config.TextColumn
    return pl.DataFrame(told), {
        "name": text(words("whatif.assumed"), width=210),
        "value": text(words("whatif.assumed.value"), width=110),
        "unit": text(words("whatif.assumed.unit"), width=110),
        "count": text(words("whatif.assumed.count"), help=words("whatif.assumed.count.help"), width=60),
        "source": text(words("whatif.assumed.source"), width=420),
    }


def _name(name: str, words: Words) -> str:
    desk, _, town = name.partition("/")
    if town:
        town, _, of = town.partition("_")
        return f"{words(f'whatif.a.{desk}_{of}')} · {town}"
    return words(f"whatif.a.{name}")


def _value(value: Any, words: Words) -> str:
    if isinstance(value, str):
        return words.known(f"whatif.v.{value}", value)
    return f"{value:,.2f}".rstrip("0").rstrip(".")
