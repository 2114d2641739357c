"""Reports as files, as the command API makes them: right and scope checked, made, the act recorded, then sent."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from pipelines.access import may_act
from pipelines.api import AskBody, Fact, NameInfo, NewAct, Scope, Viewer
from pipelines.campaign.model import Campaign
from pipelines.reports.city import city_csv, city_json
from pipelines.reports.document import Heading, Report
from pipelines.reports.pdf import report_pdf
from pipelines.reports.reading import read_report
from pipelines.reports.words import LANGUAGES
from pipelines.reports.xlsx import report_xlsx
from pipelines.server.access import scope_for
from pipelines.server.acting import Acting
from pipelines.server.answers import Answers
from pipelines.server.refusals import Refusal
from pipelines.store import Store
from pipelines.vocabulary import ActKind, ReportForm

_WRITERS: dict[ReportForm, Callable[[Report, str], bytes]] = {
    ReportForm.PDF: report_pdf,
    ReportForm.XLSX: report_xlsx,
    ReportForm.CSV: lambda report, _language: city_csv(report).encode(),
    ReportForm.JSON: lambda report, _language: city_json(report),
}


@dataclass(frozen=True)
class WantedReport:
    """Which report: of an hour (``2021-06-06T02:00Z``) and a place, ``version`` "" for the newest; in what form."""

    hour: str
    form: ReportForm
    scope: Scope
    version: str
    language: str
    as_of: datetime | None


@dataclass(frozen=True)
class ReportFile:
    """A report as a file that is on record."""

    name: str
    data: bytes


class Reporting:
    """Makes files of one campaign's reports; safe between threads."""

    def __init__(self, store: Store, campaign: Campaign, acting: Acting) -> None:
        """Read reports from ``store``."""
        self._store, self._campaign, self._acting = store, campaign, acting
        self._answers = Answers(store, campaign)
        name, round_name = campaign.district_name, campaign.round.name
        self._heading = Heading(
            NameInfo(name.zh, name.en), NameInfo(round_name.zh, round_name.en), campaign.timezone_offset_minutes
        )

    def make(self, wanted: WantedReport, who: Viewer | str, address: str) -> ReportFile:
        """Return the report that ``who`` (a viewer or a station's name) wants; raises Refusal: 403, 404, 422 or 503."""
        if wanted.language not in LANGUAGES:
            raise Refusal(422, "language", f"language is one of {', '.join(LANGUAGES)}", "language")
        scope = self._scope(wanted, who)
        report = self._read(wanted, scope)
        data = _WRITERS[wanted.form](report, wanted.language)
        self._acting.record(who, [_act(report, wanted, scope, data)], address)
        place = scope.id or scope.level.value
        stamp = f"{report.hour_at:%Y%m%dT%H%MZ}-v{report.version}"
        return ReportFile(f"report-{place}-{stamp}-{wanted.language}.{wanted.form}", data)

    def _scope(self, wanted: WantedReport, who: Viewer | str) -> Scope:
        if isinstance(who, str):
            return wanted.scope
        if not may_act(who.role, ActKind.EXPORTED):
            raise Refusal(403, "right", f"a {who.role.value} may not export; ask a coordinator or the data officer")
        return scope_for(self._campaign, who, "report", wanted.scope)

    def _read(self, wanted: WantedReport, scope: Scope) -> Report:
        as_of = wanted.as_of or self._store.moments.edge().as_of

        def ask(name: str, params: Mapping[str, str]) -> pl.DataFrame:
            return self._answers.table(name, AskBody(as_of=as_of, params=dict(params), scope=scope))

        report = read_report(ask, self._heading, wanted.hour, wanted.version)
        if report is None:
            which = f"version {wanted.version[:20]!r} of the report" if wanted.version else "report"
            sentence = f"there is no {which} of {wanted.hour[:40]!r}; hours are written 2021-06-06T02:00Z"
            raise Refusal(404, "report", sentence)
        return report


def _act(report: Report, wanted: WantedReport, scope: Scope, data: bytes) -> NewAct:
    facts: dict[str, Fact] = {
        "form": wanted.form.value,
        "version": report.version,
        "language": wanted.language,
        "rows": 1 + len(report.parts),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    act_id, target = secrets.token_hex(16), report.report_id
    return NewAct(act_id=act_id, kind=ActKind.EXPORTED, scope=scope, target=target, facts=facts)
