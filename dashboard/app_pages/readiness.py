"""The readiness page: which sites may open and what the others lack, the days before, trainings, systems (Q14-Q42)."""

import streamlit as st

from dashboard import access, filters, opening, pace, widgets
from dashboard.charts import keeping as charts
from dashboard.formats import count, plain
from dashboard.frames import Answers
from dashboard.keeping import deeds, readying
from dashboard.panels import cards
from dashboard.reporting import saving

GATES = ("go_live", "readiness_gates")
ASKS = (*GATES, "readiness_burndown", "training_roster")
OF_ALL = ("system_scorecard", "benchmark_profiles")
STATES = ("blocked", "overridden", "unknown", "ready")
SITES_SHOWN, ROWS_SHOWN = 30, 14
words = widgets.viewer_words()
colours = widgets.colours()


@st.fragment(run_every=pace.every(6.0), key="readiness-body")
def body(town: str) -> None:
    """Everything of the viewer's scope, every six seconds; a card whose ask fails says so by itself."""
    own = access.scope("readiness")
    is_whole = access.is_whole(own) and not town
    seen = opening.opened(own, words, (*ASKS, *OF_ALL) if is_whole else ASKS, town)
    if seen is None:
        return
    answers = seen.answers
    if answers.failure(("go_live",)) is None:
        widgets.figures(readying.figures(answers["go_live"], words))
    cards.card("gates", words, answers, GATES, lambda: draw_gates(answers))
    needs = ("readiness_burndown",)
    cards.card("burndown", words, answers, needs, lambda: draw_burndown(answers))
    cards.card("trainings", words, answers, ("training_roster",), lambda: draw_trainings(answers))
    if is_whole:
        cards.card("scorecard", words, answers, ("system_scorecard",), lambda: draw_systems(answers))
        cards.card("benchmarks", words, answers, ("benchmark_profiles",), lambda: draw_benchmarks(answers))
    deeds.draw_dialog(words)


def draw_gates(answers: Answers) -> None:
    """Draw the sites of the chosen state, each with what is not ok."""
    sites, gates = answers["go_live"], answers["readiness_gates"]
    found = {state: sites.filter(state=state) for state in STATES}
    first = next((state for state in STATES if not found[state].is_empty()), STATES[0])
    counts = {state: sites.height for state, sites in found.items()}
    state = widgets.chosen_kind("ready-filter", words("ready.filter"), counts, lambda one: words(f"ready.{one}"), first)
    shown = found[state]
    if shown.is_empty():
        cards.good(words("ready.none"))
    for site in shown.head(SITES_SHOWN).iter_rows(named=True):
        readying.draw_site(site, gates.filter(site_id=site["site_id"]), words)
    if shown.height > SITES_SHOWN:
        st.caption(words("ready.more", count=count(shown.height - SITES_SHOWN)))


def draw_burndown(answers: Answers) -> None:
    """Draw what was open on each evening before the round."""
    if answers["readiness_burndown"].is_empty():
        cards.empty(words("ready.no_days"))
        return
    option = charts.burndown(answers["readiness_burndown"], words, colours)
    st.echarts_chart(option, height=220, key="burndown", alt=words("card.burndown"))


def draw_trainings(answers: Answers) -> None:
    """Draw who was taught what, those of whom nobody was first of all by name."""
    roster = answers["training_roster"]
    if roster.is_empty():
        cards.empty(words("training.none"))
        return
    missing = readying.never_taught(roster, words)
    if missing:
        names = plain(words.list(missing))
        st.markdown(
            f":red-badge[:material/error: {words('training.missing')}] {names}  \n:small[{words('training.do')}]"
        )
    widgets.table("trainings", readying.roster(roster, words), words, ROWS_SHOWN)


def draw_systems(answers: Answers) -> None:
    """Draw the two systems side by side."""
    widgets.table("scorecard", readying.systems(answers["system_scorecard"], words), words)


def draw_benchmarks(answers: Answers) -> None:
    """Draw others' figures beside ours."""
    if answers["benchmark_profiles"].is_empty():
        cards.empty(words("benchmark.none"))
        return
    widgets.table("benchmarks", readying.benchmarks(answers["benchmark_profiles"], words), words)


own = access.scope("readiness")
chosen = opening.chosen(own, words, filters.town) if access.is_whole(own) else [filters.ALL]
if chosen is not None:
    body(chosen[0])
    saving.tables("readiness", filters.narrowed(own, chosen[0]), words)
