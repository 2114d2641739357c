"""Fixtures of the intake's tests: an empty ledger's writer, and servers of the small district in real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.clock import FileClock, set_clock
from pipelines.intake.ledger.writer import LedgerWriter
from tests.intake.running import Intake, running


@pytest.fixture
def clock(tmp_path: Path, small: Campaign) -> FileClock:
    """A clock that stands still an hour after opening."""
    set_clock(tmp_path / "clock.json", small.round.demo_starts_at, 0.0)
    return FileClock(tmp_path / "clock.json")


@pytest.fixture
def writer(tmp_path: Path, small: Campaign, clock: FileClock) -> Iterator[LedgerWriter]:
    """The writer of an empty ledger."""
    writer = LedgerWriter(tmp_path / "ledger.sqlite", small, clock)
    yield writer
    writer.close()


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Intake]:
    """Front end p1, p2 and the data interface, with a clock that stands still an hour after opening."""
    with running(small, tmp_path_factory.mktemp("intake"), small.round.demo_starts_at, 0.0) as intake:
        intake.start("p1", "p2", "data")
        yield intake
