"""The alerts page: what fires, one entry a cause with its consequences folded; what was done, what was sent."""

import streamlit as st

from dashboard import access, opening, pace, widgets
from dashboard.advising import alert_acts, alerting
from dashboard.advising.alerting import Group
from dashboard.formats import count
from dashboard.frames import Answers
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import saving
from pipelines.client import Scope

ASKS = ("alerts_live", "alert_history")
ROWS_SHOWN = 12
GROUPS_SHOWN = 20
words = widgets.viewer_words()


@st.fragment(run_every=pace.every(2.0), key="alerts-body")
def body() -> None:
    """Everything of the viewer's scope, every two seconds; a card whose ask fails says so by itself."""
    is_whole = access.is_whole(scope := access.scope("alerts"))
    seen = opening.opened(scope, words, (*ASKS, "notifications_log") if is_whole else ASKS)
    if seen is None:
        return
    snapshot, answers = seen.snapshot, seen.answers
    cards.card("firing", words, answers, ("alerts_live",), lambda: draw_firing(answers, snapshot, scope))
    cards.card("alert_history", words, answers, ("alert_history",), lambda: draw_history(answers, snapshot))
    if is_whole:
        cards.card("messages", words, answers, ("notifications_log",), lambda: draw_messages(answers, snapshot))


def draw_firing(answers: Answers, snapshot: Snapshot, scope: Scope) -> None:
    """Draw the alarms by cause, the gravest first, and what is not an alarm yet in one line."""
    alerts = answers["alerts_live"]
    found = alerting.groups(alerts)
    if not found:
        cards.good(words("alert.none"))
    for group in found[:GROUPS_SHOWN]:
        draw_group(group, snapshot)
    waiting, unknown = (alerts.filter(state=state).height for state in ("pending", "no_data"))
    st.caption(words("alert.others", pending=count(waiting), unknown=count(unknown)), help=words("alert.others.help"))
    alert_acts.draw_dialog(scope, words)


def draw_group(group: Group, snapshot: Snapshot) -> None:
    """Draw one cause: its line with its buttons beside it, its remarks, its consequences folded."""
    with st.container(border=True, key=f"alert-{group.key}", gap="xxsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            told = words(f"rule.{group.first['rule']}.help")
            st.markdown(alerting.headline(group, snapshot, words), help=told, width="stretch")
            with st.container(horizontal=True, gap="small", key=f"do-{group.key}", width="content"):
                alert_acts.buttons(group, words)
        st.caption(" · ".join(alerting.remarks(group.first, snapshot, words)))
        if group.children:
            label = words("alert.explains", count=count(len(group.children)))
            with st.expander(label, icon=":material/account_tree:", type="compact"):
                st.markdown("\n".join(f"- {line}" for line in alerting.children(group, snapshot, words)))


def draw_history(answers: Answers, snapshot: Snapshot) -> None:
    """Draw what happened to the alerts."""
    if answers["alert_history"].is_empty():
        cards.empty(words("alert.no_history"))
        return
    widgets.table("history", alerting.history(answers["alert_history"], snapshot, words), words, ROWS_SHOWN)


def draw_messages(answers: Answers, snapshot: Snapshot) -> None:
    """Draw what was sent to the channels, and how it ended."""
    if answers["notifications_log"].is_empty():
        cards.empty(words("alert.no_messages"))
        return
    widgets.table("messages", alerting.messages(answers["notifications_log"], snapshot, words), words, ROWS_SHOWN)


body()
saving.tables("alerts", access.scope("alerts"), words)
