"""Sessions over HTTP: three ways in, each an act; a person's asks are cut to his scope; a dead token opens nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from pipelines.api import NewAct, Scope, Viewer
from pipelines.client import CommandClient
from pipelines.client_sessions import NotSignedIn, SessionClient
from pipelines.clock import wall_now
from pipelines.contract import Problem
from pipelines.http import Http, Reply
from pipelines.identity import Book, NewAccount, SignIns, demo_accounts
from pipelines.server.app import build_app
from pipelines.server.signing_desk import SigningDesk
from pipelines.vocabulary import ActKind, UserRole
from tests.api.conftest import DAY_SO_FAR
from tests.api.serving import served
from tests.store.kit import Bench

TOKEN = "0123456789abcdef" * 4
PASSWORD = "correct horse battery"
TOWN = "990001002"


@dataclass
class Gate:
    """A running command API with a desk, and the acts it recorded."""

    url: str
    http: Http
    client: SessionClient
    sign_ins: SignIns
    acts: list[tuple[NewAct, Viewer | str, str]] = field(default_factory=list)

    def token(self, user_id: str) -> str:
        """Return the token of a new session of a demonstration's user."""
        return self.client.by_click(user_id, "10.0.0.1").token

    def send(self, method: str, path: str, token: str, body: object = None, **headers: str) -> Reply:
        """Send a request with a bearer token."""
        raw = None if body is None else msgspec.json.encode(body)
        sent = {"Authorization": f"Bearer {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.ask(method, self.url + path, deadline_s=10, cap_bytes=1_000_000, body=raw, headers=sent)

    def ask(self, name: str, token: str, scope: Scope | None = None, **params: str) -> Reply:
        """Ask as of 01:00, for JSON."""
        body = {"as_of": "2031-03-02T01:00:00Z", "params": params, "scope": scope or Scope()}
        return self.send("POST", f"/v1/ask/{name}", token, body, Accept="application/json")


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory, small) -> Iterator[Gate]:
    """The API over one tick at 01:00, with the demonstration's users and one with a password."""
    folder: Path = tmp_path_factory.mktemp("sessions")
    bench = Bench(folder / "command.duckdb", small)
    bench.tick("01:00", **DAY_SO_FAR)
    bench.clock.put("01:00:30")
    book = Book(folder / "identity.sqlite")
    people = SignIns(book, wall_now)
    people.accounts.put_demo(demo_accounts(small))
    people.accounts.add(NewAccount("li.wei", "李伟", UserRole.TOWN_COORDINATOR, Scope.town(TOWN)), PASSWORD)
    people.accounts.add(NewAccount("away", "x", UserRole.TOWN_COORDINATOR, Scope.town("440607")), PASSWORD)
    acts: list[tuple[NewAct, Viewer | str, str]] = []
    desk = SigningDesk(people, small, lambda new, by, address: acts.append((new, by, address)))
    with served(build_app(bench.store, small, TOKEN, lambda: "", desk=desk)) as address:
        url = f"http://{address}"
        yield Gate(url, Http([address]), SessionClient(CommandClient(url, TOKEN)), people, acts)
    book.close()
    bench.store.close()


def problem(reply: Reply) -> Problem:
    return msgspec.json.decode(reply.body, type=Problem)


def rows(reply: Reply) -> list[dict]:
    assert reply.status == 200, reply.body
    return msgspec.json.decode(reply.body)


def test_a_sign_in_and_a_sign_out_are_acts_of_the_user(gate):
    gate.acts.clear()
    session = gate.client.by_password("li.wei", PASSWORD, "10.9.8.7")
    assert session.viewer.scope == Scope.town(TOWN)
    gate.client.sign_out(session.token, "10.9.8.7")
    assert gate.client.viewers([session.token]) == [None]
    told = [(new.kind, by.user_id, address) for new, by, address in gate.acts]
    assert told == [(ActKind.SIGNED_IN, "li.wei", "10.9.8.7"), (ActKind.SIGNED_OUT, "li.wei", "10.9.8.7")]


def test_refusals_are_acts_that_never_say_what_was_typed(gate):
    gate.acts.clear()
    for name in ("li.wei", "my secret password"):
        with pytest.raises(NotSignedIn, match="do not go together"):
            gate.client.by_password(name, "wrong", "10.0.0.2")
    assert [(new.kind, new.target, by) for new, by, _ in gate.acts] == [
        (ActKind.SIGN_IN_REFUSED, "li.wei", "sign-in"),
        (ActKind.SIGN_IN_REFUSED, "", "sign-in"),
    ]
    assert "secret" not in str(gate.acts)


def test_a_guesser_is_told_how_long_to_wait_and_the_lock_out_is_on_record(gate):
    gate.acts.clear()
    for _ in range(6):
        with pytest.raises(NotSignedIn) as refused:
            gate.client.by_password("li.wei", "wrong", "10.0.0.66")
    assert (refused.value.rule, refused.value.wait_s) == ("wait", 15)
    assert [new.facts["wait_s"] for new, _, _ in gate.acts] == [0, 0, 0, 0, 15]
    assert gate.client.by_password("li.wei", PASSWORD, "10.0.0.67").token


def test_an_account_of_another_campaign_does_not_come_in(gate):
    with pytest.raises(NotSignedIn, match="your account is not of this campaign"):
        gate.client.by_password("away", PASSWORD, "10.0.0.3")


def test_only_the_machine_vouches_and_clicks(gate):
    town = gate.token("demo-town")
    for path, body in (
        ("/v1/sessions/oidc", {"issuer": "https://id", "subject": "s", "email": "a@b.c"}),
        ("/v1/sessions/demo", {"user_id": "demo-commander"}),
        ("/v1/viewers", [town]),
    ):
        for token in ("", "guess", town):
            assert gate.send("POST", path, token, body).status == 401
    assert gate.send("GET", "/v1/sessions/demo", town).status == 401


def test_a_person_opens_a_session_by_himself_and_cannot_say_he_is_elsewhere(gate):
    gate.acts.clear()
    body = {"user_id": "li.wei", "password": PASSWORD, "address": "10.1.1.1"}
    reply = gate.send("POST", "/v1/sessions", "", body)
    assert reply.status == 201 and reply.headers["Cache-Control"] == "no-store"
    assert gate.acts[-1][2] == "127.0.0.1"
    own = msgspec.json.decode(reply.body)["token"]
    assert msgspec.json.decode(gate.send("GET", "/v1/viewer", own).body)["user_id"] == "li.wei"
    assert gate.send("DELETE", "/v1/sessions/current", own).status == 204
    assert gate.send("GET", "/v1/viewer", own).status == 401
    assert gate.ask("sites_live", own).status == 401


def test_an_ask_is_cut_to_the_askers_scope(gate):
    town, site, all_of_it = gate.token("demo-town"), gate.token("demo-site"), gate.token("demo-analyst")
    assert len(rows(gate.ask("sites_live", all_of_it))) == 9
    assert [row["site_id"] for row in rows(gate.ask("sites_live", town))] == ["LS-1", "LS-2", "LS-3", "LS-4"]
    assert [row["site_id"] for row in rows(gate.ask("sites_live", town, Scope.site("LS-2")))] == ["LS-2"]
    assert [row["site_id"] for row in rows(gate.ask("sites_live", site))] == ["LS-1"]
    assert rows(gate.ask("site_detail", town, site_id="LS-4"))[0]["site_id"] == "LS-4"


@pytest.mark.parametrize(
    ("user", "name", "scope", "params"),
    [
        ("demo-town", "sites_live", Scope.town(TOWN), {}),
        ("demo-town", "sites_live", Scope.site("LS-5"), {}),
        ("demo-town", "site_detail", Scope(), {"site_id": "LS-5"}),
        ("demo-site", "site_detail", Scope(), {"site_id": "LS-2"}),
        ("demo-site", "sites_live", Scope.site("LS-2"), {}),
        ("demo-town", "job_runs", Scope(), {}),
        ("demo-site", "job_runs", Scope(), {}),
    ],
)
def test_what_lies_elsewhere_is_refused(gate, user, name, scope, params):
    reply = gate.ask(name, gate.token(user), scope, **params)
    assert reply.status == 403 and b"persons" not in reply.body


def test_a_person_is_told_of_his_own_sites_alone_by_the_campaign(gate):
    told = msgspec.json.decode(gate.send("GET", "/v1/campaign", gate.token("demo-site")).body)
    assert [site["site_id"] for site in told["sites"]] == ["LS-1"]
    assert [town["town_code"] for town in told["towns"]] == ["990001001"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"user_id": 7}', b'{"user_id": "a", "password": "b", "role": "x"}']
)
def test_a_malformed_sign_in_is_refused_without_repeating_it(gate, body):
    reply = gate.http.ask("POST", gate.url + "/v1/sessions", deadline_s=10, cap_bytes=10_000, body=body, headers={})
    assert reply.status == 422 and problem(reply).rule == "body"
    assert gate.send("POST", "/v1/sessions", "", {"user_id": "x" * 5000, "password": ""}).status == 413
