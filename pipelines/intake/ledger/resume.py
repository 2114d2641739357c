"""What a start reads of the ledger to take up the day where it stands."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipelines.campaign.model import Campaign
from pipelines.intake.ledger.opening import LedgerUnavailable, check_owner, open_reader
from pipelines.vocabulary import TubeEventKind

_TUBES = "SELECT barcode, site_id, lane_no, persons, closed_at, state FROM tube ORDER BY closed_at"
_DEVICES = "SELECT device_id, max(device_sequence) FROM tube GROUP BY device_id"
_LATEST = """
SELECT event.barcode, event.happened_at
FROM tube_event AS event
JOIN tube ON tube.barcode = event.barcode AND tube.state = event.kind
WHERE tube.state <> 'resulted'
"""
_SAMPLED = "SELECT site_id, lane_no, max(happened_at) FROM tube_event WHERE kind = 'sampled' GROUP BY site_id, lane_no"
_NEWEST = "SELECT recorded_at FROM tube_event ORDER BY sequence DESC LIMIT 1"
_RESULTED = "SELECT lab_id, max(happened_at) FROM tube_event WHERE kind = 'resulted' GROUP BY lab_id"


@dataclass(frozen=True)
class KnownTube:
    """Grain: one tube on record; ``since`` is when it took its latest step (0 once it is resulted)."""

    barcode: str
    site_id: str
    lane_no: int
    persons: int
    closed_at: int
    state: TubeEventKind
    since: int


@dataclass(frozen=True)
class Standing:
    """How the day stands by the ledger."""

    tubes: list[KnownTube]
    device_sequences: dict[str, int]
    last_sampled_at: dict[tuple[str, int], int]
    last_resulted_at: dict[str, int]


def standing(connection: sqlite3.Connection) -> Standing:
    """Return how the day stands, of one moment."""
    connection.execute("BEGIN")
    since = dict(connection.execute(_LATEST).fetchall())
    tubes = [
        KnownTube(barcode, site_id, lane_no, persons, closed_at, TubeEventKind(state), since.get(barcode, 0))
        for barcode, site_id, lane_no, persons, closed_at, state in connection.execute(_TUBES)
    ]
    sampled = {(site_id, lane_no): at for site_id, lane_no, at in connection.execute(_SAMPLED)}
    found = Standing(tubes, dict(connection.execute(_DEVICES)), sampled, dict(connection.execute(_RESULTED)))
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
