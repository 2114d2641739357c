"""The frame around every page: who looks, language, navigation, and the bar and foot that pages fill."""

from pathlib import Path

import streamlit as st

from dashboard import access, replay, widgets
from dashboard.panels import helpdesk, wall
from dashboard.signing import doorway
from dashboard.words import LANGUAGES

ICON = Path(__file__).parent / "static" / "icon.svg"
LANGUAGE_NAMES = {"zh": "中文", "en": "EN"}

viewer = access.viewer()
access.begin_anew(viewer)
widgets.keep_language()
words = widgets.viewer_words()
is_wall = wall.is_wanted()
page = st.navigation(doorway.pages(viewer, words), position="top" if viewer and not is_wall else "hidden")
name = page.url_path or access.first_page(viewer)
replay.begin(name)
st.set_page_config(
    page_title=f"{page.title} · {words('app.title')}",
    page_icon=str(ICON),
    layout="wide",
    menu_items={"About": words("app.about")},
)
if is_wall:
    wall.begin()
else:
    st.html(widgets.style(words))
with st.container(key="top", horizontal=True, vertical_alignment="center", gap="xsmall"):
    bar = st.container(key="status")
    if not is_wall:
        with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
            doorway.badge(viewer, words)
            replay.control(name, words)
            helpdesk.card(words)
            st.segmented_control(
                words("app.language"),
                LANGUAGES,
                required=True,
                format_func=LANGUAGE_NAMES.__getitem__,
                key="lang",
                label_visibility="collapsed",
            )
replay.band(name, words, is_wall=is_wall)
content, foot = st.container(key="content", gap="xsmall"), st.container(key="foot")
widgets.keep_frame(bar, foot)
with content:
    if doorway.is_open(viewer, page, words):
        page.run()
