"""One registration server as desks see it over HTTP: log in, ask how it is; tubes have routes of their own."""

from functools import partial
from pathlib import Path

import msgspec
from fastapi import Request, Response

from pipelines.campaign.model import Campaign, Server
from pipelines.clock import Clock
from pipelines.contract import DeskLogin, ServerStatus, TubeReceipt, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, TubeState
from pipelines.intake.ledger.opening import open_reader
from pipelines.intake.ledger.tube_rows import tube_state
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.servers.core import ActiveFaults, FrontEndCore, LoginAnswer
from pipelines.intake.servers.rules import rule_book
from pipelines.intake.servers.tube_desk import TubeDesk
from pipelines.intake.servers.tube_routes import add_tube_routes
from pipelines.intake.servers.web import (
    Api,
    add_health,
    answer,
    api,
    closing,
    describe,
    documented,
    identifier,
    read_body,
)

_LOGIN = msgspec.json.Decoder(DeskLogin)
_STRUCTURES = [TubeRegistration, TubeReceipt, OpenTube, BindPerson, ChangeTube, TubeState]


def front_end_app(
    campaign: Campaign, server: Server, ledger_file: Path, clock: Clock, faults: ActiveFaults | None = None
) -> Api:
    """Return the HTTP application of one server over the ledger; raises LedgerError."""
    core = FrontEndCore(server, rule_book(campaign), clock.now(), faults)
    writer = LedgerWriter(ledger_file, campaign, clock)
    app = api(f"Registration server {server.server_id}", closing(writer.close))
    describe(app, [*_STRUCTURES, DeskLogin, LoginAnswer, ServerStatus])
    find = partial(tube_state, open_reader(ledger_file))
    add_tube_routes(app, TubeDesk(core, writer, clock, find, app.admission.waited))
    _add_logins(app, core, clock)
    _add_status(app, core, clock)
    add_health(app, writer)
    return app


def _add_logins(app: Api, core: FrontEndCore, clock: Clock) -> None:
    @app.post("/v1/logins", **documented(200, LoginAnswer, DeskLogin, (413, 422)))
    async def log_in(request: Request) -> Response:
        """Log a device in that scanned this server's code; logging in again is harmless. Too many bring it down."""
        return answer(core.log_in(await read_body(request, _LOGIN), clock.now()))

    @app.delete("/v1/logins/{device_id}", **documented(200, LoginAnswer, refusals=(422,)))
    async def log_out(device_id: str) -> Response:
        """Log a device out; harmless when it is not logged in."""
        core.log_out(identifier(device_id, "device_id"))
        return answer(LoginAnswer(server_id=core.server.server_id, logins=len(core.logins)))


def _add_status(app: Api, core: FrontEndCore, clock: Clock) -> None:
    @app.get("/v1/status", **documented(200, ServerStatus))
    async def status() -> Response:
        """Tell logins, capacity and the counters since the start; a server that is down under its load says nothing."""
        now, turned_away = clock.now(), app.admission.turned_away
        core.stand(None, now)
        told = core.status(now)
        counts = {"requests": told.requests + turned_away, "errors": told.errors + turned_away}
        return answer(msgspec.structs.replace(told, **counts))
