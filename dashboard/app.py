"""The dashboard's server: Streamlit as an ASGI application, warm before the first viewer, with the map's routes.

``python -m streamlit run dashboard/app.py --server.port 8500`` from the checkout, or any ASGI server on ``app``.
"""

import asyncio
import gc
import importlib
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import access
from dashboard.serving import batches, bundles, crew, heaps, lean, sparing, turns
from dashboard.serving.seats import Seats
from dashboard.signing import by_provider, sign_in
from dashboard.signing.tickets import PROVIDER_COOKIE
from dashboard.words import LANGUAGES
from pipelines import logs

heaps.share()
NOBODY = JSONResponse({"detail": "sign in first"}, 401)
FRAME = Path(__file__).with_name("frame.py")
WARM = ("dashboard.live", "dashboard.maps", "dashboard.charts.live", "dashboard.widgets", "dashboard.words", "pandas")
# After so many objects made, and so many times as seldom the older ones: a refresh makes and drops thousands of them.
LOOKED_THROUGH = (50_000, 20, 20)
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"SAMEORIGIN",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), microphone=(), geolocation=()",
    b"content-security-policy": (
        b"default-src 'self'; script-src 'self' 'unsafe-eval' 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
        b"worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        b"font-src 'self' data:; connect-src 'self' data: blob:; object-src 'none'; base-uri 'self'"
    ),
}


class Entrance:
    """Middleware: whoever opens a page without a session is led to the sign-in page before anything is loaded."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead to the sign-in page, or let the request pass."""
        if scope["type"] == "http" and scope["method"] == "GET" and is_page(scope["path"]):
            request = Request(scope)
            if there := by_provider.arrival(request):
                await RedirectResponse(there, 303)(scope, receive, send)
                return
            if not may_load(request):
                then = quote(f"{request.url.path}?{request.url.query}".removesuffix("?"), safe="")
                lang = f"&lang={request.query_params['lang']}" if request.query_params.get("lang") in LANGUAGES else ""
                await RedirectResponse(f"/sign-in?next={then}{lang}", 303)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def may_load(request: Request) -> bool:
    """Whether the frame is loaded: for whoever has a session, comes from the identity provider, or goes to it."""
    is_leaving = by_provider.ASKED in request.query_params and access.has_provider()
    return is_leaving or any(name in request.cookies for name in (access.COOKIE, PROVIDER_COOKIE))


def is_page(path: str) -> bool:
    """Whether a path is that of a page."""
    return path == "/" or path.strip("/") in access.PAGES


class Headers:
    """Middleware: every answer forbids the browser to ask, or be framed by, another host."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the start of every HTTP answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *HEADERS.items()]}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


async def map_style(request: Request) -> Response:
    """``GET /map/style-{theme}.json``: the MapLibre style with the campaign's map in it, for those signed in."""
    if await to_thread.run_sync(sign_in.seen, request) is None:
        return NOBODY
    from pipelines.client import AskRefused, CommandUnavailable

    try:
        body = await to_thread.run_sync(style_of, request.path_params["theme"])
    except (CommandUnavailable, AskRefused) as error:
        return JSONResponse({"detail": str(error)}, status_code=503)
    return Response(body, media_type="application/json", headers={"Cache-Control": "private, max-age=3600"})


def style_of(theme: str) -> bytes:
    """Return the base map's document, light or dark; raises CommandUnavailable or AskRefused."""
    from dashboard import queries
    from dashboard.colours import palette
    from dashboard.maps import basemap

    layers = {name: queries.map_layer(name) for name in queries.campaign().map.layers}
    return orjson.dumps(basemap.style(palette(theme), layers))


@asynccontextmanager
async def warm(_: Any) -> AsyncGenerator[None]:
    """Import what a first viewer would wait for, and take it out of the garbage collector's sight."""
    logs.configure("dashboard")
    lean.keep_settings()
    turns.take()
    sparing.begin()
    batches.begin()
    bundles.begin()
    crew.begin()
    for name in WARM:
        await to_thread.run_sync(importlib.import_module, name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOKED_THROUGH)
    first, ended = asyncio.create_task(fetch_first_snapshot()), threading.Event()
    threading.Thread(target=follow, args=(ended,), name="follower", daemon=True).start()
    yield
    ended.set()
    first.cancel()


def follow(until: threading.Event) -> None:
    """Have what pages draw fetched before they ask for it."""
    from dashboard import told

    told.follow(until)


async def fetch_first_snapshot() -> None:
    """Have the first viewer find a snapshot: ask until the command server, which may start later, has given one."""
    from dashboard import live
    from pipelines.client import DISTRICT

    while (await to_thread.run_sync(live.view, DISTRICT)).snapshot is None:
        await asyncio.sleep(1)


app = st.App(
    FRAME,
    lifespan=warm,
    routes=[
        *sign_in.ROUTES,
        *by_provider.ROUTES,
        Route("/map/style-{theme}.json", map_style),
    ],
    middleware=[
        Middleware(TrustedHostMiddleware, allowed_hosts=st.get_option("server.allowedHosts") or ["*"]),
        Middleware(Headers),
        Middleware(Entrance),
        Middleware(Seats),
    ],
)
