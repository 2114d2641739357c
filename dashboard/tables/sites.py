"""The list of all sites beside the map: the same classes and figures, the worst first, for whoever uses no map."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboard.colours import STEP_SIGN, Step
from dashboard.formats import NOTHING
from dashboard.maps.layers import KINDS, Ground, LayerName, Reading, Row, kind_name, load
from dashboard.tables.shaping import Table

GOOD_SIGN = "●"
# What the list always shows, whichever layer it is ordered by.
LAYERS = (LayerName.SYSTEM, LayerName.NETWORK, LayerName.AGE)


def sites(rows: Sequence[Row], said: Mapping[LayerName, Sequence[Reading]], layer: LayerName, ground: Ground) -> Table:
    """Return all sites in the order of ``rows``; ``said`` what ``layer`` and LAYERS say."""
    words = ground.words
    towns = {town.town_code: words.town(town.name) for town in ground.campaign.towns}
    names = {kind: f"{sign(step)} {kind_name(layer, kind, ground)}" for kind, step in KINDS[layer].items()}
    hours = ground.hours
    shown = pl.DataFrame(
        {
            "state": [names[reading.kind] for reading in said[layer]],
            "site": [words.name(row) for row in rows],
            "town": [towns.get(row["town_code"], NOTHING) for row in rows],
            "wait": [_whole(row["wait_minutes"]) if _is_known(row) else None for row in rows],
            "load": [_percent(load(row, hours)) for row in rows],
            "system": [reading.text for reading in said[LayerName.SYSTEM]],
            "network": _with_sign(said, LayerName.NETWORK),
            "short": [row["staff_short"] for row in rows],
            "age": [reading.text for reading in said[LayerName.AGE]],
        },
        schema=SCHEMA,
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        "state": text(words(f"layer.{layer}"), help=words(f"layer.{layer}.help")),
        "site": text(words("table.site")),
        "town": text(words("table.town"), width=90),
        "wait": number(words("table.wait"), help=words("layer.wait.help"), format="%,d"),
        "load": number(words("layer.load"), help=words("layer.load.help"), format="%,d%%"),
        "system": text(words("layer.system"), help=words("layer.system.help")),
        "network": text(words("layer.network"), help=words("layer.network.help")),
        "short": number(words("table.short"), help=words("layer.staff.help"), format="%,d"),
        "age": text(words("layer.age"), help=words("layer.age.help")),
    }


SCHEMA: dict[str, Any] = {
    "state": pl.String,
    "site": pl.String,
    "town": pl.String,
    "wait": pl.Int32,
    "load": pl.Int32,
    "system": pl.String,
    "network": pl.String,
    "short": pl.Int32,
    "age": pl.String,
}


def sign(step: Step) -> str:
    """Return the sign of a step in text, where a good one needs one too."""
    return STEP_SIGN[step] or GOOD_SIGN


def _with_sign(said: Mapping[LayerName, Sequence[Reading]], layer: LayerName) -> list[str]:
    return [f"{sign(KINDS[layer][reading.kind])} {reading.text}" for reading in said[layer]]


def _is_known(row: Row) -> bool:
    return row["wait_class"] not in ("unknown", "closed")


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)
