"""How today's kept predictions fared, beside the answer: how many lie in their band, how far they were off."""

import streamlit as st

from dashboard import access, live, queries
from dashboard.formats import count, percent
from dashboard.live import Row
from dashboard.words import Words
from pipelines.access import may_ask
from pipelines.client import AskRefused, CommandUnavailable
from pipelines.vocabulary import ScopeLevel

ASK = "calibration_score"


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


def _district() -> Row | None:
    seen = access.viewer()
    snapshot = live.view(seen.scope).snapshot if seen else None
    if seen is None or snapshot is None or not may_ask(seen.role, ASK):
        return None
    try:
        frame = queries.answer(ASK, seen.scope, snapshot.as_of)
    except (CommandUnavailable, AskRefused):
        return None
    return next((row for row in frame.iter_rows(named=True) if row["scope_level"] == ScopeLevel.DISTRICT), None)
