"""The command API's route for exports: a named ask as a file, streamed after its act is on record."""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from pipelines.api import Scope
from pipelines.server.callers import ADDRESS_HEADER, Callers
from pipelines.server.exporting import Exporting, Wanted
from pipelines.server.refusals import Refusal
from pipelines.server.reporting import Reporting, WantedReport
from pipelines.vocabulary import Audience, ExportForm, ReportForm, ScopeLevel

BY_HEADER = "x-tenfold-by"
MACHINE = "machine"
MEDIA = {
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportForm.PARQUET: "application/vnd.apache.parquet",
}
REPORT_MEDIA = {
    ReportForm.PDF: "application/pdf",
    ReportForm.XLSX: MEDIA[ExportForm.XLSX],
    ReportForm.CSV: MEDIA[ExportForm.CSV],
    ReportForm.JSON: "application/json",
}
Word = TypeVar("Word", bound=StrEnum)


def add_export_routes(app: FastAPI, exporting: Exporting, callers: Callers) -> None:
    """Give ``app`` ``GET /v1/exports/{name}.{form}``; who asks is checked as for any ask."""

    @app.get("/v1/exports/{name}.{form}")
    async def export(name: str, form: str, request: Request) -> FileResponse:
        """Return a named ask's table as a file; the query gives as_of, scope, audience and the ask's own parameters."""
        who = await callers.known(request)
        wanted = _wanted(name, form, request)
        actor = who.viewer or request.headers.get(BY_HEADER, MACHINE)
        address = callers.address_of(request, request.headers.get(ADDRESS_HEADER, ""))
        made = await run_in_threadpool(exporting.make, wanted, actor, address)
        return FileResponse(
            made.path,
            media_type=MEDIA[wanted.form],
            filename=made.name,
            headers={
                "Cache-Control": "no-store",
                "X-Tenfold-Rows": str(made.about.rows),
                "X-Tenfold-SHA256": made.about.sha256,
                "X-Tenfold-Suppressed": str(made.about.suppressed),
            },
            background=BackgroundTask(made.path.unlink, missing_ok=True),
        )


def add_report_routes(app: FastAPI, reporting: Reporting, callers: Callers) -> None:
    """Give ``app`` ``GET /v1/reports/{name}.{form}``; the name is the hour, ``2021-06-06T02:00Z``."""

    @app.get("/v1/reports/{name}.{form}")
    async def report(name: str, form: str, request: Request) -> Response:
        """Return an hour's report as a file; the query gives scope, version, language and as_of."""
        who = await callers.known(request)
        query = request.query_params
        wanted = WantedReport(
            hour=name,
            form=_word(ReportForm, form, "form"),
            scope=_scope(query.get("scope", ScopeLevel.DISTRICT.value)),
            version=query.get("version", ""),
            language=query.get("language", "zh"),
            as_of=_moment(query.get("as_of", "")),
        )
        actor = who.viewer or request.headers.get(BY_HEADER, MACHINE)
        address = callers.address_of(request, request.headers.get(ADDRESS_HEADER, ""))
        made = await run_in_threadpool(reporting.make, wanted, actor, address)
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{made.name}"'}
        return Response(made.data, media_type=REPORT_MEDIA[wanted.form], headers=headers)


def _wanted(name: str, form: str, request: Request) -> Wanted:
    query = dict(request.query_params)
    return Wanted(
        ask=name,
        form=_word(ExportForm, form, "form"),
        as_of=_moment(query.pop("as_of", "")),
        scope=_scope(query.pop("scope", ScopeLevel.DISTRICT.value)),
        audience=_word(Audience, query.pop("audience", Audience.INTERNAL.value), "audience"),
        params=query,
    )


def _word(words: type[Word], text: str, name: str) -> Word:
    try:
        return words(text)
    except ValueError as error:
        sentence = f"{name} is one of {', '.join(words)}, got {text[:40]!r}"
        raise Refusal(422, name, sentence, name) from error


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refusal(
            422, "as_of", f"as_of is written 2021-06-06T09:40:00+08:00, got {text[:40]!r}", "as_of"
        ) from error


def _scope(text: str) -> Scope:
    level, _, place = text.partition(":")
    return Scope(_word(ScopeLevel, level, "scope"), place or None)
