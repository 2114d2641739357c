"""The way of a tube after its registration, step by step, as the tube's machine has it."""

from typing import NamedTuple

from pipelines.machines import TUBE
from pipelines.vocabulary import TubeEventKind

WAY = tuple(TubeEventKind(step.after) for step in TUBE.steps if not step.is_side and step.after in set(TubeEventKind))
ASIDE = tuple(kind for kind in TubeEventKind if kind not in WAY)
KINDS = (*WAY, *ASIDE)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}
"""Where a kind stands: on the way first, in order, then what goes wrong."""


class Step(NamedTuple):
    """A step that is due (a tuple, for a day has 600,000). ``at`` is when it happened, ``reported_at`` when it is told.

    ``rank`` is its kind's and breaks ties, ``site`` the place's index; ``lab_id`` says which lab tells it, ``box_id``
    in which box the tube left.
    """

    reported_at: int
    at: int
    rank: int
    barcode: str
    site: int
    lab_id: str | None = None
    box_id: str | None = None

    @property
    def kind(self) -> TubeEventKind:
        """The step's kind."""
        return KINDS[self.rank]
