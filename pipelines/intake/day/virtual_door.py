"""The servers as phones meet them on a virtual day: the same decisions and the same ledger, without a socket."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from pipelines.campaign.model import Campaign
from pipelines.contract import DeskLogin, TubeReceipt, TubeRegistration
from pipelines.contract_desk import BindPerson, OpenTube, TubeState
from pipelines.intake.drill.holding import servers_down
from pipelines.intake.faults import KnownFaults
from pipelines.intake.ledger.record import (
    Change,
    Page,
    Refused,
    attempt,
    record_bind,
    record_change,
    record_open,
    record_registration,
)
from pipelines.intake.moments import SECOND, moment
from pipelines.intake.places import Place
from pipelines.intake.servers.core import FrontEndCore
from pipelines.intake.servers.rules import rule_book
from pipelines.intake.world.desks import Answer, Attempt, Desk, Request, meaning
from pipelines.intake.world.luck import Luck
from pipelines.intake.world.telemetry import Link
from pipelines.vocabulary import PERSONS_PER_TUBE

PATIENCE = 5 * SECOND  # how long a phone waits for an answer, campaign time
_NO_LOSS = 0.02
LinkOf = Callable[[Place, int], Link]


class _Silence(Exception):
    """No answer comes; ``rule`` says how the phone notices."""

    def __init__(self, rule: str) -> None:
        """Keep the rule."""
        super().__init__(rule)
        self.rule = rule


class VirtualDoor:
    """A Door in virtual time. ``page`` is the ledger's open transaction; whoever turns the day sets it.

    The way there and back takes its time and now and then loses a request or an answer, decided by name.
    """

    def __init__(self, campaign: Campaign, faults: KnownFaults, link_of: LinkOf, seed: int) -> None:
        """Every server stands, with nobody logged in."""
        self._campaign, self._faults, self._link_of = campaign, faults, link_of
        self._book, self._luck = rule_book(campaign), Luck(seed, "way")
        self.cores = [self._core(index, campaign.round.opens_at) for index in range(len(campaign.servers))]
        self._down: frozenset[str] = frozenset()
        self._now, self._at = 0, campaign.round.opens_at
        self.page: Page | None = None
        self.asked = self.lost = self.refused = self.falls = 0
        self._fallen: frozenset[str] = frozenset()

    def turn(self, now: int) -> None:
        """Let servers fall and rise as the drill has it; a server that comes back has forgotten everybody."""
        self._tell(now)
        down = servers_down(self._campaign, self._faults, self._at)
        for index, server in enumerate(self._campaign.servers):
            if server.server_id in self._down and server.server_id not in down:
                self.cores[index] = self._core(index, self._at)
        self._down = down
        fallen = frozenset(core.server.server_id for core in self.cores if core.has_fallen(self._at))
        self.falls += len(fallen - self._fallen)
        self._fallen = fallen

    def try_desk(self, desk: Desk, request: Request | None, now: int) -> Attempt:
        """Log the desk in if it is not, then make the request; never raises for what a server does."""
        self.asked += 1
        self._tell(now)
        core = self.cores[desk.server]
        try:
            took = self._way(desk, request, core)
            if not desk.is_logged_in:
                core.log_in(DeskLogin(device_id=desk.device_id, site_id=desk.place.site_id), self._at)
            if request is not None:
                self._record(core, request)
            self._way_back(desk, request, took)
        except _Silence as silence:
            self.lost += 1
            return Attempt(desk, request, Answer.SWITCH, silence.rule, "no answer")
        except Refused as refused:
            self.refused += 1
            answer = meaning(refused.status, refused.problem.rule)
            return Attempt(desk, request, answer, refused.problem.rule, refused.problem.detail)
        return Attempt(desk, request, Answer.DONE, took=took)

    def log_out(self, desk: Desk, now: int) -> Attempt:
        """Log the desk out as far as its server answers."""
        self._tell(now)
        if self._campaign.servers[desk.server].server_id not in self._down:
            self.cores[desk.server].log_out(desk.device_id)
        return Attempt(desk, None, Answer.DONE, is_logged_in=False)

    def _tell(self, now: int) -> None:
        if now > self._now:
            self._now, self._at = now, moment(now)

    def _core(self, index: int, started_at: datetime) -> FrontEndCore:
        return FrontEndCore(self._campaign.servers[index], self._book, started_at, self._faults)

    def _way(self, desk: Desk, request: Request | None, core: FrontEndCore) -> int:
        """Return how long the exchange takes; raises _Silence when the request does not reach its server."""
        if core.server.server_id in self._down:
            raise _Silence("unreachable")
        link = self._link_of(desk.place, self._now)
        if not link.is_up or self._is_lost(desk, request, link, "there"):
            raise _Silence("timeout")
        return int((link.latency_ms / 1_000 + core.delay_s(self._at)) * SECOND)

    def _way_back(self, desk: Desk, request: Request | None, took: int) -> None:
        """Raise _Silence when the answer is lost, or comes when the phone has given up: the server did its part."""
        link = self._link_of(desk.place, self._now)
        if took > PATIENCE or self._is_lost(desk, request, link, "back"):
            raise _Silence("timeout")

    def _is_lost(self, desk: Desk, request: Request | None, link: Link, way: str) -> bool:
        """Whether a packet and its repetition are both lost, which ends an exchange."""
        if link.loss_share <= _NO_LOSS:
            return False
        number = 0 if request is None else _number(request)
        drawn = self._luck.of(f"{desk.device_id}/{number}/{self._now}/{way}")
        return drawn < link.loss_share**2 / 2

    def _record(self, core: FrontEndCore, request: Request) -> None:
        device_id, page = _device(request), self.page
        if page is None:
            raise RuntimeError("the day has no open page")
        if isinstance(request, TubeRegistration):
            _check_form(request)
            core.check(request, self._at)
        elif isinstance(request.body, OpenTube):
            core.check(request.body, self._at)
        else:
            core.admit(device_id, self._at)
        answer = attempt(page, _work(request, core.server.server_id))
        if isinstance(answer, Refused):
            raise answer
        core.seen(device_id, self._at)
        if isinstance(answer, TubeReceipt):
            core.note(answer)


def _work(request: Request, server_id: str) -> Callable[[Page], TubeReceipt | TubeState]:
    if isinstance(request, TubeRegistration):
        return lambda page: record_registration(page, request, server_id)
    barcode, body = request.barcode, request.body
    if isinstance(body, OpenTube):
        return lambda page: record_open(page, body, server_id)
    if isinstance(body, BindPerson):
        return lambda page: record_bind(page, barcode, body, server_id)
    return lambda page: record_change(page, barcode, cast(Change, request.step), body, server_id)


def _check_form(tube: TubeRegistration) -> None:
    """Refuse what the wire's form refuses: phones can send nothing else wrong in form."""
    if len(tube.persons) > PERSONS_PER_TUBE:
        detail = f"a tube has {PERSONS_PER_TUBE} seats, got {len(tube.persons)} persons; take the last one out"
        raise Refused(422, "malformed_body", detail, "persons")


def _device(request: Request) -> str:
    return request.device_id if isinstance(request, TubeRegistration) else request.body.device_id


def _number(request: Request) -> int:
    return request.device_sequence if isinstance(request, TubeRegistration) else request.body.device_sequence
