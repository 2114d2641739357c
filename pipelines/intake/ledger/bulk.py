"""Write a whole day so far into an empty ledger, in one transaction."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.campaign.model import Campaign
from pipelines.contract_desk import ThingStep
from pipelines.intake.ledger.opening import LedgerUnavailable, open_ledger, turn
from pipelines.intake.ledger.page import INSERT_EVENT, INSERT_PERSON, Page, taken
from pipelines.intake.ledger.record_things import INSERT_THING, INSERT_THING_EVENT, Thing, event_row, stepped
from pipelines.intake.ledger.tube_rows import INSERT_TUBE, SEATS
from pipelines.intake.moments import micros
from pipelines.vocabulary import TubeEventKind

# An index built after the rows is several times faster than one kept up row by row, and as strict.
_LATE_INDEXES = ("person_once_per_round",)
# No request stands behind a tube of the day so far, so none can be repeated: the digest fits no content.
_REQUESTS = """
INSERT INTO request SELECT device_id, device_sequence, x'', x'' FROM tube ORDER BY device_id, device_sequence
"""
_TOTALS = "SELECT coalesce(sum(persons), 0), count(*) FROM tube WHERE closed_at > 0"
Rows = Iterable[tuple[Any, ...]]


@dataclass(frozen=True)
class DayRows:
    """A day so far: rows of tubes, of the persons in them, of the tubes' events; steps of things by time."""

    tubes: Rows
    persons: Rows
    events: Rows
    things: Sequence[ThingStep] = ()


def tube_row(
    no: int,
    barcode: str,
    round_id: str,
    where: tuple[str, str, str, str, int],
    persons: int,
    short_reason: str | None,
    device: tuple[str, int],
    times: tuple[int, int, int],
    kinds: Iterable[TubeEventKind],
    changed_at: int,
    box_id: str | None = None,
    rescans: int = 0,
    manual_entries: int = 0,
    is_verified: bool = True,
) -> tuple[Any, ...]:
    """Return a registered tube: ``where`` = site, lab, account, server, lane; ``times`` = opened, closed, recorded.

    ``kinds`` are all the tube's events in their order.
    """
    steps = list(kinds)
    place = (no, barcode, round_id, *where, persons, persons, short_reason, None)
    return (
        *place,
        *device,
        *times,
        steps[-1].value,
        changed_at,
        taken(steps),
        box_id,
        False,
        rescans,
        manual_entries,
        is_verified,
    )


def person_row(no: int, seat: int, token: bytes) -> tuple[Any, ...]:
    """Return the person in a seat of the tube ``no``."""
    return (SEATS * no + seat, token)


def write_once(
    path: Path, campaign: Campaign, rows: Callable[[], DayRows], on_progress: Callable[[float], None]
) -> bool:
    """Write what ``rows()`` gives; return False, asking for none, when the ledger has some already."""
    try:
        return _write_once(path, campaign, rows, on_progress)
    except sqlite3.Error as error:
        raise LedgerUnavailable(f"the day so far could not be written to {path}: {error}; free space") from error


def _write_once(
    path: Path, campaign: Campaign, rows: Callable[[], DayRows], on_progress: Callable[[float], None]
) -> bool:
    with closing(open_ledger(path, campaign)) as connection, turn(path):
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT 1 FROM tube_event LIMIT 1").fetchone():
            connection.execute("ROLLBACK")
            return False
        day = rows()
        _write(connection, day, on_progress)
        _write_things(connection, day.things)
        on_progress(0.95)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return True


def _write(connection: sqlite3.Connection, day: DayRows, on_progress: Callable[[float], None]) -> None:
    late = [
        connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0]
        for name in _LATE_INDEXES
    ]
    for name in _LATE_INDEXES:
        connection.execute(f"DROP INDEX {name}")
    connection.executemany(INSERT_TUBE, day.tubes)
    connection.execute(_REQUESTS)
    connection.executemany(INSERT_PERSON, day.persons)
    on_progress(0.75)
    connection.executemany(INSERT_EVENT, day.events)
    on_progress(0.85)
    for statement in late:
        connection.execute(statement)


def _write_things(connection: sqlite3.Connection, steps: Sequence[ThingStep]) -> None:
    """Record steps of things as they would have been; each when it happened, a repeat once."""
    things: dict[tuple[str, str], Thing] = {}
    events: dict[tuple[str, str, str, int], tuple[Any, ...]] = {}
    latest = 0
    for step in steps:
        key, at = (step.machine.value, step.thing_id), micros(step.happened_at)
        if (*key, step.step, at) in events:
            continue
        latest = max(latest, at)
        things[key] = stepped(Page(connection, 0, at, at), step, things.get(key), "things")
        events[*key, step.step, at] = event_row(step, things[key], latest)
    connection.executemany(INSERT_THING, [(*key, *thing) for key, thing in things.items()])
    connection.executemany(INSERT_THING_EVENT, events.values())


def totals(path: Path, campaign: Campaign) -> tuple[int, int, int]:
    """Return (persons, tubes, events) of a ledger."""
    with closing(open_ledger(path, campaign)) as connection:
        persons, tubes = connection.execute(_TOTALS).fetchone()
        events = connection.execute("SELECT coalesce(max(sequence), 0) FROM tube_event").fetchone()[0]
        return persons, tubes, events
