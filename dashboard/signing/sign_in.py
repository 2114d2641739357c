"""The routes by which people come in and go out: a form, one click in a simulated campaign, and the cookie."""

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

from anyio import to_thread
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import access, queries
from dashboard import words as catalogues
from dashboard.signing import viewers
from dashboard.signing.sign_in_page import SignInPage
from dashboard.signing.tickets import PROVIDER_COOKIE
from dashboard.words import Words
from pipelines.client import AskRefused, CampaignInfo, CommandUnavailable, Viewer
from pipelines.client_sessions import NotSignedIn, Session

FORM_BYTES = 8_192
LONGEST_PLACE = 2_000
PLACE = re.compile(r"/([a-z]*)(\?[A-Za-z0-9=&%._~-]{0,400})?")
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
OWN = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
TOLD = {"wrong", "wait", "locked", "unknown", "busy", "ticket"}


async def show(request: Request) -> Response:
    """``GET /sign-in``: the page, or what it leads to for whoever is signed in."""
    then = place(request.query_params.get("next", "/"))
    if await to_thread.run_sync(seen, request) is not None:
        return RedirectResponse(then, 303)
    return await page(request, language(request, request.query_params.get("lang")), then)


async def enter(request: Request) -> Response:
    """``POST /sign-in``: a user and his password."""
    form = await _form(request)
    return await _enter(
        request, form, lambda user: viewers.sessions().by_password(user, form.get("password", ""), address(request))
    )


async def enter_demo(request: Request) -> Response:
    """``POST /sign-in/demo``: one of the four users of a simulated campaign, on this machine alone."""
    if not is_on_this_machine(request):
        return Response("not here", 404)
    form = await _form(request)
    return await _enter(request, form, lambda user: viewers.sessions().by_click(user, address(request)))


async def leave(request: Request) -> Response:
    """``GET /sign-out``: end the session here, at the command server and at the provider; other sites' links end none.

    Streamlit's own way out forgets what the provider said, and leads on to the provider's.
    """
    token = request.cookies.get(access.COOKIE)
    was_vouched = PROVIDER_COOKIE in request.cookies and is_ours(request)
    answer = RedirectResponse("/auth/logout" if was_vouched else "/sign-in", 303)
    if token:
        viewers.VIEWERS.end(token)
        try:
            await to_thread.run_sync(viewers.sessions().sign_out, token, address(request))
        except CommandUnavailable:
            answer = RedirectResponse("/sign-in?failed=out", 303)
        answer.delete_cookie(access.COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def seen(request: HTTPConnection) -> Viewer | None:
    """Return who sends a request or opens a socket; nobody while that is not known."""
    try:
        return viewers.of_session(request.cookies.get(access.COOKIE, ""))
    except CommandUnavailable:
        return None


def place(wanted: str) -> str:
    """Return where to go after signing in: one of our pages, never another host."""
    found = PLACE.fullmatch(wanted)
    return wanted if found and (found[1] in access.PAGES or not found[1]) else "/"


def unquoted(text: str) -> str:
    """Return what a cookie of ours holds."""
    return unquote(text[:LONGEST_PLACE])


def language(request: Request, asked: str | None) -> Words:
    """Return the words to speak: as asked, else as the browser prefers."""
    prefers_english = request.headers.get("accept-language", "").strip().lower().startswith("en")
    return catalogues.words(asked or ("en" if prefers_english else None))


def is_on_this_machine(request: Request) -> bool:
    """Whether a browser on this machine asks by this machine's own name, with nothing in between."""
    peer = request.client.host if request.client else ""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return _is_loopback(peer) and _is_loopback(host) and not any(name in request.headers for name in FORWARDED)


def is_ours(request: Request) -> bool:
    """Whether a form comes from our own page, as every browser says it."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    is_same = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    return is_same and site in {"same-origin", "none"}


async def _enter(request: Request, form: dict[str, str], open_session: Callable[[str], Session]) -> Response:
    words, then, user = language(request, form.get("lang")), place(form.get("next", "/")), form.get("user", "")[:64]
    if not is_ours(request):
        return await page(request, words, then, 403, words("signin.foreign"))
    return await let_in(request, words, then, lambda: open_session(user), user)


async def let_in(
    request: Request, words: Words, then: str, open_session: Callable[[], Session], user: str = ""
) -> Response:
    """Open a session and lead on with its cookie; whoever is refused gets the page again, which says why."""
    try:
        session = await to_thread.run_sync(open_session)
    except NotSignedIn as refused:
        rule = refused.rule if refused.rule in TOLD else "wrong"
        told = words(f"signin.failed.{rule}")
        told += words("signin.again", seconds=refused.wait_s) if refused.wait_s else ""
        return await page(request, words, then, 429 if refused.wait_s else 401, told, user)
    except CommandUnavailable:
        return await page(request, words, then, 503, words("signin.failed.unavailable"), user)
    answer = RedirectResponse(then, 303)
    keep(answer, session.token, request)
    if old := request.cookies.get(access.COOKIE):
        await to_thread.run_sync(_end, old, address(request))
    return answer


def keep(answer: Response, token: str, request: Request) -> None:
    """Have the browser keep a session's token where no script reads it and no other site sends it."""
    is_https = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(access.COOKIE, token, path="/", httponly=True, samesite="strict", secure=is_https)


def _end(token: str, where: str) -> None:
    viewers.VIEWERS.end(token)
    try:
        viewers.sessions().sign_out(token, where)
    except CommandUnavailable:
        return  # it dies of idleness


async def page(
    request: Request, words: Words, then: str, status: int = 200, failure: str = "", user: str = ""
) -> HTMLResponse:
    """Return the sign-in page, with what went wrong."""
    campaign, demo = await to_thread.run_sync(_known, request)
    if not failure and request.query_params.get("failed") == "out":
        failure = words("signin.failed.out")
    made = SignInPage(campaign, then, failure, user, demo, access.has_provider())
    return HTMLResponse(made.html(words), status, OWN)


def _known(request: Request) -> tuple[CampaignInfo | None, list[Viewer]]:
    try:
        return queries.campaign(), viewers.sessions().demo_viewers() if is_on_this_machine(request) else []
    except (CommandUnavailable, AskRefused):
        return None, []


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES:
            return {}
    text = bytes(body).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(text, max_num_fields=8).items()} if _is_short(text) else {}


def _is_short(text: str) -> bool:
    return text.count("&") < 8


def address(request: Request) -> str:
    """Return where a browser is."""
    return request.client.host if request.client else ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


ROUTES = [
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", enter, methods=["POST"]),
    Route("/sign-in/demo", enter_demo, methods=["POST"]),
    Route("/sign-out", leave, methods=["GET"]),
]
