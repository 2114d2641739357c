"""A front end's routes for tubes: whole groups, ahead of the framework, and tubes filled person by person."""

from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, TubeState
from pipelines.intake.ledger.opening import LedgerUnavailable
from pipelines.intake.ledger.record import Change, Refused
from pipelines.intake.servers.tube_desk import TubeDesk
from pipelines.intake.servers.web import Api, answer, documented, received, told_why

_ENCODE = msgspec.json.Encoder().encode
_JSON = (b"content-type", b"application/json")
_REFUSALS = (409, 413, 422)
CHANGES: tuple[Change, ...] = ("suspend", "resume", "close", "void")
SAYS = {
    "suspend": "Put a half-filled tube aside, for example when the network fails; its label and persons stay.",
    "resume": "Go on with a tube that its own session put aside, under the same label, with the persons still missing.",
    "close": "Close a tube with its ten persons, or with fewer and a reason; from here on it counts.",
    "void": "Give a tube up; its persons may be registered again, its label may not.",
}


def add_tube_routes(app: Api, desk: TubeDesk) -> None:
    """Give ``app`` the documented routes under ``/v1/tubes``."""
    _add_groups(app, desk)
    _add_seats(app, desk)
    for change in CHANGES:
        _add_change(app, desk, change)


def _add_groups(app: Api, desk: TubeDesk) -> None:
    @app.post("/v1/tubes", **documented(201, TubeReceipt, TubeRegistration, _REFUSALS, also=(200,)))
    async def register(request: Request) -> Response:
        """Register one group under one barcode; a repeat of a recorded request gets the recorded answer with 200."""
        receipt = await desk.register(await _body(request))
        return answer(receipt, 200 if receipt.is_replay else 201)

    app.shortcuts["POST", "/v1/tubes"] = shortcut(desk)


def shortcut(desk: TubeDesk) -> Callable[[Any, Any], Any]:
    """Return the same as a bare ASGI callable: the framework would cost as much as the rest of the request."""

    async def register(receive: Any, send: Any) -> None:
        try:
            receipt = await desk.register(await received(receive))
        except (Refused, LedgerUnavailable) as error:
            await told_why(error)({"type": "http"}, receive, send)
            return
        except ClientDisconnect:
            return
        body = _ENCODE(receipt)
        status = 200 if receipt.is_replay else 201
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": status, "headers": [_JSON, length]})
        await send({"type": "http.response.body", "body": body})

    return register


def _add_seats(app: Api, desk: TubeDesk) -> None:
    @app.post("/v1/tubes/open", **documented(201, TubeState, OpenTube, _REFUSALS, also=(200,)))
    async def open_tube(request: Request) -> Response:
        """Open a tube under an unused label; a repeat of the request gets the recorded answer with 200."""
        state = await desk.open(await _body(request))
        return answer(state, 200 if state.is_replay else 201)

    @app.post("/v1/tubes/{barcode}/persons", **documented(200, TubeState, BindPerson, _REFUSALS))
    async def bind(barcode: str, request: Request) -> Response:
        """Give a person the next seat of an open tube; a repeat of the request gets the recorded answer."""
        return answer(await desk.bind(barcode, await _body(request)))

    @app.get("/v1/tubes/{barcode}", **documented(200, TubeState, refusals=(404, 422)))
    async def state(barcode: str) -> Response:
        """Tell where a tube stands: its state, who filled it, how many seats are left."""
        return answer(desk.state(barcode))


def _add_change(app: Api, desk: TubeDesk, change: Change) -> None:
    arguments = documented(200, TubeState, ChangeTube, _REFUSALS)

    @app.post(f"/v1/tubes/{{barcode}}/{change}", description=SAYS[change], name=change, **arguments)
    async def step(barcode: str, request: Request) -> Response:
        return answer(await desk.change(barcode, change, await _body(request)))


async def _body(request: Request) -> bytes | bytearray:
    try:
        return await received(request.receive)
    except ClientDisconnect as error:
        raise Refused(422, "body_cut", "the connection ended before the body did; send it again") from error
