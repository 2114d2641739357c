"""Open the ledger's file: made with its triggers if it is not there, refused when it is something else."""

import sqlite3
from functools import cache
from pathlib import Path

from pipelines.acts.errors import ActsError, ActsUnavailable

BUSY_S = 10.0
VERSION = 1
_SCHEMA = Path(__file__).with_name("schema.sql")
_OURS = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name"


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the ledger for appending, making it if needed; every commit is on disk before it returns."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        _make_once(connection)
    except (OSError, sqlite3.Error) as error:
        raise ActsUnavailable(f"cannot open the act ledger {path}: {error}; free space or move it away") from error
    _check_version(connection, path)
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open an existing ledger for reading only; raises ActsError when there is none or it is another file."""
    if not path.exists():
        raise ActsError(f"there is no act ledger at {path}; the command server makes it when it first starts")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)
        connection.execute("PRAGMA query_only = ON")
        _check_version(connection, path)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise ActsUnavailable(f"cannot read the act ledger {path}: {error}") from error
    return connection


def schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the file's tables and triggers say, by name."""
    return dict(connection.execute(_OURS).fetchall())


@cache
def own_schema() -> dict[str, str]:
    """Return what they must say."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(_SCHEMA.read_text(encoding="utf-8"))
    told = schema_of(connection)
    connection.close()
    return told


def _make_once(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        return
    script = _SCHEMA.read_text(encoding="utf-8")
    try:
        connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {VERSION}; COMMIT;")
    except sqlite3.OperationalError:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if not schema_of(connection):  # else another process has made it meanwhile
            raise


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        connection.close()
        raise ActsError(f"{path} is no act ledger of version {VERSION} (it says {version}); move it away")
