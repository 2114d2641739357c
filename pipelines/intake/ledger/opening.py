"""The intake's durable ledger: one SQLite file, opened by every server process, made if it is not there."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipelines.campaign.model import Campaign
from pipelines.clock import stopwatch
from pipelines.config import ConfigError

SCHEMA = Path(__file__).with_name("schema.sql")
VERSION = 1
BUSY_S = 10.0
LONG_TURN_S = 120.0  # a start waits while another process writes a whole day
TURN_STEP_S = 0.0003  # measured: nearly as fair among busy servers as the kernel's own queue


class LedgerError(ConfigError):
    """The ledger cannot be used; the message says why and what to do."""


class LedgerUnavailable(LedgerError):
    """A commit failed (disk full, I/O error); nothing of it was recorded, a later try may succeed."""


def open_ledger(path: Path, campaign: Campaign, within_s: float = LONG_TURN_S) -> sqlite3.Connection:
    """Open the ledger for writing, making it if needed; raises LedgerError when it cannot serve this campaign."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -32000")
        with turn(path, within_s):
            connection.execute("PRAGMA journal_mode = WAL")
            _make_once(connection, campaign)
    except sqlite3.Error as error:
        raise LedgerUnavailable(f"cannot open the ledger {path}: {error}; free space or move it away") from error
    check_owner(connection, path, campaign)
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open an existing ledger for reading only."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )


@contextmanager
def turn(path: Path, within_s: float = LONG_TURN_S) -> Generator[None]:
    """Hold the ledger's write turn; raises LedgerUnavailable when it does not come ``within_s``."""
    handle = lock_file(path)
    try:
        take_turn(handle, within_s)
        yield
    finally:
        os.close(handle)


def lock_file(path: Path) -> int:
    """Return a handle of the file whose lock is the write turn of the ledger at ``path``."""
    return os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)


def take_turn(handle: int, within_s: float) -> None:
    """Lock ``handle``, asking again in short steps: a process that stopped while it held it must not stop the rest."""
    deadline = stopwatch() + within_s
    while not _has_turn(handle):
        if stopwatch() >= deadline:
            raise LedgerUnavailable(f"another process has held its lock for {within_s} s (`lslocks` names it)")
        time.sleep(TURN_STEP_S)


def _has_turn(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_once(connection: sqlite3.Connection, campaign: Campaign) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0]:
        return
    script = SCHEMA.read_text(encoding="utf-8")
    connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {VERSION};")
    connection.execute("INSERT INTO ledger_of VALUES (?, ?)", (campaign.campaign_id, campaign.round.round_id))
    connection.execute("COMMIT")


def check_owner(connection: sqlite3.Connection, path: Path, campaign: Campaign) -> None:
    """Raise LedgerError when the ledger is of another version, campaign or round."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise LedgerError(f"the ledger {path} has version {version}, expected {VERSION}; move it away to begin anew")
    owner = connection.execute("SELECT campaign_id, round_id FROM ledger_of").fetchone()
    wanted = (campaign.campaign_id, campaign.round.round_id)
    if owner != wanted:
        raise LedgerError(
            f"the ledger {path} belongs to campaign and round {owner}, expected {wanted}; choose another TENFOLD_HOME"
        )
