"""The district page: what a commander sees on the wall, refreshed in place."""

import streamlit as st

from dashboard import access, ahead, choices, drawings, live, widgets
from dashboard.advising import deciding, disturbances, outlook
from dashboard.charts.strips import Ink
from dashboard.drawings import Look
from dashboard.figures import district as figures
from dashboard.figures import tubes as figures_tubes
from dashboard.live import Snapshot, View
from dashboard.maps import decks as maps
from dashboard.maps.layers import LayerName
from dashboard.panels import district as panels
from dashboard.panels import wall
from dashboard.tables import shaping as tables
from pipelines.client import Scope

words = widgets.viewer_words()
colours = widgets.colours()
theme = widgets.theme()
ink = Ink(words, colours)
is_wall = wall.is_wanted()
MAP_PIXELS = 520
LIST_ROWS = 8
CHARTS = (("cumulated", 190), ("staffing", 118), ("network_strip", 142))


def cut(own: Scope) -> View:
    """Return the view that the page is cut to: the viewer's whole scope, or the town that the address names."""
    whole = live.view(own)
    if whole.snapshot is None or not choices.wanted_town():
        return whole
    scope = choices.scope(own, whole.snapshot.campaign)
    return whole if scope == own else live.view(scope)


@st.fragment(run_every=1.0, key="pulse")
def pulse() -> None:
    """What is wrong and the figures, every second."""
    view = cut(access.scope("district"))
    snapshot = widgets.drawable(view, words)
    if snapshot is None:
        return
    known = ahead.of(snapshot)
    widgets.banners(view, snapshot, words)
    disturbances.foremost(known.disturbances, snapshot, words)
    panels.town(snapshot, words)
    finish = figures_tubes.finish(known.forecast, words, snapshot.offset)
    shown = figures.district(snapshot, words, choices.wanted_per(), [finish])
    if is_wall:
        widgets.figures([one for one in shown if one.key in wall.FIGURES], colours, widgets.Trend.NONE)
    else:
        trend = widgets.Trend.SKETCHED if widgets.is_first_look("pulse") else widgets.Trend.DRAWN
        widgets.figures(shown, colours, trend, {"coverage": lambda: choices.per(words)})
        panels.way(snapshot, ink)
    # Last, so that a moment on screen is never newer than the figures beside it.
    widgets.status_bar(view, words)


@st.fragment(run_every=2.0, key="body")
def body() -> None:
    """Map, decisions, charts and tables, every two seconds."""
    snapshot = cut(access.scope("district")).snapshot
    if snapshot is None:
        return
    if is_wall:
        wall.draw(snapshot, ink, theme)
        return
    first = widgets.is_first_look("body")
    left, middle, right = st.columns([0.36, 0.32, 0.32], gap="small")
    with right:
        deciding.panel(snapshot, ahead.of(snapshot), words)
        panels.servers(snapshot, ink)
        if first:
            st.space(tables.height(snapshot.towns.height))
        else:
            panels.choice(snapshot, words)
    with middle:
        draw_charts(snapshot, is_sketch=first)
    with left:
        layer = draw_layers()
        if first:
            st.space(MAP_PIXELS)
        else:
            draw_map(snapshot, layer)
        panels.map_legend(snapshot, layer, words, theme)
    if not first:
        draw_below(snapshot, layer)
    deciding.call_up()


def draw_layers() -> LayerName:
    """Draw the control of the map's layer with the layer's definition, and return the choice."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="layers"):
        layer = choices.layer(words)
        st.markdown("", help=f"{words(f'layer.{layer}.help')} {words('map.help')}", width="content")
    return layer


def draw_map(snapshot: Snapshot, layer: LayerName) -> None:
    """Draw the map, with the selected site marked; a town's map is another one, with a view of its own."""
    key = "map" if snapshot.scope.id is None else f"map-{snapshot.scope.id}"
    deck = maps.FrozenDeck(drawings.district_map(snapshot, Look(words, theme, layer), choices.wanted_site()))
    pick = choices.take_from_map
    st.pydeck_chart(deck, height=MAP_PIXELS, on_select=lambda: pick(key), key=key, alt=words("map.alt"))


def draw_charts(snapshot: Snapshot, *, is_sketch: bool) -> None:
    """Draw the total against the plan, staffing and the networks, or only where they will be."""
    for name, height in CHARTS:
        with st.container(border=True, key=f"card-{name}", gap=None):
            widgets.card_title(words(f"card.{name}"), words(f"card.{name}.help", zone=words.zone(snapshot.offset)))
            if is_sketch:
                st.space(height)
            else:
                option = drawings.chart(name, snapshot, words, theme)
                st.echarts_chart(option, height=height, key=name, alt=words(f"card.{name}"))


def draw_below(snapshot: Snapshot, layer: LayerName) -> None:
    """Draw what taller screens have room for: the predicted queues, and all sites as a list, the worst first."""
    left, right = st.columns([0.4, 0.6], gap="small")
    with left:
        outlook.panel(ahead.of(snapshot), words)
    with right.container(border=True, key="card-sites", gap="xsmall"):
        widgets.card_title(words("card.sites"), words("card.sites.help"))
        content, order = drawings.sites_table(snapshot, words, layer)
        choices.show_order("sites", order, choices.wanted_site(), "site")
        widgets.table("sites", content, words, LIST_ROWS, on_select=choices.take_from_list)


pulse()
body()
deciding.dialog(words)
