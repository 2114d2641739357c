"""How today's kept predictions fared, beside the answer: how many lie in their band, how far they were off."""

import streamlit as st

from dashboard import access, live, queries
from dashboard.formats import count, local, number, percent, plain
from dashboard.live import Row
from dashboard.planning.telling import Teller
from dashboard.words import Words
from pipelines.access import may_ask
from pipelines.client import AskRefused, CommandUnavailable
from pipelines.vocabulary import ScopeLevel

ASK, ANSWERS, NEWEST = "calibration_score", "answers_kept", 8


def line(words: Words) -> None:
    """Draw the score of the whole district, for who may ask it; nothing before the first prediction is kept."""
    told = _district()
    if told is None:
        return
    if not told["scored"]:
        said = words("whatif.score.none", waiting=count(told["waiting"]))
    else:
        said = words(
            "whatif.score",
            scored=count(told["scored"]),
            inside=count(told["inside"]),
            share=percent(told["coverage_share"]),
            error=percent(told["mean_error_share"], 1),
            waiting=count(told["waiting"]),
        )
    with st.container(key="whatif-score"):
        st.markdown(f":small[:material/target: {said}]", help=words("whatif.score.help"))


def kept(teller: Teller) -> None:
    """Draw how saved answers fared, the newest first; nothing while none was saved with its answer."""
    words, rows = teller.words, list(reversed(_rows(ANSWERS)))[:NEWEST]
    if not rows:
        return
    with st.expander(words("whatif.kept"), icon=":material/history:", key="whatif-kept"):
        st.markdown("  \n".join(_told(row, teller) for row in rows), help=words("whatif.kept.help"))


def _told(row: Row, teller: Teller) -> str:
    came = row["persons_came"]
    how = "waiting" if came is None else "inside" if row["is_inside"] else "outside"
    at = local(row["target_at"], teller.campaign.timezone_offset_minutes)
    said = teller.words(
        f"whatif.kept.{how}",
        name=row["name"],
        at=f"{at:%H:%M}",
        persons=count(round(row["persons"])),
        low=count(round(row["persons_low"])),
        high=count(round(row["persons_high"])),
        came=count(came or 0),
    )
    error = row["finish_error_minutes"]
    return plain(said if error is None else said + teller.words("whatif.kept.end", minutes=number(abs(error))))


def _district() -> Row | None:
    return next((row for row in _rows(ASK) if row["scope_level"] == ScopeLevel.DISTRICT), None)


def _rows(ask: str) -> list[Row]:
    """Return an ask's rows, none for who may not ask it or while nobody answers."""
    seen = access.viewer()
    snapshot = live.view(seen.scope).snapshot if seen else None
    if seen is None or snapshot is None or not may_ask(seen.role, ask):
        return []
    try:
        return list(queries.answer(ask, seen.scope, snapshot.as_of).iter_rows(named=True))
    except (CommandUnavailable, AskRefused):
        return []
