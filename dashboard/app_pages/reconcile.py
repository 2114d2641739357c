"""The reconciliation page: labels, third copies and tubes by site and lab, each tube between, a box to scan into."""

import streamlit as st

from dashboard import access, choices, filters, opening, pace, told, widgets
from dashboard.frames import Answers
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import asking, picking, saving, scanning, tube_tables

ROWS_SHOWN = 12
KIND = "difference-kind"
words = widgets.viewer_words()


@st.fragment(run_every=pace.every(10.0), key="reconcile-body")
def body(town: str) -> None:
    """Everything of the viewer's scope, every ten seconds; a card whose ask fails says so by itself."""
    own = access.scope("reconcile")
    now = told.latest(own, asking.tubes, filters.narrowed(own, town), picking.pinned(KIND))
    snapshot, answers = widgets.opened(now.view, words), now.answers
    if snapshot is None or answers is None:
        return
    if answers.failure(("reconciliation",)) is None:
        widgets.figures(tube_tables.figures(answers["reconciliation"], words))
    with cards.frame("tube_scan", words):
        scanning.draw(own, snapshot, words)
    needs = ("reconciliation_differences",)
    cards.card("tube_differences", words, answers, needs, lambda: draw_differences(answers, snapshot))
    cards.card("even_sites", words, answers, ("reconciliation",), lambda: draw_sites(answers))
    cards.card("even_labs", words, answers, ("reconciliation_labs",), lambda: draw_labs(answers))
    cards.card("odd_tubes", words, answers, ("odd_tubes",), lambda: draw_odd(answers, snapshot))


def draw_differences(answers: Answers, snapshot: Snapshot) -> None:
    """Draw the tubes by which two counts differ; a row that is selected is looked at in the box."""
    st.selectbox(
        words("tube.kind"),
        tube_tables.KINDS,
        format_func=lambda kind: words(f"tube.kind.{kind or 'all'}"),
        key=KIND,
        help=words("tube.kind.help"),
        width=260,
    )
    frame = answers["reconciliation_differences"]
    if frame.is_empty():
        cards.good(words("tube.none"))
        return
    choices.show_order("tube_differences", tuple(frame["barcode"]), st.session_state.get(scanning.SCAN), "barcode")
    shown = tube_tables.differences(frame, words, snapshot.offset)
    widgets.table("tube_differences", shown, words, ROWS_SHOWN, scanning.take)


def draw_sites(answers: Answers) -> None:
    """Draw whether each site comes out even."""
    widgets.table("even_sites", tube_tables.sites(answers["reconciliation"], words), words, ROWS_SHOWN)


def draw_labs(answers: Answers) -> None:
    """Draw whether each lab comes out even."""
    widgets.table("even_labs", tube_tables.labs(answers["reconciliation_labs"], words), words)


def draw_odd(answers: Answers, snapshot: Snapshot) -> None:
    """Draw the tubes that do not hold ten persons, and those that a rule refused."""
    if answers["odd_tubes"].is_empty():
        cards.good(words("tube.odd.none"))
        return
    widgets.table("odd_tubes", tube_tables.odd(answers["odd_tubes"], words, snapshot.offset), words, ROWS_SHOWN)


chosen = opening.chosen(access.scope("reconcile"), words, picking.town)
if chosen is not None:
    body(*chosen)
    saving.tables("reconcile", filters.narrowed(access.scope("reconcile"), *chosen), words, kind="")
