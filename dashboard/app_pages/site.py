"""The site page: what is wrong at one site and what to do, then its parts; the site is chosen by ``?site=``."""

import streamlit as st

from dashboard import access, filters, live, pace, refusals, told, widgets
from dashboard.advising import disturbances, loans
from dashboard.figures import district as figures
from dashboard.formats import plain
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import saving
from dashboard.sites import concerns, site_parts, site_told
from dashboard.sites.concerns import Telling

SHOWN_OF_A_WRONG_ID = 40
PARTS = tuple(site_parts.PARTS)
words = widgets.viewer_words()
colours = widgets.colours()


def choose(snapshot: Snapshot) -> str | None:
    """Return the id of the chosen site, or None after saying that ``?site=`` names none."""
    names = {site.site_id: words.either(site.name) for site in snapshot.campaign.sites}
    asked = filters.wanted("site") or (next(iter(names)) if len(names) == 1 else None)
    st.selectbox(
        words("site.choose"),
        list(names),
        index=list(names).index(asked) if asked in names else None,
        format_func=lambda site_id: f"{names[site_id]} · {site_id}",
        placeholder=words("site.placeholder"),
        key="site-choice",
        on_change=lambda: filters.keep("site", st.session_state["site-choice"]),
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


@st.fragment(run_every=pace.every(3.0), key="site-body")
def body(site_id: str) -> None:
    """Everything of one site and moment, every three seconds; while nothing answers, the last frames stay."""
    scope = access.scope("site")
    part = st.session_state.get("site-part") or PARTS[0]
    now = told.latest(scope, site_told.ask, access.one_site(scope, site_id), site_id, part)
    snapshot = widgets.opened(now.view, words)
    if snapshot is None or now.answers is None:
        return
    seen, answers = now.answers.seen, now.answers.answers
    if seen is None:
        st.error(refusals.shown(now.answers.reason, words), title=words("site.failed"), icon=":material/cloud_off:")
        return
    if answers.failure(("disturbances_live",)) is None:
        disturbances.banners(answers["disturbances_live"], snapshot, words)
    widgets.figures(figures.site(seen.detail, words, figures.catching_up(snapshot, words)))
    wrong = concerns.found(answers, Telling(words, snapshot.offset))
    lent = loans.to_sites(now.answers.loans, words)
    with cards.frame("site_now", words):
        site_parts.do_now(wrong, lent, words)
    st.segmented_control(
        words("sitepage.part"),
        PARTS,
        required=True,
        default=PARTS[0],
        format_func=lambda one: words(f"sitepage.part.{one}"),
        key="site-part",
        label_visibility="collapsed",
    )
    site_parts.DRAWN[part](site_parts.SiteView(site_id, snapshot, seen, answers, words, colours))


first = live.view(access.scope("site"))
site = None
if first.snapshot is not None:
    site = choose(first.snapshot)
if site is not None:
    body(site)
    saving.tables("site", access.one_site(access.scope("site"), site), words, site_id=site)
elif widgets.drawable(first, words) is not None:
    widgets.status_bar(first, words)
