"""The command API's routes for acts: whoever acts shows his session, and only this machine reads the whole feed."""

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.params import Depends as DependsOn
from starlette.concurrency import run_in_threadpool

from pipelines.api import NewAct
from pipelines.server.acting import FEED_LIMIT, Acting
from pipelines.server.bodies import body_of
from pipelines.server.refusals import Refusal

BODY_BYTES = 32_768
JSON = "application/json"
ADDRESS_HEADER = "x-tenfold-address"
_NEW = msgspec.json.Decoder(NewAct)


def add_act_routes(app: FastAPI, acting: Acting, guarded: list[DependsOn]) -> None:
    """Give ``app`` ``POST /v1/acts`` for those with a session and ``GET /v1/acts`` for the machine's own token."""

    @app.post("/v1/acts")
    async def act(request: Request) -> Response:
        """Record what the session's owner does: an order, a decision, a note."""
        viewer = await run_in_threadpool(acting.viewer_of, request)
        if viewer is None:
            raise Refusal(401, "session", "an act needs somebody's session, which is over or was never opened; sign in")
        new = await _new_act(request)
        told = await run_in_threadpool(acting.take, viewer, new, _address(request))
        return Response(msgspec.json.encode(told), 201, media_type=JSON)

    @app.get("/v1/acts", dependencies=guarded)
    async def acts(after: str = "0", limit: str = str(FEED_LIMIT)) -> Response:
        """Return the acts with a sequence above ``after``, ascending."""
        told = await run_in_threadpool(acting.feed, _whole(after, "after", 2**62), _whole(limit, "limit", FEED_LIMIT))
        return Response(msgspec.json.encode(told), media_type=JSON)


async def _new_act(request: Request) -> NewAct:
    body = await body_of(request, BODY_BYTES, f"the act is longer than {BODY_BYTES} bytes; say less")
    try:
        return _NEW.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        wanted = '{"act_id": "…32 hex digits…", "kind": "…", "scope": {…}, "target": "", "facts": {…}, "reason": ""}'
        raise Refusal(422, "body", f"an act must be JSON like {wanted}; {error}", "body") from error


def _address(request: Request) -> str:
    """Return where the act comes from: the dashboard on this machine tells whose browser it speaks for."""
    peer = request.client.host if request.client else ""
    told = request.headers.get(ADDRESS_HEADER, "")
    return f"{told} via {peer}" if told else peer


def _whole(text: str, name: str, most: int) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= most:
        return int(text)
    raise Refusal(422, "params", f"{name} must be a whole number from 0 to {most}", name)
