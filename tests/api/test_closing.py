"""A town's evening over HTTP: the day is refused with what is open by name, mended or signed for, and closed once."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import polars as pl
import pytest

from pipelines.acts import ActLedger
from pipelines.acts.register import Check
from pipelines.api import Act, NewAct, Scope
from pipelines.contract import Problem
from pipelines.http import Http
from pipelines.jobs.pull_acts import act_rows
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.server.closing import Closing
from pipelines.vocabulary import ActKind
from tests.acts.examples import example
from tests.api.serving import served
from tests.api.test_acts import TOKEN, VIEWERS
from tests.store.kit import Bench
from tests.store.test_custody_asks import DAY, inputs

NORTH, LS_5, LS_6 = Scope.town("990001002"), Scope.site("LS-5"), Scope.site("LS-6")


@dataclass
class Evening:
    """The command server at 06:46 of the small day; after every act the acts come into the store, as each second."""

    bench: Bench
    ledger: ActLedger
    url: str
    http: Http
    stored: int = 0

    def send(self, new: NewAct, who: str = "town") -> Act | Problem:
        raw, headers = msgspec.json.encode(new), {"Authorization": f"Bearer {TOKEN}", "X-Tenfold-Session": who}
        reply = self.http.ask("POST", self.url + "/v1/acts", deadline_s=10, cap_bytes=99_999, body=raw, headers=headers)
        self.pull()
        return msgspec.json.decode(reply.body, type=Act if reply.status == 201 else Problem)

    def pull(self) -> None:
        found = self.ledger.feed(self.stored)
        if found:
            self.bench.store.commit("pull_acts", {"act": act_rows(found)})
            self.stored = found[-1].act.sequence

    def do(self, kind: ActKind, scope: Scope, who: str = "town", **changes: object) -> Act | Problem:
        return self.send(example(kind, scope, **changes), who)

    def ask(self, name: str, scope: Scope = Scope()) -> pl.DataFrame:  # noqa: B008 a scope is immutable
        return self.bench.ask(name, as_of=self.bench.store.moments.edge().as_of, scope=scope)

    def refused(self, kind: ActKind, scope: Scope, who: str = "town", **changes: object) -> str:
        told = self.do(kind, scope, who, **changes)
        assert isinstance(told, Problem)
        return told.detail


@pytest.fixture
def evening(tmp_path, small) -> Iterator[Evening]:
    """Everything that DAY leaves open, and every hour's report."""
    bench, ledger = Bench(tmp_path / "command.duckdb", small, "06:46"), ActLedger(tmp_path / "acts.sqlite")
    bench.tick("06:46", **{name: rows for name, rows in DAY.items() if name != "act"}, site_input=inputs(bench))
    check: Check = Closing(bench.store, ledger).check
    acting = Acting(ledger, small, bench.clock, lambda r: VIEWERS.get(r.headers["x-tenfold-session"]), check)
    with served(build_app(bench.store, small, TOKEN, lambda: "", acting)) as address:
        yield Evening(bench, ledger, f"http://{address}", Http([address]))
    ledger.close()
    bench.store.close()


def test_a_town_s_day_is_refused_mended_and_closed_once(evening):
    detail = evening.refused(ActKind.DAY_CLOSED, NORTH)
    assert "2 tubes, 2 sheets, 1 passwords, 2 devices are open (first tubes LK1000000002, sheets " in detail
    assert "settle each or sign an exception" in detail
    ticket = evening.do(ActKind.TICKET_OPENED, LS_5, "site")
    assert isinstance(ticket, Act) and "1 tickets are open" in evening.refused(ActKind.DAY_CLOSED, NORTH)
    _mend(evening)
    assert evening.refused(ActKind.DAY_CLOSED, NORTH).startswith(
        "the day cannot be closed: 1 tickets are open (first tickets #"
    )
    assert isinstance(evening.do(ActKind.TICKET_SOLVED, LS_5, "site", target=ticket.act_id), Act)
    closed = evening.do(ActKind.DAY_CLOSED, NORTH)
    assert isinstance(closed, Act) and closed.by == "town"
    assert evening.ask("closeout", scope=NORTH)["is_closed"].to_list() == [True] * 6
    assert "closed already, by town at 06:46 UTC" in evening.refused(ActKind.DAY_CLOSED, NORTH, "commander")
    assert "needs a reason" in evening.refused(ActKind.DAY_REOPENED, NORTH, reason="")
    assert isinstance(evening.do(ActKind.DAY_REOPENED, NORTH), Act)
    assert isinstance(evening.do(ActKind.DAY_CLOSED, NORTH), Act)
    assert "are open" in evening.refused(ActKind.DAY_CLOSED, Scope(), "commander"), "the other towns are not at zero"


def _mend(evening: Evening) -> None:
    """Return and destroy a sheet, change the password, sign for the rest with a reason."""
    sheet = {"sheets": ["sheet-1"], "witness": "Wu of the north"}
    assert isinstance(evening.do(ActKind.SHEETS_RETURNED, LS_5, "site", facts=sheet), Act)
    assert isinstance(evening.do(ActKind.SHEETS_DESTROYED, LS_5, "site", facts=sheet), Act)
    assert isinstance(evening.do(ActKind.ACCOUNT_ROTATED, NORTH, target="acc-north"), Act)
    left = evening.ask("closeout_open", scope=NORTH).filter(pl.col("exception_by").is_null())
    items = [f"{kind}/{item}" for kind, item in left.select("kind", "item_id").rows() if kind != "tickets"]
    signed = evening.do(ActKind.EXCEPTION_SIGNED, NORTH, facts={"items": items}, reason="police informed, phones off")
    assert isinstance(signed, Act) and len(items) == 5


def test_a_repeat_of_the_closing_is_answered_as_it_was(evening):
    evening.bench.clock.put("06:46")
    left = evening.ask("closeout_open", scope=NORTH)
    items = [f"{kind}/{item}" for kind, item in left.select("kind", "item_id").rows()]
    evening.do(ActKind.EXCEPTION_SIGNED, NORTH, facts={"items": items})
    new = example(ActKind.DAY_CLOSED, NORTH)
    first = evening.send(new)
    assert isinstance(first, Act) and evening.send(new) == first


CANNOT_BE: list[tuple[ActKind, Scope, dict[str, object], str]] = [
    (ActKind.SHEETS_RETURNED, LS_5, {"facts": {"sheets": ["sheet-2"]}}, "sheet sheet-2 is destroyed"),
    (ActKind.SHEETS_DESTROYED, LS_5, {"facts": {"sheets": ["sheet-1"], "witness": "x"}}, "one that is returned"),
    (ActKind.SHEETS_RETURNED, LS_6, {"facts": {"sheets": ["sheet-1"]}}, "not known at this site"),
    (ActKind.SHEETS_ISSUED, LS_6, {"facts": {"sheets": ["sheet-3"]}}, "sheet sheet-3 is missing"),
    (ActKind.SHEETS_DESTROYED, LS_5, {"facts": {"sheets": ["sheet-1"]}}, "witness says who saw it"),
    (ActKind.SHEETS_DESTROYED, LS_5, {"facts": {"sheets": ["s"], "witness": "town"}}, "another than who destroyed"),
    (ActKind.SHEETS_ISSUED, LS_5, {"facts": {"sheets": []}}, "1 to 500 different numbers of sheets"),
    (ActKind.SHEETS_ISSUED, LS_5, {"facts": {"sheets": ["s-1", "s-1"]}}, "1 to 500 different"),
    (ActKind.SHEETS_ISSUED, LS_5, {"facts": {"sheets": ["pass word"]}}, "does not stand for one of the numbers"),
    (ActKind.SHEETS_ISSUED, NORTH, {}, "is about one site"),
    (ActKind.ACCOUNT_ROTATED, NORTH, {"target": "acc-nobody"}, "no account 'acc-nobody'"),
    (ActKind.ACCOUNT_ROTATED, LS_5, {"target": "acc-north"}, "act in that town's scope"),
    (ActKind.GATE_OVERRIDDEN, LS_5, {"target": "weather"}, "one of the checks trained"),
    (ActKind.GATE_OVERRIDDEN, LS_5, {"target": "phones", "reason": "  "}, "needs a reason"),
    (ActKind.EXCEPTION_SIGNED, NORTH, {"facts": {"items": ["everything"]}}, "does not stand for one of the open"),
    (ActKind.DAY_CLOSED, LS_5, {}, "not for one site"),
]  # fmt: skip


def test_what_cannot_be_is_refused_in_a_sentence_and_not_recorded(evening):
    for kind, scope, changes, sentence in CANNOT_BE:
        assert sentence in evening.refused(kind, scope, **changes)
    assert evening.ledger.head()[0] == 0


def test_a_new_sheet_is_issued_here_where_no_feed_tells_of_any(evening):
    new = {"sheets": ["paper-7"]}
    assert isinstance(evening.do(ActKind.SHEETS_ISSUED, LS_6, facts=new), Act)
    assert evening.ask("custody_live", scope=LS_6)["open"].to_list() == [2]


def test_a_vendor_is_handed_a_ticket_by_the_district_alone(evening):
    facts = {"category": "server", "severity": "critical", "level": "district", "alert_id": "server_down:p1"}
    ticket = evening.do(ActKind.TICKET_OPENED, LS_5, facts=facts)
    assert isinstance(ticket, Act)
    handing = {"target": ticket.act_id, "facts": {"vendor": "vendor-province"}}
    assert "may not do ticket_handed" in evening.refused(ActKind.TICKET_HANDED, LS_5, **handing)
    assert isinstance(evening.do(ActKind.TICKET_HANDED, LS_5, "commander", **handing), Act)
    assert evening.ask("tickets_live")["level"].to_list() == ["vendor"]


def test_while_acts_wait_for_the_store_a_closing_waits_and_then_says_so(evening, monkeypatch):
    monkeypatch.setattr("pipelines.server.closing.LOOKS", 2)
    evening.ledger.append(
        example(ActKind.NOTED, NORTH), VIEWERS["town"], "", evening.bench.clock.at, evening.bench.clock.at
    )
    told = evening.refused(ActKind.DAY_CLOSED, NORTH)
    assert "have not come into the store yet; nothing was recorded" in told
