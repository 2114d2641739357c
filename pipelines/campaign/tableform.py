"""What a CSV file of a campaign must look like."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.campaign.kinds import Kind


@dataclass(frozen=True)
class TableForm:
    """A CSV file: its name, its columns in any order, and the columns that together name a row."""

    file: str
    key: tuple[str, ...]
    columns: Mapping[str, Kind]
