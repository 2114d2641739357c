"""The sources and jobs page: what is pulled, how old it is, what failed and why."""

import streamlit as st

from dashboard import access, figures, live, tables, widgets
from dashboard.formats import plain
from dashboard.tables import Table
from pipelines.client import AskRefused, CommandUnavailable

ROWS_SHOWN = 11
words = widgets.viewer_words()


@st.fragment(run_every=2.0, key="work-body")
def body() -> None:
    """Both tables, every two seconds; while nothing answers, the last frames stay."""
    scope = access.scope("work")
    view = live.view(scope)
    snapshot = widgets.opened(view, words)
    if snapshot is None:
        return
    try:
        sources, runs = live.work(scope, snapshot.as_of)
    except (CommandUnavailable, AskRefused) as error:
        st.error(plain(str(error)), title=words("work.failed"), icon=":material/cloud_off:")
        return
    widgets.figures(figures.work(sources, runs, words), widgets.colours(), widgets.Trend.NONE)
    draw("sources", tables.sources(sources, words, snapshot.offset))
    draw("runs", tables.runs(runs, words, snapshot.offset))


def draw(name: str, table: Table) -> None:
    """Draw one table as a card."""
    with st.container(border=True, key=f"card-{name}", gap="xsmall"):
        widgets.card_title(words(f"card.{name}"), words(f"card.{name}.help"))
        widgets.table(name, table, words, ROWS_SHOWN)


body()
