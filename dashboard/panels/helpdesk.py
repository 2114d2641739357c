"""The help desk's contact card, within reach on every page (Q21)."""

import streamlit as st

from dashboard import queries
from dashboard.formats import plain
from dashboard.words import Words
from pipelines.client import AskRefused, CampaignInfo, CommandUnavailable

KEY = "helpdesk"


def card(words: Words) -> None:
    """Draw the card behind a button; without a help desk, or while nobody knows the campaign, it says so."""
    label, tip = words("helpdesk.short"), words("helpdesk.help")
    with st.popover(label, icon=":material/support_agent:", type="tertiary", help=tip, key=KEY):
        st.markdown("  \n".join(lines(_campaign(), words)))


def lines(campaign: CampaignInfo | None, words: Words) -> list[str]:
    """Return the card as lines of Markdown."""
    if campaign is None:
        return [words("helpdesk.unknown")]
    desk = campaign.helpdesk
    if desk is None:
        return [words("helpdesk.none")]
    found = [f"**{plain(words.either(desk.name))}**", f":material/call: **{plain(desk.phone)}**"]
    if desk.channel:
        found.append(f":material/forum: {plain(desk.channel)}")
    return [*found, f":material/schedule: {plain(desk.hours)}"] if desk.hours else found


def _campaign() -> CampaignInfo | None:
    try:
        return queries.campaign()
    except (CommandUnavailable, AskRefused):
        return None
