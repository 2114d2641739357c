"""A report's document put together from what the asks about it answer, all as of one moment and for one scope."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import polars as pl

from pipelines.api import NameInfo
from pipelines.reports.document import (
    Action,
    Change,
    Disturbance,
    Evidence,
    Figures,
    Heading,
    Hour,
    Inputs,
    MissingTube,
    Note,
    Place,
    Report,
    Signature,
    Why,
)
from pipelines.vocabulary import ScopeLevel, UserRole

Ask = Callable[[str, Mapping[str, str]], pl.DataFrame]
"""Answers a named ask with its own parameters; the moment and the scope are the caller's."""
Row = dict[str, Any]


def read_report(ask: Ask, heading: Heading, hour: str, version: str = "") -> Report | None:
    """Return the scope's report of an hour (``2021-06-06T02:00Z``), in its newest version when none is named.

    None when there is none: the hour is not frozen yet, or has no such version.
    """
    one, of = {"hour": hour, "version": version}, {"hour": hour}
    places = _rows(ask("report", one))
    if not places or not places[0]["is_own"]:
        return None
    own, notes = places[0], _rows(ask("report_notes", of))
    return Report(
        report_id=own["report_id"],
        heading=heading,
        hour_at=own["hour_at"],
        due_at=own["due_at"],
        version=own["version"],
        versions=own["versions"],
        why=Why(own["why"]),
        frozen_at=own["frozen_at"],
        is_revised=own["is_revised"],
        is_late=own["is_late"],
        place=_place(own, heading),
        parts=tuple(_place(row, heading) for row in places[1:]),
        day=tuple(_hour(row) for row in _rows(ask("report_day", one))),
        disturbances=tuple(_disturbance(row) for row in _rows(ask("report_disturbances", of))),
        actions=tuple(_action(row, notes) for row in _rows(ask("report_actions", of))),
        changes=tuple(_change(row) for row in _rows(ask("report_diff", one)) if row["is_own"]),
        signatures=tuple(_signature(row) for row in _rows(ask("report_signatures", of))),
        missing=tuple(_missing(row) for row in _rows(ask("report_missing", one))),
    )


def _rows(frame: pl.DataFrame) -> list[Row]:
    return frame.to_dicts()


def _place(row: Row, heading: Heading) -> Place:
    level = ScopeLevel(row["scope_level"])
    name = heading.district_name if level is ScopeLevel.DISTRICT else NameInfo(row["name_zh"], row["name_en"])
    return Place(
        level=level,
        id=row["scope_id"],
        name=name,
        version=row["version"],
        total=_figures(row, ""),
        hour=_figures(row, "hour_"),
        planned_persons=row["planned_persons"],
        inputs=Inputs(*(row[name] for name in ("sites", "sites_entered", "sites_late", "sites_missing", "conflicts"))),
    )


def _figures(row: Row, prefix: str) -> Figures:
    return Figures(**{name: row[prefix + name] for name in Figures.__dataclass_fields__})


def _hour(row: Row) -> Hour:
    return Hour(row["hour_at"], row["persons"], row["hour_persons"], row["tubes"], row["hour_tubes"])


def _disturbance(row: Row) -> Disturbance:
    return Disturbance(**{name: row[name] for name in Disturbance.__dataclass_fields__})


def _action(row: Row, notes: list[Row]) -> Action:
    return Action(
        rank=row["rank"],
        recommendation_id=row["recommendation_id"],
        kind=row["kind"],
        subject=row["subject"],
        site_ids=tuple(row["site_ids"]),
        state=row["state"],
        metric=row["metric"],
        before=row["value_before"],
        after=row["value_after"],
        effect_minutes=row["effect_minutes"],
        person_minutes=row["person_minutes"],
        evidence=msgspec.json.decode(row["evidence"] or "{}", type=Evidence),
        notes=tuple(_note(note) for note in notes if note["recommendation_id"] == row["recommendation_id"]),
    )


def _note(row: Row) -> Note:
    return Note(row["actor"], _role(row), row["noted_at"], row["text"])


def _change(row: Row) -> Change:
    return Change(row["figure"], row["before"], row["after"])


def _signature(row: Row) -> Signature:
    return Signature(row["signed_by"], _role(row), row["signed_at"], row["version"], row["is_late"], row["text"])


def _missing(row: Row) -> MissingTube:
    name = NameInfo(row["name_zh"], row["name_en"])
    return MissingTube(row["barcode"], row["site_id"], name, row["kind"], row["since"])


def _role(row: Row) -> UserRole | None:
    return UserRole(row["role"]) if row["role"] else None
