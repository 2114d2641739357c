"""The network and servers page: what is broken and why, who is hit, and the orders that help; cut by ``?town=``."""

import streamlit as st

from dashboard import access, filters, frames, live, widgets
from dashboard.advising import disturbances, ordering
from dashboard.figures import network as figures_network
from dashboard.panels import cards, network_cards
from dashboard.panels import servers as network_parts
from dashboard.panels.network_cards import Drawing

PULSE = ("disturbances_live", "servers_live", "server_trend", "network_strip", "crowd_index", "contingency_live")
PULSE_TOO = ("interruptions_by_cause",)
ORDERS = ("vehicles_live", "recommendations_live")
BODY = ("crowd_index", "network_strip", "vehicles_live", "vehicle_plan", "desks_by_server", "contingency_live")
BODY_TOO = ("orders_live", "switch_plan", "switch_effect", "interruptions_by_cause")
WIDE = (network_cards.switch, network_cards.air)
LEFT = (network_cards.interruptions, network_cards.vehicles)
RIGHT = (network_cards.systems, network_cards.given, network_cards.server_desks)
words = widgets.viewer_words()
colours = widgets.colours()
theme = widgets.theme()


@st.fragment(run_every=2.0, key="network-pulse")
def pulse(town: str) -> None:
    """What is broken and why, and the servers, every two seconds; while nothing answers, the last frames stay."""
    scope = access.scope("network")
    snapshot = widgets.opened(live.view(scope), words)
    if snapshot is None:
        return
    answers = frames.gather(filters.narrowed(scope, town), snapshot.as_of, (*PULSE, *PULSE_TOO))
    if "disturbances_live" in answers.frames:
        disturbances.banners(answers["disturbances_live"], snapshot, words)
    limit = snapshot.campaign.thresholds.server_load_share
    widgets.figures(figures_network.network(answers, limit, words), colours, widgets.Trend.NONE)
    reason = answers.failure(("servers_live", "server_trend"))
    if reason is None:
        network_parts.servers(answers["servers_live"], answers["server_trend"], snapshot, words, theme)
    else:
        cards.failed(reason, words)


@st.fragment(key="network-orders")
def orders() -> None:
    """The orders: drawn when somebody uses them, so that no tick closes a dialog."""
    scope = access.scope("network")
    snapshot = live.view(scope).snapshot
    if snapshot is None:
        return
    answers = frames.gather(scope, snapshot.as_of, ORDERS)
    with cards.frame("orders", words):
        if (reason := answers.failure(ORDERS)) is not None:
            cards.failed(reason, words)
        else:
            ordering.panel(scope, snapshot, answers, words)


@st.fragment(run_every=5.0, key="network-body")
def body(town: str) -> None:
    """Which code to scan, sites, desks, systems, orders and vehicles, every five seconds."""
    scope = access.scope("network")
    snapshot = live.view(scope).snapshot
    if snapshot is None:
        return
    answers = frames.gather(filters.narrowed(scope, town), snapshot.as_of, (*BODY, *BODY_TOO))
    made = Drawing(answers, snapshot, words, theme)
    for draw in WIDE:
        draw(made)
    left, right = st.columns([0.42, 0.58], gap="small")
    for column, parts in ((left, LEFT), (right, RIGHT)):
        with column:
            for draw in parts:
                draw(made)


first = live.view(access.scope("network"))
if first.snapshot is None:
    widgets.drawable(first, words)
else:
    with st.container(horizontal=True, key="filters", gap="small", vertical_alignment="center"):
        chosen = filters.town(first.snapshot, words)
    pulse(chosen)
    orders()
    body(chosen)
