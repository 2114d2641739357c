"""How today's kept predictions fared, beside the answer: how many lie in their band, how far they were off."""

import streamlit as st

from dashboard import access, live, queries
from dashboard.formats import count, local, number, percent, plain
from dashboard.live import Row
from dashboard.planning import address
from dashboard.planning.levers import Presets
from dashboard.planning.telling import Teller
from dashboard.words import Words
from pipelines.access import may_ask
from pipelines.client import AskRefused, CommandUnavailable
from pipelines.vocabulary import ScopeLevel

ASK, ANSWERS, GIVEN, NEWEST = "calibration_score", "answers_kept", "answers_given", 8


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


def given(teller: Teller, presets: Presets) -> None:
    """Draw how all answers given today fared, those about the day as it runs apart; nothing before the first."""
    words, rows = teller.words, _rows(GIVEN)
    if not rows:
        return
    lines = [_told({**row, "name": _case(row, teller, presets)}, teller) for row in rows[: -NEWEST - 1 : -1]]
    with st.expander(words("whatif.given"), icon=":material/fact_check:", key="whatif-given"):
        st.markdown("  \n".join([f"**{_score(rows, words)}**", *lines]), help=words("whatif.given.help"))


def _score(rows: list[Row], words: Words) -> str:
    """Return in a sentence how many lie in their band, of answers about the day that runs and of others."""
    past = [row for row in rows if row["persons_came"] is not None]
    of_the_day, others = ([row for row in past if row["is_of_the_day"] is so] for so in (True, False))
    return words(
        "whatif.given.score",
        scored=count(len(of_the_day)),
        inside=count(sum(row["is_inside"] for row in of_the_day)),
        others=count(len(others)),
        others_inside=count(sum(row["is_inside"] for row in others)),
        waiting=count(len(rows) - len(past)),
    )


def _case(row: Row, teller: Teller, presets: Presets) -> str:
    """Return what a case is called and when it was answered; its name is its address where it was asked on the page."""
    at = local(row["made_at"], teller.campaign.timezone_offset_minutes)
    try:
        name = teller.name(address.read(row["name"], presets))
    except address.Fault:
        name = row["name"]
    return f"{at:%H:%M} {name}"


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
