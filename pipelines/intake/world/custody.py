"""What happens to a registered tube: sampled, fetched by a courier's run, received and resulted by its lab."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from pipelines.campaign.model import Campaign
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import Place
from pipelines.intake.states import RANK, TUBE_STEPS
from pipelines.intake.world.crowd import SEED, Cause, stream
from pipelines.vocabulary import TubeEventKind

BAGGING = 2 * MINUTE
TURNAROUND = 180 * MINUTE
DAY = 24 * 60 * MINUTE
RUNS_PER_DAY = 48


@dataclass(frozen=True)
class Route:
    """Grain: one site. Its courier's first run, the time between runs, and how long each run travels."""

    first_run_at: int
    interval: int
    travel: Sequence[int]

    def next_run(self, ready_at: int) -> int:
        """Return the number of the first run at or after ``ready_at``."""
        return max(-(-(ready_at - self.first_run_at) // self.interval), 0)

    def run_at(self, run: int) -> int:
        """Return when a run leaves the site."""
        return self.first_run_at + run * self.interval

    def arrives_at(self, dispatched_at: int) -> int:
        """Return when the tubes of the run that left at ``dispatched_at`` reach the lab."""
        return dispatched_at + self.travel[self.next_run(dispatched_at) % len(self.travel)]


def routes(campaign: Campaign, sites: Sequence[Place], seed: int = SEED) -> list[Route]:
    """Return every site's courier route: a run each 30 to 60 minutes, 15 to 50 minutes on the road."""
    return [_route(micros(campaign.round.opens_at), place, seed) for place in sites]


def _route(opens_at: int, place: Place, seed: int) -> Route:
    chance = stream(seed, Cause.COURIER, place.index)
    first, interval, road = chance.uniform(25, 55), chance.uniform(30, 60), chance.uniform(15, 40)
    travel = [int((road + extra) * MINUTE) for extra in chance.uniform(0, 10, RUNS_PER_DAY)]
    return Route(opens_at + int(first * MINUTE), int(interval * MINUTE), travel)


@dataclass(frozen=True, order=True)
class Step:
    """A step that is due: when, which (its rank breaks ties), and whose."""

    at: int
    rank: int
    barcode: str
    site: int

    @property
    def kind(self) -> TubeEventKind:
        """The step's kind."""
        return TUBE_STEPS[self.rank].kind


class Custody:
    """All tubes on their way; a lab takes tubes in order of arrival, no faster than its capacity."""

    def __init__(self, campaign: Campaign, sites: Sequence[Place], seed: int = SEED) -> None:
        """Begin with no tube on the way."""
        self._routes = routes(campaign, sites, seed)
        self._lab_of = [place.lab_id for place in sites]
        self._interval = {lab.lab_id: DAY // max(lab.capacity_tubes_per_day, 1) for lab in campaign.labs}
        self._lab_free_at = dict.fromkeys(self._interval, 0)
        self._steps: list[tuple[int, int, str, int]] = []

    def expect(self, barcode: str, site: int, sampled_at: int) -> None:
        """Expect a registered tube to be sampled at ``sampled_at``."""
        heappush(self._steps, (sampled_at, RANK[TubeEventKind.SAMPLED], barcode, site))

    def expect_all(self, tubes: Sequence[tuple[str, int, int]]) -> None:
        """Expect many tubes at once: (barcode, site, sampled at)."""
        rank = RANK[TubeEventKind.SAMPLED]
        self._steps += [(sampled_at, rank, barcode, site) for barcode, site, sampled_at in tubes]
        heapify(self._steps)

    def resume(self, barcode: str, site: int, state: TubeEventKind, happened_at: int) -> None:
        """Take up a tube that stood at ``state`` since ``happened_at``; call in the order of ``happened_at``."""
        self._plan_next(happened_at, RANK[state], barcode, site)

    def resume_lab(self, lab_id: str, last_resulted_at: int) -> None:
        """Take up a lab that gave its last result at ``last_resulted_at``."""
        self._lab_free_at[lab_id] = last_resulted_at - TURNAROUND + self._interval[lab_id]

    def advance(self, to: int) -> list[Step]:
        """Return the steps due by ``to`` in order of time, each tube's in the only order there is."""
        due: list[Step] = []
        while self._steps and self._steps[0][0] <= to:
            at, rank, barcode, site = heappop(self._steps)
            due.append(Step(at, rank, barcode, site))
            self._plan_next(at, rank, barcode, site)
        return due

    def _plan_next(self, at: int, rank: int, barcode: str, site: int) -> None:
        if rank + 1 < len(TUBE_STEPS):
            heappush(self._steps, (self._next_at(at, TUBE_STEPS[rank + 1].kind, site), rank + 1, barcode, site))

    def _next_at(self, at: int, kind: TubeEventKind, site: int) -> int:
        route = self._routes[site]
        if kind == TubeEventKind.DISPATCHED:
            return route.run_at(route.next_run(at + BAGGING))
        if kind == TubeEventKind.RECEIVED:
            return route.arrives_at(at)
        lab_id = self._lab_of[site]
        taken_at = max(at, self._lab_free_at[lab_id])
        self._lab_free_at[lab_id] = taken_at + self._interval[lab_id]
        return taken_at + TURNAROUND
