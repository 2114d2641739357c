"""The way into the pages: the navigation of a role, the badge of who is signed in, and what the others are told."""

from html import escape
from urllib.parse import quote, urlencode

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import access, refusals
from dashboard.formats import plain
from dashboard.signing import by_provider
from dashboard.words import Words
from pipelines.client import Viewer

DEFAULT, HOME = "district", "home"


def pages(viewer: Viewer | None, words: Words) -> list[Page]:
    """Return every page for the navigation, of which only those that the viewer may see are shown in it.

    The others are known by their address, so that whoever follows a link to one is told that it is not for him.
    """
    first = access.first_page(viewer)
    made = [
        st.Page(
            f"app_pages/{name}.py",
            title=words(f"page.{name}"),
            url_path=name,
            default=name == first == DEFAULT,
            visibility="visible" if access.may_see(viewer, name) else "hidden",
        )
        for name in access.pages()
    ]
    if first != DEFAULT:
        title = words(f"page.{first}")
        made.append(
            st.Page(f"app_pages/{first}.py", title=title, url_path=HOME, default=True, visibility="hidden"),
        )
    return made


def is_open(viewer: Viewer | None, page: Page, words: Words) -> bool:
    """Whether the viewer may see the page; draw what he is told when he may not."""
    name = page.url_path or access.first_page(viewer)
    if access.may_see(viewer, name):
        return True
    if viewer is None:
        nobody(name, words)
    else:
        role = words(f"user_role.{viewer.role}")
        said = words("access.forbidden", page=words(f"page.{name}"), role=role)
        with st.container(key="forbidden"):
            st.warning(f"**{said}**  \n{words('access.forbidden.do')}", icon=":material/block:")
            first = access.first_page(viewer)
            st.page_link(f"app_pages/{first}.py", label=words(f"page.{first}"), icon=":material/arrow_forward:")
    return False


def nobody(page: str, words: Words) -> None:
    """Say that one must sign in, and where; or that nobody knows who looks while the command server is away."""
    if reason := access.unanswered():
        with st.container(key="command-lost"):
            st.error(refusals.shown(reason, words), title=words("access.unknown"), icon=":material/cloud_off:")
            st.caption(words("access.unknown.do"))
        again()
        return
    if access.has_provider() and by_provider.welcome(words):
        return
    with st.container(key="signed-out"):
        st.info(f"**{words('access.signed_out')}**  \n{words('access.signed_out.do')}", icon=":material/lock:")
        then = quote(f"/{page}?{urlencode(st.query_params.to_dict())}", safe="")
        there = f"/sign-in?lang={words.language}&amp;next={then}"
        st.html(f'<a href="{there}" style="color:inherit">{escape(words("signin.go"))} →</a>')


@st.fragment(run_every=2.0, key="again")
def again() -> None:
    """Look again, every two seconds, whether the command server knows who looks."""
    if not access.unanswered():
        st.rerun()


def badge(viewer: Viewer | None, words: Words) -> None:
    """Say who is signed in, as what, and over which part of the district."""
    if viewer is None or not viewer.user_id:
        return
    role = words(f"user_role.{viewer.role}")
    where = words("access.scope.district") if viewer.scope.id is None else plain(viewer.scope.id)
    with st.popover(role, icon=":material/person:", type="tertiary", key="viewer"):
        st.markdown(
            f"**{plain(viewer.name)}**  \n:gray-badge[:material/person: {role}] :gray-badge[{where}]",
            help=words("access.badge.help"),
        )
        st.html(f'<a href="/sign-out" style="color:inherit">{escape(words("access.sign_out"))}</a>')
