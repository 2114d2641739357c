"""Coming in by the organisation's identity provider: out to it by Streamlit's sign-in, back with a one-time ticket."""

from html import escape
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import access
from dashboard.formats import plain
from dashboard.signing import sign_in, viewers
from dashboard.signing.tickets import PROVIDER_COOKIE, TICKETS, browser_of, vouched
from dashboard.words import LANGUAGES, Words
from pipelines.clock import wall_now

ASKED = "provider"
NEXT_COOKIE, LANG_COOKIE = "tenfold_next", "tenfold_lang"
NEXT_S = 900


async def go(request: Request) -> Response:
    """``GET /sign-in/provider``: remember where he wants to go, and have Streamlit send him to the provider."""
    words = sign_in.language(request, request.query_params.get("lang"))
    answer = RedirectResponse(f"/?{ASKED}=1&lang={words.language}", 303)
    then = sign_in.place(request.query_params.get("next", "/"))
    answer.set_cookie(NEXT_COOKIE, quote(then, safe=""), NEXT_S, path="/sign-in", httponly=True, samesite="lax")
    answer.set_cookie(LANG_COOKIE, words.language, NEXT_S, httponly=True, samesite="lax")
    return answer


def arrival(request: Request) -> str:
    """Return where whoever comes back from the provider goes on in his own language, "" for everybody else."""
    is_back = request.url.path == "/" and not request.url.query and PROVIDER_COOKIE in request.cookies
    language = request.cookies.get(LANG_COOKIE)
    return f"/?lang={language}" if is_back and language in LANGUAGES and access.COOKIE not in request.cookies else ""


async def enter(request: Request) -> Response:
    """``GET /sign-in/ticket``: a session for whom the provider vouches, against the ticket of this very browser."""
    words = sign_in.language(request, request.query_params.get("lang"))
    then = sign_in.place(sign_in.unquoted(request.cookies.get(NEXT_COOKIE, "/")))
    if not sign_in.is_ours(request):
        return await sign_in.page(request, words, then, 403, words("signin.foreign"))
    ticket = request.query_params.get("ticket", "")
    who = TICKETS.take(ticket, browser_of(request.cookies), wall_now().timestamp())
    if who is None:
        return await sign_in.page(request, words, then, 401, words("signin.failed.ticket"))
    address = sign_in.address(request)
    answer = await sign_in.let_in(
        request,
        words,
        then,
        lambda: viewers.sessions().by_provider(who.issuer, who.subject, who.email, address),
    )
    answer.delete_cookie(NEXT_COOKIE, path="/sign-in", httponly=True, samesite="lax")
    return answer


def welcome(words: Words) -> bool:
    """Go to the provider, or offer the way on to whom it has just vouched for; whether either was done."""
    claims = st.user.to_dict()
    who, now = vouched(claims), wall_now().timestamp()
    ticket = TICKETS.give(who, browser_of(st.context.cookies), now) if who else ""
    if ticket and who:
        _offer(str(claims.get("email") or claims.get("name") or who.subject), ticket, words)
    elif st.query_params.get(ASKED):
        with st.container(key="to-provider"):
            st.info(words("signin.leaving"), icon=":material/login:")
        st.login()
    else:
        return False
    return True


def _offer(name: str, ticket: str, words: Words) -> None:
    with st.container(key="from-provider"):
        said = words("signin.vouched", name=plain(name))
        st.success(f"**{said}**  \n{words('signin.vouched.do')}", icon=":material/verified_user:")
        on = f"/sign-in/ticket?lang={words.language}&amp;ticket={quote(ticket, safe='')}"
        st.html(
            f'<a href="{on}" style="color:inherit">{escape(words("signin.on"))} →</a> · '
            f'<a href="/sign-out" style="color:inherit">{escape(words("signin.other"))}</a>'
        )


ROUTES = [
    Route("/sign-in/provider", go, methods=["GET"]),
    Route("/sign-in/ticket", enter, methods=["GET"]),
]
