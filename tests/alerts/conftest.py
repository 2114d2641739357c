"""Fixtures of the alerts' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from tests.dashboard.kit import District


@pytest.fixture
def district(tmp_path: Path, small: Campaign) -> Iterator[District]:
    """An empty store of the small district, an hour after opening, 60 times as fast."""
    made = District(tmp_path / "command.duckdb", small)
    yield made
    made.store.close()
