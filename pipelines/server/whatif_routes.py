"""The command API's routes for what-if questions: only who may plan asks, and who goes away need not be answered."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from pipelines.access import may_plan
from pipelines.server.bodies import body_of
from pipelines.server.callers import Callers
from pipelines.server.plans import PlanBody
from pipelines.server.refusals import Refusal
from pipelines.server.whatif import WhatIfBody, WhatIfDesk
from pipelines.server.whatif_files import TOML, WhatIfFileBody, check, file_of, toml_of

T = TypeVar("T", WhatIfBody, PlanBody, WhatIfFileBody)
BODY_BYTES, LONGEST_TICKET = 2_000_000, 64
LOOK_EVERY_S = 0.2
JSON = "application/json"


def add_whatif_routes(app: FastAPI, desk: WhatIfDesk, callers: Callers) -> None:
    """Give ``app`` the routes under ``/v1/whatif``."""

    @app.get("/v1/whatif/presets")
    async def presets(request: Request) -> Response:
        """Return the scenarios to begin with, arrival curves and service times with their sources."""
        await _planner(request, callers)
        return Response(await asyncio.wrap_future(desk.presets()), media_type=JSON)

    @app.post("/v1/whatif")
    async def whatif(request: Request) -> Response:
        """Answer up to four scenarios, with their differences from the first; cancelled when the asker is gone."""
        by = await _planner(request, callers)
        return await _answered(desk, request, await _body(request, WhatIfBody), by)

    @app.post("/v1/plans")
    async def plans(request: Request) -> Response:
        """Plan lanes and teams for a goal, played; cancelled when the asker is gone."""
        by = await _planner(request, callers)
        return await _answered(desk, request, await _body(request, PlanBody), by)

    @app.post("/v1/whatif/files")
    async def files(request: Request) -> Response:
        """Return an answer's table as CSV or XLSX, or the first scenario as TOML."""
        by = await _planner(request, callers)
        body = await _body(request, WhatIfFileBody)
        check(body)
        if body.form == TOML:
            return Response(await run_in_threadpool(toml_of, body), media_type="application/toml")
        asked = WhatIfBody(scenarios=body.scenarios, replications=body.replications)
        told = await _answered(desk, request, asked, by)
        made = await run_in_threadpool(file_of, body, bytes(told.body), desk.campaign, by)
        return Response(made, media_type="application/octet-stream")

    @app.get("/v1/whatif/tickets/{ticket}")
    async def how_far(ticket: str, request: Request) -> Response:
        """Return how many replications of a question are done, of how many."""
        await _planner(request, callers)
        return Response(msgspec.json.encode(desk.how_far(ticket)), media_type=JSON)

    @app.delete("/v1/whatif/tickets/{ticket}")
    async def cancel(ticket: str, request: Request) -> Response:
        """Stop a question; whoever asked it is refused with 409."""
        await _planner(request, callers)
        desk.cancel(ticket)
        return Response(status_code=204)


async def _planner(request: Request, callers: Callers) -> str:
    """Return who asks; raises Refusal (403) for who may not."""
    who = await callers.known(request)
    if who.viewer is not None and not may_plan(who.viewer.role):
        raise Refusal(403, "right", f"a {who.viewer.role.value} may not ask what-if questions")
    return who.viewer.user_id if who.viewer else "machine"


async def _answered(desk: WhatIfDesk, request: Request, body: WhatIfBody | PlanBody, by: str) -> Response:
    ticket, coming = desk.ask(body, by)
    watching = asyncio.create_task(_watch(request, ticket.cancel.set, coming))
    try:
        return Response(await asyncio.wrap_future(coming), media_type=JSON)
    finally:
        ticket.cancel.set()
        watching.cancel()


async def _watch(request: Request, cancel: Callable[[], None], coming: "Future[bytes]") -> None:
    """Cancel a question whose asker has hung up."""
    while not coming.done():
        if await request.is_disconnected():
            cancel()
            return
        await asyncio.sleep(LOOK_EVERY_S)


async def _body(request: Request, kind: type[T]) -> T:
    told = await body_of(request, BODY_BYTES, f"the question is longer than {BODY_BYTES:,} bytes")
    try:
        body = msgspec.json.decode(told, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(
            422, "body", f"the question must be JSON with {' and '.join(kind.__struct_fields__[:2])}; {error}", "body"
        ) from error
    if not isinstance(body, WhatIfFileBody) and len(body.ticket) > LONGEST_TICKET:
        raise Refusal(422, "ticket", f"a ticket has up to {LONGEST_TICKET} signs, got {len(body.ticket)}", "ticket")
    return body
