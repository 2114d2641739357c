"""The network and servers page: what is broken and why, who is hit, and the orders that help; cut by ``?town=``."""

import streamlit as st

from dashboard import access, filters, opening, pace, widgets
from dashboard.advising import disturbances, ordering
from dashboard.figures import network as figures_network
from dashboard.panels import cards, network_cards
from dashboard.panels import servers as network_parts
from dashboard.panels.network_cards import Drawing
from dashboard.reporting import saving

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


@st.fragment(run_every=pace.every(2.0), key="network-pulse")
def pulse(town: str) -> None:
    """What is broken and why, and the servers, every two seconds; while nothing answers, the last frames stay."""
    seen = opening.opened(access.scope("network"), words, (*PULSE, *PULSE_TOO), town)
    if seen is None:
        return
    snapshot, answers = seen.snapshot, seen.answers
    if "disturbances_live" in answers.frames:
        disturbances.banners(answers["disturbances_live"], snapshot, words)
    limit = snapshot.campaign.thresholds.server_load_share
    widgets.figures(figures_network.network(answers, limit, words))
    reason = answers.failure(("servers_live", "server_trend"))
    if reason is None:
        network_parts.servers(answers["servers_live"], answers["server_trend"], snapshot, words, theme)
    else:
        cards.failed(reason, words)


@st.fragment(key="network-orders")
def orders() -> None:
    """The orders: drawn when somebody uses them, so that no tick closes a dialog."""
    seen = opening.opened(access.scope("network"), words, ORDERS, has_bar=False)
    if seen is None:
        return
    with cards.frame("orders", words):
        if seen.snapshot.is_past:
            cards.empty(words("replay.no_orders"))
        elif (reason := seen.answers.failure(ORDERS)) is not None:
            cards.failed(reason, words)
        else:
            ordering.panel(seen.scope, seen.snapshot, seen.answers, words)


@st.fragment(run_every=pace.every(5.0, has_pulse=True), key="network-body")
def body(town: str) -> None:
    """Which code to scan, sites, desks, systems, orders and vehicles, every five seconds."""
    seen = opening.opened(access.scope("network"), words, (*BODY, *BODY_TOO), town, has_bar=False)
    if seen is None:
        return
    made = Drawing(seen.answers, seen.snapshot, words, theme)
    for draw in WIDE:
        draw(made)
    left, right = st.columns([0.42, 0.58], gap="small")
    for column, parts in ((left, LEFT), (right, RIGHT)):
        with column:
            for draw in parts:
                draw(made)


chosen = opening.chosen(access.scope("network"), words, filters.town)
if chosen is not None:
    pulse(*chosen)
    orders()
    body(*chosen)
    wanted = filters.narrowed(access.scope("network"), *chosen)
    saving.tables("network", wanted, words)
