"""All registered tubes on their way: handed over, sampled, bagged, fetched by a courier, worked off by their lab."""

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from pipelines.campaign.model import Campaign
from pipelines.contract_desk import ThingStep
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE
from pipelines.intake.places import Place
from pipelines.intake.world.boxes import Boxes
from pipelines.intake.world.couriers import COURIER_CHECK, TUBES_PER_BOX, Road, box_id, routes, spells
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.labs import LabDay
from pipelines.intake.world.tube_steps import RANK, Step
from pipelines.vocabulary import PERSONS_PER_TUBE, FaultKind, TubeEventKind

__all__ = ["BAGGING", "Custody", "Filled", "Step"]
BAGGING = 2 * MINUTE
_HANDED_OVER, _SAMPLED, _BAGGED = (RANK[TubeEventKind(kind)] for kind in ("handed_over", "sampled", "bagged"))
_DISPATCHED, _LOST, _MISROUTED = (RANK[TubeEventKind(kind)] for kind in ("dispatched", "lost", "misrouted"))
_DELIVERED, _FORWARDED, _CHECKED, _FOUND = range(4)


class Filled(NamedTuple):
    """A registered tube: its guide walks on with tube and labels at ``handed_over_at`` (Q58), then it is sampled."""

    barcode: str
    site: int
    handed_over_at: int
    sampled_at: int
    persons: int = PERSONS_PER_TUBE


class Packed(NamedTuple):
    """A tube in its box."""

    barcode: str
    persons: int
    box: str


class Custody:
    """Every tube's next step. What it says is due by one moment depends on no earlier question."""

    def __init__(self, campaign: Campaign, sites: Sequence[Place], seed: int = SEED) -> None:
        """Begin with no tube on the way, and no fault."""
        self._sites, self._routes = sites, routes(campaign, sites, seed)
        self._road = Road(campaign, sites, seed)
        self._labs = {lab.lab_id: LabDay(lab, campaign.round.mode, seed) for lab in campaign.labs}
        self._at_desk: list[tuple[int, int, str, int, int, int]] = []
        self._in_bags: dict[tuple[int, int], list[Packed]] = {}
        self._runs: list[tuple[int, int, int]] = []
        self._run_left = [-1] * len(sites)
        self._on_road: list[tuple[int, int, int, int, str, list[Packed]]] = []
        self._boxes = Boxes(sites)

    def change_faults(self, faults: Sequence[Fault]) -> None:
        """Let these faults act from now on: tubes lost on the way, labs that stop."""
        self._road.losses = spells(faults, FaultKind.TUBE_LOST)
        for lab in self._labs.values():
            lab.stop(spells(faults, FaultKind.LAB_STOPS))

    def expect(self, tube: Filled) -> None:
        """Expect a registered tube at its sampling desk."""
        heappush(self._at_desk, _due(tube))

    def expect_all(self, tubes: Sequence[Filled]) -> None:
        """Expect many tubes at once."""
        self._at_desk += [_due(tube) for tube in tubes]
        heapify(self._at_desk)

    def resume(self, state: TubeEventKind, since: int, tube: Filled, box: str = "") -> None:
        """Take up a tube that stands at ``state`` since then; call in the order of ``since``, labs first.

        The times in ``tube`` count while it is registered or handed over; ``box`` is the box of one that has left.
        """
        barcode, site, _, sampled_at, persons = tube
        if state is TubeEventKind.REGISTERED:
            self.expect(tube)
        elif state is TubeEventKind.HANDED_OVER:
            heappush(self._at_desk, (sampled_at, _SAMPLED, barcode, site, persons, 0))
        elif state is TubeEventKind.SAMPLED:
            heappush(self._at_desk, (since + BAGGING, _BAGGED, barcode, site, persons, 0))
        elif state is TubeEventKind.BAGGED:
            self._bag(since, barcode, site, persons)
        elif state is TubeEventKind.RECEIVED:
            self._lab(site).resume_tube(since, barcode, site)
            if box:
                self._boxes.arrive(box, site, since, {})
        else:
            self._resume_on_road(state, since, site, Packed(barcode, persons, box))

    def resume_boxes(self, states: Mapping[str, str]) -> None:
        """Take up the boxes on record, where each stands; before the tubes."""
        self._boxes.resume(states)

    def resume_lab(self, lab_id: str, last_resulted_at: int) -> None:
        """Take up a lab that gave its last result at ``last_resulted_at``."""
        self._labs[lab_id].resume(last_resulted_at)

    def advance(self, to: int) -> list[Step]:
        """Return the steps told by ``to``, in the order of telling; each tube's are in the only order there is."""
        steps = [*self._desks(to), *self._couriers(to), *self._roads(to)]
        for lab in self._labs.values():
            steps += lab.advance(to)
        steps.sort()
        return steps

    def things(self) -> list[ThingStep]:
        """Return the boxes' steps since the last question, in the order in which they happened."""
        return self._boxes.take()

    def _lab(self, site: int) -> LabDay:
        return self._labs[self._sites[site].lab_id]

    def _desks(self, to: int) -> list[Step]:
        steps: list[Step] = []
        line = self._at_desk
        while line and line[0][0] <= to:
            at, rank, barcode, site, persons, sampled_at = heappop(line)
            steps.append(Step(at, at, rank, barcode, site))
            if rank == _HANDED_OVER:
                heappush(line, (sampled_at, _SAMPLED, barcode, site, persons, 0))
            elif rank == _SAMPLED:
                heappush(line, (at + BAGGING, _BAGGED, barcode, site, persons, 0))
            else:
                self._bag(at, barcode, site, persons)
        return steps

    def _bag(self, at: int, barcode: str, site: int, persons: int) -> None:
        """Put a bagged tube into the open box of the next run; a run that has left takes nothing more."""
        route = self._routes[site]
        run = max(route.next_run(at), self._run_left[site] + 1)
        if (site, run) not in self._in_bags:
            self._in_bags[site, run] = []
            heappush(self._runs, (route.run_at(run), site, run))
        packed = self._in_bags[site, run]
        box = box_id(self._sites[site], run, len(packed) // TUBES_PER_BOX + 1)
        packed.append(Packed(barcode, persons, box))
        self._boxes.fill(box, site, at, (len(packed) - 1) % TUBES_PER_BOX + 1)

    def _couriers(self, to: int) -> list[Step]:
        steps: list[Step] = []
        while self._runs and self._runs[0][0] <= to:
            at, site, run = heappop(self._runs)
            tubes = self._in_bags.pop((site, run))
            self._run_left[site] = run
            self._boxes.leave({tube.box: site for tube in tubes}, at)
            steps += [Step(at, at, _DISPATCHED, tube.barcode, site, None, tube.box) for tube in tubes]
            heappush(self._on_road, (self._routes[site].arrives_at(at), site, run, _DELIVERED, "", tubes))
        return steps

    def _roads(self, to: int) -> list[Step]:
        steps: list[Step] = []
        while self._on_road and self._on_road[0][0] <= to:
            at, site, run, stage, _, tubes = heappop(self._on_road)
            if stage == _CHECKED:
                steps += self._miss(at, site, run, tubes)
            elif stage == _DELIVERED and (wrong := self._road.wrong_lab(site, run)):
                steps += [Step(at, at, _MISROUTED, tube.barcode, site, wrong) for tube in self._there(site, run, tubes)]
                heappush(self._on_road, (at + self._road.forwarding(site, run), site, run, _FORWARDED, "", tubes))
            elif stage == _FOUND:
                self._lab(site).arrive([(at, tube.barcode, site, tube.persons) for tube in tubes])
            else:
                self._deliver(at, site, run, tubes)
        return steps

    def _there(self, site: int, run: int, tubes: list[Packed]) -> list[Packed]:
        """Return the tubes of a run that are not lost."""
        left_at = self._routes[site].run_at(run)
        return [tube for tube in tubes if not self._road.is_lost(tube.barcode, site, left_at)]

    def _deliver(self, at: int, site: int, run: int, tubes: list[Packed]) -> None:
        there = sorted(self._there(site, run, tubes))
        lab = self._lab(site)
        for box in sorted({tube.box for tube in tubes} - {""}):
            held = [tube for tube in there if tube.box == box]
            errors = sum(lab.scan_errors(tube.barcode, tube.persons) for tube in held)
            self._boxes.arrive(box, site, at, {"tubes": len(held), "scan_errors": errors})
        lab.arrive([(at, tube.barcode, site, tube.persons) for tube in there])
        for tube in sorted(set(tubes) - set(there)):
            heappush(self._on_road, (at + COURIER_CHECK, site, run, _CHECKED, tube.barcode, [tube]))

    def _miss(self, at: int, site: int, run: int, tubes: list[Packed]) -> list[Step]:
        for tube in tubes:
            found_at = self._road.found_at(tube.barcode, at)
            if found_at is not None:
                heappush(self._on_road, (found_at, site, run, _FOUND, tube.barcode, [tube]))
        return [Step(at, at, _LOST, tube.barcode, site) for tube in tubes]

    def _resume_on_road(self, state: TubeEventKind, since: int, site: int, tube: Packed) -> None:
        route = self._routes[site]
        if state is TubeEventKind.LOST:
            self._miss(since, site, 0, [tube])
            return
        if state is TubeEventKind.DISPATCHED:
            run, stage = route.next_run(since), _DELIVERED
            at = route.arrives_at(since)
        else:
            run, stage = route.run_come(since), _FORWARDED
            at = since + self._road.forwarding(site, run)
        self._join(at, site, run, stage, tube)

    def _join(self, at: int, site: int, run: int, stage: int, tube: Packed) -> None:
        for entry in reversed(self._on_road):
            if entry[:4] == (at, site, run, stage):
                entry[5].append(tube)
                return
        heappush(self._on_road, (at, site, run, stage, "", [tube]))


def _due(tube: Filled) -> tuple[int, int, str, int, int, int]:
    return (tube.handed_over_at, _HANDED_OVER, tube.barcode, tube.site, tube.persons, tube.sampled_at)
