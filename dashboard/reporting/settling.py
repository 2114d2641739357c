"""Figures that two people entered without having seen each other's: both shown, and one tap to settle (case 61)."""

import streamlit as st

from dashboard import access
from dashboard.formats import count, plain, time_of_day
from dashboard.live import Row
from dashboard.reporting import entering, hours
from dashboard.reporting.entering import FIGURES, Wish
from dashboard.words import Words
from pipelines.vocabulary import ActKind

SHOWN = 10


def draw(rows: list[Row], words: Words, offset: int) -> None:
    """Draw each contradiction with both versions side by side; ``rows`` are those of input_conflicts."""
    for number, row in enumerate(rows[:SHOWN]):
        at = hours.shown(hours.name(row["hour_at"]), offset, words)
        st.markdown(f"**{plain(words.name(row))}** · {at}")
        with st.container(horizontal=True, gap="small", key=f"conflict-{number}"):
            for side in ("", "unseen_"):
                _side(row, side, number, words, offset)
    if len(rows) > SHOWN:
        st.caption(words("conflict.more", more=count(len(rows) - SHOWN)))


def _side(row: Row, side: str, number: int, words: Words, offset: int) -> None:
    with st.container(border=True, gap="xxsmall", width=300, key=f"conflict-{number}-{side or 'own'}"):
        st.markdown(said(row, side, words, offset))
        if access.may(ActKind.INPUT_CORRECTED):
            st.button(
                words("conflict.keep"),
                key=f"keep-{number}-{side or 'own'}",
                help=words("conflict.keep.help"),
                on_click=entering.begin,
                args=(settling(row, side),),
            )


def said(row: Row, side: str, words: Words, offset: int) -> str:
    """Return what one of two versions says, who entered it, when and why, as Markdown."""
    version = row["version" if not side else "unseen_version"]
    at = time_of_day(row[f"{side}entered_at"], offset)
    who = plain(row[f"{side}entered_by"] or words("conflict.feed"))
    told = [
        f"{words(f'input.{name}')} **{count(row[side + name])}**" for name in FIGURES if row[side + name] is not None
    ]
    reason = row[f"{side}reason"]
    lines = [words("conflict.version", version=version, by=who, at=at), words.list(told)]
    return "  \n".join([*lines, *([f":gray[{plain(reason)}]"] if reason else [])])


def settling(row: Row, side: str) -> Wish:
    """Return the correction that settles a contradiction for one side: it has seen both versions."""
    seen = max(row["version"], row["unseen_version"])
    disputed = {name: row[side + name] for name in FIGURES if row[side + name] is not None}
    return Wish(row["site_id"], row["hour_at"], seen, disputed)
