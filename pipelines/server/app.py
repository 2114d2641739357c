"""The command API's routes: who asks is checked first, what is asked second, and only named asks reach the store."""

from collections.abc import Callable

import msgspec
from fastapi import Depends, FastAPI, Request, Response
from fastapi.params import Depends as DependsOn
from starlette.concurrency import run_in_threadpool

from pipelines.access import campaign_within
from pipelines.api import DISTRICT, AskBody
from pipelines.campaign.model import Campaign
from pipelines.contract import Problem
from pipelines.server.access import scope_for
from pipelines.server.act_routes import add_act_routes
from pipelines.server.acting import Acting
from pipelines.server.answers import Answers
from pipelines.server.bodies import body_of
from pipelines.server.callers import Callers
from pipelines.server.campaign_info import campaign_info, layers
from pipelines.server.export_routes import add_export_routes, add_report_routes
from pipelines.server.exporting import Exporting
from pipelines.server.formats import ARROW, CSV, JSON, media_type
from pipelines.server.handing import Handing
from pipelines.server.handing_routes import add_handing_routes
from pipelines.server.refusals import Refusal, refused
from pipelines.server.reporting import Reporting
from pipelines.server.session_routes import add_session_routes
from pipelines.server.signing_desk import SigningDesk
from pipelines.server.whatif import WhatIfDesk
from pipelines.server.whatif_routes import add_whatif_routes
from pipelines.store import Store

BODY_BYTES = 65_536
Unready = Callable[[], str]


def build_app(
    store: Store,
    campaign: Campaign,
    token: str,
    unready: Unready,
    acting: Acting | None = None,
    desk: SigningDesk | None = None,
) -> FastAPI:
    """Return the command API; ``unready`` says in a sentence why the server is not ready, or "" when it is.

    ``acting`` takes acts, ``desk`` lets people in: without them there are no routes for it, and without a desk only
    the machine, by its ``token``, is answered.
    """
    app = FastAPI(title="Tenfold command API", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(Refusal, refused)
    _open_routes(app, unready)
    callers = Callers(token, desk.sign_ins if desk else None)
    machine: list[DependsOn] = [Depends(callers.machine)]
    _routes(app, store, campaign, callers)
    app.state.whatif = WhatIfDesk(campaign, store)
    add_whatif_routes(app, app.state.whatif, callers)
    if acting is not None:
        add_act_routes(app, acting, machine)
        add_export_routes(app, Exporting(store, campaign, acting), callers)
        add_report_routes(app, Reporting(store, campaign, acting), callers)
        add_handing_routes(app, Handing(store, campaign, acting), callers)
    if desk is not None:
        add_session_routes(app, desk, callers, machine)
    return app


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


def _routes(app: FastAPI, store: Store, campaign: Campaign, callers: Callers) -> None:
    guarded: list[DependsOn] = [Depends(callers.of)]
    info = campaign_info(campaign)
    _asking(app, Answers(store, campaign), campaign, callers)
    maps = {name: path.read_bytes() for name, path in layers(campaign).items()}

    @app.get("/v1/edge", dependencies=guarded)
    async def edge() -> Response:
        """Return the newest moment that can be asked about."""
        return Response(msgspec.json.encode(store.moments.edge()), media_type=JSON)

    @app.get("/v1/campaign")
    async def the_campaign(request: Request) -> Response:
        """Return the names, sites, servers and thresholds of as much of the campaign as the caller may know."""
        who = await callers.known(request)
        scope = DISTRICT if who.is_machine or who.viewer is None else who.viewer.scope
        return Response(msgspec.json.encode(campaign_within(info, scope)), media_type=JSON)

    @app.get("/v1/map/{layer}", dependencies=guarded)
    async def map_layer(layer: str) -> Response:
        """Return one GeoJSON layer."""
        if layer not in maps:
            raise Refusal(404, "layer", f"the campaign has no map layer {layer!r}; it has {', '.join(maps)}")
        return Response(maps[layer], media_type="application/geo+json")


def _asking(app: FastAPI, answers: Answers, campaign: Campaign, callers: Callers) -> None:
    @app.post("/v1/ask/{name}")
    async def ask(name: str, request: Request) -> Response:
        """Answer a named ask as of a moment, within a scope, as Arrow IPC or JSON, and to the machine as CSV, too."""
        who = await callers.known(request)
        media = media_type(request.headers.get("accept"))
        if media is None:
            raise Refusal(
                406, "accept", f"answers come as {ARROW}, {JSON}; a file as CSV is GET /v1/exports/{name}.csv"
            )
        if media == CSV and who.viewer is not None:
            raise Refusal(406, "accept", f"a person takes CSV from GET /v1/exports/{name}.csv, which goes on record")
        body = await _body(request)
        if not who.is_machine and who.viewer is not None:
            own = scope_for(campaign, who.viewer, name, body.scope)
            body = msgspec.structs.replace(body, scope=own)
        return Response(await run_in_threadpool(answers.answer, name, body, media), media_type=media)


async def _body(request: Request) -> AskBody:
    body = await body_of(request, BODY_BYTES, f"the question is longer than {BODY_BYTES} bytes")
    try:
        return msgspec.json.decode(body, type=AskBody)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        wanted = '{"as_of": "…Z", "params": {…}, "scope": {"level": "district", "id": null}}'
        raise Refusal(422, "body", f"the question must be JSON like {wanted}; {error}", "body") from error
