"""The site page: one site's figures, throughput, people, networks and desks; the site is chosen by ``?site=``."""

import streamlit as st

from dashboard import access, drawings, figures, live, tables, widgets
from dashboard.charts import live as charts
from dashboard.formats import plain
from dashboard.live import Snapshot
from pipelines.client import AskRefused, CommandUnavailable
from pipelines.vocabulary import SourceKind

SHOWN_OF_A_WRONG_ID = 40
words = widgets.viewer_words()
colours = widgets.colours()


def choose(snapshot: Snapshot) -> str | None:
    """Return the id of the chosen site, or None after saying that ``?site=`` names none."""
    names = {site.site_id: words.either(site.name) for site in snapshot.campaign.sites}
    asked = st.query_params.get("site") or (next(iter(names)) if len(names) == 1 else None)
    st.selectbox(
        words("site.choose"),
        list(names),
        index=list(names).index(asked) if asked in names else None,
        format_func=lambda site_id: f"{names[site_id]} · {site_id}",
        placeholder=words("site.placeholder"),
        key="site-choice",
        on_change=lambda: st.query_params.update(site=st.session_state["site-choice"] or ""),
        label_visibility="collapsed",
    )
    if asked in names:
        return asked
    if asked:
        wrong = plain(asked[:SHOWN_OF_A_WRONG_ID])
        st.warning(
            f"**{words('site.unknown', site=wrong)}**  \n{words('site.unknown.do')}", icon=":material/search_off:"
        )
    else:
        st.info(f"**{words('site.none')}**  \n{words('site.none.do')}", icon=":material/location_on:")
    return None


@st.fragment(run_every=2.0, key="site-body")
def body(site_id: str) -> None:
    """Everything of one site, every two seconds; while nothing answers, the last frames stay."""
    scope = access.scope("site")
    view = live.view(scope)
    snapshot = widgets.opened(view, words)
    if snapshot is None:
        return
    try:
        frames = live.site(scope, snapshot.as_of, site_id)
    except (CommandUnavailable, AskRefused) as error:
        st.error(plain(str(error)), title=words("site.failed"), icon=":material/cloud_off:")
        return
    widgets.figures(figures.site(frames.detail, words), colours, widgets.Trend.NONE)
    left, right = st.columns([0.58, 0.42], gap="small")
    with left:
        draw_throughput(frames, snapshot)
        draw_networks(snapshot, site_id)
    with right:
        draw_people(frames)
        draw_desks(frames, snapshot)


def draw_throughput(frames: live.SiteFrames, snapshot: Snapshot) -> None:
    """Draw the site's tubes per five minutes."""
    with st.container(border=True, gap=None):
        widgets.card_title(words("card.throughput"), words("card.throughput.help", zone=words.zone(snapshot.offset)))
        option = charts.throughput(
            frames.trend,
            words,
            colours,
            snapshot.offset,
            is_stale=SourceKind.TUBE_EVENTS in snapshot.freshness["stale_feeds"],
        )
        st.echarts_chart(option, height=330, key="site-throughput", alt=words("card.throughput"))


def draw_networks(snapshot: Snapshot, site_id: str) -> None:
    """Draw the site's two Wi-Fi networks."""
    with st.container(border=True, gap="xsmall"):
        widgets.card_title(words("card.networks"), words("card.network_strip.help"))
        for row in drawings.site_networks(snapshot, site_id):
            st.markdown(widgets.network_line(row, words))


def draw_people(frames: live.SiteFrames) -> None:
    """Draw the people on shift against the norm."""
    with st.container(border=True, gap=None):
        widgets.card_title(words("card.staffing"), words("card.staffing.help"))
        option = charts.staffing(frames.staff, words, colours)
        st.echarts_chart(option, height=200, key="site-staffing", alt=words("card.staffing"))


def draw_desks(frames: live.SiteFrames, snapshot: Snapshot) -> None:
    """Draw which servers the site's desks are on."""
    with st.container(border=True, gap="xsmall"):
        widgets.card_title(words("card.desks"), words("card.desks.help"))
        names = {server.server_id: words.either(server.name) for server in snapshot.campaign.servers}
        widgets.table("desks", tables.desks(frames.desks, names, words), words)


first = live.view(access.scope("site"))
site = None
if first.snapshot is not None:
    site = choose(first.snapshot)
if site is not None:
    body(site)
elif widgets.drawable(first, words) is not None:
    widgets.status_bar(first, words)
