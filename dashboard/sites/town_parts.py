"""What the town page is drawn with: what to do now, a card a site, what stands still and since when."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from dashboard import access, replay
from dashboard.advising.loans import HELPED
from dashboard.formats import count, number, plain, time_of_day
from dashboard.sites.concerns import Concern, by_kind
from dashboard.sites.townsites import SiteCard
from dashboard.words import Words

NAMES_SHOWN, CARDS_SHOWN = 4, 6
FACTS_LISTED = 2
LOOK = {True: ("red", ":material/error:"), False: ("orange", ":material/warning:")}


def site_link(site_id: str, name: str, words: Words) -> None:
    """Draw the way to a site's page under the site's name."""
    st.page_link(
        "app_pages/site.py",
        label=f"**{plain(name)}**",
        icon=":material/chevron_right:",
        query_params={"site": site_id, "lang": words.language},
    )


def what(concern: Concern, words: Words) -> str:
    """Return what is wrong as Markdown, with its sign."""
    colour, icon = LOOK[concern.is_red]
    return f":{colour}[{icon} **{concern.what(words)}**]"


def step(concern: Concern, words: Words, *, is_own: bool = False) -> str:
    """Return a concern as Markdown: what is wrong with its sign, and the next step."""
    return f"{what(concern, words)}  \n→ {concern.do(words, is_own=is_own)}"


def with_loans(concern: Concern, loans: Mapping[str, Sequence[str]], words: Words, *, is_own: bool = False) -> str:
    """Return a concern's next step, and who could lend people where that helps."""
    lent = loans.get(concern.site_id, ()) if concern.key in HELPED else ()
    return "  \n".join([step(concern, words, is_own=is_own), *(f"→ {line}" for line in lent)])


def page_of(concern: Concern, words: Words) -> None:
    """Draw the way to the page where the step is taken, when there is one and the viewer may see it."""
    page = concern.page
    if page is not None and page in access.pages() and access.may_see(access.viewer(), page):
        st.page_link(
            f"app_pages/{page}.py",
            label=words(f"page.{page}"),
            icon=":material/arrow_forward:",
            query_params={"lang": words.language},
        )


def do_now(
    wrong: Sequence[Concern], names: Mapping[str, str], loans: Mapping[str, Sequence[str]], words: Words
) -> None:
    """Draw the red concerns by kind, the most urgent first: the worst site with its next step, the others by name.

    ``loans``: who could lend people to a site, in words.
    """
    for place, kind in enumerate(by_kind(wrong), start=1):
        worst, others = kind[0], {concern.site_id for concern in kind} - {kind[0].site_id}
        with st.container(gap=None, key=f"now-{place}"):
            if worst.site_id:
                site_link(worst.site_id, names[worst.site_id], words)
            st.markdown(with_loans(worst, loans, words))
            if others:
                some = [
                    plain(names[one]) for one in dict.fromkeys(concern.site_id for concern in kind) if one in others
                ]
                st.caption(words("townpage.now.also", sites=len(some), names=words.list(some[:NAMES_SHOWN])))
            page_of(worst, words)


def sites(cards: Sequence[SiteCard], words: Words) -> None:
    """Draw a card for each site in the red, the worst first, the rest of those on request; the others as one list.

    Where there are few sites each has its card.
    """
    red = [card for card in cards if card.is_red or len(cards) <= CARDS_SHOWN]
    shown = red if st.session_state.get("town-all", False) else red[:CARDS_SHOWN]
    if shown:
        with st.grid(3, min_column_width=300, gap="xsmall"):
            for card in shown:
                _card(card, words)
    if len(red) > CARDS_SHOWN:
        st.toggle(words("townpage.all", sites=len(red)), key="town-all")
    others = [line(card, words) for card in cards if card not in red]
    if others:
        with st.container(key="town-others"):
            st.markdown("\n".join(others))


def _card(card: SiteCard, words: Words) -> None:
    with st.container(border=True, gap=None, key=f"town-site-{card.site_id}", height="stretch"):
        site_link(card.site_id, card.name, words)
        wrong = [step(one, words) if one.is_red else what(one, words) for one in card.concerns]
        st.markdown("  \n".join([*card.lines, *wrong]))


def line(card: SiteCard, words: Words) -> str:
    """Return a site as an entry of a Markdown list: its name leads to its page, what is worth an eye comes last."""
    there = f"/site?{urlencode({'site': card.site_id, 'lang': words.language} | replay.address())}"
    told = [*card.lines[:FACTS_LISTED], *(what(one, words) for one in card.concerns)]
    return f"- [**{plain(card.name)}**]({there}) {' · '.join(told)}"


def standing(interruptions: pl.DataFrame, words: Words, offset: int) -> list[str]:
    """Return the open interruptions as lines, the longest first; ``interruptions`` is interruptions_live."""
    rows = interruptions.sort("since").iter_rows(named=True)
    return [
        words(
            "townpage.interruption",
            site=plain(words.name(row)),
            lane=count(row["lane_no"]),
            cause=words(f"cause.{row['cause']}"),
            at=time_of_day(row["since"], offset),
            minutes=number(row["minutes"]),
        )
        for row in rows
    ]
