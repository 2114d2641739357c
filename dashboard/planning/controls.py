"""The what-if page's controls: each shows what counts now and writes what is moved into the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import names
from dashboard.formats import count, plain
from dashboard.planning import address, choosing
from dashboard.planning.levers import (
    GUIDES,
    HITS,
    HOURS,
    METHODS,
    MODES,
    SHARES,
    STARTS,
    TODAY,
    Levers,
    Presets,
    effective,
)
from dashboard.planning.telling import labs_by_id
from dashboard.tables.whatif_sources import source
from dashboard.words import Words
from pipelines.client import CampaignInfo

STEP_MINUTES, LONGEST_OUTAGE = 30, 10 * 60
DESKS = {"sampling": ("sanshui", "beijing", "liaoning", "nurse", "shunyi"), "registration": ("chengdu",)}


@dataclass(frozen=True)
class Board:
    """What the controls are drawn of."""

    presets: Presets
    levers: Levers
    campaign: CampaignInfo
    words: Words

    @property
    def shown(self) -> Mapping[str, Any]:
        """What each control shows."""
        return effective(self.presets, self.levers)

    def key(self, name: str, value: Any) -> dict[str, Any]:
        """Have the control of that name show ``value``; return its key, and what happens when it is moved."""
        key = f"whatif-{name}"
        st.session_state[key] = value
        return {
            "key": key,
            "on_change": choosing.move,
            "args": (self.presets, self.levers, name),
            "help": self.words(f"whatif.{name}.help"),
        }


def draw(presets: Presets, levers: Levers, campaign: CampaignInfo, words: Words) -> None:
    """Draw all controls."""
    board = Board(presets, levers, campaign, words)
    _people(board)
    with st.expander(words("whatif.more.coming"), icon=":material/groups:"):
        _coming(board)
    with st.expander(words("whatif.more.pace"), icon=":material/timer:"):
        _pace(board)
    with st.expander(words("whatif.more.failing"), icon=":material/power_off:", expanded=bool(levers.hits)):
        _failing(board)


def _people(board: Board) -> None:
    _pick(board, "start", [one for one in STARTS if one in board.presets["scenarios"]], board.levers.start)
    if board.levers.start in TODAY:
        st.caption(f":material/schedule: {board.words('whatif.moves_on')}")
    _segments(board, "guides", GUIDES)
    _percent(board, "absence")


def _coming(board: Board) -> None:
    curves = ("", *board.presets["curves"])
    _pick(board, "curve", curves, board.levers.curve)
    if curve := board.presets["curves"].get(board.levers.curve):
        st.caption(plain(source(curve["source"], board.words)))
    elif board.presets["no_curves"]:
        missing = (board.words(f"whatif.no_curve.{name}.{why}") for name, why in board.presets["no_curves"].items())
        st.caption(f":material/history_toggle_off: {' '.join(missing)}")
    _percent(board, "turnout")
    _percent(board, "special")
    most = max(HOURS[1], board.shown["hours"])
    words = board.words
    st.slider(words("whatif.hours"), HOURS[0], most, format="%d h", **board.key("hours", board.shown["hours"]))


def _pace(board: Board) -> None:
    _segments(board, "mode", MODES)
    _pick(board, "method", METHODS, board.shown["method"])
    for desk, known in DESKS.items():
        _pick(board, desk, ("", *known), getattr(board.levers, desk))
        st.caption(_time(board, desk))


def _failing(board: Board) -> None:
    _percent(board, "servers")
    levers, words = board.levers, board.words
    _pick(board, "hits", ("", *HITS), levers.hits)
    if not levers.hits:
        return
    if targets := address.targets(levers.hits, board.presets):
        known = _places(board.campaign, words)
        st.selectbox(
            words("whatif.target"),
            targets,
            format_func=lambda one: str(known.get(one, one)),
            **board.key("target", levers.target),
        )
    most = board.shown["hours"] * 60
    st.slider(
        words("whatif.from_minute"),
        *(0, most - STEP_MINUTES),
        step=STEP_MINUTES,
        **board.key("from_minute", min(levers.from_minute, most - STEP_MINUTES)),
    )
    st.slider(
        words("whatif.minutes"),
        *(STEP_MINUTES, LONGEST_OUTAGE),
        step=STEP_MINUTES,
        **board.key("minutes", min(max(levers.minutes, STEP_MINUTES), LONGEST_OUTAGE)),
    )


def _places(campaign: CampaignInfo, words: Words) -> dict[str, str]:
    return names.servers(campaign, words) | names.towns(campaign, words) | labs_by_id(campaign, words)


def _time(board: Board, desk: str) -> str:
    """Return what a desk takes, with its spread, on how many it rests, and who says so."""
    chosen = getattr(board.levers, desk)
    base = board.presets["scenarios"][board.levers.start][desk]
    time = board.presets["service_times"].get(chosen, base)
    seen = board.words("whatif.seen", count=count(time["count"])) if time["count"] else board.words("whatif.unseen")
    said = board.words("whatif.time", mean=round(time["mean_s"]), spread=round(time["spread"] * 100), seen=seen)
    return f"{said} {plain(time['origin'])}"


def _percent(board: Board, name: str) -> None:
    least, most = SHARES[name]
    st.slider(board.words(f"whatif.{name}"), least, most, format="%d%%", **board.key(name, board.shown[name]))


def _segments(board: Board, name: str, options: Sequence[Any]) -> None:
    st.segmented_control(
        board.words(f"whatif.{name}"),
        options,
        required=True,
        format_func=lambda one: board.words(f"whatif.{name}.{one}"),
        **board.key(name, board.shown[name]),
    )


def _pick(board: Board, name: str, options: Sequence[str], value: str) -> None:
    st.selectbox(
        board.words(f"whatif.{name}"),
        options,
        format_func=lambda one: board.words(f"whatif.{name}.{one or 'as_is'}"),
        **board.key(name, value),
    )
