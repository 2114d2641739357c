"""Fixtures of the identity tests: a file of accounts on a clock that the test moves, with one user in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.api import Scope
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.vocabulary import UserRole

PASSWORD = "correct horse battery"
LI = NewAccount("li.wei", "李伟", UserRole.TOWN_COORDINATOR, Scope.town("990001002"), email="Li.Wei@example.org")


@dataclass
class Hands:
    """A clock that stands until it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2031, 3, 2, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    """The clock of the test."""
    return Hands()


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """An empty file of accounts."""
    made = Book(tmp_path / "identity.sqlite")
    yield made
    made.close()


@pytest.fixture
def sign_ins(book: Book, hands: Hands) -> SignIns:
    """The way in, for one user with a password."""
    made = SignIns(book, hands)
    made.accounts.add(LI, PASSWORD)
    return made
