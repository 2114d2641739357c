"""The tubes page: against plan, in custody, at the labs, short and missing; cut by ``?town=`` and ``?lab=``."""

import streamlit as st

from dashboard import access, filters, live, opening, pace, refusals, replay, tube_frames, widgets
from dashboard.charts import tubes as charts
from dashboard.charts.parts import Option
from dashboard.figures import tubes as figures_tubes
from dashboard.figures.district import catching_up, events_end
from dashboard.live import Snapshot
from dashboard.panels import tube_quality
from dashboard.reporting import saving
from dashboard.tables import tubes as tables_tubes
from dashboard.tube_frames import TubeFrames
from pipelines.client import AskRefused, CommandUnavailable

ROWS_SHOWN = 10
BEHIND = 2_000  # events that the sites have counted and the feed has not brought: the ends of the lines are not whole
words = widgets.viewer_words()
colours = widgets.colours()


@st.fragment(run_every=pace.every(5.0), key="tubes-body")
def body(town: str, lab: str) -> None:
    """Everything, every five seconds; while nothing answers, the last frames stay."""
    scope = access.scope("tubes")
    snapshot = widgets.opened(live.view(scope, replay.moment()), words)
    if snapshot is None:
        return
    try:
        frames = tube_frames.fetch(filters.narrowed(scope, town), snapshot, lab)
    except (CommandUnavailable, AskRefused) as error:
        st.error(refusals.shown(error, words), title=words("tubes.failed"), icon=":material/cloud_off:")
        return
    widgets.figures(figures_tubes.tubes(frames, words, snapshot.offset, catching_up(snapshot, words)))
    quality = tube_quality.fetch(filters.narrowed(scope, town), snapshot, lab)
    left, right = st.columns(2, gap="small")
    with left:
        draw_tempo(frames, snapshot)
    with right:
        draw_total(frames, snapshot)
    draw_labs(frames, snapshot)
    left, right = st.columns(2, gap="small")
    with left:
        draw_standing(frames)
        tube_quality.draw_short(quality, words, colours)
    with right:
        tube_quality.draw_entries(quality, words)
        tube_quality.draw_uploads(quality, words)
    draw_missing(frames, snapshot)


def card(name: str, text: str, help_text: str, option: Option, height: int) -> None:
    """Draw one chart as a card."""
    with st.container(border=True, key=f"card-{name}", gap=None):
        widgets.card_title(text, help_text)
        st.echarts_chart(option, height=height, key=name, alt=text)


def draw_tempo(frames: TubeFrames, snapshot: Snapshot) -> None:
    """Draw the tubes per five minutes against plan."""
    stale = words("chart.events_stale")
    behind = stale if snapshot.freshness["events_behind"] > BEHIND else ""
    ends = events_end(snapshot, words, stale) or behind
    option = charts.against_plan(frames.curve, words, colours, snapshot.offset, ends)
    help_text = words("tubes.tempo.help", zone=words.zone(snapshot.offset))
    card("tubes-tempo", words("tubes.tempo"), help_text, option, 236)


def draw_total(frames: TubeFrames, snapshot: Snapshot) -> None:
    """Draw the person-samples in total against plan."""
    option = charts.cumulated(frames.curve, frames.forecast, words, colours, snapshot.offset)
    help_text = words("tubes.total.help", zone=words.zone(snapshot.offset))
    card("tubes-total", words("tubes.total"), help_text, option, 236)


def draw_standing(frames: TubeFrames) -> None:
    """Draw where the tubes stand."""
    option = charts.standing(frames.states, words, colours)
    card("tubes-standing", words("tubes.standing"), words("tubes.standing.help"), option, 232)


def draw_labs(frames: TubeFrames, snapshot: Snapshot) -> None:
    """Draw the labs."""
    with st.container(border=True, key="card-labs", gap="xsmall"):
        widgets.card_title(words("card.labs"), words("card.labs.help"))
        widgets.table("labs", tables_tubes.labs(frames.labs, snapshot.campaign, words, snapshot.offset), words)


def draw_missing(frames: TubeFrames, snapshot: Snapshot) -> None:
    """Draw the tubes that need somebody, or say that there is none."""
    with st.container(border=True, key="card-missing", gap="xsmall"):
        widgets.card_title(words("card.missing"), words("card.missing.help"))
        if frames.missing.is_empty():
            st.caption(f":material/check_circle: {words('missing.none')}")
        else:
            widgets.table("missing", tables_tubes.missing(frames.missing, words, snapshot.offset), words, ROWS_SHOWN)


chosen = opening.chosen(access.scope("tubes"), words, filters.town, filters.lab)
if chosen is not None:
    body(*chosen)
    wanted = filters.narrowed(access.scope("tubes"), chosen[0])
    saving.tables("tubes", wanted, words, lab_id=chosen[1], kind="")
