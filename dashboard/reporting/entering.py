"""A site's four figures of an hour: prefilled from the feeds, confirmed in one tap or corrected with a reason (Q82)."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from dashboard import access, acting, widgets
from dashboard.figures.district import Figure, Tone
from dashboard.formats import count, plain, time_of_day
from dashboard.live import Row
from dashboard.panels import cards
from dashboard.reporting import hours
from dashboard.words import Words
from pipelines.client import AskRefused, CommandUnavailable, Scope
from pipelines.vocabulary import ActKind

FIGURES = ("persons", "tubes", "third_copies", "special_cases")
MOST = 10_000_000
REASON_SIGNS = 200
OPEN, SAID = "input-open", "input-said"
SEEN = (ActKind.INPUT_CONFIRMED.value, ActKind.INPUT_CORRECTED.value)
Figures = dict[str, int | None]


@dataclass(frozen=True)
class Wish:
    """A correction that is being written: what was on the screen when it was begun, and the id it will be sent under.

    ``held`` are the figures on record, of which only those that differ are sent; ``shown`` those the form begins with.
    """

    site_id: str
    hour_at: datetime
    base_version: int
    shown: Figures
    held: Figures = field(default_factory=dict)
    act_id: str = field(default_factory=acting.new_act_id)


@dataclass(frozen=True)
class Said:
    """What became of an act, until the screen shows it itself: a version beyond ``version``."""

    site_id: str
    hour_at: datetime
    version: int
    text: str
    is_failed: bool = False


def shown_figures(row: Row) -> Figures:
    """Return what a row of site_inputs shows: what was entered, and the feeds' figure where nothing was."""
    return {name: row[f"{name}_fed"] if row[name] is None else row[name] for name in FIGURES}


def draw(row: Row, words: Words, offset: int) -> None:
    """Draw the figures of a row of site_inputs and, for who may, the taps that confirm and correct them."""
    st.markdown(_headline(row, words, offset))
    widgets.figures(_figure(row, name, words) for name in FIGURES)
    if not access.may(ActKind.INPUT_CONFIRMED):
        st.caption(f":material/lock: {words('input.not_yours')}")
        return
    waiting = _said(row)
    is_seen = row["kind"] in SEEN and row["source"] != "feed" and not row["is_conflict"]
    with st.container(horizontal=True, gap="small", key="input-taps"):
        st.button(
            words("input.confirmed" if is_seen else "input.confirm"),
            icon=":material/check:",
            type="primary",
            key="input-confirm",
            help=words("input.confirm.help"),
            disabled=is_seen or row["is_conflict"] or (waiting is not None and not waiting.is_failed),
            on_click=confirm,
            args=(row, words),
        )
        st.button(
            words("input.correct"),
            icon=":material/edit:",
            key="input-correct",
            help=words("input.correct.help"),
            on_click=begin,
            args=(Wish(row["site_id"], row["hour_at"], row["version"], shown_figures(row), _held(row)),),
        )
    if waiting is not None:
        (st.error if waiting.is_failed else st.success)(waiting.text)


def confirm(row: Row, words: Words) -> None:
    """Record that the figures on the screen hold; what became of it is said beside them."""
    facts = {name: value for name, value in shown_figures(row).items() if value is not None}
    hour, version = hours.name(row["hour_at"]), row["version"]
    seen = access.viewer()
    told = "|".join(map(str, ("confirm", seen and seen.user_id, row["site_id"], hour, version, *facts.items())))
    wish = Wish(row["site_id"], row["hour_at"], version, {}, {}, hashlib.sha256(told.encode()).hexdigest()[:32])
    failed = _perform(wish, ActKind.INPUT_CONFIRMED, facts, "", words)
    text = failed or words("input.noted")
    st.session_state[SAID] = Said(wish.site_id, wish.hour_at, version, text, bool(failed))


def begin(wish: Wish) -> None:
    """Open the form of a correction."""
    st.session_state[OPEN] = wish


def draw_dialog(words: Words, offset: int) -> None:
    """Draw the form of the correction that was begun; it stays until it is sent or dismissed."""
    wish = st.session_state.get(OPEN)
    if isinstance(wish, Wish):
        st.dialog(words("input.correct"), icon=":material/edit:", on_dismiss=_close)(_form)(wish, words, offset)


def _form(wish: Wish, words: Words, offset: int) -> None:
    at = hours.shown(hours.name(wish.hour_at), offset, words)
    st.markdown(words("input.about", site=plain(wish.site_id), at=at, version=count(wish.base_version)))
    with st.form("input-form", border=False):
        given: Figures = {
            name: st.number_input(
                words(f"input.{name}"),
                min_value=0,
                max_value=MOST,
                value=wish.shown.get(name),
                step=1,
                help=words(f"input.{name}.help"),
                key=f"input-{name}-{wish.act_id}",
            )
            for name in FIGURES
        }
        reason = st.text_input(
            words("input.reason"),
            max_chars=REASON_SIGNS,
            help=words("input.reason.help"),
            key=f"input-reason-{wish.act_id}",
        )
        if st.form_submit_button(words("input.send"), type="primary", key="input-send"):
            _send(wish, given, reason.strip(), words)


def changed(wish: Wish, given: Figures) -> dict[str, int]:
    """Return the figures that a correction says: those that differ from what is on record."""
    return {name: value for name, value in given.items() if value is not None and value != wish.held.get(name)}


def _send(wish: Wish, given: Figures, reason: str, words: Words) -> None:
    facts = changed(wish, given)
    if not facts or not reason:
        st.error(words("input.reason.needed" if facts else "input.same"), icon=":material/error:")
        return
    if failed := _perform(wish, ActKind.INPUT_CORRECTED, facts, reason, words):
        st.error(failed, icon=":material/error:")
        return
    _close()
    st.session_state[SAID] = Said(wish.site_id, wish.hour_at, wish.base_version, words("input.noted"))
    st.rerun()


def _perform(wish: Wish, kind: ActKind, facts: dict[str, int], reason: str, words: Words) -> str:
    """Record the act; return why it could not be, "" when it was."""
    told = {"base_version": wish.base_version} | facts
    try:
        acting.perform(wish.act_id, kind, Scope.site(wish.site_id), told, reason, hours.name(wish.hour_at))
    except (CommandUnavailable, AskRefused) as error:
        return acting.refused(error, words)
    return ""


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _said(row: Row) -> Said | None:
    said = st.session_state.get(SAID)
    if not isinstance(said, Said):
        return None
    is_here = (said.site_id, said.hour_at, said.version) == (row["site_id"], row["hour_at"], row["version"])
    return said if is_here else None


def _held(row: Row) -> Figures:
    return {name: row[name] for name in FIGURES} if row["version"] else {}


def _headline(row: Row, words: Words, offset: int) -> str:
    who = f"**{plain(words.name(row))}** · {hours.shown(hours.name(row['hour_at']), offset, words)}"
    due = words("input.due", at=time_of_day(row["due_at"], offset))
    return f"{who} · {due} {badge(row, words)}"


def badge(row: Row, words: Words) -> str:
    """Return how an hour of a site stands, as a badge with a sign and a word."""
    if row["is_conflict"]:
        return f":red-badge[:material/warning: {words('input.state.conflict')}]"
    if row["is_missing"]:
        return f":red-badge[:material/timer_off: {words('input.state.missing')}]"
    if not row["version"]:
        return f":gray-badge[:material/hourglass_top: {words('input.state.awaited')}]"
    if row["is_late"]:
        return f":orange-badge[:material/schedule: {words('input.state.late')}]"
    return f":green-badge[:material/check_circle: {words('input.state.entered')}]"


def _figure(row: Row, name: str, words: Words) -> Figure:
    fed, held = row[f"{name}_fed"], row[name]
    tone: Tone = "gray" if held is None else "green" if fed in (None, held) else "orange"
    note = words("input.fed_only") if held is None else words("input.fed", fed=count(fed))
    if held is None and fed is None:
        note = words("input.unknown")
    value = count(shown_figures(row)[name])
    return Figure(f"input-{name}", words(f"input.{name}"), value, note, tone, words(f"input.{name}.help"))


def choose_first(words: Words) -> None:
    """Say that a site is to be chosen first."""
    cards.empty(words("input.choose"))
