"""The inputs page: a site's four figures of an hour, contradictions, completeness and lateness, tables handed in."""

import streamlit as st

from dashboard import access, filters, live, opening, pace, told, widgets
from dashboard.formats import count
from dashboard.frames import Answers
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import asking, entering, handing_in, input_tables, picking, saving, settling

ROWS_SHOWN = 12
words = widgets.viewer_words()


@st.fragment(run_every=pace.every(5.0), key="inputs-body")
def body(town: str, hour: str, site_id: str) -> None:
    """Everything of the viewer's scope, every five seconds; a card whose ask fails says so by itself."""
    own = access.scope("inputs")
    now = told.latest(own, asking.inputs, filters.narrowed(own, town), hour, site_id)
    snapshot = widgets.opened(now.view, words)
    answers = now.answers
    if snapshot is None or answers is None:
        return
    if "site_inputs" not in answers.frames and "site_inputs" not in answers.failures:
        cards.empty(words("hour.none"))
        return
    cards.card("input_entry", words, answers, ("site_inputs",), lambda: draw_entry(answers, snapshot, site_id))
    if answers.failure(("input_conflicts",)) or answers["input_conflicts"].height:
        cards.card("input_conflicts", words, answers, ("input_conflicts",), lambda: draw_conflicts(answers, snapshot))
    cards.card("input_completeness", words, answers, ("input_completeness",), lambda: draw_completeness(answers))
    cards.card("input_hour", words, answers, ("site_inputs",), lambda: draw_hour(answers, snapshot))
    if site_id:
        cards.card("input_versions", words, answers, ("input_versions",), lambda: draw_versions(answers, snapshot))
    entering.draw_dialog(words, snapshot.offset)


def draw_entry(answers: Answers, snapshot: Snapshot, site_id: str) -> None:
    """Draw the chosen site's figures, to be confirmed or corrected."""
    found = answers["site_inputs"].filter(site_id=site_id).to_dicts()
    if not site_id:
        cards.empty(words("input.choose"))
    elif found:
        entering.draw(found[0], words, snapshot.offset)
    else:
        cards.empty(words("input.elsewhere"))


def draw_conflicts(answers: Answers, snapshot: Snapshot) -> None:
    """Draw what two people entered without having seen each other's."""
    settling.draw(answers["input_conflicts"].to_dicts(), words, snapshot.offset)


def draw_completeness(answers: Answers) -> None:
    """Draw how complete and how late each site is, worst first."""
    frame = answers["input_completeness"]
    if not frame["hours_due"].sum():
        cards.empty(words("input.none_due"))
        return
    behind = [row for row in frame.iter_rows(named=True) if input_tables.step(row) not in ("none", "late")]
    if behind:
        st.markdown(words("input.behind", sites=count(len(behind)), all=count(frame.height)))
    else:
        cards.good(words("input.all_there"))
    widgets.table("input_completeness", input_tables.completeness(frame, words), words, ROWS_SHOWN)


def draw_hour(answers: Answers, snapshot: Snapshot) -> None:
    """Draw every site's figures of the hour."""
    widgets.table("input_hour", input_tables.hour(answers["site_inputs"], words, snapshot.offset), words, ROWS_SHOWN)


def draw_versions(answers: Answers, snapshot: Snapshot) -> None:
    """Draw all that was entered for the site."""
    if answers["input_versions"].is_empty():
        cards.empty(words("input.no_versions"))
        return
    shown = input_tables.versions(answers["input_versions"], words, snapshot.offset)
    widgets.table("input_versions", shown, words, ROWS_SHOWN)


@st.fragment(key="inputs-table")
def table() -> None:
    """The way in for a table; it stays as it is while the figures above go on."""
    snapshot = live.view(access.scope("inputs")).snapshot
    with cards.frame("input_table", words):
        handing_in.draw(words, snapshot.offset if snapshot else 0)


chosen = opening.chosen(access.scope("inputs"), words, picking.town, picking.hour, picking.site)
if chosen is not None:
    body(*chosen)
    table()
    wanted = filters.narrowed(access.scope("inputs"), chosen[0])
    saving.tables("inputs", wanted, words, hour=chosen[1])
