"""What the practice page is built of: the coach's line, the ten seats, closing, trouble, the score, the sheets."""

from functools import partial

import streamlit as st

from dashboard.formats import NOTHING, count, number, plain
from dashboard.practising import training
from dashboard.words import Words
from pipelines.practice import DeskPlace, DeskServer, Practice, PracticeDesk, Score
from pipelines.vocabulary import PERSONS_PER_TUBE, Cause, Entry, ShortReason

SEAT_SIGN = {Entry.SCAN: "●", Entry.RESCAN: "◎", Entry.MANUAL: "◆"}
SIGN_OF_A_SEAT_READ_BACK = "●"
IN_HAND = frozenset({"open", "suspended"})
REASONS = (ShortReason.NO_MORE_PERSONS, ShortReason.SITE_CLOSING, ShortReason.INTERRUPTED, ShortReason.SEPARATE)
SHEETS = ("persons", "labels", "servers")


def refusal(words: Words) -> None:
    """Show what the last step was refused for and what to do now, in the viewer's words.

    The server's own sentence, which is English, stands below in English, and where the rule is not known here.
    """
    if (said := st.session_state.get(training.REFUSED)) is None:
        return
    rule, sentence = said
    is_known = words(f"refusal.{rule}") != f"refusal.{rule}"
    name = rule if is_known else "other"
    own = f"  \n:small[{plain(sentence)}]" if words.language == "en" or not is_known else ""
    with st.container(key="practice-refusal"):
        st.error(f"**{words(f'refusal.{name}')}**  \n{words(f'remedy.{name}')}{own}", icon=":material/block:")


def coach(practice: Practice, server: DeskServer, words: Words) -> None:
    """Say the next step in one line."""
    tube, key = practice.tube, _next_step(practice)
    left = tube.seats_left if tube else PERSONS_PER_TUBE
    text = words(
        f"coach.{key}",
        barcode=tube.barcode if tube else NOTHING,
        next=PERSONS_PER_TUBE - left + 1,
        server=words.either(server.name),
        persons=PERSONS_PER_TUBE - left,
    )
    with st.container(key="practice-coach"):
        show = st.warning if practice.cause else st.success if key in {"full", "closed"} else st.info
        show(plain(text), icon=":material/campaign:")


def _next_step(practice: Practice) -> str:
    tube = practice.tube
    if practice.cause:
        has_switched = practice.marks[-1].step == "switch" and not practice.marks[-1].rule
        switched = "switched" if tube and tube.state in IN_HAND else "switched_open"
        return "network" if practice.cause is Cause.SITE_NETWORK else switched if has_switched else "server"
    if tube is None:
        return "open"
    if tube.state not in {"open", "suspended"}:
        return "voided" if tube.state == "voided" else "closed"
    return "full" if tube.seats_left == 0 else "first" if tube.seats_left == PERSONS_PER_TUBE else "next"


def seats(practice: Practice, words: Words) -> None:
    """Draw the ten seats of the tube in hand: who sits, and how each code came in."""
    tube = practice.tube
    taken = 0 if tube is None else PERSONS_PER_TUBE - tube.seats_left
    colour = "orange" if practice.cause else "green"
    known = [SEAT_SIGN[seat.entry] for seat in practice.seats]
    badges = [
        f":{colour}-badge[{place + 1} {known[place] if place < len(known) else SIGN_OF_A_SEAT_READ_BACK}]"
        if place < taken
        else f":gray-badge[{place + 1} ○]"
        for place in range(PERSONS_PER_TUBE)
    ]
    with st.container(key="practice-seats", gap="xsmall"):
        barcode = f"`{tube.barcode}`" if tube else NOTHING
        state = words(f"state.tube.{tube.state}") if tube else words("practice.no_tube")
        st.markdown(f"{words('practice.label')} **{barcode}** · {state} · **{taken}/{PERSONS_PER_TUBE}**")
        half = PERSONS_PER_TUBE // 2
        st.markdown(f"{' '.join(badges[:half])}  \n{' '.join(badges[half:])}", help=words("practice.seats.help"))


def result(scored: Score, words: Words) -> None:
    """Draw the score: time per person, and errors made and mended."""
    figures = (
        ("tubes", count(scored.tubes)),
        ("persons", count(scored.persons)),
        ("pace", number(scored.seconds_per_person, 1)),
        ("mended", f"{scored.mended}/{scored.errors}"),
        ("by_hand", f"{scored.rescans}/{scored.manual}"),
        ("interruptions", count(scored.interruptions)),
    )
    with st.container(border=True, key="practice-score", gap="xsmall"):
        st.markdown(f"**{words('score.title')}**", help=words("score.help"))
        with st.grid(len(figures), min_column_width=100, gap="xsmall"):
            for name, value in figures:
                st.metric(words(f"score.{name}"), value)


def closing(practice: Practice, words: Words) -> None:
    """Draw how the tube in hand ends: compared by a second person, closed full or short with a reason, or voided."""
    tube = practice.tube
    if tube is None:
        return
    is_full = tube.seats_left == 0
    with st.container(border=True, key="practice-closing", gap="small"):
        st.markdown(f"**{words('closing.title')}**")
        checked = st.checkbox(words("closing.checked", barcode=tube.barcode), key=training.CHECKED)
        reason = None
        if not is_full:
            reason = st.radio(
                words("closing.reason"),
                REASONS,
                index=None,
                format_func=lambda reason: words(f"reason.{reason}"),
                key="practice-reason",
            )
        with st.container(horizontal=True, gap="small"):
            st.button(
                words("closing.close"),
                key="practice-close",
                type="primary" if is_full else "secondary",
                on_click=training.act,
                args=(_closing(reason, is_verified=checked),),
            )
            st.button(words("closing.void"), key="practice-void", type="tertiary", on_click=training.act, args=(_void,))


def _closing(reason: ShortReason | None, *, is_verified: bool) -> training.Step:
    return lambda desk, practice: desk.close(practice, reason, is_verified=is_verified)


def _void(desk: PracticeDesk, practice: Practice) -> Practice:
    return desk.void(practice)


def trouble(practice: Practice, place: DeskPlace, servers: dict[str, DeskServer], words: Words) -> None:
    """Draw what goes wrong on a day: the network drops, codes that are refused, and the other servers' codes."""
    with st.expander(words("trouble.title"), key="practice-trouble"):
        if practice.tube and practice.tube.state == "open" and not practice.cause:
            st.button(
                words("trouble.drop"),
                key="practice-drop",
                icon=":material/wifi_off:",
                on_click=training.act,
                args=(_drop,),
            )
        wrong = place.wrong_codes(practice.sheet)
        tap("wrong", {words(f"wrong.{name}"): text for name, text in wrong.items()}, words)
        if practice.cause is not Cause.SERVER:
            server_codes("server", servers, words)


def server_codes(name: str, servers: dict[str, DeskServer], words: Words) -> None:
    """Draw the codes of the desk's sheet to tap, under the name ``name``."""
    codes = {f"{server.sheet_no} · {words.either(server.name)}": server.code for server in servers.values()}
    tap(name, codes, words)


def _drop(desk: PracticeDesk, practice: Practice) -> Practice:
    return desk.drop_network(practice)


def tap(name: str, texts: dict[str, str], words: Words) -> None:
    """Draw codes, by what stands on them, as buttons that scan themselves when tapped, as often as one likes.

    A button tells each tap once; a choice would tell its last one again with the next thing that is touched.
    """
    with st.container(key=f"tap-{name}", gap="xsmall"):
        st.caption(words(f"tap.{name}"))
        with st.container(horizontal=True, gap="xsmall"):
            for at, (shown, text) in enumerate(texts.items()):
                st.button(shown, key=f"tap-{name}-{at}", on_click=training.scan, args=(text,))


def sheets(practice: Practice, words: Words) -> None:
    """Draw the codes of the session's sheet to scan from this screen, and the sheets to print."""
    with st.expander(words("sheets.title"), key="practice-sheets"):
        st.caption(words("sheets.lead", sheet=practice.sheet))
        with st.container(horizontal=True, gap="small"):
            for kind in SHEETS:
                st.download_button(
                    words(f"sheets.{kind}"),
                    data=partial(training.sheet, kind, practice.site_id, practice.sheet, words.language),
                    file_name=f"{kind}-{practice.site_id}-{practice.sheet}.pdf",
                    mime="application/pdf",
                    icon=":material/print:",
                    key=f"print-{kind}",
                    on_click="ignore",
                )
            st.button(words("sheets.next"), key="practice-next-sheet", on_click=training.act, args=(_next_sheet,))
        if st.toggle(words("sheets.show"), key="practice-show"):
            screen(practice, words)


def _next_sheet(desk: PracticeDesk, practice: Practice) -> Practice:
    return desk.next_sheet(practice)


def screen(practice: Practice, words: Words) -> None:
    """Draw the sheet's person codes large enough for another phone's camera."""
    persons = training.persons(practice)
    with st.grid(2, min_column_width=140, gap="small"):
        for at, text in enumerate(persons, start=1):
            st.image(training.picture(text), caption=words("sheet.person", number=at), width=140)
