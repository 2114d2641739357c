"""Passwords: what is good enough, how they are kept (argon2id), and how one is checked without telling who exists."""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipelines.identity.errors import AccountRefused, SignInRefused

SHORTEST, LONGEST = 12, 128
AT_ONCE = 2
PATIENCE_S = 5.0
BUSY_WAIT_S = 5
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_places = threading.BoundedSemaphore(AT_ONCE)


def check_password(password: str, user_id: str) -> None:
    """Raise AccountRefused unless a password may be kept."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountRefused(f"a password has {SHORTEST} to {LONGEST} characters, got {len(password)}; choose another")
    if user_id in password.lower() or len(set(password)) < 5:
        raise AccountRefused("a password holds neither the user's id nor the same few characters; choose another")


def generated() -> str:
    """Return a password nobody has to think of: 120 bits, in groups that can be read aloud."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(6)) for _ in range(4))


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password is the one kept; where none is kept it takes as long. Raises SignInRefused when too many try.

    A hash costs 20 MB for a moment: only so many are made at once.
    """
    if not _places.acquire(timeout=PATIENCE_S):
        raise SignInRefused("busy", "too many people are signing in at this moment; try again shortly", BUSY_WAIT_S)
    try:
        _hasher.verify(kept or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _places.release()
    return kept is not None


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex(16))
