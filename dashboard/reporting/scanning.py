"""The scan-to-check box: a hand scanner types a label into it, and the tube's whole custody shows."""

import streamlit as st

from dashboard import access, acting, choices, frames, widgets
from dashboard.formats import plain
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import tube_tables
from dashboard.words import Words
from pipelines.client import AskRefused, CommandUnavailable, Scope
from pipelines.codes import CodeError, read_label, speaks_of_a_person
from pipelines.vocabulary import ActKind

SCAN, SAID = "scan", "scan-said"
LONGEST_SCAN, REASON_SIGNS = 80, 200
ROWS_SHOWN = 12
WORDS = {ActKind.TUBE_FOUND: ":material/where_to_vote:", ActKind.TUBE_EXPLAINED: ":material/comment:"}


def take(key: str) -> None:
    """Look at the tube whose row was just selected in the table ``key``."""
    if picked := choices.picked(key):
        st.session_state[SCAN] = picked


def draw(own: Scope, snapshot: Snapshot, words: Words) -> None:
    """Draw the box, and of the tube that stands in it everything on record."""
    label, told = words("scan.box"), words("scan.box.help")
    scanned = st.text_input(label, max_chars=LONGEST_SCAN, help=told, key=SCAN, placeholder=words("scan.place"))
    if not scanned.strip():
        cards.empty(words("scan.nothing"))
        return
    if speaks_of_a_person(scanned):
        st.warning(words("scan.person"), icon=":material/shield_person:")
        return
    try:
        barcode = read_label(scanned)
    except CodeError as refused:
        st.error(f"**{words('scan.refused')}** {plain(refused.sentence)}", icon=":material/error:")
        return
    answers = frames.gather_of(own, snapshot.as_of, {"tube_lookup": {"barcode": barcode}})
    failed = answers.failure(("tube_lookup",))
    if failed is not None:
        cards.failed(failed, words)
    elif answers["tube_lookup"].is_empty():
        st.warning(words("scan.unknown", barcode=plain(barcode)), icon=":material/search_off:")
    else:
        st.markdown(f"**{plain(barcode)}**")
        shown = tube_tables.custody(answers["tube_lookup"], words, snapshot.offset)
        widgets.table("tube_custody", shown, words, ROWS_SHOWN)
        _say(own, barcode, words)


def _say(own: Scope, barcode: str, words: Words) -> None:
    if not access.may(ActKind.TUBE_FOUND):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="tube-words"):
        st.text_input(
            words("scan.reason"),
            max_chars=REASON_SIGNS,
            help=words("scan.reason.help"),
            key=f"tube-reason-{barcode}",
        )
        for kind, icon in WORDS.items():
            st.button(
                words(f"scan.{kind}"),
                icon=icon,
                key=f"do-{kind}",
                help=words(f"scan.{kind}.help"),
                on_click=say,
                args=(kind, own, barcode, words),
            )
    said = st.session_state.get(SAID)
    if said and said[0] == barcode:
        (st.success if said[2] else st.error)(said[1])


def say(kind: ActKind, own: Scope, barcode: str, words: Words) -> None:
    """Record that a tube was found, or what explains that it is missing; what became of it is said below."""
    reason = str(st.session_state.get(f"tube-reason-{barcode}") or "").strip()
    if not reason:
        st.session_state[SAID] = (barcode, words("scan.reason.needed"), False)
        return
    try:
        acting.perform(acting.new_act_id(), kind, own, {}, reason, barcode)
    except (CommandUnavailable, AskRefused) as error:
        st.session_state[SAID] = (barcode, acting.refused(error, words), False)
        return
    st.session_state[SAID] = (barcode, words("scan.noted"), True)
