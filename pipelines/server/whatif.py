"""The desk of what-if questions: scenarios in, answers out, on threads of their own that give way to the rest."""

import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from pipelines.campaign.model import Campaign
from pipelines.jobs import GivenAnswers
from pipelines.server.plans import PlanBody, planned
from pipelines.server.refusals import Refusal
from pipelines.server.turns import Turn, Turns
from pipelines.server.whatif_presets import curves_by_name, names_a_curve, presets
from pipelines.store import Store

if TYPE_CHECKING:
    from pipelines.planning import Runs, Scenario
    from pipelines.planning.sameness import Shelf

KEPT, KEPT_TICKETS = 24, 64
MOST_OPEN, COME_AGAIN_S = 16, 5
YIELDING = 10  # how much nicer than the rest these threads are
USUAL, MOST = 30, 300


class WhatIfBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /v1/whatif``: one to four scenarios as plain values; none: the campaign's base case.

    ``is_preview``: at once and in the mean, without chance. ``ticket`` is the asker's own word (up to 64 signs), by
    which he may ask how far it is and cancel it.
    """

    scenarios: list[dict[str, Any]] = msgspec.field(default_factory=list)
    replications: int = USUAL
    is_preview: bool = False
    ticket: str = ""


class HowFar(msgspec.Struct, frozen=True, kw_only=True):
    """How far an answer is: replications done, of how many."""

    done: int
    of: int


@dataclass(eq=False)
class Ticket:
    """One question under way: told to stop by ``cancel``."""

    cancel: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    of: int = 0


@dataclass(frozen=True)
class Work:
    """How a question is worked on: its ticket, whose turn it is, and what was simulated before."""

    ticket: Ticket
    turn: Turn
    shelf: "Callable[[], Shelf]"
    note: "Callable[[Sequence[Runs]], None]"

    def told(self, done: int, of: int) -> None:
        """Note how far it is."""
        self.ticket.done, self.ticket.of = done, of


class WhatIfDesk:
    """Invariant: one question is simulated and one plan made at a time, in turn between those who ask.

    An answer is kept by its question, and what was simulated by what it depends on.
    """

    def __init__(self, campaign: Campaign, store: Store) -> None:
        """Answer for a campaign and the day in ``store``; nothing is loaded before the first question."""
        self.campaign, self._store = campaign, store
        self.given = GivenAnswers()
        self._pool = ThreadPoolExecutor(MOST_OPEN, thread_name_prefix="whatif-desk", initializer=_give_way)
        self._simulating, self._planning = Turns(), Turns()
        self._shelf: Shelf | None = None
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._tickets: OrderedDict[str, Ticket] = OrderedDict()
        self._open: set[Ticket] = set()
        self._lock = threading.Lock()

    def presets(self) -> "Future[bytes]":
        """Return, as JSON, the scenarios to begin with by name, the curves and the service times with their sources."""
        return self._pool.submit(presets, self.campaign, self._store)

    def ask(self, body: WhatIfBody | PlanBody, asker: str = "") -> "tuple[Ticket, Future[bytes]]":
        """Put an asker's question; return its ticket and the answer to come as JSON (it raises Refusal).

        Raises Refusal (429) while ``MOST_OPEN`` questions are not answered yet.
        """
        ticket = Ticket()
        with self._lock:
            if len(self._open) >= MOST_OPEN:
                sentence = (
                    f"{len(self._open)} what-if questions wait for an answer already; ask again in {COME_AGAIN_S} s"
                )
                raise Refusal(429, "queue", sentence, retry_after_s=COME_AGAIN_S)
            self._open.add(ticket)
            if body.ticket:
                self._tickets[body.ticket] = ticket
                while len(self._tickets) > KEPT_TICKETS:
                    self._tickets.popitem(last=False)
        coming = self._pool.submit(self._answer, body, ticket, asker)
        coming.add_done_callback(lambda _: self._answered(ticket))
        return ticket, coming

    def how_far(self, name: str) -> HowFar:
        """Return how far a question is; raises Refusal when there is none of that ticket."""
        ticket = self._ticket(name)
        return HowFar(done=ticket.done, of=ticket.of)

    def cancel(self, name: str) -> None:
        """Stop a question; raises Refusal when there is none of that ticket."""
        self._ticket(name).cancel.set()

    def close(self) -> None:
        """Take no more questions and stop those under way."""
        with self._lock:
            for ticket in self._open:
                ticket.cancel.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answered(self, ticket: Ticket) -> None:
        with self._lock:
            self._open.discard(ticket)

    def _ticket(self, name: str) -> Ticket:
        with self._lock:
            if name not in self._tickets:
                raise Refusal(404, "ticket", f"no what-if question has the ticket {name!r}; it may be long answered")
            return self._tickets[name]

    def _answer(self, body: WhatIfBody | PlanBody, ticket: Ticket, asker: str) -> bytes:
        asked = msgspec.json.encode(msgspec.structs.replace(body, ticket=""), order="sorted")
        key = type(body).__name__.encode() + asked
        with self._lock:
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return known
        turns = self._planning if isinstance(body, PlanBody) else self._simulating
        with turns.of(asker, ticket.cancel) as turn:
            told = _worked_out(self.campaign, self._store, body, Work(ticket, turn, self._shelves, self._note))
        if names_a_curve(_asked_about(body)):
            return told  # the day goes on, and its curve with it
        with self._lock:
            self._kept[key] = told
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return told

    def _note(self, found: "Sequence[Runs]") -> None:
        """Note what answers say of the next hour, to be held against what comes."""
        from pipelines.planning import base_case
        from pipelines.planning.given import given

        base, as_of = base_case(self.campaign), self._store.moments.edge().as_of
        for runs in found:
            if (one := given(runs, base, as_of)) is not None:
                self.given.add(vars(one))

    def _shelves(self) -> "Shelf":
        from pipelines.planning.sameness import Shelf

        with self._lock:
            self._shelf = self._shelf or Shelf()
            return self._shelf


def _give_way() -> None:
    """Make this thread, and those it starts, yield to the rest of the process; only Linux has priorities of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), YIELDING)


def _asked_about(body: WhatIfBody | PlanBody) -> list[dict[str, Any]]:
    return [body.scenario or {}] if isinstance(body, PlanBody) else body.scenarios


def _worked_out(campaign: Campaign, store: Store, body: WhatIfBody | PlanBody, work: Work) -> bytes:
    from pipelines.planning import Cancelled, ScenarioError, base_case, beyond, from_plain

    try:
        curves = curves_by_name(campaign, store, _asked_about(body))
        if isinstance(body, PlanBody):
            with work.turn():
                if work.ticket.cancel.is_set():
                    raise Cancelled("the plan was cancelled before its turn came")
                return planned(campaign, body, work.told, work.ticket.cancel, curves)
        scenarios = [from_plain(plain, curves) for plain in body.scenarios] or [base_case(campaign)]
        if found := [fault for scenario in scenarios for fault in beyond(scenario, campaign)]:
            raise ScenarioError(found)
        return _previewed(scenarios) if body.is_preview else _simulated(scenarios, body.replications, work)
    except ScenarioError as error:
        raise Refusal(422, "scenario", str(error), "scenarios") from error
    except Cancelled as error:
        raise Refusal(409, "cancelled", str(error)) from error


def _previewed(scenarios: "list[Scenario]") -> bytes:
    from pipelines.planning import preview

    told = [preview(scenario) for scenario in scenarios]
    return msgspec.json.encode(
        {
            "previews": [
                {
                    "scenario_name": one.scenario_name,
                    "step_minutes": one.step_minutes,
                    "scopes": one.scopes,
                    "queue": one.queue.round(1).tolist(),
                    "wait_minutes": one.wait_minutes.round(1).tolist(),
                }
                for one in told
            ]
        }
    )


def make_code() -> "subprocess.Popen[bytes]":
    """Begin to compile the kernels, where that was not done yet, in a process that yields to all others."""
    return subprocess.Popen([sys.executable, "-m", "pipelines.planning.warming"])  # our own


def _simulated(scenarios: "list[Scenario]", replications: int, work: Work) -> bytes:
    from pipelines.planning import ScenarioError, answer, beside
    from pipelines.planning.differences import MOST_BESIDE
    from pipelines.planning.simulation import Conduct, lived
    from pipelines.planning.warming import is_warm

    count, ticket = len(scenarios), work.ticket
    if not 2 <= replications <= MOST or count > MOST_BESIDE:
        raise ScenarioError(
            [f"expected 2 to {MOST} replications of 1 to {MOST_BESIDE} scenarios, got {replications} of {count}"]
        )
    ticket.of = replications * count
    if not is_warm():
        make_code().wait()

    def told(_done: int, _of: int) -> None:
        ticket.done += 1

    conduct = Conduct(told, ticket.cancel, turn=work.turn, shelf=work.shelf())
    runs = [lived(scenario, replications, conduct) for scenario in scenarios]
    work.note(runs)
    return msgspec.json.encode({"answers": [answer(one) for one in runs], "differences": beside(runs)})
