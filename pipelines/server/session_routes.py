"""The command API's routes for sessions: in by a password, a provider's word or a click; who am I; out."""

from typing import TypeVar

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.params import Depends as DependsOn
from starlette.concurrency import run_in_threadpool

from pipelines.api import DemoSession, NewSession, VouchedSession
from pipelines.server.bodies import body_of
from pipelines.server.callers import ADDRESS_HEADER, Callers
from pipelines.server.refusals import Refusal
from pipelines.server.signing_desk import SigningDesk

BODY_BYTES = 4_096
TOKENS_BYTES = 131_072
TOKENS_AT_ONCE = 2_000
JSON = "application/json"
T = TypeVar("T")


def add_session_routes(app: FastAPI, desk: SigningDesk, callers: Callers, machine: list[DependsOn]) -> None:
    """Give ``app`` the routes by which people come in and out."""
    _ways_in(app, desk, callers, machine)

    @app.get("/v1/sessions/demo", dependencies=machine)
    async def demo() -> Response:
        """Return the users that one click signs in; none in a real campaign."""
        told = await run_in_threadpool(desk.sign_ins.demo_viewers)
        return Response(msgspec.json.encode(told), media_type=JSON)

    @app.get("/v1/viewer")
    async def viewer(request: Request) -> Response:
        """Return whose session is shown."""
        seen = (await run_in_threadpool(callers.of, request)).viewer
        if seen is None:
            raise Refusal(401, "session", "this session is over or was never opened; sign in")
        return Response(msgspec.json.encode(seen), media_type=JSON)

    @app.post("/v1/viewers", dependencies=machine)
    async def viewers(request: Request) -> Response:
        """Return for each of many sessions whose it is, null for those that are over."""
        tokens = await _read(request, list[str], TOKENS_BYTES)
        if len(tokens) > TOKENS_AT_ONCE:
            raise Refusal(422, "body", f"at most {TOKENS_AT_ONCE} sessions at once, got {len(tokens)}", "body")
        told = await run_in_threadpool(lambda: [desk.sign_ins.viewer(token) for token in tokens])
        return Response(msgspec.json.encode(told), media_type=JSON)

    @app.delete("/v1/sessions/current")
    async def out(request: Request) -> Response:
        """End the session that is shown."""
        who = await run_in_threadpool(callers.of, request)
        address = callers.address_of(request, request.headers.get(ADDRESS_HEADER, ""))
        await run_in_threadpool(desk.out, who.session, address)
        return Response(status_code=204)


def _ways_in(app: FastAPI, desk: SigningDesk, callers: Callers, machine: list[DependsOn]) -> None:
    @app.post("/v1/sessions")
    async def by_password(request: Request) -> Response:
        """Open a session for a user and his password; open to anybody, who waits after wrong words."""
        new = await _read(request, NewSession, BODY_BYTES)
        session = await run_in_threadpool(desk.by_password, new, callers.address_of(request, new.address))
        return _opened(session)

    @app.post("/v1/sessions/oidc", dependencies=machine)
    async def by_provider(request: Request) -> Response:
        """Open a session for whom an identity provider vouches, as this machine's dashboard has verified."""
        return _opened(await run_in_threadpool(desk.by_provider, await _read(request, VouchedSession, BODY_BYTES)))

    @app.post("/v1/sessions/demo", dependencies=machine)
    async def by_click(request: Request) -> Response:
        """Open a session for one of the demonstration's users."""
        return _opened(await run_in_threadpool(desk.by_click, await _read(request, DemoSession, BODY_BYTES)))


def _opened(session: object) -> Response:
    return Response(msgspec.json.encode(session), 201, media_type=JSON, headers={"Cache-Control": "no-store"})


async def _read(request: Request, kind: type[T], most: int) -> T:
    body = await body_of(request, most, f"the body is longer than {most} bytes")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(422, "body", "the body is not what this route takes; see its form in the README") from None
