"""The intake's durable ledger: one SQLite file, opened by every server process, made if it is not there."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipelines.campaign.model import Campaign
from pipelines.config import ConfigError
from pipelines.intake.ledger.making import VERSION, make_ledger

BUSY_S = 10.0
LONG_TURN_S = 120.0  # a start waits while another process writes a whole day
CACHE_KB = 64_000
CHECKPOINT_PAGES = 8_000  # the pages of persons are dirtied again and again: a rarer checkpoint writes each once


class LedgerError(ConfigError):
    """The ledger cannot be used; the message says why and what to do."""


class LedgerUnavailable(LedgerError):
    """A commit failed (disk full, I/O error); nothing of it was recorded, a later try may succeed."""


def open_ledger(
    path: Path, campaign: Campaign, within_s: float = LONG_TURN_S, is_durable: bool = True
) -> sqlite3.Connection:
    """Open the ledger for writing, making it if needed; raises LedgerError when it cannot serve this campaign.

    One that is not durable survives a crash of the process but not of the machine: for virtual days alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with turn(path, within_s):
        return open_in_turn(path, campaign, is_durable)


def open_in_turn(path: Path, campaign: Campaign, is_durable: bool = True) -> sqlite3.Connection:
    """Do the same for a caller that holds the write turn."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'OFF'}")
        connection.execute(f"PRAGMA cache_size = {-CACHE_KB}")
        connection.execute("PRAGMA temp_store = MEMORY")  # what a savepoint would undo
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
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
    wait = _Wait(path)
    if not wait.has_come(within_s):
        raise LedgerUnavailable(f"another process has held its lock for {within_s:g} s (`lslocks` names it)")
    try:
        yield
    finally:
        os.close(wait.handle)


def lock_file(path: Path) -> int:
    """Return a handle of the file whose lock is the write turn of the ledger at ``path``."""
    return os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)


def take_turn(handle: int) -> None:
    """Wait for the write turn in the kernel's fair queue, for as long as it takes."""
    fcntl.flock(handle, fcntl.LOCK_EX)


def give_turn(handle: int) -> None:
    """Let the next one write."""
    fcntl.flock(handle, fcntl.LOCK_UN)


class _Wait:
    """A place in the kernel's queue that can be given up: a lock has no deadline, so a thread of its own waits."""

    def __init__(self, path: Path) -> None:
        self.handle = lock_file(path)
        self._guard, self._came, self._is_given_up = threading.Lock(), threading.Event(), False
        threading.Thread(target=self._wait, name="ledger turn", daemon=True).start()

    def has_come(self, within_s: float) -> bool:
        """Wait for the turn; when False, the place is given up."""
        self._came.wait(within_s)
        with self._guard:
            self._is_given_up = not self._came.is_set()
            return not self._is_given_up

    def _wait(self) -> None:
        take_turn(self.handle)
        with self._guard:
            if self._is_given_up:
                os.close(self.handle)
            else:
                self._came.set()


def _make_once(connection: sqlite3.Connection, campaign: Campaign) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0]:
        return
    make_ledger(connection, campaign)


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
