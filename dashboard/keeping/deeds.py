"""A thing to be done about what stands open: asked for by a button, said in a dialog, recorded as one act."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from dashboard import access, acting
from dashboard.formats import plain
from dashboard.words import Words
from pipelines.client import AskRefused, CommandUnavailable, Scope
from pipelines.vocabulary import ActKind

Value = str | int | list[str]
OPEN, SAID = "deed-open", "deed-said"
TEXT_SIGNS, WITNESS_SIGNS, NUMBERS_SIGNS = 300, 60, 20_000
BETWEEN = re.compile(r"[\s,;，、；]+")


@dataclass(frozen=True)
class Choice:
    """One fact that the dialog asks for: which of ``options``, shown by their names; several where ``is_many``."""

    fact: str
    options: Mapping[str, str]
    is_many: bool = False


@dataclass(frozen=True)
class Deed:
    """An act to be confirmed under an id made once, so that sending it twice does it once."""

    kind: ActKind
    scope: Scope
    about: str
    target: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict[str, Value])
    choices: tuple[Choice, ...] = ()
    act_id: str = field(default_factory=acting.new_act_id)
    needs_words: bool = True
    has_witness: bool = False
    has_numbers: bool = False


def button(deed: Deed, words: Words, key: str, *, icon: str, is_primary: bool = False) -> None:
    """Draw the button of a deed, if the viewer may do it."""
    if not access.may(deed.kind):
        return
    name = words(f"deed.{deed.kind}")
    kind = "primary" if is_primary else "tertiary"
    if st.button(name, icon=icon, key=f"deed-{deed.kind}-{key}", help=words(f"deed.{deed.kind}.help"), type=kind):
        st.session_state[OPEN] = deed


def draw_dialog(words: Words) -> None:
    """Draw the dialog of what was asked for: it stays until it is done or dismissed; then say what became of it."""
    if said := st.session_state.pop(SAID, None):
        st.success(said, icon=":material/task_alt:")
    deed = st.session_state.get(OPEN)
    if isinstance(deed, Deed):
        st.dialog(words(f"deed.{deed.kind}"), on_dismiss=_close)(_form)(deed, words)


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _form(deed: Deed, words: Words) -> None:
    st.markdown(f"{plain(deed.about)}  \n:small[:gray[{words(f'deed.{deed.kind}.help')}]]")
    with st.form("deed-form", border=False):
        facts = dict(deed.facts) | {choice.fact: _chosen(choice, words) for choice in deed.choices}
        if deed.has_numbers:
            told = st.text_area(
                words("deed.numbers"), max_chars=NUMBERS_SIGNS, help=words("deed.numbers.help"), key="deed-numbers"
            )
            facts["sheets"] = [number for number in BETWEEN.split(told) if number]
        if deed.has_witness:
            facts["witness"] = st.text_input(
                words("deed.witness"), max_chars=WITNESS_SIGNS, help=words("deed.witness.help"), key="deed-witness"
            ).strip()
        reason = _reason(deed, words)
        if st.form_submit_button(words("deed.confirm"), type="primary", key="deed-confirm"):
            _do(deed, facts, reason, words)


def _reason(deed: Deed, words: Words) -> str:
    label = words("deed.words") if deed.needs_words else words("deed.words.optional")
    return st.text_area(label, max_chars=TEXT_SIGNS, help=words("deed.words.help"), key="deed-words", height=80).strip()


def _chosen(choice: Choice, words: Words) -> Value:
    label, options = words(f"deed.fact.{choice.fact}"), list(choice.options)
    key, name = f"deed-{choice.fact}", choice.options.__getitem__
    if choice.is_many:
        return st.multiselect(label, options, format_func=name, key=key, placeholder=words("deed.choose"))
    return st.selectbox(label, options, format_func=name, key=key, placeholder=words("deed.choose")) or ""


def _do(deed: Deed, facts: Mapping[str, Value], reason: str, words: Words) -> None:
    try:
        acting.perform(deed.act_id, deed.kind, deed.scope, facts, reason, deed.target)
    except (CommandUnavailable, AskRefused) as error:
        st.error(acting.refused(error, words), icon=":material/error:")
        return
    _close()
    st.session_state[SAID] = words("deed.done")
    st.rerun()
