"""A card and its states: drawn, nothing there yet, gone quiet, not to be had. Each fails by itself."""

from collections.abc import Callable, Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import refusals
from dashboard.frames import Answers
from dashboard.words import Words
from pipelines.vocabulary import SourceKind


def card(
    name: str,
    words: Words,
    answers: Answers,
    needs: Iterable[str],
    draw: Callable[[], None],
    quiet: Iterable[str] = (),
    **facts: object,
) -> None:
    """Draw the card ``name`` with ``draw``, or, when one of the asks it needs failed, why there is nothing.

    ``quiet``: the feeds it lives on that are stale, named beside its title. ``facts`` fill its help's places.
    """
    with frame(name, words, quiet, **facts):
        reason = answers.failure(needs)
        if reason is None:
            draw()
        else:
            failed(reason, words)


def frame(name: str, words: Words, quiet: Iterable[str] = (), **facts: object) -> DeltaGenerator:
    """Return the card's container, its title and definition drawn."""
    held = st.container(border=True, key=f"card-{name}", gap="xsmall")
    badge = "".join(f" :orange-badge[:material/sync_problem: {words('card.quiet', feed=feed)}]" for feed in quiet)
    held.markdown(f"**{words(f'card.{name}')}**{badge}", help=words(f"card.{name}.help", **facts))
    return held


def stale(kinds: Iterable[SourceKind], stale_feeds: Iterable[str], words: Words) -> list[str]:
    """Return the names of those feeds that are stale."""
    gone = set(stale_feeds)
    return [words(f"source.{kind}") for kind in kinds if kind.value in gone]


def failed(reason: str, words: Words) -> None:
    """Say that a card's data cannot be had just now, why, and that it tries again."""
    st.markdown(
        f":red-badge[:material/cloud_off: {words('card.failed')}]  \n:small[:gray[{refusals.shown(reason, words)}]]  \n"
        f":small[:gray[{words('card.failed.do')}]]"
    )


def empty(text: str) -> None:
    """Say why a card has nothing to show."""
    st.markdown(f":gray[:material/hourglass_empty: {text}]")


def good(text: str) -> None:
    """Say that nothing is wrong: in words and a sign, not by an empty place."""
    st.markdown(f":green-badge[:material/check_circle: {text}]")
