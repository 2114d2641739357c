"""What is read of the ledger beside the tubes' own feed: steps of things, what was kept beside the count."""

import sqlite3
from typing import Any

import msgspec

from pipelines.contract_desk import Conflict, ExceptionPage, LateDuplicate, ThingEvent, ThingPage
from pipelines.intake.moments import moment
from pipelines.machines import MachineName
from pipelines.vocabulary import ExceptionKind

_THINGS = "SELECT * FROM thing_event WHERE sequence > ? ORDER BY sequence LIMIT ?"
_DUPLICATES = """
SELECT sequence, kind, barcode, other_barcode, seat, site_id, device_id, recorded_at
FROM late_duplicate WHERE sequence > ? ORDER BY sequence LIMIT ?
"""
_CONFLICTS = "SELECT * FROM conflict WHERE sequence > ? ORDER BY sequence LIMIT ?"


def thing_page(connection: sqlite3.Connection, after: int, limit: int) -> ThingPage:
    """Return at most ``limit`` steps above ``after``; ``last_sequence`` is the last one's, or ``after``."""
    events = [_thing_event(*row) for row in connection.execute(_THINGS, (after, limit))]
    return ThingPage(events=events, last_sequence=events[-1].sequence if events else after)


def _thing_event(
    sequence: int,
    machine: str,
    thing_id: str,
    step: str,
    state: str,
    site_id: str | None,
    by: str,
    facts: str,
    happened_at: int,
    recorded_at: int,
) -> ThingEvent:
    return ThingEvent(
        sequence=sequence,
        machine=MachineName(machine),
        thing_id=thing_id,
        step=step,
        state=state,
        site_id=site_id,
        by=by,
        facts=msgspec.json.decode(facts),
        happened_at=moment(happened_at),
        recorded_at=moment(recorded_at),
    )


def exception_page(connection: sqlite3.Connection, after: int, limit: int) -> ExceptionPage:
    """Return at most ``limit`` late duplicates and conflicts above ``after``, in one order of recording."""
    duplicates = [_duplicate(row) for row in connection.execute(_DUPLICATES, (after, limit))]
    conflicts = [_conflict(row) for row in connection.execute(_CONFLICTS, (after, limit))]
    kept = sorted(row.sequence for row in (*duplicates, *conflicts))[:limit]
    last = kept[-1] if kept else after
    return ExceptionPage(
        duplicates=[row for row in duplicates if row.sequence <= last],
        conflicts=[row for row in conflicts if row.sequence <= last],
        last_sequence=last,
    )


def _duplicate(row: tuple[Any, ...]) -> LateDuplicate:
    sequence, kind, barcode, other_barcode, seat, site_id, device_id, recorded_at = row
    return LateDuplicate(
        sequence=sequence,
        kind=ExceptionKind(kind),
        barcode=barcode,
        other_barcode=other_barcode,
        seat=seat,
        site_id=site_id,
        device_id=device_id,
        recorded_at=moment(recorded_at),
    )


def _conflict(row: tuple[Any, ...]) -> Conflict:
    sequence, rule, device_id, device_sequence, barcode, recorded_at = row
    return Conflict(
        sequence=sequence,
        rule=rule,
        device_id=device_id,
        device_sequence=device_sequence,
        barcode=barcode,
        recorded_at=moment(recorded_at),
    )
