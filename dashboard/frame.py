"""The frame around every page: language, navigation, and the bar and foot that pages fill with clock and freshness."""

from pathlib import Path

import streamlit as st

from dashboard import widgets
from dashboard.words import LANGUAGES

ICON = Path(__file__).parent / "static" / "icon.svg"
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}

widgets.keep_language()
words = widgets.viewer_words()
page = st.navigation(
    [
        st.Page("app_pages/district.py", title=words("page.district"), default=True),
        st.Page("app_pages/site.py", title=words("page.site")),
        st.Page("app_pages/work.py", title=words("page.work")),
        st.Page("app_pages/practice.py", title=words("page.practice")),
        st.Page("app_pages/process.py", title=words("page.process")),
    ],
    position="top",
)
st.set_page_config(
    page_title=f"{page.title} · {words('app.title')}",
    page_icon=str(ICON),
    layout="wide",
    menu_items={"About": words("app.about")},
)
with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    bar = st.container(key="status")
    st.segmented_control(
        words("app.language"),
        LANGUAGES,
        required=True,
        format_func=LANGUAGE_NAMES.__getitem__,
        key="lang",
        label_visibility="collapsed",
    )
content, foot = st.container(key="content"), st.container(key="foot")
widgets.keep_frame(bar, foot)
with content:
    page.run()
