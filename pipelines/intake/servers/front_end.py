"""One registration server as desks see it: log in, register a tube, ask how it is."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
from fastapi import FastAPI, Request, Response

from pipelines.campaign.model import Campaign, Server
from pipelines.clock import Clock
from pipelines.contract import DeskLogin, ServerStatus, TubeReceipt, TubeRegistration
from pipelines.intake.ledger.opening import LedgerUnavailable
from pipelines.intake.ledger.record import Refused, record_registration
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.servers.rules import RuleBook, broken_rule, rule_book
from pipelines.intake.servers.web import (
    add_health,
    answer,
    api,
    closing,
    describe,
    documented,
    read_body,
    refusal,
    unavailable,
)

_TUBE = msgspec.json.Decoder(TubeRegistration)
_LOGIN = msgspec.json.Decoder(DeskLogin)


class LoginAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many devices are logged in on this server now."""

    server_id: str
    logins: int


@dataclass
class FrontEnd:
    """A server's own memory: who is logged in, and counters since it started. ``errors`` are answers >= 500."""

    server: Server
    book: RuleBook
    writer: LedgerWriter
    clock: Clock
    started_at: datetime
    devices: set[str] = field(default_factory=set)
    requests: int = 0
    errors: int = 0
    persons_registered: int = 0

    def status(self) -> ServerStatus:
        """Return the server's state now."""
        return ServerStatus(
            server_id=self.server.server_id,
            system=self.server.system,
            observed_at=self.clock.now(),
            started_at=self.started_at,
            logins=len(self.devices),
            capacity_logins=self.server.capacity_logins,
            requests=self.requests,
            errors=self.errors,
            persons_registered=self.persons_registered,
        )

    def log_in(self, login: DeskLogin) -> LoginAnswer:
        """Log a device in; raises Refused (503) when the server is full."""
        if login.site_id not in self.book.sites:
            raise Refused(422, "unknown_site", f"site {login.site_id} is not in the campaign", "site_id")
        if login.device_id not in self.devices and len(self.devices) >= self.server.capacity_logins:
            detail = f"{self.server.server_id} holds {len(self.devices)} devices, its capacity; scan the next code"
            raise Refused(503, "server_full", detail)
        self.devices.add(login.device_id)
        return LoginAnswer(server_id=self.server.server_id, logins=len(self.devices))

    async def register(self, tube: TubeRegistration) -> TubeReceipt:
        """Record a group; returns after it is on disk. A device that registers counts as logged in."""
        if problem := broken_rule(self.book, tube, self.clock.now()):
            raise Refused(422, problem.rule, problem.detail, problem.field)
        work = partial(record_registration, tube=tube, server_id=self.server.server_id)
        receipt: TubeReceipt = await self.writer.ask(work)
        self.devices.add(tube.device_id)
        self.persons_registered += 0 if receipt.is_replay else receipt.persons
        return receipt


def front_end_app(campaign: Campaign, server: Server, ledger_file: Path, clock: Clock) -> FastAPI:
    """Return the HTTP application of one server over the ledger; raises LedgerError."""
    front = FrontEnd(server, rule_book(campaign), LedgerWriter(ledger_file, campaign, clock), clock, clock.now())
    app = api(f"Registration server {server.server_id}", closing(front.writer.close))
    describe(app, [TubeRegistration, TubeReceipt, DeskLogin, LoginAnswer, ServerStatus])
    _add_registration(app, front)
    _add_logins(app, front)
    _add_status(app, front)
    add_health(app, front.writer)
    return app


def _add_registration(app: FastAPI, front: FrontEnd) -> None:
    @app.post("/v1/tubes", **documented(201, TubeReceipt, TubeRegistration, (409, 413, 422, 503)))
    async def register(request: Request) -> Response:
        """Register one group under one barcode; a repeat of a recorded request gets the recorded answer with 200."""
        front.requests += 1
        try:
            receipt = await front.register(await read_body(request, _TUBE))
        except Refused as refused:
            return refusal(refused)
        except LedgerUnavailable as failure:
            front.errors += 1
            return unavailable(failure)
        return answer(receipt, 200 if receipt.is_replay else 201)


def _add_logins(app: FastAPI, front: FrontEnd) -> None:
    @app.post("/v1/logins", **documented(200, LoginAnswer, DeskLogin, (413, 422, 503)))
    async def log_in(request: Request) -> Response:
        """Log a device in that scanned this server's code; logging in again is harmless."""
        front.requests += 1
        try:
            return answer(front.log_in(await read_body(request, _LOGIN)))
        except Refused as refused:
            front.errors += refused.status >= 500
            return refusal(refused)

    @app.delete("/v1/logins/{device_id}", **documented(200, LoginAnswer))
    async def log_out(device_id: str) -> Response:
        """Log a device out; harmless when it is not logged in."""
        front.devices.discard(device_id)
        return answer(LoginAnswer(server_id=front.server.server_id, logins=len(front.devices)))


def _add_status(app: FastAPI, front: FrontEnd) -> None:
    @app.get("/v1/status", **documented(200, ServerStatus))
    async def status() -> Response:
        """Tell logins, capacity and the counters since the start."""
        return answer(front.status())
