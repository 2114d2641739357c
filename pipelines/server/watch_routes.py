"""The routes for whoever watches us: the heartbeat for the dead-man's switch, the metrics for a Prometheus."""

import hmac
import shutil
from collections.abc import Callable, Mapping

import msgspec
from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from pipelines.alerts.deadman import FULL_BELOW_BYTES, Heartbeat
from pipelines.server.metrics import exposition
from pipelines.server.refusals import Refusal
from pipelines.store import Store, StoreError

Progress = Callable[[], Mapping[str, float | None]]


def add_watch_routes(app: FastAPI, store: Store, progress: Progress, tokens: tuple[str, ...]) -> None:
    """Add both; ``progress`` says how long each part has been silent, ``tokens`` are those a scraper may show."""
    allowed = [f"Bearer {token}".encode() for token in tokens]

    @app.get("/heartbeat")
    async def heartbeat() -> Response:
        """Say how long ago pulls, writer, watch and notifier last made progress; it tells nothing of the day."""
        is_full = await run_in_threadpool(_is_full, store)
        told = Heartbeat(silent_s=dict(progress()), is_disk_full=is_full)
        return Response(msgspec.json.encode(told), media_type="application/json")

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Return our figures in Prometheus' text format."""
        shown = request.headers.get("authorization", "").encode()
        if not any([hmac.compare_digest(shown, one) for one in allowed]):
            raise Refusal(401, "token", "this needs the header `Authorization: Bearer <secrets/scrape of the home>`")
        try:
            return Response(await run_in_threadpool(exposition, store), media_type=CONTENT_TYPE_LATEST)
        except StoreError as failed:
            raise Refusal(503, "store", str(failed)) from failed


def _is_full(store: Store) -> bool:
    return shutil.disk_usage(store.folder).free < FULL_BELOW_BYTES
