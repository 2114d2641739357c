"""How long a guesser waits: each failed try by one user name from one address doubles the pause, up to an hour.

Other addresses are not touched: whoever guesses elsewhere does not lock the real user out.
"""

import math
import sqlite3

FREE_TRIES = 5
FIRST_WAIT_S = 15.0
LONGEST_WAIT_S = 3600.0
FORGOTTEN_AFTER_S = 86_400.0
KEPT_AT_MOST = 100_000
LONGEST_NAME = 64
_COUNT = """
INSERT INTO failure VALUES (?, ?, 1, ?)
ON CONFLICT (user_id, address) DO UPDATE SET tries = tries + 1, last_at = excluded.last_at
"""
_TRIM = "DELETE FROM failure WHERE rowid IN (SELECT rowid FROM failure ORDER BY last_at LIMIT ?)"


def wait_s(tries: int, since_s: float) -> int:
    """Return how many whole seconds are left to wait after ``tries`` failures, the last ``since_s`` seconds ago."""
    if tries < FREE_TRIES or since_s > FORGOTTEN_AFTER_S:
        return 0
    pause = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(tries - FREE_TRIES, 30))
    return max(0, math.ceil(pause - max(since_s, 0.0)))


def count_try(connection: sqlite3.Connection, user_id: str, address: str, at: float) -> int:
    """Count a try before its password is looked at, so that many at once are no way around; return the wait left.

    While there is one left, the try is not heard and not counted.
    """
    key = (user_id[:LONGEST_NAME], address[:LONGEST_NAME])
    found = connection.execute("SELECT tries, last_at FROM failure WHERE user_id = ? AND address = ?", key).fetchone()
    left = wait_s(found[0], at - found[1]) if found else 0
    if left:
        return left
    connection.execute("DELETE FROM failure WHERE last_at < ?", (at - FORGOTTEN_AFTER_S,))
    connection.execute(_COUNT, (*key, at))
    over = connection.execute("SELECT count(*) FROM failure").fetchone()[0] - KEPT_AT_MOST
    if over > 0:
        connection.execute(_TRIM, (over,))
    return 0


def forget_tries(connection: sqlite3.Connection, user_id: str, address: str) -> None:
    """Forget the failures of a user who has come in."""
    connection.execute(
        "DELETE FROM failure WHERE user_id = ? AND address = ?", (user_id[:LONGEST_NAME], address[:LONGEST_NAME])
    )


def tries_so_far(connection: sqlite3.Connection, user_id: str, address: str) -> int:
    """Return how many tries have failed."""
    key = (user_id[:LONGEST_NAME], address[:LONGEST_NAME])
    found = connection.execute("SELECT tries FROM failure WHERE user_id = ? AND address = ?", key).fetchone()
    return found[0] if found else 0
