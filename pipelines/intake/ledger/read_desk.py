"""What is read of the ledger beside the tubes' own feed: steps of things, what was kept beside the count."""

import sqlite3

import msgspec

from pipelines.contract_desk import Conflict, ExceptionPage, LateDuplicate, ThingEvent, ThingPage
from pipelines.intake.moments import moment
from pipelines.machines import MachineName
from pipelines.vocabulary import ExceptionKind

_THINGS = "SELECT * FROM thing_event WHERE sequence > ? ORDER BY sequence LIMIT ?"
# One statement, so that nothing recorded between two looks is passed over by the cursor.
_EXCEPTIONS = """
SELECT sequence, barcode, device_id, recorded_at, kind, other_barcode, seat, site_id, NULL, NULL
FROM late_duplicate WHERE sequence > ?1
UNION ALL
SELECT sequence, barcode, device_id, recorded_at, NULL, NULL, NULL, NULL, rule, device_sequence
FROM conflict WHERE sequence > ?1
ORDER BY sequence LIMIT ?2
"""


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
    kept = [_exception(*row) for row in connection.execute(_EXCEPTIONS, (after, limit))]
    return ExceptionPage(
        duplicates=[row for row in kept if isinstance(row, LateDuplicate)],
        conflicts=[row for row in kept if isinstance(row, Conflict)],
        last_sequence=kept[-1].sequence if kept else after,
    )


def _exception(
    sequence: int,
    barcode: str,
    device_id: str,
    recorded_at: int,
    kind: str | None,
    other_barcode: str,
    seat: int | None,
    site_id: str,
    rule: str,
    device_sequence: int,
) -> LateDuplicate | Conflict:
    at = moment(recorded_at)
    if kind is None:
        return Conflict(
            sequence=sequence,
            rule=rule,
            device_id=device_id,
            device_sequence=device_sequence,
            barcode=barcode,
            recorded_at=at,
        )
    return LateDuplicate(
        sequence=sequence,
        kind=ExceptionKind(kind),
        barcode=barcode,
        other_barcode=other_barcode,
        seat=seat,
        site_id=site_id,
        device_id=device_id,
        recorded_at=at,
    )
