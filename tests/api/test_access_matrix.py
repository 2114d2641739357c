"""The access matrix, made from the code: roles by asks by scopes, roles by acts, strangers by routes; 0 wrong cells.

A cell is right when the status is the one that the roles' own words ask for, and no answer names a site or a town that
lies outside the asker's scope.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from fastapi import FastAPI

from pipelines.access import CLOSING, HANDING, HOUSEKEEPING, REPORTING, SHEETS, TICKETING
from pipelines.acts import ActLedger
from pipelines.api import Scope
from pipelines.campaign import Campaign
from pipelines.client import CommandClient
from pipelines.clock import wall_now
from pipelines.http import Http, Reply
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.server.access import FOR_EVERY_SCOPE
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.server.callers import Callers
from pipelines.server.signing_desk import SigningDesk
from pipelines.store import asks
from pipelines.vocabulary import ActKind, ScopeLevel, UserRole
from tests.acts.examples import LABEL, NEED_MORE, OF_A_SITE, example
from tests.api.serving import served
from tests.dashboard.kit import District

TOKEN = "0123456789abcdef" * 4
DISTRICT, OWN_TOWN, OWN_SITE = Scope(), Scope.town("990001002"), Scope.site("LS-5")
OTHER_TOWN, OTHER_SITE = Scope.town("990001001"), Scope.site("LS-2")
OWN = {
    UserRole.COMMANDER: DISTRICT,
    UserRole.DATA_OFFICER: DISTRICT,
    UserRole.ANALYST: DISTRICT,
    UserRole.ADMINISTRATOR: DISTRICT,
    UserRole.TOWN_COORDINATOR: OWN_TOWN,
    UserRole.SITE_OFFICER: OWN_SITE,
}
WANTED = (DISTRICT, OWN_TOWN, OWN_SITE, OTHER_TOWN, OTHER_SITE)
KNOWN_BY = {
    OWN_TOWN: {"LS-5", "LS-6", "LS-7", "LS-8", "990001002"},
    OWN_SITE: {"LS-5", "990001002"},
}
NAMES = re.compile(r"LS-\d+|99000100\d")
ABOUT_ITSELF = {"/healthz", "/readyz"}
WAYS_IN = {("POST", "/v1/sessions")}
ACTING = frozenset({UserRole.COMMANDER, UserRole.DATA_OFFICER, UserRole.TOWN_COORDINATOR})
PLANNING = frozenset({UserRole.COMMANDER, UserRole.DATA_OFFICER, UserRole.ANALYST, UserRole.ADMINISTRATOR})
EVERYBODY = frozenset(UserRole)
MAY = {
    ActKind.ORDERED: ACTING,
    ActKind.RECOMMENDATION_ACCEPTED: ACTING,
    ActKind.RECOMMENDATION_REJECTED: ACTING,
    ActKind.ALERT_ACKNOWLEDGED: ACTING | {UserRole.SITE_OFFICER},
    ActKind.ALERT_SILENCED: ACTING,
    ActKind.SILENCE_LIFTED: ACTING,
    ActKind.NOTED: EVERYBODY,
    ActKind.EXPORTED: ACTING | {UserRole.ANALYST},
    ActKind.SCENARIO_SAVED: PLANNING,
    **dict.fromkeys(REPORTING | TICKETING | SHEETS, ACTING | {UserRole.SITE_OFFICER}),
    **dict.fromkeys(CLOSING, ACTING),
    **dict.fromkeys(HANDING, ACTING - {UserRole.TOWN_COORDINATOR}),
}


@dataclass
class Tried:
    """A running command API and a session of each role."""

    app: FastAPI
    url: str
    http: Http
    as_of: str
    tokens: dict[UserRole, str]

    def send(self, method: str, path: str, token: str, body: object = None) -> Reply:
        """Send a request with a bearer token, for JSON."""
        raw = None if body is None else msgspec.json.encode(body)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return self.http.ask(method, self.url + path, deadline_s=30, cap_bytes=9_000_000, body=raw, headers=headers)

    def ask(self, role: UserRole, name: str, scope: Scope, site_id: str) -> Reply:
        """Ask with what the ask needs."""
        needed = {"site_id": site_id, "lab_id": "", "barcode": LABEL}
        params = {key: needed.get(key, self.as_of) for key in asks()[name].params}
        body = {"as_of": self.as_of, "params": params, "scope": scope}
        return self.send("POST", f"/v1/ask/{name}", self.tokens[role], body)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Tried]:
    """The API over a minute in which every site of the small district has told everything."""
    folder: Path = tmp_path_factory.mktemp("matrix")
    district = District(folder / "command.duckdb", small)
    district.minute("01:00")
    book, ledger = Book(folder / "identity.sqlite"), ActLedger(folder / "acts.sqlite")
    people = SignIns(book, wall_now)
    people.accounts.put_demo([NewAccount(f"a-{role}", role, role, scope, is_demo=True) for role, scope in OWN.items()])
    tokens = {role: people.by_click(f"a-{role}", "here").token for role in OWN}
    acting = Acting(ledger, small, district.clock, Callers(TOKEN, people).viewer_of)
    desk = SigningDesk(people, small, lambda *_: None)
    app = build_app(district.store, small, TOKEN, lambda: "", acting, desk)
    with served(app) as address:
        url = f"http://{address}"
        as_of = CommandClient(url, TOKEN).edge().as_of.isoformat()
        yield Tried(app, url, Http([address]), as_of, tokens)
    book.close()
    ledger.close()
    district.store.close()


def is_within(outer: Scope, inner: Scope) -> bool:
    """Whether a scope lies in another one, in the small district's own words."""
    return outer in (DISTRICT, inner) or (outer, inner) in {(OWN_TOWN, OWN_SITE), (OTHER_TOWN, OTHER_SITE)}


def is_cut(name: str) -> bool:
    """Whether an ask can be cut to a town or a site."""
    return bool(asks()[name].bound & {"scope_level", "scope_id", "site_id"}) or name in FOR_EVERY_SCOPE


def right_status(role: UserRole, name: str, wanted: Scope, site_id: str) -> int:
    """Return the status that an ask must get."""
    own = OWN[role]
    if role is UserRole.ADMINISTRATOR and name not in HOUSEKEEPING:
        return 403
    if not is_within(own, wanted) and not is_within(wanted, own):
        return 403
    asked = wanted if is_within(own, wanted) else own
    if asked.level is not ScopeLevel.DISTRICT and not is_cut(name):
        return 403
    if "site_id" in asks()[name].params and not is_within(asked, Scope.site(site_id)):
        return 403
    return 200


def foreign(role: UserRole, text: str) -> set[str]:
    """Return the sites and towns named in an answer that the role must not know of."""
    own = KNOWN_BY.get(OWN[role])
    return set() if own is None else set(NAMES.findall(text)) - own


@pytest.mark.parametrize("role", UserRole)
def test_every_ask_answers_every_role_within_its_scope_and_no_further(tried: Tried, role: UserRole) -> None:
    wrong, cells = [], 0
    for name in asks():
        for wanted in WANTED:
            sites = (OWN_SITE.id, OTHER_SITE.id) if "site_id" in asks()[name].params else (OWN_SITE.id,)
            for site_id in sites:
                reply = tried.ask(role, name, wanted, str(site_id))
                cells += 1
                text = reply.body.decode()
                leaked = foreign(role, text) if reply.status == 200 else set()
                if reply.status != right_status(role, name, wanted, str(site_id)) or leaked:
                    wrong.append((name, wanted.id, site_id, reply.status, leaked, text[:120]))
    assert wrong == []
    assert cells >= len(asks()) * len(WANTED)


@pytest.mark.parametrize("role", UserRole)
def test_every_act_is_for_the_roles_that_may_within_their_scope(tried: Tried, role: UserRole) -> None:
    wrong = []
    for kind in ActKind:
        for scope in WANTED:
            new = example(kind, scope, reason="a test")
            status = tried.send("POST", "/v1/acts", tried.tokens[role], new).status
            is_right = role in MAY.get(kind, frozenset()) and is_within(OWN[role], scope)
            is_whole = kind not in NEED_MORE and (kind not in OF_A_SITE or scope.level is ScopeLevel.SITE)
            wanted = {201} if is_whole else {422, 503} if kind in NEED_MORE else {422}
            if status not in (wanted if is_right else {403}):
                wrong.append((kind, scope.id, status))
    assert wrong == []


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Return every method and path that the API has, its placeholders filled."""
    found = [(method, path) for path, methods in _paths(app) for method in methods - {"HEAD"}]
    return [(method, path.replace("{layer}", "district").replace("{name}", "sites_live")) for method, path in found]


def _paths(app: FastAPI) -> list[tuple[str, set[str]]]:
    return [(str(vars(route)["path"]), set(vars(route).get("methods") or {"GET"})) for route in app.routes]


def test_a_stranger_is_told_nothing_by_any_route(tried: Tried) -> None:
    found = routes(tried.app)
    assert len(found) >= 12
    for method, path in found:
        for token in ("", "guess", TOKEN[:-1], TOKEN + "0"):
            reply = tried.send(method, path, token, {} if method == "POST" else None)
            if path in ABOUT_ITSELF:
                assert reply.status == 200
            else:
                assert reply.status == (422 if (method, path) in WAYS_IN else 401), (method, path)
            assert not NAMES.search(reply.body.decode())


def test_a_session_that_was_signed_out_is_a_strangers(tried: Tried, small: Campaign) -> None:
    token = tried.tokens[UserRole.ANALYST]
    assert tried.send("GET", "/v1/campaign", token).status == 200
    assert tried.send("DELETE", "/v1/sessions/current", token).status == 204
    for method, path in routes(tried.app):
        if path not in ABOUT_ITSELF and (method, path) not in WAYS_IN:
            assert tried.send(method, path, token, {} if method == "POST" else None).status == 401
