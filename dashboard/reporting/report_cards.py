"""The cards of one report: figures of its places, the day's chart, what disturbed it, what to do, its versions."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard import widgets
from dashboard.advising import advised, disturbances
from dashboard.charts import reports as charts
from dashboard.colours import Palette
from dashboard.formats import plain, time_of_day
from dashboard.frames import Answers
from dashboard.keeping.deeds import Deed, button
from dashboard.live import Row, Snapshot
from dashboard.panels import cards
from dashboard.reporting import report_tables
from dashboard.words import Words
from pipelines.client import Scope
from pipelines.vocabulary import ActKind

ROWS_SHOWN = 12
HEIGHT = 220


@dataclass(frozen=True)
class ReportView:
    """What the cards are drawn of: the moment, its answers, the hour, words, colours, whose report and its row."""

    snapshot: Snapshot
    answers: Answers
    hour: str
    words: Words
    colours: Palette
    place: Scope
    own: Row | None = None

    @property
    def district(self) -> str:
        """The district's name."""
        return self.words.either(self.snapshot.campaign.district_name)


def draw_parts(view: ReportView) -> None:
    """Draw the figures of the report's places."""
    shown = report_tables.parts(view.answers["report"], view.district, view.words)
    widgets.table("report_parts", shown, view.words, ROWS_SHOWN)


def draw_day(view: ReportView) -> None:
    """Draw the day by the hour."""
    option = charts.by_hour(view.answers["report_day"], view.words, view.colours, view.snapshot.offset)
    st.echarts_chart(option, height=HEIGHT, key="report_day", alt=view.words("card.report_day"))


def draw_disturbances(view: ReportView) -> None:
    """Draw what was at work within the hour, the gravest first."""
    rows = list(view.answers["report_disturbances"].iter_rows(named=True))
    if not rows:
        cards.good(view.words("report.undisturbed"))
        return
    st.markdown("\n".join(f"- {disturbances.headline(row, view.snapshot, view.words)}" for row in rows))


def draw_actions(view: ReportView) -> None:
    """Draw the at most three things to do, each with its evidence, its expected effect and what was noted about it."""
    rows = list(view.answers["report_actions"].iter_rows(named=True))
    if not rows:
        cards.empty(view.words("report.no_actions"))
    for row in rows:
        told = advised.said(row | {"sites": len(row["site_ids"])}, view.snapshot.campaign, view.words)
        proofs = f"  \n:small[:gray[{' · '.join(told.proofs)}]]" if told.proofs else ""
        st.markdown(f"**{row['rank']}. {told.title}**  \n{told.effect}{proofs}")
        _draw_notes(view, row["recommendation_id"])
        if view.own is not None:
            facts = {"version": int(view.own["version"]), "recommendation_id": row["recommendation_id"]}
            deed = Deed(ActKind.REPORT_ADVICE_NOTED, view.place, told.title, view.own["report_id"], facts)
            button(deed, view.words, str(row["rank"]), icon=":material/edit_note:")


def _draw_notes(view: ReportView, recommendation_id: str) -> None:
    """Draw what people noted about one of them, the oldest first."""
    for row in view.answers["report_notes"].filter(recommendation_id=recommendation_id).iter_rows(named=True):
        at = time_of_day(row["noted_at"], view.snapshot.offset)
        st.markdown(f":small[:material/edit_note: {at} {plain(row['actor'])}: {plain(row['text'])}]")


def draw_versions(view: ReportView, own: pl.DataFrame) -> None:
    """Draw the report's versions, the choice of one, and what that one changed."""
    words = view.words
    widgets.table("report_versions", report_tables.versions(own, words, view.snapshot.offset), words, ROWS_SHOWN)
    numbers = own["version"].to_list()
    if len(numbers) > 1:
        st.selectbox(
            words("report.version.choose"),
            ["", *(str(number) for number in numbers)],
            format_func=lambda one: words("report.version.of", version=one) if one else words("report.version.newest"),
            key=f"report-version-{own['report_id'][0]}",
            help=words("report.version.choose.help"),
            width=260,
        )
    if view.answers["report_diff"].is_empty():
        cards.empty(words("report.unchanged"))
        return
    shown = report_tables.changes(view.answers["report_diff"], view.district, words)
    widgets.table("report_diff", shown, words, ROWS_SHOWN)


def draw_kpis(view: ReportView) -> None:
    """Draw how accurate and how timely the reports are."""
    if view.answers["report_kpis"].is_empty():
        cards.empty(view.words("report.none_frozen"))
        return
    shown = report_tables.kpis(view.answers["report_kpis"], view.district, view.words)
    widgets.table("report_kpis", shown, view.words, ROWS_SHOWN)
