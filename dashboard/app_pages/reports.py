"""The reports page: the hourly reports of the scope, one of them whole, its signature, versions and files (Q86-Q88)."""

import streamlit as st

from dashboard import access, filters, opening, pace, told, widgets
from dashboard.formats import count
from dashboard.frames import Answers
from dashboard.keeping import deeds
from dashboard.live import Row
from dashboard.panels import cards
from dashboard.reporting import asking, hours, picking, report_cards, report_tables, saving, signing_off
from dashboard.reporting.report_cards import ReportView
from pipelines.client import Scope

words = widgets.viewer_words()
colours = widgets.colours()
PARTS = {
    "report_parts": (("report",), report_cards.draw_parts),
    "report_day": (("report_day",), report_cards.draw_day),
    "report_actions": (("report_actions", "report_notes"), report_cards.draw_actions),
    "report_disturbances": (("report_disturbances",), report_cards.draw_disturbances),
}


@st.fragment(run_every=pace.every(10.0), key="reports-body")
def body(town: str, hour: str, site_id: str) -> None:
    """Everything, every ten seconds; a card whose ask fails says so by itself."""
    own = access.scope("reports")
    scope = filters.narrowed(own, town)
    place = access.one_site(own, site_id) if site_id else scope
    version = picking.pinned(f"report-version-{st.session_state.get('report-id', '')}")
    now = told.latest(own, asking.reports, scope, hour, place, version)
    snapshot = widgets.opened(now.view, words)
    answers = now.answers
    if snapshot is None or answers is None:
        return
    asked = hours.wanted(snapshot, hour)
    if not asked:
        cards.empty(words("hour.none"))
        return
    found = own_row(answers, asked, place)
    view = ReportView(snapshot, answers, asked, words, colours, place, found)
    with cards.frame("report_state", words):
        draw_state(view, found, place)
    left, right = st.columns([0.56, 0.44], gap="small")
    if found is not None and found["version"]:
        for column, names in (
            (left, ("report_parts", "report_day")),
            (right, ("report_actions", "report_disturbances")),
        ):
            with column:
                for name in names:
                    needs, draw = PARTS[name]
                    cards.card(name, words, answers, needs, lambda draw=draw: draw(view))
    cards.card("reports_due", words, answers, ("reports_due",), lambda: draw_due(view))
    if found is not None and found["version"]:
        needs = ("report_versions", "report_diff")
        cards.card("report_versions", words, answers, needs, lambda: draw_versions(view, found))
    cards.card("report_kpis", words, answers, ("report_kpis",), lambda: report_cards.draw_kpis(view))
    deeds.draw_dialog(words)


def own_row(answers: Answers, hour: str, place: Scope) -> Row | None:
    """Return the row of reports_due of the place and hour, None when it is not told."""
    if answers.failure(("reports_due",)) is not None:
        return None
    for row in answers["reports_due"].iter_rows(named=True):
        if (hours.name(row["hour_at"]), row["scope_level"], row["scope_id"]) == (hour, place.level, place.id or ""):
            return row
    return None


def draw_state(view: ReportView, row: Row | None, place: Scope) -> None:
    """Draw how the report stands, its figures, the tap that signs it, and its files."""
    failed = view.answers.failure(("reports_due", "report"))
    if failed is not None:
        cards.failed(failed, words)
        return
    at = hours.shown(view.hour, view.snapshot.offset, words)
    if row is None or not row["version"]:
        cards.empty(words("report.awaited", at=at))
        return
    st.session_state["report-id"] = row["report_id"]
    name = signing_off.place_name(row, view.district, words)
    st.markdown(signing_off.headline(row, f"{name} · {at}", words, view.snapshot.offset))
    shown = next((one for one in view.answers["report"].iter_rows(named=True) if one["is_own"]), None)
    if shown is None:
        return
    if shown["version"] != row["version"]:
        st.info(words("report.older", version=count(shown["version"])), icon=":material/history:")
    widgets.figures(signing_off.figures(shown, words))
    signing_off.draw_sign(row, place, words)
    saving.report(view.hour, shown["version"], place, words)


def draw_due(view: ReportView) -> None:
    """Draw the hour's reports of every place of the scope, and how many are signed."""
    frame = view.answers["reports_due"]
    of_hour = frame.filter(frame["hour_at"].dt.strftime("%Y-%m-%dT%H:%MZ") == view.hour)
    signed = int(of_hour["is_signed"].sum())
    st.markdown(words("report.signed_of", signed=count(signed), all=count(of_hour.height)))
    shown = report_tables.due(of_hour, view.district, words, view.snapshot.offset)
    widgets.table("reports_due", shown, words, report_cards.ROWS_SHOWN)


def draw_versions(view: ReportView, row: Row) -> None:
    """Draw the versions of the report."""
    own = view.answers["report_versions"].filter(report_id=row["report_id"])
    report_cards.draw_versions(view, own)


chosen = opening.chosen(access.scope("reports"), words, picking.town, picking.hour, picking.site)
if chosen is not None:
    body(*chosen)
    wanted = filters.narrowed(access.scope("reports"), chosen[0])
    saving.tables("reports", wanted, words)
