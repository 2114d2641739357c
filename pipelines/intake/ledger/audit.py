"""What must hold of a ledger whatever happened: each broken rule by name, and the hash of all that was recorded."""

import sqlite3
from hashlib import blake2b
from typing import NamedTuple

import msgspec

Connection = sqlite3.Connection  # for those who may hold one and ask nothing of it themselves
NAMED = 5
ROWS_AT_ONCE = 5_000
LOGS = {
    "tube_event": "SELECT * FROM tube_event ORDER BY sequence",
    "thing_event": "SELECT * FROM thing_event ORDER BY sequence",
    "late_duplicate": "SELECT * FROM late_duplicate ORDER BY sequence",
    "conflict": "SELECT * FROM conflict ORDER BY sequence",
}
_TOLD = """
CREATE TEMP TABLE told AS
SELECT barcode, sum(kind = 'registered') AS kept, sum(kind = 'handed_over') AS handed, sum(kind = 'sampled') AS stuck,
  sum(kind = 'bagged') AS bagged, sum(kind = 'dispatched') AS sent, sum(kind = 'received') AS received,
  sum(kind = 'resulted') AS resulted
FROM tube_event GROUP BY barcode
"""
# Each query names what breaks the rule, nothing else.
RULES = {
    "a person is counted in at most one tube": "SELECT hex(token) FROM tube_person GROUP BY token HAVING count(*) > 1",
    "a tube has at most ten persons": "SELECT barcode FROM tube WHERE persons > 10 OR seats > 10 OR persons > seats",
    "a tube counts the persons in it": """
SELECT barcode FROM tube LEFT JOIN (SELECT tube_no, count(*) AS counted FROM tube_person GROUP BY tube_no)
USING (tube_no) WHERE persons <> coalesce(counted, 0) AND state <> 'voided'""",
    "a tube is closed full or short with a reason": """
SELECT barcode FROM tube WHERE closed_at IS NOT NULL AND (seats = 10) <> (short_reason IS NULL)""",
    "what was scanned is in a tube that is closed, open or void": """
SELECT (SELECT count(*) FROM tube_person) || ' persons in tubes, ' || sum(persons) || ' counted' FROM tube
WHERE state <> 'voided' HAVING coalesce(sum(persons), 0) <> (SELECT count(*) FROM tube_person)""",
    "a closed tube is registered exactly once": """
SELECT barcode FROM tube LEFT JOIN told USING (barcode) WHERE coalesce(kept, 0) <> (closed_at IS NOT NULL)""",
    "the three copies of a label reconcile": """
SELECT barcode FROM told WHERE kept > 1 OR handed > kept OR stuck > handed OR bagged > stuck OR sent > bagged""",
    "a tube is received and resulted once, and only after it was sent": """
SELECT barcode FROM told WHERE received > sent OR resulted > received""",
    "a late duplicate is not counted where it was found": """
SELECT d.barcode FROM late_duplicate d JOIN tube_person p USING (token) JOIN tube t USING (tube_no)
WHERE d.kind = 'person_twice' AND t.barcode = d.barcode""",
}


class Break(NamedTuple):
    """A rule that does not hold, and the first of what breaks it."""

    rule: str
    named: tuple[str, ...]


def breaks(connection: Connection) -> list[Break]:
    """Return every rule that the ledger breaks."""
    connection.execute("DROP TABLE IF EXISTS temp.told")
    connection.execute(_TOLD)
    found = [(rule, connection.execute(f"{query} LIMIT {NAMED}").fetchall()) for rule, query in RULES.items()]
    return [Break(rule, tuple(str(row[0]) for row in rows)) for rule, rows in found if rows]


def event_log_hash(connection: Connection) -> str:
    """Return the hash over all ordered logs: tubes, things, what was found twice, what was refused."""
    digest = blake2b(digest_size=16)
    for name, query in LOGS.items():
        digest.update(name.encode())
        rows = connection.execute(query)
        while page := rows.fetchmany(ROWS_AT_ONCE):
            digest.update(msgspec.msgpack.encode(page))
    return digest.hexdigest()


class Sums(NamedTuple):
    """What a ledger holds. Persons are person-samples."""

    persons: int
    tubes: int
    events: int
    offline_tubes: int
    duplicates: int
    conflicts: int
    sampled_persons: int
    last_result_at: int | None


_SUMS = """
SELECT
  (SELECT coalesce(sum(persons), 0) FROM tube WHERE closed_at IS NOT NULL AND state <> 'voided'),
  (SELECT count(*) FROM tube WHERE closed_at IS NOT NULL),
  (SELECT count(*) FROM tube_event),
  (SELECT coalesce(sum(is_offline), 0) FROM tube),
  (SELECT count(*) FROM late_duplicate),
  (SELECT count(*) FROM conflict),
  (SELECT coalesce(sum(persons), 0) FROM tube_event WHERE kind = 'sampled'),
  (SELECT max(happened_at) FROM tube_event WHERE kind = 'resulted')
"""


def sums(connection: Connection) -> Sums:
    """Return what the ledger holds."""
    return Sums(*connection.execute(_SUMS).fetchone())


def short_tubes(connection: Connection) -> dict[str, int]:
    """Return how many tubes closed short, by reason."""
    query = "SELECT short_reason, count(*) FROM tube WHERE short_reason IS NOT NULL GROUP BY short_reason ORDER BY 1"
    return dict(connection.execute(query).fetchall())


def tubes_by_state(connection: Connection) -> dict[str, int]:
    """Return how many tubes stand where."""
    return dict(connection.execute("SELECT state, count(*) FROM tube GROUP BY state ORDER BY 1").fetchall())


def thing_steps(connection: Connection, machine: str) -> dict[str, int]:
    """Return how many steps of each kind the things of a machine have taken."""
    query = "SELECT step, count(*) FROM thing_event WHERE machine = ? GROUP BY step ORDER BY step"
    return dict(connection.execute(query, (machine,)).fetchall())


def seats_of_closed(connection: Connection) -> dict[str, int]:
    """Return how many persons were scanned into each registered tube, counted or not, by its label."""
    return dict(connection.execute("SELECT barcode, seats FROM tube WHERE closed_at IS NOT NULL").fetchall())


def half_filled(connection: Connection) -> list[str]:
    """Return the labels of tubes that are open or suspended."""
    return [row[0] for row in connection.execute("SELECT barcode FROM tube WHERE state IN ('open', 'suspended')")]


def registered_by_site(connection: Connection) -> dict[str, tuple[int, int]]:
    """Return (persons, tubes) registered by site, voided ones too: counters never fall."""
    query = """
SELECT site_id, sum(persons), count(*) FROM tube WHERE closed_at IS NOT NULL GROUP BY site_id"""
    return {site_id: (persons, tubes) for site_id, persons, tubes in connection.execute(query)}


def unfinished(connection: Connection, searched_since: int) -> bool:
    """Whether a tube is still on its way; one that was lost before ``searched_since`` does not turn up any more."""
    query = """
SELECT EXISTS (SELECT 1 FROM tube WHERE state NOT IN ('resulted', 'voided') AND NOT (state = 'lost' AND changed_at < ?))
"""
    return bool(connection.execute(query, (searched_since,)).fetchone()[0])


def uploaded_late(connection: Connection, after: int) -> int:
    """Return how many tubes came to the ledger more than ``after`` microseconds after they were closed."""
    query = """
SELECT count(*) FROM tube_event WHERE kind = 'registered' AND recorded_at - happened_at > ?"""
    return connection.execute(query, (after,)).fetchone()[0]
