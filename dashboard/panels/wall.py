"""Wall mode: the district page without chrome for a screen that nobody touches, one screen at a time, held or in turn.

``?wall=hold`` holds the screen that ``?screen=`` names, ``?wall=cycle`` shows them in turn by the wall's clock.
"""

from collections.abc import Callable

import streamlit as st

from dashboard import choices, drawings, widgets
from dashboard.advising import deciding, outlook
from dashboard.ahead import Ahead
from dashboard.charts.parts import enlarged
from dashboard.charts.strips import Ink
from dashboard.drawings import Look
from dashboard.live import Snapshot
from dashboard.maps import decks as maps
from dashboard.maps.places import PAGE, WALL, Panel
from dashboard.panels import district as panels
from pipelines.clock import wall_now

PHONE = "Mobi"  # what every phone's browser says of itself
MODES = ("hold", "cycle")
SCREENS = ("map", "servers", "tubes")
STAY_S = 20
MAP_PIXELS, CHART_PIXELS = 600, 280
LETTERS = 1.6  # times as large as beside a desk: a chart's letters do not grow with the screen by themselves
FIGURES = ("persons", "coverage", "tube-finish", "wait", "servers", "age")
# A wall is read from afar: everything grows with the screen's width, and Streamlit's own bar is not shown.
STYLE = (
    "<style>header[data-testid=stHeader]{display:none}html{font-size:clamp(14px,1.02vw,30px)!important}"
    "[data-testid=stMainBlockContainer]{padding:0.6rem 1.2rem 0!important}</style>"
)


def is_wanted() -> bool:
    """Whether the address asks for wall mode."""
    return st.query_params.get("wall") in MODES


def begin() -> None:
    """Take the chrome away and let everything grow."""
    st.html(STYLE + widgets.WHOLE_NOTES)


def screen(seconds: float) -> str:
    """Return the screen to show at a moment of the wall clock, in seconds since its epoch."""
    if st.query_params.get("wall") == "cycle":
        return SCREENS[int(seconds // STAY_S) % len(SCREENS)]
    asked = st.query_params.get("screen")
    return asked if asked in SCREENS else SCREENS[0]


def room(browser: str) -> Panel:
    """Return the room that the map is laid out for: a page's on a phone, where a wall's names would be cut."""
    return PAGE if PHONE in browser else WALL


def draw(snapshot: Snapshot, known: Ahead, ink: Ink, theme: str) -> None:
    """Draw the screen that is due."""
    draws: dict[str, Callable[[Snapshot, Ahead, Ink, str], None]] = {"map": _map, "servers": _servers, "tubes": _tubes}
    name = screen(wall_now().timestamp())
    with st.container(key=f"wall-{name}", gap="small"):
        draws[name](snapshot, known, ink, theme)


def _map(snapshot: Snapshot, known: Ahead, ink: Ink, theme: str) -> None:
    layer = choices.wanted_layer()
    left, right = st.columns([0.52, 0.48], gap="small")
    with left:
        look = Look(ink.words, theme, layer, room(st.context.headers.get("User-Agent", "")))
        deck = maps.FrozenDeck(drawings.district_map(snapshot, look, None))
        st.pydeck_chart(deck, height=MAP_PIXELS, key="wall-deck", alt=ink.words("map.alt"))
        panels.map_legend(snapshot, layer, ink.words, theme)
    with right:
        deciding.panel(snapshot, known, ink.words, is_wall=True)
        outlook.panel(known, ink.words)


def _servers(snapshot: Snapshot, known: Ahead, ink: Ink, theme: str) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        panels.servers(snapshot, Ink(ink.words, ink.colours, 1.45))
    with right:
        _chart("network_strip", snapshot, ink, theme, CHART_PIXELS)
        _chart("staffing", snapshot, ink, theme, CHART_PIXELS - 60)


def _tubes(snapshot: Snapshot, known: Ahead, ink: Ink, theme: str) -> None:
    panels.way(snapshot, Ink(ink.words, ink.colours, 1.7))
    left, right = st.columns(2, gap="small")
    with left:
        _chart("cumulated", snapshot, ink, theme, CHART_PIXELS + 170)
    with right:
        _chart("throughput", snapshot, ink, theme, CHART_PIXELS + 170)


def _chart(name: str, snapshot: Snapshot, ink: Ink, theme: str, height: int) -> None:
    words = ink.words
    with st.container(border=True, key=f"wall-card-{name}", gap=None):
        widgets.card_title(words(f"card.{name}"), words(f"card.{name}.help", zone=words.zone(snapshot.offset)))
        option = enlarged(drawings.chart(name, snapshot, words, theme), LETTERS)
        st.echarts_chart(option, height=height, key=f"wall-{name}", alt=words(f"card.{name}"))
