"""The district page: what a commander sees on the wall, refreshed in place."""

from functools import partial

import streamlit as st

from dashboard import access, ahead, choices, drawings, live, pace, replay, told, widgets
from dashboard.advising import deciding, disturbances, outlook
from dashboard.ahead import Ahead
from dashboard.charts.strips import Ink
from dashboard.drawings import Look
from dashboard.live import Snapshot
from dashboard.maps import decks as maps
from dashboard.maps.layers import LayerName
from dashboard.panels import district as panels
from dashboard.panels import wall
from dashboard.reporting import saving
from dashboard.serving import sparing
from dashboard.told import Told
from pipelines.client import Scope

words = widgets.viewer_words()
colours = widgets.colours()
theme = widgets.theme()
ink = Ink(words, colours)
is_wall = wall.is_wanted()
MAP_PIXELS = 440
LIST_ROWS = 8
CHARTS = (("cumulated", 190), ("staffing", 190), ("network_strip", 190))
SEEN, DRAWN = "below-seen", "pulse-drawn"


def cut(own: Scope) -> Told[Ahead]:
    """Return what is told of the viewer's whole scope, or of the town to which the address cuts the page."""
    whole = told.latest(own, ahead.of)
    if whole.view.snapshot is None or not choices.wanted_town():
        return whole
    scope = choices.scope(own, whole.view.snapshot.campaign)
    return whole if scope == own else told.latest(scope, ahead.of)


@st.fragment(run_every=pace.every(1.0), key="pulse")
def pulse() -> None:
    """What is wrong and the figures, every second."""
    scope = access.scope("district")
    if pace.is_quick() and replay.moment() is None:
        told.await_news(st.session_state.get(DRAWN), sparing.is_asked)
    now = cut(scope)
    snapshot, known = widgets.drawable(now.view, words), now.answers
    if snapshot is None or known is None:
        return
    widgets.banners(now.view, snapshot, words)
    disturbances.foremost(known.disturbances, snapshot, words, is_wall=is_wall)
    panels.town(snapshot, words)
    shown = drawings.figures(snapshot, known, words, choices.wanted_per())
    widgets.figures(one for one in shown if not is_wall or one.key in wall.FIGURES)
    if not is_wall:
        panels.way(snapshot, ink)
    # Last, so that a moment on screen is never newer than the figures beside it.
    widgets.status_bar(now.view, words)
    st.session_state[DRAWN] = snapshot.as_of


@st.fragment(run_every=pace.every(2.0, has_pulse=True), key="body")
def body() -> None:
    """Map, decisions and servers, every two seconds: what is to be seen without scrolling."""
    now = cut(access.scope("district"))
    snapshot, known = now.view.snapshot, now.answers
    if snapshot is None or known is None:
        return
    if is_wall:
        wall.draw(snapshot, known, ink, theme)
        return
    left, middle, right = st.columns([0.38, 0.32, 0.3], gap="small")
    with middle:
        deciding.panel(snapshot, known, words)
    with right:
        panels.servers(snapshot, ink)
        panels.choice(snapshot, words)
    with left:
        layer = draw_layers()
        draw_map(snapshot, layer)
        panels.map_legend(snapshot, layer, words, theme)
    deciding.call_up()
    if st.session_state.get(SEEN) not in (None, (layer, choices.wanted_site())):
        st.rerun(scope="below")


@st.fragment(run_every=pace.every(5.0, has_pulse=True), key="below")
def below() -> None:
    """What moves slowly and stands below: charts, predicted queues, all sites as a list; every five seconds."""
    now = cut(access.scope("district"))
    snapshot, known = now.view.snapshot, now.answers
    if snapshot is None or known is None or is_wall:
        return
    layer = choices.wanted_layer()
    st.session_state[SEEN] = (layer, choices.wanted_site())
    draw_charts(snapshot, is_sketch=widgets.is_first_look("below"))
    left, right = st.columns([0.4, 0.6], gap="small")
    with left:
        outlook.panel(known, words)
    with right.container(border=True, key="card-sites", gap="xsmall"):
        widgets.card_title(words("card.sites"), words("card.sites.help"))
        content, order = drawings.sites_table(snapshot, words, layer)
        choices.show_order("sites", order, choices.wanted_site(), "site")
        widgets.table("sites", content, words, LIST_ROWS, on_select=choices.take_from_list)


def draw_layers() -> LayerName:
    """Draw the control of the map's layer with the layer's definition, and return the choice."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="layers"):
        layer = choices.layer(words)
        st.markdown("", help=f"{words(f'layer.{layer}.help')} {words('map.help')}", width="content")
    return layer


def draw_map(snapshot: Snapshot, layer: LayerName) -> None:
    """Draw the map, with the selected site marked; a town's map is another one, with a view of its own."""
    if widgets.is_first_look("map"):
        st.space(MAP_PIXELS)
        return
    key = "map" if snapshot.scope.id is None else f"map-{snapshot.scope.id}"
    deck = maps.FrozenDeck(drawings.district_map(snapshot, Look(words, theme, layer), choices.wanted_site()))
    pick = choices.take_from_map
    st.pydeck_chart(deck, height=MAP_PIXELS, on_select=lambda: pick(key), key=key, alt=words("map.alt"))


def draw_charts(snapshot: Snapshot, *, is_sketch: bool) -> None:
    """Draw the total against the plan, staffing and the networks side by side, or only where they will be."""
    for column, (name, height) in zip(st.columns(len(CHARTS), gap="small"), CHARTS, strict=True):
        with column.container(border=True, key=f"card-{name}", gap=None):
            widgets.card_title(words(f"card.{name}"), words(f"card.{name}.help", zone=words.zone(snapshot.offset)))
            if is_sketch:
                st.space(height)
            else:
                option = drawings.chart(name, snapshot, words, theme)
                st.echarts_chart(option, height=height, key=name, alt=words(f"card.{name}"))


pulse()
body()
below()
deciding.dialog(words)
first = None if is_wall else live.view(access.scope("district")).snapshot
if first is not None:
    saving.tables("district", partial(choices.scope, first.scope, first.campaign), words)
