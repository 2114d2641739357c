"""The process page: a group's way in both modes, and the life of everything that has one, as the intake runs it."""

import streamlit as st

from dashboard import access, live, pace, widgets
from dashboard.charts import diagrams
from dashboard.formats import count
from pipelines.machines import MACHINES, MachineName
from pipelines.vocabulary import Mode

PERSONS_SHOWN = 700_000  # the example of the account that the modes are known from
words = widgets.viewer_words()


@st.fragment(run_every=pace.every(2.0), key="process-bar")
def bar() -> None:
    """The frame's bar, every two seconds."""
    widgets.status_bar(live.view(access.scope("process")), words)


def choose_mode() -> Mode:
    """Return the mode that the viewer looks at; at first the round's own."""
    view = live.view(access.scope("process"))
    today = view.snapshot.campaign.round.mode if view.snapshot else Mode.TWO
    chosen = st.segmented_control(
        words("process.mode"),
        list(Mode),
        default=today,
        required=True,
        format_func=lambda mode: words(f"mode.{mode}") + (f" · {words('process.today')}" if mode == today else ""),
        key="process-mode",
        label_visibility="collapsed",
    )
    return chosen or today


def draw_process(mode: Mode) -> None:
    """Draw one mode's figure and what it costs the labs."""
    with st.container(border=True, key="card-process", gap="small"):
        st.markdown(f"**{words(f'process.title.{mode}')}**")
        st.markdown(words(f"process.lead.{mode}"))
        target = live.view(access.scope("process")).snapshot
        persons = target.campaign.round.target_persons if target else PERSONS_SHOWN
        st.metric(
            words("process.scans"),
            count(diagrams.scans(mode, persons)),
            words("process.persons", persons=count(persons)),
            delta_color="off",
            delta_arrow="off",
            help=words("process.scans.help"),
        )
        st.mermaid_chart(diagrams.process(mode, words), alt=words(f"process.title.{mode}"))
        st.caption(words("process.key"))
        draw_in_words([f"- {line}" for line in diagrams.process_in_words(mode, words)])


def draw_in_words(lines: list[str]) -> None:
    """Draw a diagram's steps as a list, which a phone's width and a screen reader can take."""
    with st.expander(words("process.in_words")):
        st.markdown("\n".join(lines))


def draw_life() -> None:
    """Draw the state diagram of the machine that the viewer chooses."""
    with st.container(border=True, key="card-life", gap="small"):
        st.markdown(f"**{words('process.machines')}**")
        st.markdown(words("process.machines.lead"))
        name = st.pills(
            words("process.machine"),
            list(MACHINES),
            default=MachineName.TUBE,
            required=True,
            format_func=lambda name: words(f"machine.{name}"),
            key="process-machine",
            label_visibility="collapsed",
        )
        machine = MACHINES[name or MachineName.TUBE]
        st.mermaid_chart(diagrams.life(machine, words), alt=words(f"machine.{machine.name}"))
        draw_in_words([f"- {line}" for line in diagrams.life_in_words(machine, words)])


bar()
flow, lives = st.columns(2, gap="small")
with flow:
    draw_process(choose_mode())
with lives:
    draw_life()
