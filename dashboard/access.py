"""Who looks and what he may see: every page, fragment and query gets its scope from here; deny by default."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dashboard.signing import viewers
from pipelines import provider
from pipelines.access import may_act
from pipelines.client import CommandUnavailable, Scope, Viewer
from pipelines.config import settings
from pipelines.vocabulary import ActKind, ScopeLevel, UserRole

COOKIE = "tenfold_session"
WHOSE = "whose"
FOLDER = Path(__file__).parent / "app_pages"
EVERYBODY = frozenset(UserRole)
WHOLE_DISTRICT = frozenset({UserRole.COMMANDER, UserRole.DATA_OFFICER, UserRole.ANALYST})
SITES = WHOLE_DISTRICT | {UserRole.TOWN_COORDINATOR}

# Which roles may see a page, by the name of its file, in the order of the navigation; a page without a row is nobody's.
PAGES: dict[str, frozenset[UserRole]] = {
    "district": SITES,
    "town": SITES,
    "site": SITES | {UserRole.SITE_OFFICER},
    "tubes": SITES,
    "inputs": SITES | {UserRole.SITE_OFFICER},
    "reports": SITES | {UserRole.SITE_OFFICER},
    "reconcile": SITES | {UserRole.SITE_OFFICER},
    "staffing": SITES,
    "network": SITES,
    "tickets": SITES | {UserRole.SITE_OFFICER},
    "readiness": SITES | {UserRole.SITE_OFFICER},
    "closeout": SITES | {UserRole.SITE_OFFICER},
    "alerts": EVERYBODY,
    "work": WHOLE_DISTRICT | {UserRole.ADMINISTRATOR},
    "whatif": WHOLE_DISTRICT | {UserRole.ADMINISTRATOR},
    "practice": EVERYBODY,
    "process": EVERYBODY,
}

# Where a role begins: the first of these pages that there is.
FIRST: dict[UserRole, tuple[str, ...]] = {
    UserRole.COMMANDER: ("district",),
    UserRole.DATA_OFFICER: ("district",),
    UserRole.ANALYST: ("district",),
    UserRole.TOWN_COORDINATOR: ("town", "district"),
    UserRole.SITE_OFFICER: ("site",),
    UserRole.ADMINISTRATOR: ("work",),
}
Reader = Callable[[], Viewer | None]


def by_cookie() -> Viewer | None:
    """Return whose session the browser's cookie names; raises CommandUnavailable while nobody can say."""
    return viewers.of_session(st.context.cookies.get(COOKIE, ""))


class Door:
    """Where ``viewer`` learns who looks; the tests, which have no browser's cookie, put their own reader in."""

    def __init__(self, read: Reader) -> None:
        """Ask ``read``."""
        self.read = read


DOOR = Door(by_cookie)


def viewer() -> Viewer | None:
    """Return who looks at this session's screen now, None when nobody is signed in; cheap enough for every fragment."""
    try:
        return DOOR.read()
    except CommandUnavailable:
        return None


def may_see(seen: Viewer | None, page: str) -> bool:
    """Whether a viewer may see a page; nobody may see one that is not in the table."""
    return seen is not None and seen.role in PAGES.get(page, frozenset())


def scope(page: str) -> Scope:
    """Return the scope of a viewer who may see ``page``: the first line of every fragment.

    For anybody else it does not return: the frame is drawn anew, and says why there is nothing to see.
    """
    seen = viewer()
    if seen is None or not may_see(seen, page):
        st.rerun()
    return seen.scope


def one_town(seen: Scope, town_code: str) -> Scope:
    """Return the scope of one town within a viewer's scope; who sees one town or one site only keeps his own."""
    return Scope.town(town_code) if seen.level is ScopeLevel.DISTRICT else seen


def one_site(seen: Scope, site_id: str) -> Scope:
    """Return the scope of one site that lies within a viewer's scope, as the command server has answered for it."""
    return seen if seen.level is ScopeLevel.SITE else Scope.site(site_id)


def is_own_site() -> bool:
    """Whether the viewer is the officer of one site: nobody need ring him, and what a site is to do is his."""
    seen = viewer()
    return seen is not None and seen.role is UserRole.SITE_OFFICER


def is_whole(seen: Scope) -> bool:
    """Whether a scope is the whole district, of which some things are told undivided."""
    return seen.level is ScopeLevel.DISTRICT


def may(kind: ActKind) -> bool:
    """Whether the viewer may do an act of that kind; the command server decides again when it is done."""
    seen = viewer()
    return seen is not None and may_act(seen.role, kind)


def unanswered() -> str:
    """Return why it is not known who looks: the command server's failure, "" when it has answered."""
    try:
        DOOR.read()
    except CommandUnavailable as failed:
        return str(failed)
    return ""


def begin_anew(seen: Viewer | None) -> None:
    """Forget what a session remembers of another viewer: a session of Streamlit's may pass from hand to hand."""
    whose = seen.user_id if seen else ""
    if (st.session_state.get(WHOSE) or whose) != whose:
        lang = st.session_state.get("lang")
        st.session_state.clear()
        st.session_state["lang"] = lang
    st.session_state[WHOSE] = whose


def has_provider() -> bool:
    """Whether people come in by an identity provider, too."""
    return provider.has_provider(settings())


def pages() -> list[str]:
    """Return the names of the pages that there are, in the order of the navigation."""
    return [name for name in PAGES if (FOLDER / f"{name}.py").exists()]


def first_page(seen: Viewer | None) -> str:
    """Return the page on which a viewer begins."""
    wanted = FIRST[seen.role] if seen else FIRST[UserRole.COMMANDER]
    return next(name for name in wanted if name in pages())
