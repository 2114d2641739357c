"""Scenarios kept and handed on: saved under a name as an act, opened again, shared by link, taken away as files."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from dashboard import access, acting, queries, widgets
from dashboard.formats import plain
from dashboard.planning import address, asking, choosing
from dashboard.planning.address import Fault
from dashboard.planning.choosing import Chosen
from dashboard.planning.levers import Presets
from dashboard.planning.telling import Teller
from dashboard.words import Words
from pipelines.client import DISTRICT, AskRefused, CommandUnavailable
from pipelines.vocabulary import ActKind

Promise = Mapping[str, float]
NAME_SIGNS, PAGE = 60, 5_000
SAID, ACT = "whatif-saved-said", "whatif-save-act"
FILES = (("answer", "xlsx"), ("answer", "csv"), ("curves", "csv"), ("assumptions", "csv"), ("answer", "toml"))


@dataclass(frozen=True)
class Saved:
    """Grain: one name; the newest of that name counts."""

    name: str
    code: str


class Shelf:
    """The saved scenarios, read from the acts as they come; safe between threads."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._seen = 0
        self._by_name: dict[str, Saved] = {}
        self._lock = threading.Lock()

    def all(self) -> list[Saved]:
        """Return the saved scenarios, the newest first; raises CommandUnavailable or AskRefused."""
        with self._lock:
            while acts := queries.client().acts(self._seen, PAGE):
                self._seen = acts[-1].sequence
                for act in acts:
                    if act.kind is ActKind.SCENARIO_SAVED:
                        name = str(act.facts.get("name", ""))
                        self._by_name.pop(name, None)
                        self._by_name[name] = Saved(name, str(act.facts.get("code", "")))
            return list(reversed(self._by_name.values()))

    def forget(self) -> None:
        """Begin anew: the settings name another command server."""
        with self._lock:
            self._seen = 0
            self._by_name.clear()


SHELF = Shelf()
queries.CACHES.append(SHELF.forget)


def shelf() -> list[Saved]:
    """Return the saved scenarios; none while nobody can say."""
    try:
        return SHELF.all()
    except (CommandUnavailable, AskRefused):
        return []


def panel(chosen: Chosen, presets: Presets, teller: Teller, promise: Promise) -> None:
    """Draw what can be done with the scenario looked at: keep, measure against, set beside, share, take away.

    ``promise`` is what its answer says of the next hour, kept with it.
    """
    words, saved = teller.words, shelf()
    with st.container(border=True, key="card-whatif_keep", gap="xsmall"):
        widgets.card_title(words("card.whatif_keep"), words("card.whatif_keep.help"))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            _open(saved, chosen, presets, teller)
            _against(saved, chosen, teller)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.button(
                words("whatif.beside"),
                icon=":material/splitscreen_right:",
                key="whatif-beside",
                on_click=choosing.keep_beside,
                args=(chosen.levers,),
                help=words("whatif.beside.help"),
            )
            if chosen.beside:
                st.button(words("whatif.beside.clear"), key="whatif-beside-clear", on_click=choosing.clear_beside)
            _share(chosen, words)
            _save(chosen, promise, words)
            _files(chosen, presets, words)
        if told := st.session_state.pop(SAID, None):
            st.markdown(told)


def _open(saved: list[Saved], chosen: Chosen, presets: Presets, teller: Teller) -> None:
    words = teller.words
    codes = {one.code: one.name for one in saved}
    st.session_state["whatif-open"] = None
    st.selectbox(
        words("whatif.open"),
        list(codes),
        index=None,
        format_func=lambda code: codes[code] if _is_read(code, presets) else words("whatif.open.old", name=codes[code]),
        placeholder=words("whatif.open.none" if not saved else "whatif.open.choose"),
        disabled=not saved,
        key="whatif-open",
        on_change=lambda: choosing.open_saved(st.session_state["whatif-open"] or ""),
        help=words("whatif.open.help"),
        width=240,
    )


def _is_read(code: str, presets: Presets) -> bool:
    try:
        address.read(code, presets)
    except Fault:
        return False
    return True


def _against(saved: list[Saved], chosen: Chosen, teller: Teller) -> None:
    words, against = teller.words, address.written(chosen.against)
    codes = {address.VERSION: words("whatif.start.base")}
    codes |= {against: teller.name(chosen.against)} | {one.code: one.name for one in saved}
    st.session_state["whatif-against"] = against
    st.selectbox(
        words("whatif.against"),
        list(codes),
        format_func=lambda code: str(codes.get(code, code)),
        key="whatif-against",
        on_change=lambda: choosing.measure_against(st.session_state["whatif-against"]),
        help=words("whatif.against.help"),
        width=240,
    )


def _share(chosen: Chosen, words: Words) -> None:
    with st.popover(words("whatif.share"), icon=":material/link:"):
        home = (st.context.url or "").split("?")[0]
        query = {name: value for name in st.query_params if (value := st.query_params.get_all(name))}
        follows = any(one.follows_the_day for one in chosen.all)
        st.caption(words("whatif.share.day") if follows else words("whatif.share.help"))
        st.code(f"{home}?{urlencode(query, doseq=True)}", language=None, wrap_lines=True)


def _save(chosen: Chosen, promise: Promise, words: Words) -> None:
    if not access.may(ActKind.SCENARIO_SAVED):
        return
    with st.popover(words("whatif.save"), icon=":material/bookmark_add:"), st.form("whatif-save", border=False):
        st.text_input(words("whatif.save.name"), max_chars=NAME_SIGNS, key="whatif-save-name")
        st.form_submit_button(
            words("whatif.save.do"), type="primary", key="whatif-save-do", on_click=_keep, args=(chosen, promise, words)
        )


def _keep(chosen: Chosen, promise: Promise, words: Words) -> None:
    name = st.session_state["whatif-save-name"].strip()
    if not name:
        st.session_state[SAID] = f":red-badge[:material/edit: {words('whatif.save.nameless')}]"
        return
    facts = {"name": name, "code": address.written(chosen.levers), **promise}
    act_id = st.session_state.setdefault(ACT, acting.new_act_id())
    try:
        acting.perform(act_id, ActKind.SCENARIO_SAVED, DISTRICT, facts, "")
    except (CommandUnavailable, AskRefused) as error:
        st.session_state[SAID] = (
            f":red-badge[:material/error: {words('whatif.save.failed')}] {acting.refused(error, words)}"
        )
        return
    st.session_state.pop(ACT)
    st.session_state[SAID] = f":green-badge[:material/bookmark_added: {words('whatif.save.done')}] {plain(name)}"


def _files(chosen: Chosen, presets: Presets, words: Words) -> None:
    scenarios, session = chosen.scenarios(presets), acting.session_token()
    looked_at = [scenarios[chosen.place(chosen.levers)]]
    with st.popover(words("whatif.files"), icon=":material/download:"):
        st.caption(words("whatif.files.help"))
        for table, form in FILES:
            of = looked_at if form == "toml" else scenarios
            st.download_button(
                words(f"whatif.files.{form if form == 'toml' else f'{table}.{form}'}"),
                lambda of=of, form=form, table=table: asking.client(session).file(of, chosen.replications, form, table),
                file_name=f"whatif-{table}.{form}" if form != "toml" else "scenario.toml",
                key=f"whatif-file-{table}-{form}",
                on_click="ignore",
            )
