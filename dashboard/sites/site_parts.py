"""The parts of the site page: lanes, people, network and kit, gate and quality, the day; frames in, elements out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import access, drawings, live, widgets
from dashboard.charts import live as charts
from dashboard.colours import Palette
from dashboard.figures.district import events_end
from dashboard.frames import Answers
from dashboard.live import Row, Snapshot
from dashboard.panels import cards
from dashboard.sites import sitefacts, town_parts
from dashboard.sites.concerns import Concern
from dashboard.sites.townsites import readiness_line
from dashboard.tables import shaping as tables
from dashboard.words import Words
from pipelines.vocabulary import SourceKind

EVENTS_SHOWN = 12
# Which asks each part needs beside those that show what is wrong.
PARTS: dict[str, tuple[str, ...]] = {
    "lanes": ("desks_live",),
    "people": (),
    "kit": (),
    "gate": ("gates_live", "quality_live", "short_tubes", "upload_lag"),
    "day": ("site_timeline",),
}
CONCERNED = (
    *("sites_live", "network_strip", "staff_by_site", "contingency_live", "open_tubes", "interruptions_live"),
    *("inputs_live", "readiness_live", "kit_live", "labels_live", "disturbances_live"),
)


@dataclass(frozen=True)
class SiteView:
    """What is drawn of one site and moment, and how."""

    site_id: str
    snapshot: Snapshot
    frames: live.SiteFrames
    answers: Answers
    words: Words
    colours: Palette

    def card(self, name: str, ask: str, draw: Callable[[Row], None]) -> None:
        """Draw a card of an ask's one row, or that nothing was told of the site, or nothing lately."""

        def drawn() -> None:
            rows = self.answers[ask].to_dicts()
            if not rows or not rows[0].get("is_fresh", True):
                cards.empty(self.words("sitepage.untold"))
            else:
                draw(rows[0])

        cards.card(name, self.words, self.answers, (ask,), drawn)


def do_now(wrong: list[Concern], lent: Mapping[str, Sequence[str]], words: Words) -> None:
    """Draw what is wrong at the site, each with its next step and who could lend people."""
    is_own = access.is_own_site()
    for concern in wrong:
        st.markdown(town_parts.with_loans(concern, lent, words, is_own=is_own))
        town_parts.page_of(concern, words)
    if not wrong:
        cards.good(words("sitepage.now.none"))


def lanes(view: SiteView) -> None:
    """Draw the desks, the half-filled tubes and the servers the desks are on."""
    words, answers = view.words, view.answers
    names = {server.server_id: words.either(server.name) for server in view.snapshot.campaign.servers}

    def draw_desks() -> None:
        if not answers["desks_live"].height:
            cards.empty(words("sitepage.untold"))
            return
        table = sitefacts.desks(answers["desks_live"], names, words, view.snapshot.offset)
        widgets.table("site_desks", table, words)

    def draw_tubes() -> None:
        lines = sitefacts.half_filled(answers["open_tubes"], words)
        if lines:
            st.markdown("  \n".join(lines))
        else:
            cards.good(words("sitepage.tube.none"))

    cards.card("site_desks", words, answers, ("desks_live",), draw_desks)
    left, right = st.columns(2, gap="small")
    with left:
        cards.card("site_tubes", words, answers, ("open_tubes",), draw_tubes)
    with right, cards.frame("desks", words):
        widgets.table("desks", tables.desks(view.frames.desks, names, words), words)


def people(view: SiteView) -> None:
    """Draw the people on shift against the norm."""
    quiet = cards.stale((SourceKind.ROSTER,), view.snapshot.freshness["stale_feeds"], view.words)
    with cards.frame("staffing", view.words, quiet):
        option = charts.staffing(view.frames.staff, view.words, view.colours)
        st.echarts_chart(option, height=220, key="site-staffing", alt=view.words("card.staffing"))


def kit(view: SiteView) -> None:
    """Draw the two networks, what stands at the site, the labels, and what it must have."""
    words = view.words
    left, right = st.columns(2, gap="small")
    with left:
        with cards.frame("networks", words):
            for row in drawings.site_networks(view.snapshot, view.site_id):
                st.markdown(widgets.network_line(row, words))
        view.card("site_kit", "kit_live", lambda row: _text(sitefacts.kit(row, words)))
    with right:
        view.card("site_ready", "readiness_live", lambda row: _text(readiness_line(row, words)))
        view.card("site_labels", "labels_live", lambda row: _text(sitefacts.labels(row, words)))


def gate(view: SiteView) -> None:
    """Draw the gate, the special channel and how tubes were filled."""
    words = view.words
    left, right = st.columns(2, gap="small")
    with left:
        view.card("site_gate", "gates_live", lambda row: _text(sitefacts.facts(row, sitefacts.GATE, words)))
        view.card("site_special", "gates_live", lambda row: _text(sitefacts.facts(row, sitefacts.SPECIAL, words)))
    with right:
        view.card("site_uploads", "upload_lag", lambda row: _text(sitefacts.uploads(row, words)))
        view.card("site_quality", "quality_live", lambda row: _text(sitefacts.facts(row, sitefacts.QUALITY, words)))
        cards.card(
            "site_short",
            words,
            view.answers,
            ("short_tubes",),
            lambda: _text(sitefacts.short_tubes(view.answers["short_tubes"], words)),
        )


def day(view: SiteView) -> None:
    """Draw the system in use with the order in force, and the day's throughput."""
    words, offset = view.words, view.snapshot.offset
    view.card("site_orders", "contingency_live", lambda row: _text(sitefacts.system(row, words, offset)))
    quiet = cards.stale((SourceKind.TUBE_EVENTS,), view.snapshot.freshness["stale_feeds"], words)
    ends = events_end(view.snapshot, words, words("chart.events_stale"))
    with cards.frame("throughput", words, quiet, zone=words.zone(offset)):
        option = charts.throughput(view.frames.trend, words, view.colours, offset, ends)
        st.echarts_chart(option, height=280, key="site-throughput", alt=words("card.throughput"))

    cards.card("site_timeline", words, view.answers, ("site_timeline",), lambda: _timeline(view))


def _timeline(view: SiteView) -> None:
    told = view.answers["site_timeline"]
    if told.is_empty():
        cards.empty(view.words("sitepage.untold"))
        return
    table = sitefacts.timeline(told, view.words, view.snapshot.offset)
    widgets.table("site_timeline", table, view.words, EVENTS_SHOWN)


def _text(text: str) -> None:
    st.markdown(text)


DRAWN: dict[str, Callable[[SiteView], None]] = {"lanes": lanes, "people": people, "kit": kit, "gate": gate, "day": day}
