"""Accounts: who may sign in, as what and over which scope; every change ends the sessions it touches."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipelines.api import Scope, Viewer
from pipelines.identity.book import Book
from pipelines.identity.errors import AccountRefused
from pipelines.identity.passwords import check_password, hashed
from pipelines.vocabulary import ScopeLevel, UserRole

USER_ID = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
LONGEST_NAME = 60
_COLUMNS = "user_id, name, role, scope_level, scope_id, password_hash, email, issuer, subject, is_locked, is_demo"
_SELECT = f"SELECT {_COLUMNS} FROM account"  # noqa: S608  # a constant list of columns
_INSERT = "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"
_END_SESSIONS = "DELETE FROM session WHERE user_id = ?"
Now = Callable[[], datetime]


@dataclass(frozen=True)
class NewAccount:
    """What an account is made of; ``email`` or ``issuer`` and ``subject`` are how an identity provider names him."""

    user_id: str
    name: str
    role: UserRole
    scope: Scope
    email: str = ""
    issuer: str = ""
    subject: str = ""
    is_demo: bool = False


@dataclass(frozen=True)
class Account:
    """Grain: one account as it is kept."""

    viewer: Viewer
    password_hash: str | None
    email: str
    issuer: str
    subject: str
    is_locked: bool


class Accounts:
    """The accounts of one file."""

    def __init__(self, book: Book, now: Now) -> None:
        """Keep them in ``book``; ``now`` is wall time."""
        self._book = book
        self._now = now

    def add(self, new: NewAccount, password: str | None) -> None:
        """Make an account; raises AccountRefused when its id is taken or wrong."""
        _check(new)
        if password is not None:
            check_password(password, new.user_id)
        kept = hashed(password) if password is not None else None
        with self._book.turn() as connection:
            if _find(connection, "user_id = ?", new.user_id):
                raise AccountRefused(f"there is already a user {new.user_id!r}; choose another id or remove him first")
            if new.email and _find(connection, "email = ?", new.email.lower()):
                raise AccountRefused(f"another user has the address {new.email!r}; one address is one user's")
            _insert(connection, new, kept, self._now())

    def put_demo(self, accounts: list[NewAccount]) -> None:
        """Have exactly these demonstration accounts, without passwords; none when the list is empty."""
        with self._book.turn() as connection:
            gone = [row[0] for row in connection.execute("SELECT user_id FROM account WHERE is_demo = 1").fetchall()]
            for user_id in set(gone) - {new.user_id for new in accounts}:
                connection.execute(_END_SESSIONS, (user_id,))
            connection.execute("DELETE FROM account WHERE is_demo = 1")
            for new in accounts:
                connection.execute("DELETE FROM account WHERE user_id = ?", (new.user_id,))
                _insert(connection, new, None, self._now())

    def all(self) -> list[Account]:
        """Return every account, in the order of the ids."""
        with self._book.look() as connection:
            return [_account(row) for row in connection.execute(f"{_SELECT} ORDER BY user_id").fetchall()]

    def find(self, user_id: str) -> Account | None:
        """Return an account, None when nobody has that id."""
        with self._book.look() as connection:
            return _find(connection, "user_id = ?", user_id)

    def find_vouched(self, issuer: str, subject: str, email: str) -> Account | None:
        """Return whom an identity provider means: by issuer and subject where they are kept, else by address."""
        with self._book.look() as connection:
            found = _find(connection, "issuer = ? AND subject = ? AND subject <> ''", issuer, subject)
            return found or (_find(connection, "email = ? AND subject = ''", email.lower()) if email else None)

    def set_password(self, user_id: str, password: str) -> None:
        """Replace a password; whoever is signed in with the old one no longer is."""
        check_password(password, user_id)
        self._change(user_id, "password_hash = ?", hashed(password))

    def lock(self, user_id: str) -> None:
        """Let a user in no more; ends his sessions at once."""
        self._change(user_id, "is_locked = 1")

    def unlock(self, user_id: str) -> None:
        """Let a user in again, and forget the failed tries in his name."""
        self._change(user_id, "is_locked = 0")
        with self._book.turn() as connection:
            connection.execute("DELETE FROM failure WHERE user_id = ?", (user_id,))

    def remove(self, user_id: str) -> None:
        """Forget a user and end his sessions; what he did stays in the act ledger."""
        self._known(user_id)
        with self._book.turn() as connection:
            connection.execute("DELETE FROM account WHERE user_id = ?", (user_id,))
            connection.execute(_END_SESSIONS, (user_id,))

    def _change(self, user_id: str, what: str, *values: object) -> None:
        self._known(user_id)
        with self._book.turn() as connection:
            at = self._now().timestamp()
            change = f"UPDATE account SET {what}, changed_at = ? WHERE user_id = ?"  # noqa: S608  # constants
            connection.execute(change, (*values, at, user_id))
            connection.execute(_END_SESSIONS, (user_id,))

    def _known(self, user_id: str) -> None:
        if self.find(user_id) is None:
            raise AccountRefused(f"there is no user {user_id!r}; `tenfold user list` names them all")


def _check(new: NewAccount) -> None:
    if not USER_ID.fullmatch(new.user_id):
        raise AccountRefused(
            f"a user's id has 2 to 32 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit; "
            f"got {new.user_id[:40]!r}"
        )
    if not new.name.strip() or len(new.name) > LONGEST_NAME or not new.name.isprintable():
        raise AccountRefused(f"a name has 1 to {LONGEST_NAME} printable characters; got {new.name[:80]!r}")
    if new.email and (new.email.count("@") != 1 or not new.email.isprintable() or " " in new.email):
        raise AccountRefused(f"an address looks like name@example.org; got {new.email[:80]!r}")
    if bool(new.issuer) != bool(new.subject):
        raise AccountRefused("issuer and subject go together: say both, as the identity provider tells them, or none")


def _insert(connection: sqlite3.Connection, new: NewAccount, kept: str | None, now: datetime) -> None:
    scope = (new.scope.level.value, new.scope.id)
    row = (new.user_id, new.name, new.role.value, *scope, kept, new.email.lower(), new.issuer, new.subject)
    connection.execute(_INSERT, (*row, int(new.is_demo), now.timestamp()))


def _find(connection: sqlite3.Connection, where: str, *values: str) -> Account | None:
    row = connection.execute(f"{_SELECT} WHERE {where}", values).fetchone()
    return _account(row) if row else None


def _account(row: tuple[str, ...]) -> Account:
    viewer = Viewer(
        user_id=row[0],
        name=row[1],
        role=UserRole(row[2]),
        scope=Scope(ScopeLevel(row[3]), row[4]),
        is_demo=bool(row[10]),
    )
    return Account(viewer, row[5], row[6], row[7], row[8], bool(row[9]))
