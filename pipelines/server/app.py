"""The command API's routes: who asks is checked first, what is asked second, and only named asks reach the store."""

import hmac
from collections.abc import Callable

import msgspec
from fastapi import Depends, FastAPI, Request, Response
from fastapi.params import Depends as DependsOn
from starlette.concurrency import run_in_threadpool

from pipelines.api import AskBody
from pipelines.campaign.model import Campaign
from pipelines.contract import Problem
from pipelines.server.act_routes import add_act_routes
from pipelines.server.acting import Acting
from pipelines.server.answers import Answers
from pipelines.server.campaign_info import campaign_info, layers
from pipelines.server.formats import media_type
from pipelines.server.refusals import Refusal, refused
from pipelines.store import Store

BODY_BYTES = 65_536
JSON = "application/json"
Unready = Callable[[], str]


def build_app(store: Store, campaign: Campaign, token: str, unready: Unready, acting: Acting | None = None) -> FastAPI:
    """Return the command API; ``unready`` says in a sentence why the server is not ready, or "" when it is.

    ``acting`` takes acts; without it there are no routes for them.
    """
    app = FastAPI(title="Tenfold command API", version="1", docs_url=None, redoc_url=None)
    app.add_exception_handler(Refusal, refused)
    _open_routes(app, unready)
    guarded = [Depends(_bearer(token))]
    _routes(app, store, campaign, guarded)
    if acting is not None:
        add_act_routes(app, acting, guarded)
    return app


def _bearer(token: str) -> Callable[[Request], None]:
    expected = f"Bearer {token}".encode()

    def check(request: Request) -> None:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            raise Refusal(401, "token", "this needs the header `Authorization: Bearer <the command server's token>`")

    return check


def _open_routes(app: FastAPI, unready: Unready) -> None:
    @app.get("/healthz")
    async def healthz() -> Response:
        """Say that the process lives."""
        return Response(b'{"status":"alive"}', media_type=JSON)

    @app.get("/readyz")
    async def readyz() -> Response:
        """Say whether the store answers and the pulls go on."""
        why = await run_in_threadpool(unready)
        if why:
            return Response(msgspec.json.encode(Problem(rule="ready", detail=why)), 503, media_type=JSON)
        return Response(b'{"status":"ready"}', media_type=JSON)


def _routes(app: FastAPI, store: Store, campaign: Campaign, guarded: list[DependsOn]) -> None:
    answers = Answers(store, campaign)
    info = msgspec.json.encode(campaign_info(campaign))
    maps = {name: path.read_bytes() for name, path in layers(campaign).items()}

    @app.get("/v1/edge", dependencies=guarded)
    async def edge() -> Response:
        """Return the newest moment that can be asked about."""
        return Response(msgspec.json.encode(store.moments.edge()), media_type=JSON)

    @app.get("/v1/campaign", dependencies=guarded)
    async def the_campaign() -> Response:
        """Return the campaign's names, sites, servers and thresholds."""
        return Response(info, media_type=JSON)

    @app.get("/v1/map/{layer}", dependencies=guarded)
    async def map_layer(layer: str) -> Response:
        """Return one GeoJSON layer."""
        if layer not in maps:
            raise Refusal(404, "layer", f"the campaign has no map layer {layer!r}; it has {', '.join(maps)}")
        return Response(maps[layer], media_type="application/geo+json")

    @app.post("/v1/ask/{name}", dependencies=guarded)
    async def ask(name: str, request: Request) -> Response:
        """Answer a named ask as of a moment, within a scope, as Arrow IPC, JSON or CSV."""
        media = media_type(request.headers.get("accept"))
        if media is None:
            raise Refusal(
                406, "accept", "answers come as application/vnd.apache.arrow.stream, application/json or text/csv"
            )
        body = await _body(request)
        return Response(await run_in_threadpool(answers.answer, name, body, media), media_type=media)


async def _body(request: Request) -> AskBody:
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > BODY_BYTES:
            raise Refusal(413, "body", f"the question is longer than {BODY_BYTES} bytes")
    try:
        return msgspec.json.decode(bytes(parts), type=AskBody)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        wanted = '{"as_of": "…Z", "params": {…}, "scope": {"level": "district", "id": null}}'
        raise Refusal(422, "body", f"the question must be JSON like {wanted}; {error}", "body") from error
