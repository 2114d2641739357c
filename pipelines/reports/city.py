"""A report as the city takes it: JSON with every figure, and CSV with one row a place (Q86)."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from pipelines.reports.document import Figures, Place, Report

FORM = "tenfold.hourly-report/1"
_FIGURES = tuple(Figures.__dataclass_fields__)
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
COLUMNS = (
    *("report_id", "hour_at", "version", "is_revised", "is_signed", "level", "id", "name_zh", "name_en"),
    *("planned_persons", *_FIGURES, *(f"hour_{name}" for name in _FIGURES)),
    *("sites", "sites_entered", "sites_late", "sites_missing", "conflicts"),
)


def city_json(report: Report) -> bytes:
    """Return the report as JSON: what it is of, its figures and its parts', what disturbed it, what is advised."""
    return msgspec.json.encode(city_document(report))


def city_document(report: Report) -> dict[str, Any]:
    """Return what ``city_json`` writes; times are ISO 8601 in UTC."""
    return {
        "form": FORM,
        "report_id": report.report_id,
        "district": {"zh": report.heading.district_name.zh, "en": report.heading.district_name.en},
        "round": {"zh": report.heading.round_name.zh, "en": report.heading.round_name.en},
        "hour_at": _at(report.hour_at),
        "due_at": _at(report.due_at),
        "frozen_at": _at(report.frozen_at),
        "version": report.version,
        "why": report.why.value,
        "is_revised": report.is_revised,
        "is_late": report.is_late,
        "is_signed": report.is_signed,
        "place": _place(report.place),
        "parts": [_place(part) for part in report.parts],
        "changes": [{"figure": one.figure, "before": one.before, "after": one.after} for one in report.changes],
        "disturbances": [
            {"cause": one.cause, "subject": one.subject, "since": _at(one.since), "sites": one.sites}
            | {"ended_at": _at(one.ended_at) if one.ended_at else None, "desks": one.desks}
            for one in report.disturbances
        ],
        "actions": [
            {"rank": one.rank, "kind": one.kind, "subject": one.subject, "sites": list(one.site_ids)}
            | {"metric": one.metric, "before": one.before, "after": one.after, "evidence": dict(one.evidence)}
            for one in report.actions
        ],
        "missing_tubes": [
            {"barcode": one.barcode, "site_id": one.site_id, "kind": one.kind, "since": _at(one.since)}
            for one in report.missing
        ],
        "signatures": [
            {"version": one.version, "at": _at(one.at), "is_late": one.is_late} for one in report.signatures
        ],
    }


def city_csv(report: Report) -> str:
    """Return the report as CSV (RFC 4180, UTF-8 without a mark): a row for the place, then one for each of its parts.

    A figure that nobody counted is empty. No text begins like a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_plain(cell) for cell in row] for row in _table(report))
    return out.getvalue()


def _table(report: Report) -> Iterator[list[object]]:
    head = [report.report_id, _at(report.hour_at), report.version, report.is_revised, report.is_signed]
    for place in (report.place, *report.parts):
        counted = [getattr(place.total, name) for name in _FIGURES]
        of_hour = [getattr(place.hour, name) for name in _FIGURES]
        inputs = place.inputs
        entered = [inputs.sites, inputs.entered, inputs.late, inputs.missing, inputs.conflicts]
        named = [place.level.value, place.id, place.name.zh, place.name.en, place.planned_persons]
        yield [*head, *named, *counted, *of_hour, *entered]


def _place(place: Place) -> dict[str, Any]:
    return {
        "level": place.level.value,
        "id": place.id,
        "name": {"zh": place.name.zh, "en": place.name.en},
        "planned_persons": place.planned_persons,
        "total": {name: getattr(place.total, name) for name in _FIGURES},
        "hour": {name: getattr(place.hour, name) for name in _FIGURES},
        "sites": place.inputs.sites,
        "sites_entered": place.inputs.entered,
        "sites_late": place.inputs.late,
        "sites_missing": place.inputs.missing,
        "conflicts": place.inputs.conflicts,
    }


def _plain(cell: object) -> object:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
