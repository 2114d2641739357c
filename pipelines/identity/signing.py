"""Signing in, in three ways: a password, an identity provider that vouches, one click in a simulated campaign."""

from collections.abc import Callable
from datetime import datetime

from pipelines.api import Session, Viewer
from pipelines.identity.accounts import Account, Accounts
from pipelines.identity.backoff import count_try, forget_tries, tries_so_far, wait_s
from pipelines.identity.book import Book
from pipelines.identity.errors import SignInRefused
from pipelines.identity.passwords import is_right
from pipelines.identity.sessions import Sessions
from pipelines.vocabulary import UserRole

WRONG = "this user and password do not go together"


class SignIns:
    """Who comes in, and who is in: the sessions over the accounts of one file."""

    def __init__(self, book: Book, now: Callable[[], datetime]) -> None:
        """Decide by ``book``; ``now`` is wall time."""
        self._book, self._now = book, now
        self.accounts = Accounts(book, now)
        self._sessions = Sessions(book, now)

    def by_password(self, user_id: str, password: str, address: str) -> Session:
        """Open a session for a user and his password; raises SignInRefused, which never tells whether he exists."""
        user_id, at = user_id.strip().lower(), self._now().timestamp()
        with self._book.turn() as connection:
            left = count_try(connection, user_id, address, at)
        if left:
            raise SignInRefused("wait", f"too many failed tries; try again in {left} s", left)
        account = self.accounts.find(user_id)
        if not is_right(password, account.password_hash if account else None) or account is None:
            with self._book.look() as connection:
                left = wait_s(tries_so_far(connection, user_id, address), 0.0)
            then = f"; a further try is heard in {left} s" if left else "; check both and try again"
            raise SignInRefused("wrong", WRONG + then, left)
        with self._book.turn() as connection:
            forget_tries(connection, user_id, address)
        return self._open(account, address)

    def by_provider(self, issuer: str, subject: str, email: str, address: str) -> Session:
        """Open a session for whom an identity provider vouches; raises SignInRefused when we do not know him."""
        account = self.accounts.find_vouched(issuer, subject, email)
        if account is None:
            raise SignInRefused("unknown", "your sign-in is good, but there is no account for you here; ask for one")
        return self._open(account, address)

    def by_click(self, user_id: str, address: str) -> Session:
        """Open a session for a demonstration user; raises SignInRefused when he is none."""
        account = self.accounts.find(user_id)
        if account is None or not account.viewer.is_demo:
            raise SignInRefused("unknown", "this is not one of the demonstration's users")
        return self._open(account, address)

    def demo_viewers(self) -> list[Viewer]:
        """Return the demonstration's users, the commander first; none in a real campaign."""
        found = [account.viewer for account in self.accounts.all() if account.viewer.is_demo]
        return sorted(found, key=lambda viewer: list(UserRole).index(viewer.role))

    def viewer(self, token: str) -> Viewer | None:
        """Return whose session a token is, None when it is nobody's."""
        return self._sessions.viewer(token)

    def sign_out(self, token: str) -> Viewer | None:
        """End a session; return whose it was."""
        viewer = self.viewer(token)
        self._sessions.end(token)
        return viewer

    def _open(self, account: Account, address: str) -> Session:
        if account.is_locked:
            raise SignInRefused("locked", "this account is locked; the administrator can unlock it")
        return self._sessions.open(account.viewer, address)
