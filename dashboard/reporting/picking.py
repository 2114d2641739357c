"""Which hour and which site a page of reports is about, kept in the address as ``?hour=`` and ``?site=``."""

import streamlit as st

from dashboard import choices, filters
from dashboard.live import Snapshot
from dashboard.reporting import hours
from dashboard.words import Words


def hour(snapshot: Snapshot, words: Words) -> str:
    """Draw the choice of an hour that is over; return its name, "" for the newest."""
    past = [hours.name(at) for at in hours.past(snapshot.campaign, snapshot.as_of)]
    names = {one: hours.shown(one, snapshot.offset, words) for one in past}
    return filters.chosen("hour", names, words("filter.hour.all"), words)


def site(snapshot: Snapshot, words: Words) -> str:
    """Draw the choice of a site among those of the chosen town; return its id, "" for none or, of one only, that."""
    town = choices.wanted_town()
    sites = snapshot.campaign.sites
    within = [one for one in sites if one.town_code == town] or sites
    if len(sites) == 1:
        return sites[0].site_id
    names = {one.site_id: f"{words.either(one.name)} · {one.site_id}" for one in within}
    return filters.chosen("site", names, words("filter.site.all"), words)


def town(snapshot: Snapshot, words: Words) -> str:
    """Draw the choice of a town where the viewer has several; return its code, "" for all of his."""
    return filters.town(snapshot, words) if len(snapshot.campaign.towns) > 1 else ""


def pinned(name: str) -> str:
    """Return what the viewer has chosen under the key ``name`` in this session, "" for nothing."""
    return str(st.session_state.get(name) or "")
