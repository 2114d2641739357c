"""The practice phone's requests: numbered, remembered before they go out, sent again as they were until answered."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from pipelines.clock import FileClock, wall_now
from pipelines.codes import CodeError
from pipelines.config import LOOPBACK, Settings
from pipelines.contract import DeskLogin
from pipelines.contract_desk import ThingStep, ThingSteps, TubeState
from pipelines.day_folder import DayKind, kind_of
from pipelines.machines import MachineName
from pipelines.practice.memory import Mark, Memory, Practice, Request, Seat, Tap, Tube
from pipelines.practice.places import DeskServer
from pipelines.practice.refusals import PracticeRefused, ServerLost
from pipelines.practice.wire import Wire
from pipelines.vocabulary import Cause, Entry

DOUBLE_TAP_S = 1.5
LOCKS = 64
MARKS_KEPT = 500
SEATED_AFTER = frozenset({"open", "bind", "resume"})
Work = Callable[[Practice], Practice]


class Line:
    """Takes one step of a session at a time, whatever the page's threads do, and keeps what came of it."""

    def __init__(self, settings: Settings, servers: Mapping[str, DeskServer]) -> None:
        """Work on the servers of the intake that ``settings`` name."""
        self._settings, self._servers = settings, servers
        self._data = f"http://{LOOPBACK}:{settings.data_port}"
        self._wire = Wire([*(server.url for server in servers.values()), self._data])
        self._locks = tuple(threading.Lock() for _ in range(LOCKS))
        self.memory = Memory(settings.ledger_file.parent / "practice")

    def take(self, practice: Practice, step: str, wish: object, work: Work) -> Practice:
        """Do ``work`` on the session as it is remembered, and keep what came of it, a refusal too.

        The same ``step`` and ``wish`` again within a moment is a double tap and does nothing. Raises PracticeRefused.
        """
        self._check_simulated()
        digest = blake2b(repr((step, wish)).encode(), key=practice.session_id.encode(), digest_size=16).hexdigest()
        with self._locks[hash(practice.session_id) % LOCKS]:
            current = self.memory.find(practice.session_id) or practice
            if current.tap and current.tap.digest == digest and _wall_s() - current.tap.at_s < DOUBLE_TAP_S:
                return current
            try:
                done = work(current)
            except (CodeError, PracticeRefused) as refused:
                self._keep_refusal(practice.session_id, step, refused)
                if isinstance(refused, CodeError):
                    raise PracticeRefused(refused.rule, refused.sentence) from refused
                raise
            return self.memory.keep(replace(done, tap=Tap(digest, _wall_s())))

    def request(self, current: Practice, step: str, path: str, kind: type[Struct], **fields: Any) -> Request:
        """Return the next request of the session."""
        body = kind(
            device_id=current.device_id,
            device_sequence=current.sequence + 1,
            session_id=current.session_id,
            happened_at=FileClock(self._settings.clock_file).now(),
            **fields,
        )
        entry = fields.get("entry", Entry.SCAN)
        what = repr(sorted(fields.items()))
        return Request(step=step, what=what, path=path, body=msgspec.json.encode(body), entry=entry)

    def send(self, current: Practice, request: Request) -> Practice:
        """Send what is still without an answer, then ``request``; return the session with the server's answer."""
        if (pending := current.pending) is not None:
            current = self.settled(current)
            if (pending.step, pending.path, pending.what) == (request.step, request.path, request.what):
                return current
            request = replace(request, body=_renumbered(request.body, current.sequence + 1))
        sent = self.memory.keep(replace(current, pending=request, sequence=current.sequence + 1))
        return self._answered(sent, request)

    def settled_somehow(self, current: Practice) -> Practice:
        """Settle the request without an answer, whether it is accepted or refused; raises ServerLost only."""
        try:
            return self.settled(current)
        except ServerLost:
            raise
        except PracticeRefused:
            return replace(current, pending=None)

    def settled(self, current: Practice) -> Practice:
        """Send a request that got no answer again, as it was: the server answers it, or repeats its answer."""
        return current if current.pending is None else self._answered(current, current.pending)

    def look(self, current: Practice, barcode: str) -> TubeState:
        """Return where a tube stands."""
        return self._wire.ask(TubeState, "GET", f"{self._url(current)}/v1/tubes/{barcode}")

    def log_in(self, current: Practice, server_id: str) -> None:
        """Log the phone in on a server."""
        body = msgspec.json.encode(DeskLogin(device_id=current.device_id, site_id=current.site_id))
        self._wire.ask(dict[str, Any], "POST", f"{self._servers[server_id].url}/v1/logins", body)

    def log_out(self, current: Practice) -> None:
        """Log the phone out; a server that is down has forgotten it anyway."""
        with suppress(PracticeRefused):
            self._wire.ask(dict[str, Any], "DELETE", f"{self._url(current)}/v1/logins/{current.device_id}")

    def post_steps(self, current: Practice, *steps: str) -> None:
        """Record steps of the desk's session in the ledger."""
        now = FileClock(self._settings.clock_file).now()
        told = [
            ThingStep(
                machine=MachineName.SESSION,
                thing_id=current.session_id,
                step=step,
                site_id=current.site_id,
                by="practice",
                happened_at=now,
            )
            for step in steps
        ]
        self._wire.ask(dict[str, Any], "POST", f"{self._data}/v1/steps", msgspec.json.encode(ThingSteps(steps=told)))

    def tell(self, current: Practice, *steps: str) -> None:
        """Record steps of the session if the data interface is there: a tube needs only its server."""
        with suppress(PracticeRefused):
            self.post_steps(current, *steps)

    def sign_off(self, current: Practice) -> None:
        """Record that the session is closed, as often as it is asked; raises PracticeRefused."""
        self.tell(current, "open")
        try:
            self.post_steps(current, "close")
        except ServerLost as lost:
            raise PracticeRefused("not_signed_off", lost.sentence) from lost
        except PracticeRefused as refused:
            if refused.rule != "step_out_of_order":
                raise

    def _keep_refusal(self, session_id: str, step: str, refused: CodeError | PracticeRefused) -> None:
        latest = self.memory.find(session_id)
        if latest is not None:
            self.memory.keep(_after_refusal(latest, step, refused))

    def _check_simulated(self) -> None:
        if kind_of(self._settings) is not DayKind.SIMULATED or not self._settings.clock_file.exists():
            sentence = "no simulated day runs here, and one never practises on a real one; start one with `tenfold up`"
            raise PracticeRefused("not_simulated", sentence)

    def _url(self, current: Practice) -> str:
        return self._servers[current.server_id].url

    def _post(self, current: Practice, request: Request) -> TubeState:
        return self._wire.ask(TubeState, "POST", self._url(current) + request.path, request.body)

    def _answered(self, current: Practice, request: Request) -> Practice:
        try:
            state = self._post(current, request)
        except ServerLost:
            raise
        except PracticeRefused:
            self.memory.keep(replace(current, pending=None))
            raise
        return self.memory.keep(_with_answer(replace(current, pending=None), request, state))


def marked(practice: Practice, step: str, rule: str = "") -> Practice:
    """Return the session with one more mark."""
    mark = Mark(at_s=_wall_s(), step=step, rule=rule)
    return replace(practice, marks=(*practice.marks, mark)[-MARKS_KEPT:])


def tube_of(state: TubeState) -> Tube:
    """Return what the phone keeps of a server's answer."""
    return Tube(state.barcode, state.state, state.persons, state.seats_left)


def _wall_s() -> float:
    return wall_now().timestamp()


def _with_answer(practice: Practice, request: Request, state: TubeState) -> Practice:
    before = next((mark for mark in reversed(practice.marks) if not mark.rule and mark.step in SEATED_AFTER), None)
    after = marked(replace(practice, tube=tube_of(state)), request.step)
    if request.step == "open":
        return replace(after, seats=(), is_misread=False, cause=None)
    if request.step == "bind":
        took_s = after.marks[-1].at_s - before.at_s if before else 0.0
        return replace(after, seats=(*practice.seats, Seat(request.entry, took_s)), is_misread=False)
    if request.step in {"close", "void"}:
        closed = (*practice.closed, state.barcode) if request.step == "close" else practice.closed
        return replace(after, cause=None, closed=closed)
    return after


def _after_refusal(practice: Practice, step: str, refused: CodeError | PracticeRefused) -> Practice:
    noted = marked(practice, step, refused.rule)
    if isinstance(refused, ServerLost):
        return replace(noted, cause=practice.cause or Cause.SERVER)
    return replace(noted, is_misread=practice.is_misread or refused.rule in {"misread_code", "scanned_twice"})


def _renumbered(body: bytes, sequence: int) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(body) | {"device_sequence": sequence})
