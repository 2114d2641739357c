"""A question on its way: asked once a change, told how far, stopped by a button; what is drawn while it runs."""

from collections.abc import Callable

import streamlit as st

from dashboard import acting, refusals
from dashboard.formats import count, number, plain
from dashboard.planning import asking
from dashboard.planning.asking import Question, State
from dashboard.planning.choosing import Chosen
from dashboard.planning.levers import Presets, applied
from dashboard.planning.telling import Teller
from dashboard.words import Words
from pipelines.client import AskRefused, CommandUnavailable

LOOK_EVERY_S = 0.5
ASKED = "whatif-asked"


def current(name: str, key: bytes, ask: Callable[[bytes], Question]) -> Question:
    """Return the session's question of that name: a new one, the one before stopped, once something else is asked."""
    held: dict[str, Question] = st.session_state.setdefault(ASKED, {})
    before = held.get(name)
    if before is not None and before.key == key:
        return before
    if before is not None and before.state is State.RUNNING:
        asking.cancel(before)
    held[name] = ask(key)
    return held[name]


def again(name: str) -> None:
    """Ask anew what was stopped or failed."""
    st.session_state.setdefault(ASKED, {}).pop(name, None)


def state(question: Question, name: str, words: Words) -> None:
    """Draw how a question stands; while it runs, look every half second and draw the page anew when it is answered."""
    if question.state is State.RUNNING:
        st.fragment(run_every=LOOK_EVERY_S, key=f"whatif-wait-{name}")(_wait)(question, name, words)
        return
    if question.state is State.ANSWERED:
        return
    icon = {State.CANCELLED: ":material/cancel:", State.REFUSED: ":material/edit:"}
    with st.container(key=f"whatif-{name}-{question.state}"):
        text = words(f"whatif.state.{question.state}")
        draw = st.info if question.state is State.CANCELLED else st.error
        draw(
            f"**{text}** {refusals.shown(question.reason, words)}",
            icon=icon.get(question.state, ":material/cloud_off:"),
        )
        st.button(words("whatif.again"), key=f"whatif-again-{name}", on_click=again, args=(name,))


def _wait(question: Question, name: str, words: Words) -> None:
    if question.state is not State.RUNNING:
        st.rerun()
    done, of = asking.how_far(question)
    text = words("whatif.state.running", done=count(done), of=count(of)) if of else words("whatif.state.queued")
    with st.container(key=f"whatif-running-{name}", horizontal=True, vertical_alignment="center"):
        st.progress(min(done / of, 1.0) if of else 0.0, text=text)
        st.button(
            words("whatif.cancel"),
            key=f"whatif-cancel-{name}",
            icon=":material/stop_circle:",
            on_click=asking.cancel,
            args=(question,),
        )


def simulation(chosen: Chosen, presets: Presets) -> Question:
    """Return the session's question for what is chosen."""
    session, scenarios, times = acting.session_token(), chosen.scenarios(presets), chosen.replications
    key = asking.key_of("answer", scenarios, times)
    return current("answer", key, lambda key: asking.simulation(key, scenarios, times, session))


def preview(chosen: Chosen, presets: Presets, teller: Teller) -> None:
    """Draw the answer in the mean, without chance, while the simulated one is on its way."""
    words = teller.words
    try:
        told = asking.preview([applied(presets, chosen.levers, "preview")], acting.session_token())[0]["scopes"][0]
    except (CommandUnavailable, AskRefused) as error:
        st.warning(refusals.shown(error, words), icon=":material/error:")
        return
    said = words(
        "whatif.preview",
        name=teller.name(chosen.levers),
        finish=teller.clock(told["finish_minute"]),
        wait=number(told["wait_minutes"], 1),
        left=count(round(told["unserved"])),
    )
    with st.container(key="whatif-preview", border=True):
        st.markdown(f":gray-badge[{words('whatif.preview.badge')}] {plain(said)}", help=words("whatif.preview.help"))
