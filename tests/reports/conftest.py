"""Fixtures of the reports' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from tests.store.kit import Bench


@pytest.fixture
def bench(tmp_path: Path, small: Campaign) -> Iterator[Bench]:
    """An empty store of the small district, at 01:00 of its day (an hour after opening), 60 times as fast."""
    made = Bench(tmp_path / "command.duckdb", small)
    yield made
    made.store.close()
