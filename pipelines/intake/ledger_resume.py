"""What the world reads of the ledger to take up the day where it stands."""

import sqlite3
from dataclasses import dataclass

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
