"""The rules that hold between the values of a campaign: each takes the book of what was read and yields its faults."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.campaign.boundary import Boundary
from pipelines.campaign.faults import Fault
from pipelines.campaign.settings import SettingsRead
from pipelines.campaign.tables import Table


@dataclass(frozen=True)
class Book:
    """All that could be read of a folder. ``boundary`` is None when the outline has a fault of its own."""

    settings: SettingsRead
    tables: Mapping[str, Table]
    boundary: Boundary | None


Rule = Callable[[Book], Iterator[Fault]]


def apply(rules: Sequence[Rule], book: Book) -> list[Fault]:
    """Return the faults of all rules, in the order of the rules."""
    return [fault for rule in rules for fault in rule(book)]
