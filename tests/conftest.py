"""Fixtures every test may use: the built-in campaign and a small made-up one, loaded once."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from pipelines.campaign import Campaign, load_campaign
from pipelines.config import DEFAULT_CAMPAIGN, ROOT

# Properties are judged by their outcome, never by the time a busy machine takes over an example.
hypothesis.register_profile("unhurried", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("unhurried")

ALONE = ("end_to_end", "faults")
# A process in which hundreds of stores were open has more memory mapped than the kernel lets it fork.
FORKING = ("test_supervisor",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the machine for itself: whole products, and browsers, whose patience is measured in seconds."""
    for item in items:
        is_alone = item.path.parent.name in ALONE or item.path.stem in FORKING or "browser" in item.path.stem
        if is_alone or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="session")
def sanshui() -> Campaign:
    """The built-in campaign: 7 towns, 118 sites, 595 lanes, 3 labs, 4 provincial servers and the city's."""
    return load_campaign(DEFAULT_CAMPAIGN)


@pytest.fixture(scope="session")
def small_folder() -> Path:
    """The folder of the small district; never write to it, copy it."""
    return ROOT / "tests" / "campaigns" / "lakeside"


@pytest.fixture(scope="session")
def small(small_folder: Path) -> Campaign:
    """A made-up district: 3 towns, 9 sites, 18 lanes, 2 labs, 2 provincial servers and the city's."""
    return load_campaign(small_folder)
