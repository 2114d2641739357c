"""A ledger of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.acts import ActLedger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[ActLedger]:
    """An empty ledger."""
    made = ActLedger(tmp_path / "acts.sqlite")
    yield made
    made.close()
