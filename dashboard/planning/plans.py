"""The planner on the page: a goal, the plan for it, what it needs by town and hour, and what came of it played."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import acting, names, widgets
from dashboard.formats import count, number, plain
from dashboard.planning import asking, choosing, running
from dashboard.planning.asking import State
from dashboard.planning.choosing import CAPS, MOVES, Chosen, Goal
from dashboard.planning.levers import Presets, applied
from dashboard.planning.telling import Teller
from dashboard.tables import plans as tables

Plain = Mapping[str, Any]
DEADLINE_STEP, LATE_BY = 30, 180
ROWS_SHOWN, NAMED = 10, 6


def panel(chosen: Chosen, presets: Presets, teller: Teller) -> None:
    """Draw the card: the goal to set, and the plan of the goal that the address names."""
    words = teller.words
    with st.container(border=True, key="card-whatif_plan", gap="xsmall"):
        widgets.card_title(words("card.whatif_plan"), words("card.whatif_plan.help"))
        scenario = applied(presets, chosen.levers, "plan")
        _goal(chosen.goal or Goal(), round(scenario["open_minutes"]), teller)
        if chosen.goal is None:
            st.caption(words("whatif.plan.none"))
            return
        goal, session = chosen.goal.body(), acting.session_token()
        key = asking.key_of("plan", scenario, goal)
        question = running.current("plan", key, lambda key: asking.plan(key, scenario, goal, session))
        running.state(question, "plan", words)
        if question.state is State.ANSWERED and question.answer is not None:
            _plan(question.answer, scenario, chosen.goal, teller)


def _goal(goal: Goal, open_minutes: int, teller: Teller) -> None:
    words = teller.words
    deadlines = [None, *range(open_minutes - 6 * DEADLINE_STEP, open_minutes + LATE_BY + 1, DEADLINE_STEP)]
    with st.form("whatif-goal", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        help_text = words("whatif.cap.help")
        st.number_input(words("whatif.cap"), *CAPS, value=goal.cap, key="whatif-cap", help=help_text, width=150)
        st.selectbox(
            words("whatif.deadline"),
            deadlines,
            index=deadlines.index(goal.deadline) if goal.deadline in deadlines else 0,
            format_func=lambda one: words("whatif.deadline.closing") if one is None else teller.clock(float(one)),
            key="whatif-deadline",
            help=words("whatif.deadline.help"),
            width=150,
        )
        st.selectbox(
            words("whatif.moves"),
            MOVES,
            index=MOVES.index(goal.moves),
            format_func=lambda one: words(f"whatif.moves.{one}"),
            key="whatif-moves",
            help=words("whatif.moves.help"),
            width=190,
        )
        st.checkbox(words("whatif.exact"), goal.is_exact, key="whatif-exact", help=words("whatif.exact.help"))
        st.form_submit_button(
            words("whatif.plan"), type="primary", icon=":material/route:", key="whatif-plan", on_click=_take
        )


def _take() -> None:
    """Write the goal into the address."""
    told = st.session_state
    goal = Goal(told["whatif-cap"], told["whatif-deadline"], told["whatif-moves"], told["whatif-exact"])
    choosing.put(choosing.PLAN, goal.written())


def _plan(told: Plain, scenario: Plain, goal: Goal, teller: Teller) -> None:
    words, plan, campaign = teller.words, told["plan"], teller.campaign
    sites = names.sites(campaign, words)
    bands = told["answer"]["scopes"][0]["bands"]
    st.markdown(
        f"**{plain(_sentence(told, goal, teller))}**  \n"
        + plain(
            words(
                "whatif.plan.played",
                finish=teller.figure("finish_minute", bands["finish_minute"]),
                wait=teller.figure("wait_minutes", bands["wait_minutes"]),
                late=teller.figure("not_by_closing", bands["not_by_closing"]),
                over=count(len(told["over_cap"])),
                rounds=count(told["rounds"]),
            )
        ),
        help=words("whatif.plan.played.help"),
    )
    _capped(plan, sites, teller)
    left, right = st.columns([0.44, 0.56], gap="small")
    with left:
        widgets.card_title(words("card.whatif_teams"), words("card.whatif_teams.help"))
        widgets.table("whatif_teams", tables.teams(told, scenario, campaign, words), words)
    with right:
        widgets.card_title(words("card.whatif_lanes"), words("card.whatif_lanes.help"))
        hours = [teller.clock(plan["starts_minute"] + 60.0 * hour) for hour in range(len(plan["lanes"][0]))]
        widgets.table("whatif_lanes", tables.lanes(plan, hours, campaign, words), words, ROWS_SHOWN)
    if len(told["moves"]) > (plan["starts_minute"] <= 0):
        _moves(told["moves"], plan["starts_minute"], sites, teller)


def _sentence(told: Plain, goal: Goal, teller: Teller) -> str:
    plan = told["plan"]
    deadline = (
        teller.clock(float(goal.deadline)) if goal.deadline is not None else teller.words("whatif.deadline.closing")
    )
    said = teller.words(
        "whatif.plan.sentence",
        teams=count(told["total_teams"]),
        hours=count(round(told["lane_hours"])),
        cap=goal.cap,
        deadline=deadline,
        moves=teller.words(f"whatif.moves.{goal.moves}"),
    )
    return said if plan["gap"] is None else said + teller.words("whatif.plan.gap", gap=number(plan["gap"] * 100, 1))


def _capped(plan: Plain, sites: Mapping[str, str], teller: Teller) -> None:
    if not plan["capped"]:
        st.markdown(f":green-badge[:material/check_circle: {teller.words('whatif.plan.not_capped')}]")
        return
    rows, words = plan["capped"], teller.words
    worst = sorted(rows, key=lambda one: one["lanes"] - one["lanes_needed"])[:NAMED]
    named = words.list(
        f"{sites.get(one['site_id'], one['site_id'])} ({one['lanes']}→{one['lanes_needed']})" for one in worst
    )
    if len(rows) > NAMED:
        named += words("whatif.plan.capped.more", count=count(len(rows) - NAMED))
    st.warning(plain(words("whatif.plan.capped", sites=named, count=len(rows))), icon=":material/block:")
    if len(rows) > NAMED:
        with st.expander(words("whatif.plan.all_capped")):
            widgets.table("whatif_capped", tables.capped(rows, sites, words), words, ROWS_SHOWN)


def _moves(moves: list[list[Plain]], starts_minute: float, sites: Mapping[str, str], teller: Teller) -> None:
    """Draw who lends what to whom before an hour that is chosen: from now on, or from the second hour of a day on."""
    words = teller.words
    widgets.card_title(words("card.whatif_moves"), words("card.whatif_moves.help"))
    hours = list(range(0 if starts_minute > 0 else 1, len(moves)))
    hour = (
        hours[0]
        if len(hours) == 1
        else st.select_slider(
            words("whatif.before"),
            hours,
            value=next((hour for hour in hours if moves[hour]), hours[0]),
            format_func=lambda hour: teller.clock(starts_minute + 60.0 * hour),
            key="whatif-before",
            label_visibility="collapsed",
        )
    )
    if moves[hour]:
        widgets.table("whatif_moves", tables.moves(moves[hour], sites, words), words, ROWS_SHOWN)
    else:
        st.caption(f":material/check_circle: {words('whatif.moves.nobody')}")
