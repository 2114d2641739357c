"""What a viewer has chosen on the what-if page, all of it in the address: levers, reference, neighbours, goal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard.planning import address
from dashboard.planning.address import Fault
from dashboard.planning.levers import Levers, Presets, Scenario, applied, effective

LEVERS, AGAINST, BESIDE, TIMES, PLAN = "s", "vs", "beside", "n", "plan"
MOST_BESIDE = 2
REPLICATIONS = (30, 100, 300)
MOVES = ("none", "in_town", "cross_town")
CAPS = (5, 180)


@dataclass(frozen=True)
class Goal:
    """What a plan is to reach: the longest wait, the deadline in minutes after opening (None: closing), the moves."""

    cap: int = 25
    deadline: int | None = None
    moves: str = "in_town"
    is_exact: bool = False

    def body(self) -> dict[str, Any]:
        """Return it as the command server is asked."""
        return {
            "wait_cap_minutes": float(self.cap),
            "deadline_minute": None if self.deadline is None else float(self.deadline),
            "moves": self.moves,
            "is_exact": self.is_exact,
        }

    def written(self) -> str:
        """Return it as an address has it."""
        deadline = "-" if self.deadline is None else str(self.deadline)
        return address.BETWEEN.join((str(self.cap), deadline, self.moves, *(["exact"] if self.is_exact else [])))


@dataclass(frozen=True)
class Chosen:
    """The page's choices: the scenario looked at, the one it is measured against, those beside, replications, goal.

    ``faults`` are what the address says and nobody can read; in their place stands what a new page has.
    """

    levers: Levers
    against: Levers
    beside: tuple[Levers, ...]
    replications: int
    goal: Goal | None
    faults: tuple[Fault, ...] = ()

    @property
    def all(self) -> list[Levers]:
        """Each scenario once: the reference first, then the one looked at, then those beside."""
        return list(dict.fromkeys((self.against, self.levers, *self.beside)))

    def place(self, levers: Levers) -> int:
        """Return the place of a scenario among all."""
        return self.all.index(levers)

    def scenarios(self, presets: Presets) -> list[Scenario]:
        """Return the scenarios to ask for, each under the name that it has in an address."""
        return [applied(presets, levers, address.written(levers)) for levers in self.all]


def chosen(presets: Presets) -> Chosen:
    """Return what the address says."""
    faults: list[Fault] = []

    def read(text: str) -> Levers:
        try:
            return address.read(text, presets)
        except Fault as fault:
            faults.append(fault)
            return Levers()

    asked: Mapping[str, str] = st.query_params
    levers = read(asked[LEVERS]) if asked.get(LEVERS) else Levers()
    against = read(asked[AGAINST]) if asked.get(AGAINST) else Levers()
    beside = tuple(read(text) for text in st.query_params.get_all(BESIDE)[:MOST_BESIDE])
    times = next((n for n in REPLICATIONS if str(n) == asked.get(TIMES)), REPLICATIONS[0])
    goal = None
    if asked.get(PLAN):
        try:
            goal = _goal(asked[PLAN])
        except Fault as fault:
            faults.append(fault)
    return Chosen(levers, against, beside, times, goal, tuple(faults))


def _goal(text: str) -> Goal:
    parts = text[:60].split(address.BETWEEN)
    is_exact = parts[3:] == ["exact"]
    if not (3 <= len(parts) <= 4 and parts[2] in MOVES and (is_exact or len(parts) == 3)):
        raise Fault("goal", text[:40])
    numbers = [parts[0], *([] if parts[1] == "-" else [parts[1]])]
    if not all(part.isascii() and part.isdecimal() for part in numbers) or not CAPS[0] <= int(parts[0]) <= CAPS[1]:
        raise Fault("goal", text[:40])
    return Goal(int(parts[0]), None if parts[1] == "-" else int(parts[1]), parts[2], is_exact)


def move(presets: Presets, levers: Levers, name: str) -> None:
    """Take a control's new value into the address; what the preset has needs no word there."""
    value = st.session_state[f"whatif-{name}"]
    preset = effective(presets, Levers(levers.start))
    is_as_preset = name in preset and value == preset[name]
    changes: dict[str, Any] = {name: getattr(Levers(), name) if is_as_preset else value}
    if name == "hits":
        changes["target"] = next(iter(address.targets(value, presets)), "") if value else ""
    put(LEVERS, address.written(replace(levers, **changes)))


def put(name: str, value: str) -> None:
    """Write into the address; nothing is written of a scenario that nobody has moved."""
    if value and value != address.VERSION:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def open_saved(code: str) -> None:
    """Look at a saved scenario."""
    put(LEVERS, code)


def measure_against(code: str) -> None:
    """Measure against another scenario; "" is the campaign's base case."""
    put(AGAINST, code)


def keep_beside(levers: Levers) -> None:
    """Keep a scenario beside the others; the oldest goes when there are too many."""
    codes = [code for code in st.query_params.get_all(BESIDE) if code != address.written(levers)]
    st.query_params[BESIDE] = [*codes, address.written(levers)][-MOST_BESIDE:]


def clear_beside() -> None:
    """Take away what stands beside."""
    st.query_params.pop(BESIDE, None)
