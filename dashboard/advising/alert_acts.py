"""What a viewer does about alarms: acknowledge with a note, silence for a while, lift a silence; each is an act."""

from dataclasses import dataclass

import streamlit as st

from dashboard import access, acting
from dashboard.advising.alerting import Group
from dashboard.formats import count
from dashboard.live import Row
from dashboard.words import Words
from pipelines.client import AskRefused, CommandUnavailable, Scope
from pipelines.vocabulary import ActKind, ScopeLevel

NOTE_SIGNS = 300
MINUTES = (15, 30, 60, 240)
AT_ONCE = 60
OPEN, SAID = "alert-open", "alert-said"
BUTTONS = {
    ActKind.ALERT_ACKNOWLEDGED: ("acknowledge", ":material/visibility:"),
    ActKind.ALERT_SILENCED: ("silence", ":material/notifications_off:"),
    ActKind.SILENCE_LIFTED: ("lift", ":material/notifications_active:"),
}


@dataclass(frozen=True)
class Wish:
    """What is to be done about which alarms, and the ids of the acts, made once so that a repeat does it once."""

    kind: ActKind
    rows: tuple[Row, ...]
    act_ids: tuple[str, ...]


def buttons(group: Group, words: Words) -> None:
    """Draw the buttons that the viewer may press for a group, and that make sense for it."""
    rows = group.rows[:AT_ONCE]
    is_silent = all(row["silenced_until"] is not None for row in rows)
    barred = ActKind.ALERT_SILENCED if is_silent else ActKind.SILENCE_LIFTED
    for kind, (key, icon) in BUTTONS.items():
        if kind is not barred and access.may(kind):
            label, told = words(f"alert.{key}"), words(f"alert.{key}.help")
            if st.button(label, icon=icon, key=f"{key}-{group.key}", help=told, type="tertiary"):
                st.session_state[OPEN] = Wish(kind, rows, tuple(acting.new_act_id() for _ in rows))


def draw_dialog(scope: Scope, words: Words) -> None:
    """Draw the dialog of what was wished: it stays until it is done or dismissed; then say what became of it."""
    if said := st.session_state.pop(SAID, None):
        st.success(said, icon=":material/task_alt:")
    wish = st.session_state.get(OPEN)
    if isinstance(wish, Wish):
        key, icon = BUTTONS[wish.kind]
        st.dialog(words(f"alert.{key}"), icon=icon, on_dismiss=_close)(_form)(wish, scope, words)


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _form(wish: Wish, scope: Scope, words: Words) -> None:
    st.markdown(words("alert.about", count=count(len(wish.rows))))
    facts: dict[str, int] = {}
    with st.form("alert-form", border=False):
        if wish.kind is ActKind.ALERT_SILENCED:
            label, told = words("alert.minutes"), words("alert.minutes.help")
            facts["minutes"] = st.selectbox(label, MINUTES, index=1, help=told, key="alert-minutes")
        note = st.text_input(words("alert.note"), max_chars=NOTE_SIGNS, help=words("alert.note.help"), key="alert-note")
        if st.form_submit_button(words("alert.confirm"), type="primary", key="alert-confirm"):
            _act(wish, scope, facts, note.strip(), words)


def _act(wish: Wish, scope: Scope, facts: dict[str, int], note: str, words: Words) -> None:
    try:
        for row, act_id in zip(wish.rows, wish.act_ids, strict=True):
            acting.perform(act_id, wish.kind, _scope_of(row, scope), facts, note, row["alert_id"])
    except (CommandUnavailable, AskRefused) as error:
        st.error(acting.refused(error, words), icon=":material/error:")
        return
    _close()
    st.session_state[SAID] = words("alert.done")
    st.rerun()


def _scope_of(row: Row, scope: Scope) -> Scope:
    """Return whom the act is about: the alarm's site or town, else all that the viewer sees."""
    if row["site_id"]:
        return Scope.site(row["site_id"])
    if row["town_code"] and scope.level is not ScopeLevel.SITE:
        return Scope.town(row["town_code"])
    return scope
