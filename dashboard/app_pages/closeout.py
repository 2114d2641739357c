"""The close-out page: a day is closed when nothing stands open, or each exception is signed (Q69-Q76, Q98)."""

import streamlit as st

from dashboard import access, filters, opening, pace, widgets
from dashboard.advising import ordering
from dashboard.frames import Answers
from dashboard.keeping import closing, deeds
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import saving
from pipelines.client import Scope
from pipelines.vocabulary import CloseoutKind

DAY = ("closeout", "closeout_open")
ASKS = (*DAY, "custody_live", "accounts_live")
ROWS_SHOWN = 12
words = widgets.viewer_words()


@st.fragment(run_every=pace.every(6.0), key="closeout-body")
def body(town: str) -> None:
    """Everything of the viewer's scope, every six seconds; a card whose ask fails says so by itself."""
    seen = opening.opened(access.scope("closeout"), words, ASKS, town)
    if seen is None:
        return
    snapshot, answers = seen.snapshot, seen.answers
    if answers.failure(("closeout",)) is None:
        figures = closing.figures(answers["closeout"], words)
        widgets.figures(figures)
    cards.card("closeout", words, answers, DAY, lambda: draw_day(seen.scope, snapshot, answers))
    cards.card("custody", words, answers, ("custody_live",), lambda: draw_sheets(snapshot, answers))
    cards.card("accounts", words, answers, ("accounts_live",), lambda: draw_accounts(snapshot, answers))
    deeds.draw_dialog(words)


def draw_day(scope: Scope, snapshot: Snapshot, answers: Answers) -> None:
    """Draw whether the day may be closed, and everything that stands open by kind."""
    about = ordering.targets(scope, snapshot, words)[scope]
    closing.verdict(answers["closeout"], scope, about, snapshot, words)
    rows = answers["closeout_open"]
    for kind in CloseoutKind:
        found = rows.filter(kind=kind.value)
        if not found.is_empty():
            closing.draw_kind(kind, found, scope, snapshot, words)
    if rows.is_empty():
        cards.good(words("closeout.nothing"))


def draw_sheets(snapshot: Snapshot, answers: Answers) -> None:
    """Draw the account sheets by site, and the way to issue more."""
    closing.issue(snapshot, words)
    widgets.table("custody", closing.sheets(answers["custody_live"], words), words, ROWS_SHOWN)


def draw_accounts(snapshot: Snapshot, answers: Answers) -> None:
    """Draw the accounts and when their passwords change."""
    if answers["accounts_live"].is_empty():
        cards.empty(words("account.none"))
        return
    widgets.table("accounts", closing.accounts(answers["accounts_live"], words, snapshot.offset), words)


own = access.scope("closeout")
chosen = opening.chosen(own, words, filters.town) if access.is_whole(own) else [filters.ALL]
if chosen is not None:
    body(chosen[0])
    saving.tables("closeout", filters.narrowed(own, chosen[0]), words)
