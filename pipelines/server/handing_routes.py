"""The command API's route for what people hand in: the table's bytes in, its preview or the record of taking it out."""

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from pipelines.server.bodies import body_of
from pipelines.server.callers import ADDRESS_HEADER, Callers
from pipelines.server.handing import HandedIn, Handing
from pipelines.server.refusals import Refusal
from pipelines.workbooks import LARGEST_BYTES

JSON = "application/json"
LONGEST_NAME, LONGEST_REASON = 200, 200


def add_handing_routes(app: FastAPI, handing: Handing, callers: Callers) -> None:
    """Give ``app`` ``POST /v1/workbooks`` for those with a session."""

    @app.post("/v1/workbooks")
    async def hand_in(request: Request, name: str = "", reason: str = "", take: str = "") -> Response:
        """Preview a table; with ``take``, the preview's sha256, take its good rows. Without a name it is a paste."""
        viewer = (await callers.known(request)).viewer
        if viewer is None:
            raise Refusal(401, "session", "handing in needs somebody's session; sign in")
        if len(name) > LONGEST_NAME or len(reason) > LONGEST_REASON:
            raise Refusal(422, "params", f"name and reason have at most {LONGEST_REASON} characters")
        came = HandedIn(name, await _table(request), reason.strip())
        if not take:
            told = await run_in_threadpool(handing.preview, viewer, came)
            return Response(msgspec.json.encode(told), media_type=JSON)
        address = callers.address_of(request, request.headers.get(ADDRESS_HEADER, ""))
        taken = await run_in_threadpool(handing.take, viewer, came, take, address)
        return Response(msgspec.json.encode(taken), 201, media_type=JSON)


async def _table(request: Request) -> bytes:
    most = LARGEST_BYTES // 1_000_000
    too_long = f"at most {most} MB are taken at once; hand in the rows alone, in parts"
    return await body_of(request, LARGEST_BYTES, too_long, "body")
