"""The what-if page: levers, a preview at once, the simulated answer with bands and differences, and the planner."""

import streamlit as st

from dashboard import access, acting, live, opening, pace, refusals, widgets
from dashboard.formats import plain
from dashboard.live import Snapshot
from dashboard.planning import answered, asking, choosing, controls, plans, running, scores, sharing
from dashboard.planning.answered import Answered
from dashboard.planning.asking import Plain
from dashboard.planning.choosing import REPLICATIONS, Chosen
from dashboard.planning.promised import promised
from dashboard.planning.telling import Teller
from dashboard.words import Words
from pipelines.client import AskRefused, CommandUnavailable

words = widgets.viewer_words()


@st.fragment(run_every=pace.every(2.0), key="whatif-bar")
def bar() -> None:
    """The frame's bar, every two seconds; the rest of the page moves only when it is touched."""
    widgets.status_bar(live.view(access.scope("whatif")), words)


def draw(snapshot: Snapshot, presets: Plain) -> None:
    """Draw the page: what is asked on the left, what is answered on the right."""
    chosen = choosing.chosen(presets)
    teller = Teller(snapshot.campaign, words)
    for fault in chosen.faults:
        said = words(f"whatif.fault.{fault.reason}", what=fault.what)
        st.warning(plain(said), icon=":material/link_off:")
    left, right = st.columns([0.25, 0.75], gap="small")
    with left.container(border=True, key="card-whatif_levers", gap="xsmall"):
        widgets.card_title(words("card.whatif_levers"), words("card.whatif_levers.help"))
        controls.draw(presets, chosen.levers, snapshot.campaign, words)
        draw_replications(chosen, words)
    with right:
        question = running.simulation(chosen, presets)
        running.state(question, "answer", words)
        told = question.answer
        if told is None:
            running.preview(chosen, presets, teller)
        else:
            draw_answer(Answered(told, chosen, teller, widgets.theme()), presets)
        sharing.panel(chosen, presets, teller, _promise(told, chosen, presets, snapshot))
        plans.panel(chosen, presets, teller)


def _promise(told: Plain | None, chosen: Chosen, presets: Plain, snapshot: Snapshot) -> dict[str, float]:
    """Return what the answer looked at says of the next hour; nothing while there is none."""
    if told is None:
        return {}
    place = chosen.place(chosen.levers)
    minute = (snapshot.as_of - snapshot.campaign.round.opens_at).total_seconds() / 60
    return promised(told["answers"][place], chosen.scenarios(presets)[place], presets, minute)


def draw_answer(made: Answered, presets: Plain) -> None:
    """Draw a simulated answer."""
    answered.sentence(made)
    scores.line(made.teller.words)
    scores.kept(made.teller)
    scores.given(made.teller, presets)
    answered.figures(made)
    left, right = st.columns([0.46, 0.54], gap="small")
    with left:
        answered.site_map(made)
    with right:
        answered.curves(made)
        answered.labs(made)
    answered.side_by_side(made)
    answered.assumed(made)


def draw_replications(chosen: Chosen, words: Words) -> None:
    """Draw how many days are lived for an answer: more make its bands narrower."""
    st.session_state["whatif-replications"] = chosen.replications
    st.segmented_control(
        words("whatif.replications"),
        REPLICATIONS,
        required=True,
        key="whatif-replications",
        help=words("whatif.replications.help"),
        on_change=lambda: choosing.put(choosing.TIMES, str(st.session_state["whatif-replications"])),
    )


def draw_page() -> None:
    """Draw the page, or why there is nothing to draw."""
    scope = access.scope("whatif")
    if opening.chosen(scope, words) is None:
        return
    snapshot = live.view(scope).snapshot
    try:
        presets = asking.presets(acting.session_token())
    except (CommandUnavailable, AskRefused) as error:
        with st.container(key="whatif-gone"):
            st.error(f"**{words('whatif.state.gone')}** {refusals.shown(error, words)}", icon=":material/cloud_off:")
            st.button(words("whatif.again"), key="whatif-again-page")
        return
    if snapshot is not None:
        draw(snapshot, presets)


bar()
draw_page()
