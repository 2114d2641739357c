"""Acts over HTTP: the session says who acts, the table of rights what he may, and the ledger keeps what was said."""

import secrets
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipelines.access import CLOSING, DECIDING, HANDING, REPORTING, SHEETS, TICKETING
from pipelines.acts import ActLedger, verify
from pipelines.api import Act, NewAct, Scope, Viewer
from pipelines.client import AskRefused, CommandClient
from pipelines.contract import Problem
from pipelines.http import Http, Reply
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.vocabulary import ActKind, UserRole
from tests.acts.examples import NEED_MORE, example
from tests.acts.kit import note
from tests.api.payloads import PAYLOADS
from tests.api.serving import served
from tests.store.kit import Bench, moment

TOKEN = "0123456789abcdef" * 4
TOWN = "990001002"
VIEWERS = {
    name: Viewer(user_id=name, name=name, role=role, scope=scope)
    for name, role, scope in (
        ("commander", UserRole.COMMANDER, Scope()),
        ("data", UserRole.DATA_OFFICER, Scope()),
        ("town", UserRole.TOWN_COORDINATOR, Scope.town(TOWN)),
        ("site", UserRole.SITE_OFFICER, Scope.site("LS-5")),
        ("analyst", UserRole.ANALYST, Scope()),
        ("admin", UserRole.ADMINISTRATOR, Scope()),
    )
}
OFFLINE = {"contingency": "offline"}
LS_5 = Scope.site("LS-5")


@dataclass
class Desk:
    """A running command API that takes acts from anybody whose session token is the name of a viewer."""

    url: str
    http: Http
    client: CommandClient
    path: Path

    def send(self, body: Any, session: str = "commander", token: str = TOKEN, **headers: str) -> Reply:
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent = {"Authorization": f"Bearer {token}", "X-Tenfold-Session": session} | headers
        return self.http.ask("POST", self.url + "/v1/acts", deadline_s=10, cap_bytes=100_000, body=raw, headers=sent)

    def rows(self) -> int:
        with closing(sqlite3.connect(self.path)) as ledger:
            return ledger.execute("SELECT count(*) FROM act").fetchone()[0]


@pytest.fixture(scope="module")
def desk(tmp_path_factory, small) -> Iterator[Desk]:
    """The API at 01:40 of the small day."""
    folder = tmp_path_factory.mktemp("acting")
    bench, ledger = Bench(folder / "command.duckdb", small, "01:40"), ActLedger(folder / "acts.sqlite")
    acting = Acting(ledger, small, bench.clock, lambda request: VIEWERS.get(request.headers["x-tenfold-session"]))
    with served(build_app(bench.store, small, TOKEN, lambda: "", acting)) as address:
        client = CommandClient(f"http://{address}", TOKEN)
        yield Desk(f"http://{address}", Http([address]), client, ledger.path)
    ledger.close()
    bench.store.close()


def told(reply: Reply) -> Act:
    assert reply.status == 201, reply.body
    return msgspec.json.decode(reply.body, type=Act)


def problem(reply: Reply) -> Problem:
    return msgspec.json.decode(reply.body, type=Problem)


def order(scope: Scope = Scope(), **facts: Any) -> NewAct:  # noqa: B008 a scope is immutable
    return note("p1 is down", kind=ActKind.ORDERED, scope=scope, facts=facts or OFFLINE)


def test_an_order_is_recorded_with_its_actor_from_the_session_and_the_campaign_s_time(desk):
    new = order(Scope.town(TOWN))
    act = desk.client.act(new, "commander", "10.1.2.3")
    assert (act.by, act.role, act.happened_at) == ("commander", UserRole.COMMANDER, moment("01:40"))
    assert act.address == "10.1.2.3 via 127.0.0.1"
    assert (act.kind, act.scope, act.facts, act.reason) == (new.kind, new.scope, new.facts, new.reason)
    assert desk.client.acts(act.sequence - 1) == [act]


def test_the_body_cannot_say_who_acts(desk):
    for claim in ({"by": "commander"}, {"role": "commander"}, {"happened_at": "2031-03-02T00:00:00Z"}):
        reply = desk.send(msgspec.to_builtins(note()) | claim)
        assert reply.status == 422 and "unknown field" in problem(reply).detail


@pytest.mark.parametrize("session", ["", "nobody", "x" * 500])
def test_without_a_session_nothing_is_recorded(desk, session):
    before = desk.rows()
    reply = desk.send(note(), session)
    assert reply.status == 401 and "sign in" in problem(reply).detail and desk.rows() == before


def test_only_the_machine_reads_the_whole_feed(desk):
    reply = desk.http.ask(
        "GET", desk.url + "/v1/acts", deadline_s=5, cap_bytes=9_999, headers={"Authorization": "Bearer commander"}
    )
    assert reply.status == 401 and b"act_id" not in reply.body


SILENCING = {ActKind.ALERT_SILENCED, ActKind.SILENCE_LIFTED}
MAY = {
    ActKind.ALERT_ACKNOWLEDGED: {"commander", "data", "town", "site"},
    ActKind.NOTED: set(VIEWERS),
    ActKind.EXPORTED: {"commander", "data", "town", "analyst"},
    ActKind.SCENARIO_SAVED: {"commander", "data", "analyst", "admin"},
    **{kind: {"commander", "data", "town", "site"} for kind in REPORTING | TICKETING | SHEETS},
    **{kind: {"commander", "data", "town"} for kind in CLOSING | DECIDING | SILENCING},
    **{kind: {"commander", "data"} for kind in HANDING},
}


@pytest.mark.parametrize("kind", list(ActKind))
@pytest.mark.parametrize("name", list(VIEWERS))
def test_each_role_does_its_own_kinds_of_act_and_no_others(desk, kind, name):
    new = example(kind, Scope.site("LS-5"))
    before, reply = desk.rows(), desk.send(new, name)
    if name in MAY.get(kind, set()) and kind in NEED_MORE:
        assert reply.status in (422, 503) and desk.rows() == before
    elif name in MAY.get(kind, set()):
        assert told(reply).by == name
    else:
        assert reply.status == 403 and desk.rows() == before
        assert f"may not do {kind.value}" in problem(reply).detail


@pytest.mark.parametrize(
    ("name", "scope", "is_inside"),
    [
        ("commander", Scope(), True),
        ("commander", Scope.town("990001001"), True),
        ("town", Scope.town(TOWN), True),
        ("town", Scope.site("LS-6"), True),
        ("town", Scope(), False),
        ("town", Scope.town("990001001"), False),
        ("town", Scope.site("LS-1"), False),
        ("site", Scope.site("LS-5"), True),
        ("site", Scope.site("LS-6"), False),
        ("site", Scope.town(TOWN), False),
        ("site", Scope(), False),
    ],
)
def test_an_act_reaches_no_further_than_its_actor_s_scope(desk, name, scope, is_inside):
    reply = desk.send(note(scope=scope), name)
    assert (reply.status == 201) is is_inside
    if not is_inside:
        assert reply.status == 403 and "you act for" in problem(reply).detail


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (order(Scope.town("440607")), "scope.id"),
        (order(Scope.site("LS-99")), "scope.id"),
        (order(nothing=1), "facts"),
        (order(contingency="offline", server_id="p1"), "facts"),
        (order(contingency="holiday"), "facts.contingency"),
        (order(contingency=["offline"]), "facts.contingency"),
        (order(server_id="p9"), "facts.server_id"),
        (order(server_id=7), "facts.server_id"),
        (order(vehicle_id=""), "facts.vehicle_id"),
        (order(lend_from="LS-1"), "facts.lend_to"),
        (order(lend_from="LS-1", lend_to="LS-1", role="medic", persons=1), "facts.lend_to"),
        (order(lend_from="LS-1", lend_to="LS-99", role="medic", persons=1), "scope.id"),
        (order(lend_from="LS-1", lend_to="LS-2", role="police", persons=1), "facts.role"),
        (order(lend_from="LS-1", lend_to="LS-2", role="medic", persons=0), "facts.persons"),
        (order(lend_from="LS-1", lend_to="LS-2", role="medic", persons=True), "facts.persons"),
        (note(kind=ActKind.ALERT_ACKNOWLEDGED), "target"),
        (note(kind=ActKind.RECOMMENDATION_REJECTED), "target"),
        (example(ActKind.INPUT_ENTERED, LS_5, target="2031-03-02T00:30Z"), "target"),
        (example(ActKind.INPUT_ENTERED, LS_5, target="2031-03-02T02:00Z"), "target"),
    ],
)
def test_an_act_that_cannot_be_followed_is_refused_with_its_field(desk, new, field):
    before, reply = desk.rows(), desk.send(new)
    assert (reply.status, problem(reply).field) == (422, field) and desk.rows() == before


def test_a_town_lends_only_between_its_own_sites(desk):
    within = order(Scope.town(TOWN), lend_from="LS-5", lend_to="LS-6", role="registrar", persons=1)
    assert told(desk.send(within, "town")).facts["persons"] == 1
    beyond = order(Scope.town(TOWN), lend_from="LS-5", lend_to="LS-1", role="registrar", persons=1)
    reply = desk.send(beyond, "town")
    assert reply.status == 403 and "site LS-1 lies outside town 990001002" in problem(reply).detail


def test_a_repeat_is_harmless_and_the_same_id_for_another_act_is_refused(desk):
    new = note("first")
    first = told(desk.send(new))
    rows = desk.rows()
    assert told(desk.send(new)) == first and desk.rows() == rows
    reply = desk.send(msgspec.structs.replace(new, reason="second"))
    assert reply.status == 409 and "nothing was recorded" in problem(reply).detail
    assert desk.send(new, "data").status == 409 and desk.rows() == rows
    with pytest.raises(AskRefused, match="use a fresh act_id"):
        desk.client.act(msgspec.structs.replace(new, reason="third"), "commander")


def test_many_at_once_are_each_recorded_once(desk):
    before, new = desk.rows(), [note(f"at once {n}") for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        acts = list(threads.map(lambda one: told(desk.send(one)), new * 2))
    assert desk.rows() == before + 40 and len({act.sequence for act in acts}) == 40
    assert verify(desk.path).findings == ()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b'"\xff"', 422),
        (b"[" * 30_000, 422),
        (b'{"act_id": "' + b"a" * 32 + b'", "kind": "conquered"}', 422),
        (b'{"act_id": "' + b"a" * 32 + b'", "kind": "noted", "facts": {"a": {"b": 1}}}', 422),
        (b'{"act_id": "' + b"a" * 32 + b'", "kind": "noted", "facts": {"a": 1e999}}', 422),
        (b'{"act_id": "' + b"a" * 32 + b'", "kind": "noted", "reason": "\\ud800"}', 422),
        (b'{"act_id": "' + b"a" * 32 + b'", "kind": "noted", "facts": {"a": ' + b"9" * 5_000 + b"}}", 422),
        (b'{"act_id": "' + b"a" * 32 + b'", "kind": "noted", "scope": {"level": "planet"}}', 422),
        (b" " * 40_000, 413),
    ],
)
def test_a_malformed_act_is_refused(desk, body, status):
    before = desk.rows()
    reply = desk.send(body)
    assert reply.status == status and problem(reply).detail and desk.rows() == before


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1e3", "limit=0x10", "limit=9999999", "after=%00"])
def test_a_feed_that_cannot_be_is_refused(desk, query):
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    reply = desk.http.ask("GET", f"{desk.url}/v1/acts?{query}", deadline_s=5, cap_bytes=9_999, headers=bearer)
    assert reply.status == 422 and "whole number" in problem(reply).detail


def test_there_are_eighty_payloads_and_more():
    assert len(set(PAYLOADS)) >= 80


@pytest.mark.parametrize("place", ["reason", "target", "fact"])
def test_a_hostile_text_is_kept_letter_by_letter_or_refused_in_a_sentence(desk, place):
    kept = 0
    for payload in PAYLOADS:
        content = {"facts": {"text": payload, "texts": [payload]}} if place == "fact" else {place: payload}
        before = desk.rows()
        reply = desk.send(note(**{"reason": ""} | content))
        if reply.status == 201:
            (again,) = desk.client.acts(told(reply).sequence - 1)
            assert (again.facts.get("text", ""), again.reason, again.target) == tuple(
                payload if place == name else "" for name in ("fact", "reason", "target")
            )
            kept += 1
        else:
            assert reply.status == 422 and "U+" in problem(reply).detail, payload
            assert desk.rows() == before
    assert kept >= 65 and verify(desk.path).findings == ()


def test_a_hostile_session_opens_nothing(desk):
    before = desk.rows()
    for payload in filter(str.isprintable, filter(str.isascii, PAYLOADS)):
        assert desk.send(note(), payload).status == 401 and desk.rows() == before


def test_the_ledger_that_cannot_be_written_is_503_and_says_that_nothing_was_recorded(desk, small, tmp_path):
    bench, ledger = Bench(tmp_path / "command.duckdb", small, "01:40"), ActLedger(tmp_path / "acts.sqlite")
    acting = Acting(ledger, small, bench.clock, lambda _request: VIEWERS["commander"])
    with served(build_app(bench.store, small, TOKEN, lambda: "", acting)) as address:
        ledger.close()
        reply = Http([address]).ask(
            "POST", f"http://{address}/v1/acts", deadline_s=5, cap_bytes=9_999, body=msgspec.json.encode(note())
        )
    assert reply.status == 503 and "nothing was recorded" in problem(reply).detail
    bench.store.close()


def test_an_id_is_the_caller_s_own(desk):
    same = secrets.token_hex(16)
    assert told(desk.send(note("mine", act_id=same))).act_id == same
