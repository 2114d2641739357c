"""The tables of a staffing plan: teams by town, what one more is worth, lanes by site and hour, who lends to whom."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboard import names
from dashboard.formats import NOTHING
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines.client import CampaignInfo

Plain = Mapping[str, Any]


def teams(told: Plain, scenario: Plain, campaign: CampaignInfo, words: Words) -> Table:
    """Towns: teams that the plan needs, teams that their staff make, what one more is worth."""
    needs, known = told["plan"]["teams"], {"": words.either(campaign.district_name)} | names.towns(campaign, words)
    worth = {one["town_code"]: one for one in told["worth"]}
    have = _have(scenario)
    rows = [
        {
            "town": known.get(town, town),
            "need": need,
            "have": have.get(town, sum(have.values())),
            "saved": worth[town]["waiting_hours_saved"] if town in worth else None,
            "more": round(worth[town]["persons_more"]) if town in worth else None,
        }
        for town, need in needs.items()
    ]
    schema = {"town": pl.String, "need": pl.Int64, "have": pl.Int64, "saved": pl.Float64, "more": pl.Int64}
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return pl.DataFrame(rows, schema=schema), {
        "town": text(words("table.town"), width=90),
        "need": number(words("whatif.teams.need"), help=words("whatif.teams.need.help"), format="%,d", width=70),
        "have": number(words("whatif.teams.have"), help=words("whatif.teams.have.help"), format="%,d", width=70),
        "saved": number(words("whatif.worth"), help=words("whatif.worth.help"), format="%.1f", width=90),
        "more": number(words("whatif.worth.persons"), help=words("whatif.worth.persons.help"), format="%,d", width=80),
    }


def _have(scenario: Plain) -> dict[str, int]:
    """Return by town how many teams its staff make who are there."""
    each = scenario["guides_per_lane"] + scenario["registrars_per_lane"]
    staff: dict[str, int] = {}
    for site in scenario["sites"]:
        staff[site["town_code"]] = staff.get(site["town_code"], 0) + site["staff"]
    return {town: int(have * (1.0 - scenario["absence_share"]) / each) for town, have in staff.items()}


def lanes(plan: Plain, hours: Sequence[str], campaign: CampaignInfo, words: Words) -> Table:
    """Sites by hour: the lanes that are open, the whole district in the first row."""
    known = names.sites(campaign, words)
    total = [sum(lanes) for lanes in zip(*plan["lanes"], strict=True)]
    rows = [[words.either(campaign.district_name), *total]]
    rows += [[known.get(site, site), *open_] for site, open_ in zip(plan["site_ids"], plan["lanes"], strict=True)]
    columns = ["site", *(f"h{at}" for at in range(len(hours)))]
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    shown: dict[str, Any] = {"site": text(words("table.site"), width=170, pinned=True)}
    shown |= {f"h{at}": number(hour, format="%,d", width=56) for at, hour in enumerate(hours)}
    return pl.DataFrame(rows, schema=columns, orient="row"), shown


def capped(rows: Sequence[Plain], sites: Mapping[str, str], words: Words) -> Table:
    """Sites whose built lanes do not suffice: built and needed."""
    told = [
        {"site": sites.get(one["site_id"], one["site_id"]), "built": one["lanes"], "needed": one["lanes_needed"]}
        for one in rows
    ]
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return pl.DataFrame(told), {
        "site": text(words("table.site"), width=260),
        "built": number(words("whatif.lanes.built"), width=80),
        "needed": number(words("whatif.lanes.needed"), width=80),
    }


def moves(rows: Sequence[Plain], sites: Mapping[str, str], words: Words) -> Table:
    """Moves of teams before one hour, as the planner orders them."""
    told = [
        {
            "from": sites.get(one["from_site"], one["from_site"]),
            "to": sites.get(one["to_site"], one["to_site"]),
            "teams": one["teams"],
            "km": one["km"],
            "across": words("whatif.move.across") if one["is_cross_town"] else NOTHING,
        }
        for one in rows
    ]
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return pl.DataFrame(told), {
        "from": text(words("whatif.move.from"), width=200),
        "to": text(words("whatif.move.to"), width=200),
        "teams": number(words("whatif.move.teams"), help=words("whatif.move.teams.help"), width=60),
        "km": number(words("whatif.move.km"), help=words("whatif.move.km.help"), format="%.1f", width=60),
        "across": text(words("whatif.move.town"), width=110),
    }
