"""An export over the API: cut to the asker's scope, whole, verified, and on record before the first byte is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import msgspec
import polars as pl
import pytest

from pipelines.acts import ActLedger
from pipelines.api import Act, AskBody, Scope
from pipelines.campaign import Campaign
from pipelines.client import AskRefused, CommandClient
from pipelines.client_exports import export
from pipelines.clock import wall_now
from pipelines.exports import read_export, verify_export
from pipelines.http import Http, Reply
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.server.callers import Callers
from pipelines.server.exporting import FOLDER
from pipelines.server.signing_desk import SigningDesk
from pipelines.vocabulary import ActKind, Audience, ExportForm, UserRole
from tests.api.serving import served
from tests.dashboard.kit import District

TOKEN = "0123456789abcdef" * 4
TOWN, SITE = Scope.town("990001002"), Scope.site("LS-5")
OWN = {role: Scope() for role in UserRole} | {UserRole.TOWN_COORDINATOR: TOWN, UserRole.SITE_OFFICER: SITE}


@dataclass
class Exports:
    """A running command API, its ledger, and a session of each role."""

    district: District
    ledger: ActLedger
    client: CommandClient
    http: Http
    url: str
    tokens: dict[UserRole, str]

    def get(self, path: str, token: str) -> Reply:
        headers = {"Authorization": f"Bearer {token}", "Accept": "*/*"}
        return self.http.ask("GET", self.url + path, deadline_s=30, cap_bytes=9_000_000, headers=headers)

    def acts(self) -> list[Act]:
        return [entry.act for entry in self.ledger.feed() if entry.act.kind is ActKind.EXPORTED]

    def unsent(self) -> list[Path]:
        return list((self.district.store.folder / FOLDER).glob("*"))


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Exports]:
    """The API over a minute in which every site of the small district has told everything."""
    folder: Path = tmp_path_factory.mktemp("exports")
    district = District(folder / "command.duckdb", small)
    district.minute("01:00")
    book, ledger = Book(folder / "identity.sqlite"), ActLedger(folder / "acts.sqlite")
    people = SignIns(book, wall_now)
    people.accounts.put_demo([NewAccount(f"a-{role}", role, role, scope, is_demo=True) for role, scope in OWN.items()])
    tokens = {role: people.by_click(f"a-{role}", "here").token for role in OWN}
    acting = Acting(ledger, small, district.clock, Callers(TOKEN, people).viewer_of)
    app = build_app(district.store, small, TOKEN, lambda: "", acting, SigningDesk(people, small, lambda *_: None))
    with served(app) as address:
        url = f"http://{address}"
        yield Exports(district, ledger, CommandClient(url, TOKEN), Http([address]), url, tokens)
    book.close()
    ledger.close()
    district.store.close()


@pytest.mark.parametrize("form", ExportForm)
def test_a_coordinator_takes_his_towns_sites_away_and_the_act_says_so(
    exports: Exports, tmp_path: Path, form: ExportForm
) -> None:
    token = exports.tokens[UserRole.TOWN_COORDINATOR]
    came = export(exports.client, "sites_live", form, session_token=token, address="10.1.2.3")
    file = tmp_path / came.name
    file.write_bytes(came.data)
    about = verify_export(file)
    act = exports.acts()[-1]

    assert read_export(file)[0]["site_id"].to_list() == ["LS-5", "LS-6", "LS-7", "LS-8"]
    assert (about.by, about.scope, about.rows) == ("a-town_coordinator", TOWN, 4)
    assert (came.rows, came.sha256) == (about.rows, about.sha256)
    assert (act.by, act.scope, act.target, act.address) == (about.by, TOWN, "sites_live", "10.1.2.3")
    told = {"form": form.value, "rows": 4, "sha256": about.sha256, "audience": "internal", "suppressed": 0}
    assert told.items() <= act.facts.items()
    assert exports.unsent() == []


def test_every_ask_can_be_exported_and_says_what_its_json_says(exports: Exports, tmp_path: Path) -> None:
    for name in ("towns_live", "sites_live", "freshness", "gates_live", "sources_live", "labs_live"):
        came = export(exports.client, name, ExportForm.PARQUET, by="cli:0")
        file = tmp_path / came.name
        file.write_bytes(came.data)
        assert verify_export(file).by == "cli:0"
        assert pl.read_parquet(file).equals(exports.client.ask(name, verify_export(file).as_of))


@pytest.mark.parametrize("role", UserRole)
def test_only_who_may_export_does(exports: Exports, role: UserRole) -> None:
    before = len(exports.acts())
    status = exports.get("/v1/exports/freshness.csv", exports.tokens[role]).status
    may = role not in (UserRole.SITE_OFFICER, UserRole.ADMINISTRATOR)

    assert (status, len(exports.acts()) - before) == ((200, 1) if may else (403, 0))


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("nothing.csv", 404, "there is no ask"),
        ("sites_live.doc", 422, "csv, xlsx, parquet"),
        ("sites_live.csv?as_of=today", 422, "2021-06-06"),
        ("sites_live.csv?as_of=2031-03-02T01:00:00", 422, "no offset"),
        ("sites_live.csv?audience=all", 422, "internal, city, public"),
        ("sites_live.csv?scope=land:1", 422, "district"),
        ("sites_live.csv?scope=town:1", 422, "no town"),
        ("sites_live.csv?site_id=LS-1", 422, "needs no parameters"),
        ("site_detail.csv?site_id=LS-99", 422, "LS-99"),
        ("acts_log.csv?audience=public", 422, "internal use only"),
    ],
)
def test_what_cannot_be_exported_is_a_sentence_and_no_act(exports: Exports, path: str, status: int, says: str) -> None:
    before = len(exports.acts())
    reply = exports.get(f"/v1/exports/{path}", exports.tokens[UserRole.DATA_OFFICER])

    assert (reply.status, len(exports.acts())) == (status, before)
    assert says in reply.body.decode()
    assert exports.unsent() == []


@pytest.mark.parametrize("role", UserRole)
def test_nobody_takes_a_csv_past_the_record(exports: Exports, role: UserRole) -> None:
    headers = {"Authorization": f"Bearer {exports.tokens[role]}", "Content-Type": "application/json"}
    body = msgspec.json.encode(AskBody(as_of=exports.client.edge().as_of))

    def asked(accept: str) -> Reply:
        url, told = f"{exports.url}/v1/ask/freshness", headers | {"Accept": accept}
        return exports.http.ask("POST", url, deadline_s=30, cap_bytes=9_000_000, body=body, headers=told)

    refused = asked("text/csv")
    assert (refused.status, asked("application/json").status) == (406, 200)
    assert "/v1/exports/freshness.csv" in refused.body.decode()


def test_another_town_is_out_of_reach(exports: Exports) -> None:
    token = exports.tokens[UserRole.TOWN_COORDINATOR]
    with pytest.raises(AskRefused, match="outside your town"):
        export(exports.client, "sites_live", ExportForm.CSV, scope=Scope.town("990001001"), session_token=token)
    with pytest.raises(AskRefused, match="whole district"):
        export(exports.client, "jobs_live", ExportForm.CSV, session_token=token)


def test_for_the_public_small_counts_are_left_out_and_counted(exports: Exports, tmp_path: Path) -> None:
    exports.district.tick(
        "01:01",
        site_counts="""
        site_id | sequence | observed_at | persons_registered | tubes_registered
        LS-1    | 99       | 01:01       | 3                  | 1
        """,
    )
    came = export(exports.client, "site_counts_at", ExportForm.CSV, audience=Audience.PUBLIC)
    (tmp_path / came.name).write_bytes(came.data)
    frame, about = read_export(tmp_path / came.name)

    assert frame.filter(site_id="LS-1")["persons_registered"].to_list() == [None]
    assert about.suppressed >= 1
    assert exports.acts()[-1].facts["suppressed"] == about.suppressed


def test_a_parameter_that_the_ledger_refuses_sends_nothing(exports: Exports) -> None:
    hidden = quote("2031-03-02T00:00:00Z\u202e")
    reply = exports.get(f"/v1/exports/alert_history.csv?since={hidden}", exports.tokens[UserRole.ANALYST])

    assert reply.status == 422
    assert exports.unsent() == []
