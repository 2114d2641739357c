"""What a start reads of the ledger to take up the day where it stands."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pipelines.campaign.model import Campaign
from pipelines.intake.ledger.opening import LedgerUnavailable, check_owner, open_reader
from pipelines.machines import MachineName
from pipelines.vocabulary import TubeEventKind

_TUBES = """
SELECT barcode, site_id, lane_no, persons, seats, closed_at, state, changed_at, box_id
FROM tube WHERE closed_at IS NOT NULL AND state <> 'voided' ORDER BY closed_at
"""
_FILLING = """
SELECT barcode, session_id, device_id, site_id, lane_no, seats, opened_at, state, changed_at
FROM tube WHERE state IN ('open', 'suspended') ORDER BY opened_at
"""
_DEVICES = "SELECT device_id, max(device_sequence) FROM request GROUP BY device_id"
_SAMPLED = "SELECT site_id, lane_no, max(happened_at) FROM tube_event WHERE kind = 'sampled' GROUP BY site_id, lane_no"
_NEWEST = "SELECT recorded_at FROM tube_event ORDER BY sequence DESC LIMIT 1"
_RESULTED = "SELECT lab_id, max(happened_at) FROM tube_event WHERE kind = 'resulted' GROUP BY lab_id"
_THINGS = "SELECT machine, thing_id, state, site_id, changed_at, facts FROM thing"


@dataclass(frozen=True)
class KnownTube:
    """Grain: one registered tube on record; ``since`` is when it took its latest step."""

    barcode: str
    site_id: str
    lane_no: int
    persons: int
    seats: int
    closed_at: int
    state: TubeEventKind
    since: int
    box_id: str | None = None


@dataclass(frozen=True)
class HalfFilled:
    """Grain: one tube that is open or suspended, and whose it is."""

    barcode: str
    session_id: str
    device_id: str
    site_id: str
    lane_no: int
    seats: int
    opened_at: int
    state: str
    since: int


@dataclass(frozen=True)
class KnownThing:
    """Grain: one thing on record: where it stands since when, and all that its steps told of it."""

    machine: MachineName
    thing_id: str
    state: str
    site_id: str | None
    since: int
    facts: dict[str, str | int]


@dataclass(frozen=True)
class Standing:
    """How the day stands by the ledger. Tubes in the order in which they were closed; voided ones left out."""

    tubes: list[KnownTube]
    device_sequences: dict[str, int]
    last_sampled_at: dict[tuple[str, int], int]
    last_resulted_at: dict[str, int]
    half_filled: list[HalfFilled] = field(default_factory=list["HalfFilled"])
    things: list[KnownThing] = field(default_factory=list["KnownThing"])


def standing(connection: sqlite3.Connection) -> Standing:
    """Return how the day stands, of one moment."""
    connection.execute("BEGIN")
    kinds = {kind.value: kind for kind in TubeEventKind}
    tubes = [
        KnownTube(barcode, site_id, lane_no, persons, seats, closed_at, kinds[state], since, box_id)
        for barcode, site_id, lane_no, persons, seats, closed_at, state, since, box_id in connection.execute(_TUBES)
    ]
    sampled = {(site_id, lane_no): at for site_id, lane_no, at in connection.execute(_SAMPLED)}
    found = Standing(
        tubes=tubes,
        device_sequences=dict(connection.execute(_DEVICES)),
        last_sampled_at=sampled,
        last_resulted_at=dict(connection.execute(_RESULTED)),
        half_filled=[HalfFilled(*row) for row in connection.execute(_FILLING)],
        things=[
            KnownThing(MachineName(machine), thing_id, state, site_id, since, msgspec.json.decode(facts))
            for machine, thing_id, state, site_id, since, facts in connection.execute(_THINGS)
        ],
    )
    connection.execute("COMMIT")
    return found


def newest_recorded(path: Path, campaign: Campaign | None = None) -> int | None:
    """Return when the latest event was recorded, None without any; raises LedgerError, also for another campaign's."""
    if not path.exists():
        return None
    try:
        with closing(open_reader(path)) as reader:
            if not reader.execute("PRAGMA user_version").fetchone()[0]:
                return None
            if campaign:
                check_owner(reader, path, campaign)
            row = reader.execute(_NEWEST).fetchone()
    except sqlite3.Error as error:
        raise LedgerUnavailable(f"cannot read the ledger {path}: {error}; move it away to begin anew") from error
    return row[0] if row else None
