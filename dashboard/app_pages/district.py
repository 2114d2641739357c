"""The district page: what a commander sees on the wall, refreshed in place."""

import streamlit as st

from dashboard import access, drawings, figures, live, maps, tables, widgets
from dashboard.live import Snapshot

words = widgets.viewer_words()
colours = widgets.colours()
theme = widgets.theme()
MAP_PIXELS = 520


@st.fragment(run_every=1.0, key="pulse")
def pulse() -> None:
    """The figures, every second."""
    view = live.view(access.scope("district"))
    snapshot = widgets.drawable(view, words)
    if snapshot is None:
        return
    widgets.banners(view, snapshot, words)
    trend = widgets.Trend.SKETCHED if widgets.is_first_look("pulse") else widgets.Trend.DRAWN
    widgets.figures(figures.district(snapshot, words), colours, trend)
    # Last, so that a moment on screen is never newer than the figures beside it.
    widgets.status_bar(view, words)


@st.fragment(run_every=2.0, key="body")
def body() -> None:
    """Map, charts and tables, every two seconds."""
    snapshot = live.view(access.scope("district")).snapshot
    if snapshot is None:
        return
    first = widgets.is_first_look("body")
    left, middle, right = st.columns([0.36, 0.34, 0.30], gap="small")
    chosen = widgets.chosen_site()
    with right:
        draw_servers(snapshot)
        if first:
            st.space(tables.height(snapshot.towns.height))
        elif chosen:
            draw_site(snapshot, chosen)
        else:
            draw_towns(snapshot)
    with middle:
        draw_charts(snapshot, is_sketch=first)
    with left:
        if first:
            st.space(MAP_PIXELS)
        else:
            draw_map(snapshot, chosen)
        widgets.wait_legend(snapshot.campaign, words)
    if not first:
        draw_more(snapshot)


def draw_map(snapshot: Snapshot, chosen: str | None) -> None:
    """Draw the map, with the selected site marked."""
    deck = maps.FrozenDeck(drawings.district_map(snapshot, words, theme, chosen))
    st.pydeck_chart(deck, height=MAP_PIXELS, on_select=widgets.keep_choice, key="map", alt=words("map.alt"))


def draw_charts(snapshot: Snapshot, *, is_sketch: bool) -> None:
    """Draw throughput, staffing and the networks, or only where they will be."""
    cards = (("throughput", 164), ("staffing", 118), ("network_strip", 142))
    for name, height in cards:
        with st.container(border=True, key=f"card-{name}", gap=None):
            widgets.card_title(words(f"card.{name}"), words(f"card.{name}.help", zone=words.zone(snapshot.offset)))
            if is_sketch:
                st.space(height)
            else:
                option = drawings.chart(name, snapshot, words, theme)
                st.echarts_chart(option, height=height, key=name, alt=words(f"card.{name}"))


def draw_servers(snapshot: Snapshot) -> None:
    """Draw the registration servers in the order of the desks' sheet."""
    with st.container(border=True, key="card-servers", gap="xsmall"):
        widgets.card_title(words("card.servers"), words("card.servers.help"))
        for row in snapshot.servers.iter_rows(named=True):
            widgets.server_tile(row, words, snapshot.offset)


def draw_towns(snapshot: Snapshot) -> None:
    """Draw the towns' progress."""
    widgets.table("towns", tables.towns(snapshot.towns, words), words)


def draw_site(snapshot: Snapshot, site_id: str) -> None:
    """Draw the selected site's panel."""
    row = drawings.site_row(snapshot, site_id)
    if row is not None:
        widgets.site_panel(row, words, snapshot.offset)


def draw_more(snapshot: Snapshot) -> None:
    """Draw what taller screens have room for: the longest waits and the tubes' way."""
    waits, way = st.columns([0.64, 0.36], gap="small")
    with way.container(border=True, key="card-way", gap=None, height="stretch"):
        widgets.card_title(words("card.way"), words("card.way.help"))
        st.echarts_chart(drawings.chart("way", snapshot, words, theme), height=128, key="way", alt=words("card.way"))
    with waits.container(border=True, key="card-waits", gap="xsmall"):
        widgets.card_title(words("card.waits"), words("card.waits.help"))
        shown, columns = tables.longest_waits(snapshot.sites, words)
        if shown.is_empty():
            st.caption(words("card.waits.none"))
        else:
            widgets.table("waits", (shown, columns), words)


pulse()
body()
