"""The district page: what a commander sees on the wall, refreshed in place."""

import streamlit as st

from dashboard import access, choices, drawings, figures, live, maps, panels, tables, widgets
from dashboard.drawings import Look
from dashboard.formats import plain
from dashboard.live import Snapshot, View
from dashboard.maps_layers import LayerName
from dashboard.strips import Ink
from pipelines.client import Scope

words = widgets.viewer_words()
colours = widgets.colours()
theme = widgets.theme()
ink = Ink(words, colours)
MAP_PIXELS = 520
LIST_ROWS = 8


def cut(own: Scope) -> View:
    """Return the view that the page is cut to: the viewer's whole scope, or the town that the address names."""
    whole = live.view(own)
    if whole.snapshot is None or not choices.wanted_town():
        return whole
    scope = choices.scope(own, whole.snapshot.campaign)
    return whole if scope == own else live.view(scope)


@st.fragment(run_every=1.0, key="pulse")
def pulse() -> None:
    """The figures, every second."""
    view = cut(access.scope("district"))
    snapshot = widgets.drawable(view, words)
    if snapshot is None:
        return
    widgets.banners(view, snapshot, words)
    draw_town(snapshot)
    trend = widgets.Trend.SKETCHED if widgets.is_first_look("pulse") else widgets.Trend.DRAWN
    shown = figures.district(snapshot, words, choices.wanted_per())
    widgets.figures(shown, colours, trend, {"coverage": lambda: choices.per(words)})
    panels.way(snapshot, ink)
    # Last, so that a moment on screen is never newer than the figures beside it.
    widgets.status_bar(view, words)


@st.fragment(run_every=2.0, key="body")
def body() -> None:
    """Map, charts and tables, every two seconds."""
    snapshot = cut(access.scope("district")).snapshot
    if snapshot is None:
        return
    first = widgets.is_first_look("body")
    left, middle, right = st.columns([0.36, 0.34, 0.30], gap="small")
    with right:
        panels.servers(snapshot, ink)
        if first:
            st.space(tables.height(snapshot.towns.height))
        else:
            draw_choice(snapshot)
    with middle:
        draw_charts(snapshot, is_sketch=first)
    with left:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="layers"):
            layer = choices.layer(words)
            st.markdown("", help=f"{words(f'layer.{layer}.help')} {words('map.help')}", width="content")
        if first:
            st.space(MAP_PIXELS)
        else:
            draw_map(snapshot, layer)
        panels.map_legend(snapshot, layer, words, theme)
    if not first:
        draw_list(snapshot, layer)


def draw_town(snapshot: Snapshot) -> None:
    """Say which town the page is cut to, with the way back; or that there is none of the name in the address."""
    town = choices.wanted_town()
    names = {row["town_code"]: words.name(row) for row in snapshot.towns.iter_rows(named=True)}
    with st.container(key="cut", horizontal=True, vertical_alignment="center", gap="small"):
        if not town:
            return
        if town in names and len(names) == 1:
            own = words("town.cut", sites=snapshot.sites.height)
            st.markdown(f"**{plain(names[town])}** :gray[{own}]", width="content")
        else:
            st.markdown(f":orange-badge[:material/search_off: {words('town.unknown')}]", width="content")
        back = words("town.back")
        st.button(back, icon=":material/arrow_back:", key="whole", on_click=choices.choose_town, args=(None,))


def draw_map(snapshot: Snapshot, layer: LayerName) -> None:
    """Draw the map, with the selected site marked."""
    key = f"map-{choices.wanted_town()}" if snapshot.towns.height == 1 else "map"
    deck = maps.FrozenDeck(drawings.district_map(snapshot, Look(words, theme, layer), choices.wanted_site()))
    pick = choices.take_from_map
    st.pydeck_chart(deck, height=MAP_PIXELS, on_select=lambda: pick(key), key=key, alt=words("map.alt"))


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


def draw_choice(snapshot: Snapshot) -> None:
    """Draw the selected site's panel, or the towns' progress, where a town can be chosen."""
    site_id = choices.wanted_site()
    row = drawings.site_row(snapshot, site_id) if site_id else None
    if row is not None:
        panels.site(row, words, snapshot.offset)
        return
    choices.show_order("towns", tuple(snapshot.towns["town_code"]))
    widgets.table("towns", tables.towns(snapshot.towns, words), words, on_select=choices.take_town)


def draw_list(snapshot: Snapshot, layer: LayerName) -> None:
    """Draw all sites as a list, the worst first, with the map's selection."""
    with st.container(border=True, key="card-sites", gap="xsmall"):
        widgets.card_title(words("card.sites"), words("card.sites.help"))
        content, order = drawings.sites_table(snapshot, words, layer)
        choices.show_order("sites", order, choices.wanted_site(), "site")
        widgets.table("sites", content, words, LIST_ROWS, on_select=choices.take_from_list)


pulse()
body()
