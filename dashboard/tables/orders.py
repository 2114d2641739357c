"""The tables of orders and of what to order next: orders given with their spread, and which desks scan which code."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import names
from dashboard.formats import NOTHING, local
from dashboard.once import KEPT, once
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines.client import CampaignInfo

Row = dict[str, Any]
STATES = {"waiting": "gray", "delivered": "green", "failed": "red"}


@once(KEPT)
def given(frame: pl.DataFrame, campaign: CampaignInfo, words: Words, offset: int) -> Table:
    """Orders, the newest first, with how many desks follow them; ``frame`` is orders_live."""
    schema = {"at": pl.String, "what": pl.String, "whom": pl.String, "state": pl.List(pl.String)}
    schema |= {"spread": pl.Float64, "by": pl.String, "why": pl.String}
    rows = [_order(row, campaign, words, offset) for row in frame.iter_rows(named=True)]
    text = st.column_config.TextColumn
    return pl.DataFrame(rows, schema=schema), {
        "at": text(words("given.at"), help=words("given.at.help", zone=words.zone(offset)), width=52),
        "what": text(words("given.what"), width=130),
        "whom": text(words("given.whom"), width=130),
        "state": st.column_config.MultiselectColumn(
            words("given.state"),
            help=words("given.state.help"),
            options=[words(f"given.{state}") for state in STATES],
            color=list(STATES.values()),
        ),
        "spread": st.column_config.ProgressColumn(
            words("given.spread"), help=words("given.spread.help"), format="%.0f%%", min_value=0, max_value=100
        ),
        "by": text(words("given.by")),
        "why": text(words("given.why"), width="medium"),
    }


@once(KEPT)
def switches(frame: pl.DataFrame, campaign: CampaignInfo, words: Words) -> Table:
    """Which desks scan which code, the stuck ones first; ``frame`` is switch_plan."""
    states = {True: words("switch.stuck"), False: words("switch.full")}
    schema = {"state": pl.List(pl.String), "site": pl.String, "desks": pl.Int64, "from": pl.String, "to": pl.String}
    rows = [
        {
            "state": [states[row["is_stuck"]]],
            "site": f"{words.name(row)} · {row['site_id']}",
            "desks": row["desks"],
            "from": _server(row["from_server_id"], campaign, words),
            "to": _where_to(row, campaign, words),
        }
        for row in frame.iter_rows(named=True)
    ]
    text = st.column_config.TextColumn
    return pl.DataFrame(rows, schema=schema), {
        "state": st.column_config.MultiselectColumn(
            words("switch.state"),
            help=words("switch.state.help"),
            options=list(states.values()),
            color=["red", "orange"],
        ),
        "site": text(words("switch.site")),
        "desks": st.column_config.NumberColumn(words("table.desks"), help=words("switch.desks.help")),
        "from": text(words("switch.from")),
        "to": text(words("switch.to"), help=words("switch.to.help")),
    }


def _order(row: Row, campaign: CampaignInfo, words: Words, offset: int) -> Row:
    reached, obeying = row["desks_reached"], row["desks_obeying"]
    return {
        "at": local(row["ordered_at"], offset).strftime("%H:%M"),
        "what": _what(row, campaign, words),
        "whom": _whom(row["scope_id"], campaign, words),
        "state": [words(f"given.{row['state']}")],
        "spread": round(100 * obeying / reached, 1) if reached and obeying is not None else None,
        "by": row["actor"],
        "why": row["failure"] or row["reason"] or NOTHING,
    }


def _what(row: Row, campaign: CampaignInfo, words: Words) -> str:
    if row["contingency"]:
        return words(f"system.{row['contingency']}")
    if row["vehicle_id"]:
        return f"{words('order.vehicle')} · {row['vehicle_id']}"
    if row["server_id"]:
        return words("given.server", server=_server(row["server_id"], campaign, words))
    return words("given.lend")


def _whom(scope_id: str | None, campaign: CampaignInfo, words: Words) -> str:
    known = names.towns(campaign, words)
    known |= {site.site_id: f"{words.either(site.name)} · {site.site_id}" for site in campaign.sites}
    return known.get(scope_id or "", scope_id or words.either(campaign.district_name))


def _where_to(row: Row, campaign: CampaignInfo, words: Words) -> str:
    if row["contingency"] in (None, "province", "city") and row["to_server_id"]:
        return _server(row["to_server_id"], campaign, words)
    return words(f"system.{row['contingency']}") if row["contingency"] else NOTHING


def _server(server_id: str | None, campaign: CampaignInfo, words: Words) -> str:
    return names.servers(campaign, words).get(server_id or "", server_id or NOTHING)
