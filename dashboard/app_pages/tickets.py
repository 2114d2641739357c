"""The tickets page: what is reported, on whose desk it lies, how long it may still, whom to call (Q77-Q80)."""

import streamlit as st

from dashboard import access, filters, opening, pace, widgets
from dashboard.advising import alerting, ordering
from dashboard.formats import count, plain
from dashboard.frames import Answers
from dashboard.keeping import deeds, ticket_cards
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import saving
from pipelines.client import Scope
from pipelines.vocabulary import ActKind

ASKS = ("tickets_live", "ticket_history", "call_tree", "alerts_live")
TICKETS_SHOWN, ROWS_SHOWN, ALARMS_OFFERED = 40, 12, 60
words = widgets.viewer_words()


@st.fragment(run_every=pace.every(3.0), key="tickets-body")
def body(town: str) -> None:
    """Everything of the viewer's scope, every three seconds; a card whose ask fails says so by itself."""
    scope = access.scope("tickets")
    seen = opening.opened(scope, words, ASKS, town)
    if seen is None:
        return
    snapshot, answers = seen.snapshot, seen.answers
    if answers.failure(("tickets_live",)) is None:
        figures = ticket_cards.figures(answers["tickets_live"], words)
        widgets.figures(figures)
    draw_new(seen.scope, snapshot, answers)
    needs = ("tickets_live", "call_tree")
    cards.card("tickets", words, answers, needs, lambda: draw_tickets(snapshot, answers))
    cards.card("call_tree", words, answers, ("call_tree",), lambda: draw_calls(answers))
    cards.card("ticket_history", words, answers, ("ticket_history",), lambda: draw_history(snapshot, answers))
    deeds.draw_dialog(words)


def draw_new(scope: Scope, snapshot: Snapshot, answers: Answers) -> None:
    """Draw where a new ticket is about, and the button that opens it."""
    if not access.may(ActKind.TICKET_OPENED):
        st.caption(f":material/lock: {words('ticket.not_yours')}")
        return
    places = ordering.targets(scope, snapshot, words)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="ticket-new"):
        place = st.selectbox(
            words("ticket.place"), list(places), format_func=places.__getitem__, key="ticket-place", width=260
        )
        deed = ticket_cards.opening(place, places[place], alarms(snapshot, answers), words)
        deeds.button(deed, words, "new", icon=":material/add_circle:", is_primary=True)


def alarms(snapshot: Snapshot, answers: Answers) -> dict[str, str]:
    """Return the alarms that a ticket may be about, by id."""
    if answers.failure(("alerts_live",)) is not None:
        return {}
    rows = [row for row in answers["alerts_live"].iter_rows(named=True) if row["is_alarm"]][:ALARMS_OFFERED]
    return {row["alert_id"]: f"{words('rule.' + row['rule'])} · {alerting.name(row, snapshot, words)}" for row in rows}


def draw_tickets(snapshot: Snapshot, answers: Answers) -> None:
    """Draw the tickets of the chosen kind, those over their time first."""
    tickets = answers["tickets_live"]
    shown = {
        "open": tickets.filter(state="open"),
        "overdue": tickets.filter(is_overdue=True),
        "solved": tickets.filter(state="solved"),
    }
    counts = {kind: found.height for kind, found in shown.items()}
    kind = widgets.chosen_kind(
        "ticket-filter", words("ticket.filter"), counts, lambda one: words(f"ticket.{one}"), "open"
    )
    found = shown[kind]
    if found.is_empty():
        cards.good(words(f"ticket.none.{kind}"))
    calls = answers["call_tree"].filter(level="vendor").iter_rows(named=True)
    vendors = {row["contact_id"]: words.name(row) for row in calls}
    for row in found.head(TICKETS_SHOWN).iter_rows(named=True):
        ticket_cards.draw(row, snapshot, vendors, words)
    if found.height > TICKETS_SHOWN:
        st.caption(words("ticket.more", count=count(found.height - TICKETS_SHOWN)))


def draw_calls(answers: Answers) -> None:
    """Draw whom each level calls."""
    rows = list(answers["call_tree"].iter_rows(named=True))
    if not rows:
        cards.empty(words("ticket.no_contacts"))
    for row in rows:
        level = words(f"ticket_level.{row['level']}")
        st.markdown(f":gray-badge[{level}] {plain(words.name(row))} :material/call: {plain(row['phone'])}")


def draw_history(snapshot: Snapshot, answers: Answers) -> None:
    """Draw what was done about the tickets."""
    if answers["ticket_history"].is_empty():
        cards.empty(words("ticket.no_history"))
        return
    made = ticket_cards.history(answers["ticket_history"], words, snapshot.offset)
    widgets.table("ticket_history", made, words, ROWS_SHOWN)


own = access.scope("tickets")
chosen = opening.chosen(own, words, filters.town) if access.is_whole(own) else [filters.ALL]
if chosen is not None:
    body(chosen[0])
    saving.tables("tickets", filters.narrowed(own, chosen[0]), words)
