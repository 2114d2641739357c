"""What-if questions under way: asked in threads of their own, told how far, cancelled; answers are shared by all."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from dashboard import queries
from dashboard.planning.levers import Scenario
from pipelines.client import AskRefused, CommandUnavailable
from pipelines.client_whatif import WhatIfClient
from pipelines.clock import stopwatch

Plain = dict[str, Any]
KEPT, AT_ONCE = 24, 16  # whose turn it is decides the command server
PRESETS_FRESH_S = 300


class State(StrEnum):
    """How a question stands."""

    RUNNING = "running"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    GONE = "gone"


@dataclass
class Question:
    """One viewer's question: its answer to come, and what he did to it."""

    key: bytes
    future: "Future[Plain]"
    session: str = ""
    ticket: str = field(default_factory=lambda: secrets.token_hex(12))
    is_cancelled: bool = False

    @property
    def answer(self) -> Plain | None:
        """The answer, None while there is none."""
        return self.future.result() if self.state is State.ANSWERED else None

    @property
    def state(self) -> State:
        """How it stands; a question under way is RUNNING, whether or not it waits at the server."""
        if self.is_cancelled:
            return State.CANCELLED
        if not self.future.done():
            return State.RUNNING
        failed = self.future.exception()
        if failed is None:
            return State.ANSWERED
        return State.REFUSED if isinstance(failed, AskRefused) else State.GONE

    @property
    def reason(self) -> str:
        """Why there is no answer."""
        return str(self.future.exception() or "") if self.future.done() and not self.is_cancelled else ""


class Answers:
    """Answers by question, the last ``KEPT``; a scenario and its seed always give the same. Safe between threads."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: OrderedDict[bytes, Plain] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="whatif-ask")

    def known(self, key: bytes) -> Plain | None:
        """Return a kept answer."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: bytes, answer: Plain) -> Plain:
        """Keep an answer and return it."""
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return answer

    def forget(self) -> None:
        """Keep nothing: the settings name another command server."""
        with self._lock:
            self._kept.clear()

    def ask(self, key: bytes, session: str, work: Callable[[WhatIfClient, str], Plain]) -> Question:
        """Return the question, answered already when its answer is kept; ``work`` gets the client and the ticket."""
        if (known := self.known(key)) is not None:
            done: Future[Plain] = Future()
            done.set_result(known)
            return Question(key, done, session)
        question = Question(key, Future(), session)
        mine = client(session)
        question.future = self._pool.submit(lambda: self.keep(key, work(mine, question.ticket)))
        return question


ANSWERS = Answers()
queries.CACHES.append(ANSWERS.forget)


def client(session: str) -> WhatIfClient:
    """Return the client that asks for the viewer of that session, with patience."""
    return WhatIfClient(queries.patient(), session)


def presets(session: str) -> Plain:
    """Return what scenarios begin with, asked again once the day has gone on; raises CommandUnavailable, AskRefused."""
    key = key_of("presets", int(stopwatch() // PRESETS_FRESH_S))
    known = ANSWERS.known(key)
    return known if known is not None else ANSWERS.keep(key, client(session).presets())


def preview(scenarios: Sequence[Scenario], session: str) -> list[Plain]:
    """Return the scenarios' answers in the mean, at once; raises CommandUnavailable or AskRefused."""
    key = key_of("preview", scenarios)
    known = ANSWERS.known(key)
    return (known or ANSWERS.keep(key, {"previews": client(session).preview(scenarios)}))["previews"]


def key_of(kind: str, *asked: Any) -> bytes:
    """Return by what a question's answer is kept: all that is asked."""
    return sha256(msgspec.json.encode((kind, asked))).digest()


def simulation(key: bytes, scenarios: Sequence[Scenario], replications: int, session: str) -> Question:
    """Ask for the scenarios' answers and their differences from the first."""
    return ANSWERS.ask(key, session, lambda mine, ticket: mine.ask(scenarios, replications, ticket))


def plan(key: bytes, scenario: Scenario, goal: Plain, session: str) -> Question:
    """Ask for a staffing plan of the scenario."""
    return ANSWERS.ask(key, session, lambda mine, ticket: mine.plan(scenario, goal, ticket))


def how_far(question: Question) -> tuple[int, int]:
    """Return how many steps are done, of how many; (0, 0) while it waits for its turn or nobody knows."""
    try:
        return client(question.session).how_far(question.ticket)
    except (AskRefused, CommandUnavailable):
        return 0, 0


def cancel(question: Question) -> None:
    """Stop a question; an answer that comes all the same is not shown."""
    question.is_cancelled = True
    try:
        client(question.session).cancel(question.ticket)
    except (AskRefused, CommandUnavailable):
        return
