"""The couriers' boxes as things: packed, sealed, dispatched, received."""

from collections.abc import Mapping, Sequence

from pipelines.contract_desk import ThingStep
from pipelines.intake.moments import moment
from pipelines.intake.places import Place
from pipelines.intake.world.couriers import TUBES_PER_BOX
from pipelines.machines import BOX

WAY = tuple(step for step in BOX.steps if not step.is_side)
_REACHED = {step.after: number for number, step in enumerate(WAY, 1)}
_NUMBER = {step.name: number for number, step in enumerate(WAY, 1)}
Facts = Mapping[str, str | int]


class Boxes:
    """What happened to the boxes since it was last asked; a step that was never put on record is told with the next."""

    def __init__(self, sites: Sequence[Place]) -> None:
        """Begin with no box."""
        self._sites = sites
        self._tubes: dict[str, int] = {}
        self._reached: dict[str, int] = {}
        self._steps: list[ThingStep] = []

    def resume(self, states: Mapping[str, str]) -> None:
        """Take up the boxes on record: where each stands."""
        self._reached |= {box: _REACHED.get(state, len(WAY)) for box, state in states.items()}

    def fill(self, box: str, site: int, at: int, tubes: int) -> None:
        """Put the ``tubes``-th tube in: the first packs the box, the fiftieth seals it."""
        self._tubes[box] = tubes
        self._take(box, site, "seal" if tubes == TUBES_PER_BOX else "pack", at, {"tubes": tubes})

    def leave(self, boxes: Mapping[str, int], at: int) -> None:
        """Let boxes leave with a courier's run; one that is not full is sealed now. ``boxes``: site by box."""
        for box, site in boxes.items():
            facts = {"lab": self._sites[site].lab_id, "tubes": self._tubes.pop(box, TUBES_PER_BOX)}
            self._take(box, site, "dispatch", at, facts)

    def arrive(self, box: str, site: int, at: int, facts: Facts) -> None:
        """Let the lab take a box; ``facts``: how many tubes it finds, how often their labels are not read at once."""
        self._take(box, site, "receive", at, {"lab": self._sites[site].lab_id, **facts})

    def take(self) -> list[ThingStep]:
        """Return the steps since the last question, in the order in which they happened."""
        steps, self._steps = sorted(self._steps, key=lambda step: step.happened_at), []
        return steps

    def _take(self, box: str, site: int, name: str, at: int, facts: Facts) -> None:
        reached = self._reached.get(box, 0)
        for step in WAY[reached : _NUMBER[name]]:
            told = ThingStep(
                machine=BOX.name,
                thing_id=box,
                step=step.name,
                site_id=self._sites[site].site_id,
                by=step.by.value,
                facts=dict(facts),
                happened_at=moment(at),
            )
            self._steps.append(told)
        self._reached[box] = max(reached, _NUMBER[name])
