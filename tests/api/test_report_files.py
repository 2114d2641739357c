"""An hourly report over the API as PDF, workbook, CSV and JSON: within the asker's scope, and on record."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest

from pipelines.acts import ActLedger
from pipelines.api import Scope
from pipelines.campaign import Campaign
from pipelines.client import AskRefused, CommandClient
from pipelines.client_exports import report_file
from pipelines.clock import wall_now
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.server.callers import Callers
from pipelines.server.signing_desk import SigningDesk
from pipelines.vocabulary import ActKind, ReportForm, UserRole
from tests.api.serving import served
from tests.reports.freezing import HOUR, freeze
from tests.store.kit import Bench
from tests.store.test_input_asks import FED, TUBES

TOKEN = "0123456789abcdef" * 4
OWN = {UserRole.DATA_OFFICER: Scope(), UserRole.TOWN_COORDINATOR: Scope.town("990001001")}
OWN |= {UserRole.SITE_OFFICER: Scope.site("LS-1")}
BEGINS = {ReportForm.PDF: b"%PDF", ReportForm.XLSX: b"PK", ReportForm.CSV: b"report_id,", ReportForm.JSON: b'{"form":'}


@dataclass
class Desk:
    """A running command API with the reports of one hour, its ledger, and sessions."""

    client: CommandClient
    ledger: ActLedger
    tokens: dict[UserRole, str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Desk]:
    """The API a minute after the first hour was frozen."""
    folder: Path = tmp_path_factory.mktemp("reports")
    bench = Bench(folder / "command.duckdb", small)
    freeze(bench, "01:01", tube_event=TUBES, site_input=FED)
    book, ledger = Book(folder / "identity.sqlite"), ActLedger(folder / "acts.sqlite")
    people = SignIns(book, wall_now)
    people.accounts.put_demo([NewAccount(f"a-{role}", role, role, scope, is_demo=True) for role, scope in OWN.items()])
    tokens = {role: people.by_click(f"a-{role}", "here").token for role in OWN}
    acting = Acting(ledger, small, bench.clock, Callers(TOKEN, people).viewer_of)
    app = build_app(bench.store, small, TOKEN, lambda: "", acting, SigningDesk(people, small, lambda *_: None))
    with served(app) as address:
        yield Desk(CommandClient(f"http://{address}", TOKEN), ledger, tokens)
    book.close()
    ledger.close()
    bench.store.close()


@pytest.mark.parametrize("form", ReportForm)
def test_a_coordinator_takes_his_towns_report_away_and_the_act_says_so(desk: Desk, form: ReportForm) -> None:
    token = desk.tokens[UserRole.TOWN_COORDINATOR]
    name, data = report_file(desk.client, HOUR, form, session_token=token)
    act = desk.ledger.feed()[-1].act

    assert data.startswith(BEGINS[form])
    assert name == f"report-990001001-20310302T0100Z-v1-zh.{form}"
    assert (act.kind, act.by, act.scope.id, act.target) == (
        *(ActKind.EXPORTED, "a-town_coordinator"),
        *("990001001", f"{HOUR}/town/990001001"),
    )
    assert {"form": form.value, "version": 1, "rows": 5}.items() <= act.facts.items()


def test_the_paper_tells_what_the_json_tells(desk: Desk) -> None:
    token = desk.tokens[UserRole.DATA_OFFICER]
    told = json.loads(report_file(desk.client, HOUR, ReportForm.JSON, session_token=token)[1])
    paper = report_file(desk.client, HOUR, ReportForm.PDF, language="en", session_token=token)[1]
    text = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_bounded()

    assert told["place"]["total"]["persons"] == 21
    assert "21" in text
    assert all(part["name"]["en"] in text for part in told["parts"])


@pytest.mark.parametrize(
    ("hour", "how", "says"),
    [
        ("2031-03-02T09:00Z", {}, "there is no report of"),
        ("today", {}, "hours are written"),
        (HOUR, {"version": "7"}, "there is no version '7'"),
        (HOUR, {"language": "fr"}, "zh, en"),
        (HOUR, {"scope": Scope.town("1")}, "no town"),
    ],
)
def test_what_there_is_not_is_a_sentence_and_no_act(desk: Desk, hour: str, how: dict[str, object], says: str) -> None:
    before = len(desk.ledger.feed())
    with pytest.raises(AskRefused, match=says):
        report_file(desk.client, hour, ReportForm.PDF, session_token=desk.tokens[UserRole.DATA_OFFICER], **how)
    assert len(desk.ledger.feed()) == before


def test_another_town_and_a_site_officer_get_nothing(desk: Desk) -> None:
    with pytest.raises(AskRefused, match="outside your town"):
        token = desk.tokens[UserRole.TOWN_COORDINATOR]
        report_file(desk.client, HOUR, ReportForm.PDF, scope=Scope.town("990001002"), session_token=token)
    with pytest.raises(AskRefused, match="may not export"):
        report_file(desk.client, HOUR, ReportForm.PDF, session_token=desk.tokens[UserRole.SITE_OFFICER])
