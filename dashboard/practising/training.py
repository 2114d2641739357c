"""The practice page's acts: one tap, one step of the practice phone; what was refused stays until the next step."""

from collections.abc import Callable
from functools import lru_cache

import streamlit as st

from dashboard import queries
from dashboard.practising import sheets
from dashboard.words import words
from pipelines.client import Scope
from pipelines.codes import CodeError
from pipelines.pictures import png, qr, read_picture
from pipelines.practice import DeskPlace, Practice, PracticeDesk, PracticeRefused
from pipelines.vocabulary import ScopeLevel

SESSION, REFUSED, CHECKED = "desk", "practice-refused", "practice-checked"
Step = Callable[[PracticeDesk, Practice], Practice]


def sites(scope: Scope) -> list[str]:
    """Return the ids of the sites of a scope, in the order of the campaign."""
    return [place.site_id for place in queries.practice().places.values() if _is_within(place, scope)]


def current(scope: Scope) -> Practice | None:
    """Return the practice session that the address names, None when it has ended or is of no site of the scope."""
    desk = queries.practice()
    practice = desk.find(st.query_params.get(SESSION, ""))
    if practice is None or practice.has_left or not _is_within(desk.places[practice.site_id], scope):
        return None
    return practice


def _is_within(place: DeskPlace, scope: Scope) -> bool:
    own = {ScopeLevel.DISTRICT: None, ScopeLevel.TOWN: place.town_code, ScopeLevel.SITE: place.site_id}
    return own[scope.level] == scope.id


def begin(site_id: str, server_id: str) -> None:
    """Open a practice desk and name it in the address, so that a reload finds it again."""
    try:
        st.query_params[SESSION] = queries.practice().begin(site_id, server_id).session_id
    except PracticeRefused as refused:
        _remember(refused)
    else:
        st.session_state.pop(REFUSED, None)


def act(step: Step) -> None:
    """Take one step of the session in the address; what refuses it is shown above the scanner until the next step."""
    desk = queries.practice()
    practice = desk.recall(st.query_params.get(SESSION, ""))
    if practice is None:
        return
    try:
        step(desk, practice)
    except PracticeRefused as refused:
        _remember(refused)
    else:
        st.session_state.pop(REFUSED, None)
        st.session_state[CHECKED] = False


def scan(text: str) -> None:
    """Take what a scanner, a keyboard or a tap brings in."""
    act(lambda desk, practice: desk.scan(practice, text))


def scan_picture(data: bytes) -> None:
    """Take the code in a photograph."""
    try:
        text = read_picture(data)
    except CodeError as unread:
        _remember(PracticeRefused(unread.rule, unread.sentence))
    else:
        scan(text)


def leave() -> None:
    """Close the desk; the address forgets it when that is done."""
    act(PracticeDesk.leave)
    if REFUSED not in st.session_state:
        st.query_params.pop(SESSION, None)


def _remember(refused: PracticeRefused) -> None:
    st.session_state[REFUSED] = (refused.rule, refused.sentence)


def persons(practice: Practice) -> tuple[str, ...]:
    """Return the person codes of the session's sheet."""
    return queries.practice().places[practice.site_id].persons(practice.sheet)


@lru_cache(maxsize=512)
def picture(text: str) -> bytes:
    """Return a code as a picture to scan from this screen."""
    return png(qr(text), scale=6)


@lru_cache(maxsize=64)
def sheet(kind: str, site_id: str, number: int, language: str) -> bytes:
    """Return a sheet to print: ``persons``, ``labels`` or ``servers``."""
    desk = queries.practice()
    place, said = desk.places[site_id], words(language)
    if kind == "persons":
        return sheets.person_sheet(place, number, said)
    if kind == "labels":
        return sheets.label_sheet(place, number, said)
    return sheets.server_sheet(place, desk.servers.values(), said)
