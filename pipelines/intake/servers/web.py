"""What the intake's HTTP services share: bounded bodies, answers, refusals, the OpenAPI document, serving."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, TypeVar

import msgspec
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.requests import ClientDisconnect

from pipelines.config import LOOPBACK
from pipelines.contract import Problem
from pipelines.intake.ledger.opening import LedgerUnavailable
from pipelines.intake.ledger.record import Refused
from pipelines.intake.ledger.writer import LedgerWriter

JSON = "application/json"
BODY_CAP = 1_000_000
RETRY_AFTER_S = 1
T = TypeVar("T")
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
_REF = "#/components/schemas/{name}"
_ENCODER = msgspec.json.Encoder()


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: str = "ok"


def api(title: str, lifespan: Lifespan | None = None) -> FastAPI:
    """Return an application that gives its OpenAPI document; no page of it would load scripts from another host."""
    return FastAPI(title=title, version="1", docs_url=None, redoc_url=None, lifespan=lifespan)


def answer(body: msgspec.Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    return Response(_ENCODER.encode(body), status, headers, JSON)


def refusal(refused: Refused) -> Response:
    """Return the answer to a refused request."""
    return answer(refused.problem, refused.status)


def unavailable(failure: LedgerUnavailable) -> Response:
    """Return 503: nothing was recorded, and a later try may succeed."""
    problem = Problem(rule="ledger_unavailable", detail=str(failure))
    return answer(problem, 503, {"Retry-After": str(RETRY_AFTER_S)})


async def read_body(request: Request, decoder: "msgspec.json.Decoder[T]") -> T:
    """Return the request's body as a contract structure; raises Refused (413, 422) with a sentence."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_CAP:
                raise Refused(413, "body_too_large", f"the body exceeds {BODY_CAP} bytes; send less at once")
    except ClientDisconnect as error:
        raise Refused(422, "body_cut", "the connection ended before the body did; send it again") from error
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(422, "malformed_body", f"the body is not what the OpenAPI document asks for: {error}") from error


def number(request: Request, name: str, default: int, highest: int) -> int:
    """Return a whole-number query parameter from 0 to ``highest``; raises Refused (422)."""
    text = request.query_params.get(name, str(default))
    if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= highest:
        return int(text)
    raise Refused(422, f"bad_{name}", f"{name} must be a whole number from 0 to {highest}, got {text[:40]!r}", name)


def documented(
    status: int,
    structure: type[msgspec.Struct],
    body: type[msgspec.Struct] | None = None,
    refusals: tuple[int, ...] = (),
    query: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the route arguments that document a success, a request body, the refusals and whole-number queries."""
    responses = {code: _content(Problem, "refused: a sentence says why") for code in refusals}
    extra: dict[str, Any] = {"requestBody": {"required": True, **_content(body)}} if body else {}
    if query:
        extra["parameters"] = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in query]
    return {
        "status_code": status,
        "responses": {status: _content(structure, "done"), **responses},
        "openapi_extra": extra,
    }


def _content(structure: type[msgspec.Struct], description: str = "") -> dict[str, Any]:
    content = {"content": {JSON: {"schema": {"$ref": _REF.format(name=structure.__name__)}}}}
    return content | ({"description": description} if description else {})


def closing(close: Callable[[], None]) -> Lifespan:
    """Return an application lifespan that calls ``close`` after the last request."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        close()

    return lifespan


def describe(app: FastAPI, structures: list[type[msgspec.Struct]]) -> None:
    """Give ``app`` an OpenAPI document whose schemas are the contract's own structures; call it again to add some."""
    app.state.structures = [*getattr(app.state, "structures", ()), *structures]

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes, description=app.description)
            _, components = msgspec.json.schema_components([*app.state.structures, Alive, Problem], ref_template=_REF)
            schema.setdefault("components", {}).setdefault("schemas", {}).update(components)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = document


def add_health(app: FastAPI, writer: LedgerWriter | None = None) -> None:
    """Give ``app`` its ``GET /healthz``; one that records is only well while its ledger writer lives."""

    @app.get("/healthz", **documented(200, Alive, refusals=(503,)))
    async def healthz() -> Response:
        """Say that the process answers, and can record if that is its task."""
        if writer is None or writer.is_alive():
            return answer(Alive())
        return answer(Problem(rule="writer_ended", detail="the ledger writer has ended; restart this process"), 503)


def web_server(app: FastAPI, port: int) -> uvicorn.Server:
    """Return a quiet server of ``app`` on the loopback address."""
    config = uvicorn.Config(
        app,
        host=LOOPBACK,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
        backlog=1024,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def serve(app: FastAPI, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C, then end quietly."""
    with suppress(KeyboardInterrupt):
        web_server(app, port).run()
