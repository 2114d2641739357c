"""What the intake's HTTP services share: bounded work and bodies, answers, refusals, the OpenAPI document, serving."""

import gc
import re
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import msgspec
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from pipelines.config import LOOPBACK
from pipelines.contract import Barcode, Identifier, Problem
from pipelines.intake.ledger.opening import LedgerUnavailable
from pipelines.intake.ledger.record import Refused
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.servers.admission import RETRY_AFTER_S, Admission
from pipelines.intake.servers.docs_page import docs_page
from pipelines.intake.servers.doorway import Doorway

JSON = "application/json"
BODY_CAP = 1_000_000
SWITCH_S = 0.001  # how long the ledger's thread and the loop may keep each other waiting
T = TypeVar("T")
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
_REF = "#/components/schemas/{name}"
_ENCODER = msgspec.json.Encoder()
_QUOTED = re.compile(r"'.*'", re.DOTALL)
_STRANGE_FIELD = re.compile(r"unknown field `(?![a-z_]{1,30}`).*?`(?= - at|$)", re.DOTALL)
_READS = frozenset({"GET", "HEAD"})
_LATER = {"Retry-After": str(RETRY_AFTER_S)}


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: str = "ok"


class Api(FastAPI):
    """An application that takes on bounded work, and answers a few paths ahead of the framework's machinery.

    ``shortcuts`` are ASGI callables by method and path; each path has a route too, which the document describes.
    """

    def __init__(self, title: str, lifespan: Lifespan | None) -> None:
        """Serve the framework's document, and no page of it: that would load scripts from another host."""
        super().__init__(title=title, version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
        self.admission = Admission()
        self.shortcuts: dict[tuple[str, str], Callable[[Any, Any], Awaitable[None]]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, or turn it away."""
        if scope["type"] != "http" or scope["path"] == "/healthz":
            return await super().__call__(scope, receive, send)
        is_write, admission = scope["method"] not in _READS, self.admission
        if not admission.has_room(is_write):
            return await admission.turn_away(send)
        admission.writes += is_write
        try:
            if shortcut := self.shortcuts.get((scope["method"], scope["path"])):
                return await shortcut(receive, send)
            return await super().__call__(scope, receive, send)
        finally:
            admission.writes -= is_write


def api(title: str, lifespan: Lifespan | None = None) -> Api:
    """Return an application whose documents are at ``/openapi.json`` and, for people, at ``/docs``."""
    app = Api(title, lifespan)
    app.add_exception_handler(Refused, _told_why)
    app.add_exception_handler(LedgerUnavailable, _told_why)
    app.add_exception_handler(HTTPException, _no_such_route)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(docs_page(app.openapi()))

    return app


async def _told_why(_: Request, error: Exception) -> Response:
    return told_why(error)


async def _no_such_route(request: Request, error: Exception) -> Response:
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    asked = f"{request.method} {request.url.path[:80]!r}"
    problem = Problem(rule="no_such_route", detail=f"nothing answers {asked} here; /docs lists what does")
    return answer(problem, status, dict(headers or {}))


def told_why(error: Exception) -> Response:
    """Return the answer to a request that was refused, or that the ledger could not take."""
    if isinstance(error, Refused):
        return refusal(error)
    if isinstance(error, LedgerUnavailable):
        return unavailable(error)
    raise error


def answer(body: msgspec.Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    return Response(_ENCODER.encode(body), status, headers, JSON)


def refusal(refused: Refused) -> Response:
    """Return the answer to a refused request; one that may succeed later says when to try again."""
    return answer(refused.problem, refused.status, _LATER if refused.status == 503 else None)


def unavailable(failure: LedgerUnavailable) -> Response:
    """Return 503: nothing was recorded, and a later try may succeed."""
    problem = Problem(rule="ledger_unavailable", detail=str(failure))
    return answer(problem, 503, _LATER)


async def read_body(request: Request, decoder: "msgspec.json.Decoder[T]") -> T:
    """Return the request's body as a contract structure; raises Refused (413, 422) with a sentence."""
    try:
        return decoded(await received(request.receive), decoder)
    except ClientDisconnect as error:
        raise Refused(422, "body_cut", "the connection ended before the body did; send it again") from error


async def received(receive: Any) -> bytes | bytearray:
    """Return a request's whole body; raises Refused (413) and ClientDisconnect."""
    message = await receive()
    body = message.get("body", b"")
    while message.get("more_body") and len(body) <= BODY_CAP:
        message = await receive()
        body = bytearray(body) if isinstance(body, bytes) else body
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    if len(body) > BODY_CAP:
        raise Refused(413, "body_too_large", f"the body exceeds {BODY_CAP} bytes; send less at once")
    return body


def decoded(body: bytes | bytearray, decoder: "msgspec.json.Decoder[T]") -> T:
    """Return a body as a contract structure; raises Refused (422)."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        detail = f"the body is not what the OpenAPI document asks for: {without_values(str(error))}"
        raise Refused(422, "malformed_body", detail) from error


def without_values(sentence: str) -> str:
    """Return a decoder's sentence without what was sent: it may be a name or a number that is nobody's business."""
    return _STRANGE_FIELD.sub("unknown field", _QUOTED.sub("what was sent", sentence))


def label(text: str) -> str:
    """Return a barcode of a path; raises Refused (422) when no label looks like that."""
    return _of_form(text, Barcode, "barcode")


def identifier(text: str, name: str) -> str:
    """Return an identifier of a path; raises Refused (422) when it is none."""
    return _of_form(text, Identifier, name)


def _of_form(text: str, form: Any, name: str) -> str:
    try:
        return msgspec.convert(text, form)
    except msgspec.ValidationError as error:
        detail = f"what was sent as {name} does not have the form the OpenAPI document gives it; scan it again"
        raise Refused(422, f"malformed_{name}", detail, name) from error


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
    also: tuple[int, ...] = (),
) -> dict[str, Any]:
    """Return the route arguments that document a success, a request body, the refusals and whole-number queries.

    ``also`` are other successes with the same structure. Every route may answer 503 when the server is busy.
    """
    done = {code: _content(structure, "done") for code in (status, *also)}
    refused = {code: _content(Problem, "refused: a sentence says why") for code in sorted({*refusals, 503})}
    refused[503] |= {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}}
    extra: dict[str, Any] = {"requestBody": {"required": True, **_content(body)}} if body else {}
    if query:
        whole = {"type": "integer", "minimum": 0}
        extra["parameters"] = [{"name": name, "in": "query", "schema": whole} for name in query]
    return {"status_code": status, "responses": done | refused, "openapi_extra": extra}


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
            schema["components"] = {"schemas": components}
            _drop_framework_answers(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = document


def _drop_framework_answers(document: dict[str, Any]) -> None:
    """Take out the refusals that the framework documents for itself: no route here gives them."""
    for operation in (operation for path in document["paths"].values() for operation in path.values()):
        told = operation["responses"].items()
        operation["responses"] = {code: said for code, said in told if "ValidationError" not in str(said)}


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
    doorway: Any = partial(Doorway, app.admission) if isinstance(app, Api) else "httptools"
    config = uvicorn.Config(
        app,
        host=LOOPBACK,
        port=port,
        loop="uvloop",
        http=doorway,
        proxy_headers=False,
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
    gc.freeze()  # what was imported stays: no collection need look at it
    gc.enable()
    sys.setswitchinterval(SWITCH_S)
    with suppress(KeyboardInterrupt):
        web_server(app, port).run()
