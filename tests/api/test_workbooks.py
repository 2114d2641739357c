"""Handing in over the API: a preview first, then all good rows or none, by those who report, for their own sites."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.acts import ActLedger
from pipelines.api import Act, Scope
from pipelines.campaign import Campaign
from pipelines.client import AskRefused, CommandClient
from pipelines.client_workbooks import preview, take
from pipelines.clock import wall_now
from pipelines.http import Http
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.server.callers import Callers
from pipelines.server.signing_desk import SigningDesk
from pipelines.vocabulary import ActKind, UserRole
from pipelines.workbooks import LARGEST_BYTES
from tests.api.serving import served
from tests.store.kit import Bench

TOKEN = "0123456789abcdef" * 4
OWN = {role: Scope() for role in UserRole}
OWN |= {UserRole.TOWN_COORDINATOR: Scope.town("990001002"), UserRole.SITE_OFFICER: Scope.site("LS-5")}
HEAD = "site,hour,persons,tubes\n"
PASTE = "site\thour\tpersons\nLS-5\t09:00\t70\nLS-1\t09:00\t80\n"


@dataclass
class Desk:
    """A running command API at 09:20 local time, its ledger, and a session of each role."""

    bench: Bench
    ledger: ActLedger
    client: CommandClient
    http: Http
    url: str
    tokens: dict[UserRole, str]

    def acts(self) -> list[Act]:
        return [entry.act for entry in self.ledger.feed()]


@pytest.fixture
def desk(tmp_path: Path, small: Campaign) -> Iterator[Desk]:
    """The API over the small district."""
    bench = Bench(tmp_path / "command.duckdb", small)
    bench.tick("01:20", site_counts="site_id | sequence | observed_at\nLS-5 | 1 | 01:20")
    book, ledger = Book(tmp_path / "identity.sqlite"), ActLedger(tmp_path / "acts.sqlite")
    people = SignIns(book, wall_now)
    people.accounts.put_demo([NewAccount(f"a-{role}", role, role, scope, is_demo=True) for role, scope in OWN.items()])
    tokens = {role: people.by_click(f"a-{role}", "here").token for role in OWN}
    acting = Acting(ledger, small, bench.clock, Callers(TOKEN, people).viewer_of)
    app = build_app(bench.store, small, TOKEN, lambda: "", acting, SigningDesk(people, small, lambda *_: None))
    with served(app) as address:
        url = f"http://{address}"
        yield Desk(bench, ledger, CommandClient(url, TOKEN), Http([address]), url, tokens)
    book.close()
    ledger.close()
    bench.store.close()


def test_a_coordinator_looks_then_takes_his_own_sites_rows(desk: Desk) -> None:
    token = desk.tokens[UserRole.TOWN_COORDINATOR]
    told = preview(desk.client, "", PASTE.encode(), token)
    assert [row.site_id for row in told.inputs] == ["LS-5"]
    assert "LS-1 lies outside what you report for" in told.refused[0].sentence
    assert desk.acts() == []

    taken = take(desk.client, "", PASTE.encode(), token, told, address="10.1.2.3")
    (act,) = desk.acts()
    assert (taken.acts, taken.rows) == (1, 1)
    assert (act.kind, act.by, act.scope, act.address) == (
        *(ActKind.INPUT_ENTERED, "a-town_coordinator"),
        *(Scope.site("LS-5"), "10.1.2.3"),
    )
    assert act.facts == {"base_version": 0, "source": "file", "file": told.sha256[:16], "persons": 70}


def test_taken_twice_it_is_recorded_once(desk: Desk) -> None:
    token, data = desk.tokens[UserRole.DATA_OFFICER], (HEAD + "LS-1,09:00,80,8\n").encode()
    told = preview(desk.client, "x.csv", data, token)
    first, again = (take(desk.client, "x.csv", data, token, told) for _ in range(2))
    assert (first.acts, again.acts, len(desk.acts())) == (1, 1, 1)


def test_another_table_than_the_one_looked_at_is_not_taken(desk: Desk) -> None:
    token = desk.tokens[UserRole.DATA_OFFICER]
    told = preview(desk.client, "x.csv", (HEAD + "LS-1,09:00,80,8\n").encode(), token)
    with pytest.raises(AskRefused, match="not the table that was previewed"):
        take(desk.client, "x.csv", (HEAD + "LS-1,09:00,81,8\n").encode(), token, told)
    assert desk.acts() == []


def test_a_bad_file_is_a_preview_with_its_trouble_and_never_taken(desk: Desk) -> None:
    token = desk.tokens[UserRole.COMMANDER]
    told = preview(desk.client, "x.csv", b"MZ\x90", token)
    assert "a program" in told.trouble
    with pytest.raises(AskRefused, match="a program"):
        take(desk.client, "x.csv", b"MZ\x90", token, told)
    assert desk.acts() == []


def test_too_much_is_cut_off_while_it_comes(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {desk.tokens[UserRole.COMMANDER]}"}
    body = bytes(LARGEST_BYTES + 1)
    reply = desk.http.ask(
        "POST", f"{desk.url}/v1/workbooks?name=x.csv", deadline_s=30, cap_bytes=9_000, body=body, headers=headers
    )
    assert (reply.status, b"at most 20 MB" in reply.body) == (413, True)


@pytest.mark.parametrize("role", UserRole)
def test_only_who_reports_hands_in(desk: Desk, role: UserRole) -> None:
    data = (HEAD + "LS-5,09:00,80,8\n").encode()
    if role in (UserRole.ANALYST, UserRole.ADMINISTRATOR):
        with pytest.raises(AskRefused, match="does not report figures"):
            preview(desk.client, "x.csv", data, desk.tokens[role])
    else:
        assert preview(desk.client, "x.csv", data, desk.tokens[role]).rows == 1


def test_the_machine_alone_hands_in_nothing(desk: Desk) -> None:
    with pytest.raises(AskRefused, match="needs somebody's session"):
        preview(desk.client, "x.csv", b"", "")
