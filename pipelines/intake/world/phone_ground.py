"""What all phones of the district share: the day they work for, where they write, what they may ask."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.intake.ledger.resume import HalfFilled
from pipelines.intake.places import Place
from pipelines.intake.world.desk_records import DeskRecords
from pipelines.intake.world.desks import Attempt, Desk, Door
from pipelines.intake.world.lanes import Group
from pipelines.intake.world.links import Links
from pipelines.intake.world.live_day import LiveDay
from pipelines.intake.world.slips import Slips

Tokens = Callable[[Place, Group], list[str]]
Try = Callable[[Door], Attempt]


@dataclass
class Ground:
    """``unrecorded`` are labels of tubes that only a phone knows, ``half_filled`` what a world before left half filled.

    What was due before ``live_from`` is caught up: nobody is kept waiting for it.
    """

    round_id: str
    server_ids: list[str]
    switch: int
    day: LiveDay
    records: DeskRecords
    slips: Slips
    links: Links
    tokens: Tokens
    send: Callable[[Try], None]
    wake: Callable[[int, Desk], None]
    suspect: Callable[[Desk, int], None]
    unrecorded: set[str] = field(default_factory=set[str])
    half_filled: dict[str, HalfFilled] = field(default_factory=dict[str, HalfFilled])
    live_from: int = 0
