"""Fixtures of the ledger's tests: a ledger to write into directly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from tests.intake.ledger.book import Book


@pytest.fixture
def book(tmp_path: Path, small: Campaign) -> Iterator[Book]:
    """An empty ledger of the small district."""
    with Book(tmp_path / "book.sqlite", small) as book:
        yield book
