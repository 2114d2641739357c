"""The couriers' boxes as things: packed, sealed, dispatched, received."""

from collections.abc import Mapping, Sequence

from pipelines.contract_desk import ThingStep
from pipelines.intake.moments import moment
from pipelines.intake.places import Place
from pipelines.intake.world.couriers import TUBES_PER_BOX
from pipelines.machines import MachineName


class Boxes:
    """What happened to the boxes since it was last asked."""

    def __init__(self, sites: Sequence[Place]) -> None:
        """Begin with no box."""
        self._sites = sites
        self._tubes: dict[str, int] = {}
        self._steps: list[ThingStep] = []

    def fill(self, box: str, site: int, at: int, tubes: int) -> None:
        """Put the ``tubes``-th tube in: the first packs the box, the fiftieth seals it."""
        if tubes == 1:
            self._add(box, site, "pack", at, "medic", {})
        self._tubes[box] = tubes
        if tubes == TUBES_PER_BOX:
            self._add(box, site, "seal", at, "medic", {"tubes": tubes})

    def leave(self, boxes: Mapping[str, int], at: int) -> None:
        """Let boxes leave with a courier's run; one that is not full is sealed now. ``boxes``: site by box."""
        for box, site in boxes.items():
            tubes = self._tubes.pop(box, TUBES_PER_BOX)
            if tubes < TUBES_PER_BOX:
                self._add(box, site, "seal", at, "medic", {"tubes": tubes})
            self._add(box, site, "dispatch", at, "courier", {"lab": self._sites[site].lab_id, "tubes": tubes})

    def arrive(self, box: str, site: int, at: int, tubes: int, scan_errors: int) -> None:
        """Let the lab take a box: how many tubes it finds in it, how often their labels are not read at once."""
        facts = {"lab": self._sites[site].lab_id, "tubes": tubes, "scan_errors": scan_errors}
        self._add(box, site, "receive", at, "lab", facts)

    def take(self) -> list[ThingStep]:
        """Return the steps since the last question, in the order in which they happened."""
        steps, self._steps = sorted(self._steps, key=lambda step: step.happened_at), []
        return steps

    def _add(self, box: str, site: int, step: str, at: int, by: str, facts: Mapping[str, str | int]) -> None:
        self._steps.append(
            ThingStep(
                machine=MachineName.BOX,
                thing_id=box,
                step=step,
                site_id=self._sites[site].site_id,
                by=by,
                facts=dict(facts),
                happened_at=moment(at),
            )
        )
