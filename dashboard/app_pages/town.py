"""The town page: a coordinator's own town on a phone: what to do now, then a card a site, worst first (Q77, Q79)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import access, drawings, filters, frames, live, pace, told, widgets
from dashboard.advising import disturbances, loans
from dashboard.formats import plain
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import saving
from dashboard.sites import town_parts, townsites
from dashboard.sites.concerns import Concern
from pipelines.vocabulary import SourceKind

ASKS = (
    *("sites_live", "network_strip", "staff_by_site", "contingency_live", "open_tubes", "interruptions_live"),
    *("inputs_live", "readiness_live", "kit_live", "labels_live", "staff_loans", "disturbances_live"),
)
SHOWN_OF_A_WRONG_CODE = 40
words = widgets.viewer_words()
theme = widgets.theme()


def choose(snapshot: Snapshot) -> str | None:
    """Return the code of the viewer's one town, or of the one that he chose; None after saying what to do."""
    names = {town.town_code: words.either(town.name) for town in snapshot.campaign.towns}
    if len(names) == 1:
        return next(iter(names))
    asked = filters.wanted("town")
    st.selectbox(
        words("townpage.choose"),
        list(names),
        index=list(names).index(asked) if asked in names else None,
        format_func=names.__getitem__,
        placeholder=words("townpage.placeholder"),
        key="town-choice",
        on_change=lambda: filters.keep("town", st.session_state["town-choice"]),
        label_visibility="collapsed",
    )
    if asked in names:
        return asked
    if asked:
        wrong = words("townpage.unknown", town=plain(asked[:SHOWN_OF_A_WRONG_CODE]))
        st.warning(f"**{wrong}**  \n{words('townpage.unknown.do')}", icon=":material/search_off:")
    else:
        st.info(f"**{words('townpage.none')}**  \n{words('townpage.none.do')}", icon=":material/location_city:")
    return None


@st.fragment(run_every=pace.every(3.0), key="town-body")
def body(town_code: str) -> None:
    """Everything of the town and one moment, every three seconds; while nothing answers, the last frames stay."""
    now = told.latest(access.one_town(access.scope("town"), town_code), told.asked, ASKS)
    snapshot, answers = widgets.opened(now.view, words), now.answers
    if snapshot is None or answers is None:
        return
    wrong, made = townsites.read(answers, words, snapshot.offset)
    if answers.failure(("disturbances_live",)) is None:
        disturbances.banners(answers["disturbances_live"], snapshot, words)
    if answers.failure(("sites_live",)):
        cards.card("town_sites", words, answers, ("sites_live",), lambda: None)
        return
    widgets.figures(townsites.figures(snapshot.totals, made, answers, words))
    draw_now(snapshot, answers, wrong)
    draw_sites(snapshot, made)
    left, right = st.columns([0.5, 0.5], gap="small")
    with left:
        draw_clock(snapshot, answers)
    with right:
        draw_trend(snapshot)


def draw_now(snapshot: Snapshot, answers: frames.Answers, wrong: Sequence[Concern]) -> None:
    """Draw what to do now, the most urgent first."""
    names = {site.site_id: words.either(site.name) for site in snapshot.campaign.sites}
    with cards.frame("town_now", words):
        if any(concern.is_red for concern in wrong):
            town_parts.do_now(wrong, names, loans.to_sites(answers, words), words)
        elif snapshot.is_empty:
            cards.empty(words("townpage.now.unknown"))
        else:
            cards.good(words("townpage.now.none"))


def draw_sites(snapshot: Snapshot, made: Sequence[townsites.SiteCard]) -> None:
    """Draw the sites: those to act on, those late with their report, or all; only those in the red as cards."""
    counts = {"act": sum(card.is_red for card in made), "late": sum(card.is_late for card in made), "every": len(made)}
    kinds = (SourceKind.SITE_COUNTS, SourceKind.SITE_QUEUES, SourceKind.NETWORK, SourceKind.ROSTER)
    with cards.frame("town_sites", words, cards.stale(kinds, snapshot.freshness["stale_feeds"], words)):
        kind = widgets.chosen_kind(
            "town-filter", words("townpage.filter"), counts, lambda one: words(f"townpage.filter.{one}"), "every"
        )
        chosen = {"act": [one for one in made if one.is_red], "late": [one for one in made if one.is_late]}
        shown = chosen.get(kind, made)
        if shown:
            town_parts.sites(shown, words)
        else:
            cards.good(words(f"townpage.filter.{kind}.none"))


def draw_clock(snapshot: Snapshot, answers: frames.Answers) -> None:
    """Draw what stands still, and since when."""

    def draw() -> None:
        lines = town_parts.standing(answers["interruptions_live"], words, snapshot.offset)
        if lines:
            st.markdown("  \n".join(lines))
        else:
            cards.good(words("townpage.clock.none"))

    cards.card("town_clock", words, answers, ("interruptions_live",), draw)


def draw_trend(snapshot: Snapshot) -> None:
    """Draw the town's tubes per five minutes."""
    quiet = cards.stale((SourceKind.TUBE_EVENTS,), snapshot.freshness["stale_feeds"], words)
    with cards.frame("throughput", words, quiet, zone=words.zone(snapshot.offset)):
        option = drawings.chart("throughput", snapshot, words, theme)
        st.echarts_chart(option, height=220, key="town-throughput", alt=words("card.throughput"))


first = live.view(access.scope("town"))
town = choose(first.snapshot) if first.snapshot is not None else None
if town is not None:
    body(town)
    saving.tables("town", access.one_town(access.scope("town"), town), words)
elif widgets.drawable(first, words) is not None:
    widgets.status_bar(first, words)
