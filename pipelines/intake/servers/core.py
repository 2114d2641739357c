"""What a front end decides, without sockets, threads or a clock of its own: for the HTTP servers and virtual days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec

from pipelines.campaign.model import Server
from pipelines.contract import DeskLogin, ServerStatus, TubeReceipt, TubeRegistration
from pipelines.contract_desk import OpenTube
from pipelines.intake.faults import Fault
from pipelines.intake.ledger.record import Refused
from pipelines.intake.servers.overload import Logins
from pipelines.intake.servers.rules import RuleBook, broken_rule
from pipelines.vocabulary import FaultKind


class LoginAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many devices are logged in on this server now."""

    server_id: str
    logins: int


class ActiveFaults(Protocol):
    """Anything that can say which faults act."""

    def active(self, kind: FaultKind, now: datetime, targets: Iterable[str] = ()) -> Sequence[Fault]:
        """Return the faults of a kind that act at ``now`` on everything or on one of ``targets``."""
        ...


@dataclass
class FrontEndCore:
    """One server's own memory: who is logged in, and counters since it started. ``errors`` are answers >= 500.

    ``now`` is campaign time everywhere, and never goes back.
    """

    server: Server
    book: RuleBook
    started_at: datetime
    faults: ActiveFaults | None = None
    requests: int = 0
    errors: int = 0
    persons_registered: int = 0
    logins: Logins = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nobody logged in."""
        self.logins = Logins(self.server.capacity_logins)

    def log_in(self, login: DeskLogin, now: datetime) -> LoginAnswer:
        """Log a device in; raises Refused (422 unknown site, 503 when the server is down, or falls by this login)."""
        self.admit(login.device_id, now)
        if login.site_id not in self.book.sites:
            detail = f"site {login.site_id} is not in the campaign; use the id on the site's sheet"
            raise Refused(422, "unknown_site", detail, "site_id")
        self.seen(login.device_id, now)
        self.stand(login.device_id, now)
        return LoginAnswer(server_id=self.server.server_id, logins=len(self.logins))

    def log_out(self, device_id: str) -> None:
        """Log a device out; harmless when it is not logged in."""
        self.logins.leave(device_id)

    def check(self, request: TubeRegistration | OpenTube, now: datetime) -> None:
        """Raise Refused when the server is down (503) or the request breaks a rule of the campaign (422)."""
        self.admit(request.device_id, now)
        if problem := broken_rule(self.book, request, now):
            raise Refused(422, problem.rule, problem.detail, problem.field)

    def admit(self, device_id: str | None, now: datetime) -> None:
        """Count one request; raises Refused (503) when the server is down."""
        self.requests += 1
        self.stand(device_id, now)

    def stand(self, device_id: str | None, now: datetime) -> None:
        """Raise Refused (503) when the server is down under its load; ``device_id`` then counts as demand."""
        if not self.has_fallen(now):
            return
        self.errors += 1
        if device_id is not None:
            self.logins.turned_away(device_id, now)
        detail = f"{self.server.server_id} fell under too many logins and is not back yet; scan the next code"
        raise Refused(503, "server_overloaded", detail)

    def seen(self, device_id: str, now: datetime) -> None:
        """Note that a device works on this server, which counts as a login."""
        self.logins.enter(device_id, now)

    def note(self, receipt: TubeReceipt) -> None:
        """Count a registration that is on disk."""
        self.persons_registered += 0 if receipt.is_replay else receipt.persons

    def has_fallen(self, now: datetime) -> bool:
        """Return whether the server is down under its load."""
        return self.logins.has_fallen(now, self._background(now))

    def delay_s(self, now: datetime) -> float:
        """Return how many campaign seconds the load adds to an answer."""
        return self.logins.delay_s(self._background(now))

    def status(self, now: datetime) -> ServerStatus:
        """Return the server's state."""
        return ServerStatus(
            server_id=self.server.server_id,
            system=self.server.system,
            observed_at=now,
            started_at=self.started_at,
            logins=len(self.logins) + int(self._background(now)),
            capacity_logins=self.server.capacity_logins,
            requests=self.requests,
            errors=self.errors,
            persons_registered=self.persons_registered,
        )

    def _background(self, now: datetime) -> float:
        if self.faults is None:
            return 0.0
        active = self.faults.active(FaultKind.LOGIN_OVERLOAD, now, (self.server.server_id,))
        return self.server.capacity_logins * sum(fault.strength for fault in active)
