"""A whole day of the built-in campaign on disk, and nobody in it: every byte is looked at for every visitor."""

import tempfile
from pathlib import Path

from pipelines.campaign import load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.intake.day.virtual import virtual_day
from pipelines.intake.world.crowd import SEED
from tests.benchmarks.report import Row
from tests.intake.traces import People, bytes_in


def main() -> list[Row]:
    """Live the day, then look."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    with tempfile.TemporaryDirectory(prefix="tenfold-privacy-") as folder:
        virtual_day(campaign, SEED, ledger_path=Path(folder) / "ledger.sqlite")
        size = bytes_in(Path(folder))
        found = People(campaign, SEED).traces_in(Path(folder))
    traces = sum(len(each) for each in found.values())
    what = f"names, numbers and phones of 861,523 visitors in {size / 1e6:.0f} MB of a whole day"
    return [Row(what, str(traces), "0")]
