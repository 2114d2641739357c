"""What a viewer has chosen on the district page: town, site, layer, denominator; all of it in the address.

An address is only a wish: what it names is used when the campaign has it, and the viewer's scope allows it.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.filters import keep, wanted
from dashboard.maps import decks
from dashboard.maps.layers import LayerName
from dashboard.words import Words
from pipelines.client import CampaignInfo, Scope
from pipelines.vocabulary import ScopeLevel

LAYERS = tuple(str(name) for name in LayerName)
PER = ("residents", "target", "planned")


def scope(within: Scope, campaign: CampaignInfo) -> Scope:
    """Return the scope that the page is cut to: the chosen town's, when the viewer may see the whole district."""
    town = wanted_town()
    if within.level is ScopeLevel.DISTRICT and town in {one.town_code for one in campaign.towns}:
        return Scope.town(town)
    return within


def wanted_town() -> str:
    """Return the town that the address names, whether there is one or not; "" for none."""
    return wanted("town") or ""


def choose_town(town_code: str | None) -> None:
    """Cut the page to a town, or to none; the site that was chosen may lie elsewhere."""
    keep("town", town_code)
    keep("site", None)


def wanted_site() -> str | None:
    """Return the site that the address names, whether there is one or not."""
    return wanted("site")


def choose_site(site_id: str | None) -> None:
    """Open a site's panel, or close it."""
    keep("site", site_id)


def take_from_map(key: str) -> None:
    """Choose the site just selected on the map; a click beside the sites, or on a zoom button, changes nothing."""
    picked = decks.selected_site(st.session_state.get(key))
    if picked is not None:
        choose_site(picked)


def take_from_list(key: str) -> None:
    """Choose the row just selected in a list of sites: the site that stood there when the list was last drawn."""
    choose_site(picked(key))


def take_town(key: str) -> None:
    """Cut the page to the town whose row was just selected."""
    choose_town(picked(key))


def show_order(key: str, ids: tuple[str, ...], chosen: str | None = None, column: str = "") -> None:
    """Remember which ids a list's rows stand for, and have it show ``chosen`` as selected, wherever it stands now."""
    st.session_state[f"{key}-order"] = ids
    rows = [ids.index(chosen)] if chosen in ids else []
    if _rows(key) != rows:
        st.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": [(at, column) for at in rows]}}


def layer(words: Words) -> LayerName:
    """Draw the control of the map's layer and return the choice."""
    key = _begun("layer", LAYERS)
    st.segmented_control(
        words("layer.choose"),
        LAYERS,
        required=True,
        format_func=lambda name: words(f"layer.{name}"),
        key=key,
        on_change=_follow,
        args=("layer", LAYERS),
        label_visibility="collapsed",
    )
    return wanted_layer()


def wanted_layer() -> LayerName:
    """Return the map's layer that the address names; waits when it names none."""
    return LayerName(_wanted("layer", LAYERS))


def per(words: Words) -> str:
    """Draw the control of the coverage's denominator and return the choice (Q97)."""
    key = _begun("per", PER)
    st.selectbox(
        words("per.choose"),
        PER,
        format_func=lambda name: words(f"per.{name}"),
        key=key,
        on_change=_follow,
        args=("per", PER),
        label_visibility="collapsed",
    )
    return wanted_per()


def wanted_per() -> str:
    """Return the coverage's denominator that the address names; the residents when it names none."""
    return _wanted("per", PER)


def _begun(name: str, options: Sequence[str]) -> str:
    """Have the control of ``name`` begin with what the address says; return its key."""
    key = f"{name}-choice"
    if st.session_state.get(key) not in options:
        st.session_state[key] = _wanted(name, options)
    return key


def _follow(name: str, options: Sequence[str]) -> None:
    """Write a control's new value into the address; the first option is the one that needs no word there."""
    picked = st.session_state[f"{name}-choice"]
    keep(name, None if picked == options[0] else picked)


def _wanted(name: str, options: Sequence[str]) -> str:
    asked = wanted(name)
    return asked if asked is not None and asked in options else options[0]


def picked(key: str) -> str | None:
    """Return the id of the row just selected in a list, as it stood when the list was last drawn."""
    order: tuple[str, ...] = st.session_state.get(f"{key}-order", ())
    rows = [at for at in _rows(key) if at < len(order)]
    return order[rows[0]] if rows else None


def _rows(key: str) -> list[int]:
    state: Any = st.session_state.get(key) or {}
    return [cell[0] for cell in state.get("selection", {}).get("cells", [])]
