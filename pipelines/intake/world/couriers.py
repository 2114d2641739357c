"""How tubes travel: a site's courier runs, boxes of fifty, now and then to the wrong lab, now and then one is lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.campaign.model import Campaign
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import Place
from pipelines.intake.world.crowd import SEED, Cause, stream
from pipelines.intake.world.luck import Luck
from pipelines.vocabulary import FaultKind

RUNS_PER_DAY = 48
TUBES_PER_BOX = 50
RUNS_ON_ROAD = 4  # at most: a run each half hour, 50 minutes on the road
MISROUTED_SHARE = 0.002  # of the runs, where there is another lab to go to
FORWARDING = (30 * MINUTE, 60 * MINUTE)
COURIER_CHECK = 30 * MINUTE  # after the box came, what is not in it is looked for; then it is lost
FOUND_SHARE = 0.5
FOUND_AFTER = (60 * MINUTE, 240 * MINUTE)


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

    def run_come(self, arrived_at: int) -> int:
        """Return the number of the run that came to a lab at ``arrived_at``, else of the one that left last."""
        last = max(self.next_run(arrived_at), 0)
        earlier = range(last, max(last - RUNS_ON_ROAD, -1), -1)
        return next((run for run in earlier if self.arrives_at(self.run_at(run)) == arrived_at), last)


def routes(campaign: Campaign, sites: Sequence[Place], seed: int = SEED) -> list[Route]:
    """Return every site's courier route: a run each 30 to 60 minutes, 15 to 50 minutes on the road."""
    return [_route(micros(campaign.round.opens_at), place, seed) for place in sites]


def _route(opens_at: int, place: Place, seed: int) -> Route:
    chance = stream(seed, Cause.COURIER, place.index)
    first, interval, road = chance.uniform(25, 55), chance.uniform(30, 60), chance.uniform(15, 40)
    travel = [int((road + extra) * MINUTE) for extra in chance.uniform(0, 10, RUNS_PER_DAY)]
    return Route(opens_at + int(first * MINUTE), int(interval * MINUTE), travel)


@dataclass(frozen=True)
class Spell:
    """A fault's time, place and strength, in the ledger's microseconds."""

    target: str
    strength: float
    starts_at: int
    ends_at: int
    seed: int = 0

    def acts(self, at: int, *targets: str) -> bool:
        """Whether it acts at ``at`` on everything or on one of ``targets``."""
        return self.starts_at <= at < self.ends_at and (not self.target or self.target in targets)


def spells(faults: Sequence[Fault], kind: FaultKind) -> list[Spell]:
    """Return the faults of one kind."""
    of_kind = (fault for fault in faults if fault.kind is kind)
    return [Spell(f.target, f.strength, micros(f.starts_at), micros(f.ends_at), f.seed) for f in of_kind]


class Road:
    """What becomes of a run between site and lab: decided by its name, so that a restart finds the same."""

    def __init__(self, campaign: Campaign, sites: Sequence[Place], seed: int) -> None:
        """Know the labs and every site's own."""
        self._labs = [lab.lab_id for lab in campaign.labs]
        self._sites = sites
        self._wrong, self._detour = Luck(seed, "wrong lab"), Luck(seed, "forwarding")
        self._loss, self._find, self._search = Luck(seed, "loss"), Luck(seed, "find"), Luck(seed, "search")
        self.losses: list[Spell] = []

    def wrong_lab(self, site: int, run: int) -> str | None:
        """Return the lab that a run is taken to by mistake, None when it goes where it should."""
        place = self._sites[site]
        others = [lab_id for lab_id in self._labs if lab_id != place.lab_id]
        drawn = self._wrong.of(f"{place.site_id}/{run}")
        if not others or drawn >= MISROUTED_SHARE:
            return None
        return others[int(drawn / MISROUTED_SHARE * len(others))]

    def forwarding(self, site: int, run: int) -> int:
        """Return how long the wrong lab takes to pass a run on to the right one."""
        return _between(FORWARDING, self._detour.of(f"{self._sites[site].site_id}/{run}"))

    def is_lost(self, barcode: str, site: int, dispatched_at: int) -> bool:
        """Whether a tube that left at ``dispatched_at`` does not arrive."""
        if not self.losses:
            return False
        place = self._sites[site]
        targets = (place.site_id, place.town_code, place.lab_id)
        acting = [loss for loss in self.losses if loss.acts(dispatched_at, *targets)]
        return any(self._loss.of(f"{loss.seed}/{barcode}") < loss.strength for loss in acting)

    def found_at(self, barcode: str, lost_at: int) -> int | None:
        """Return when a lost tube turns up at its lab, None when it never does."""
        if self._find.of(barcode) >= FOUND_SHARE:
            return None
        return lost_at + _between(FOUND_AFTER, self._search.of(barcode))


def box_id(place: Place, run: int, number: int) -> str:
    """Return the name of the ``number``-th box of a site's run."""
    return f"{place.site_id}-R{run:03d}-{number:02d}"


def _between(span: tuple[int, int], share: float) -> int:
    return int(span[0] + (span[1] - span[0]) * share)
