"""What a plan has to carry: who comes to each site in each quarter of an hour, and what a lane takes in it."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.draws import Floats, gamma_quantiles
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.paces import FULL, outage_pace, paces_at, site_outages
from pipelines.planning.packing import GUIDE_WALK_S, arrivals, registration_extra_s
from pipelines.planning.scenario import Desk, Scenario, SitePlan
from pipelines.planning.staffing.plan import BLOCK_STEPS, STEP_MINUTES, Goal, deadline_of
from pipelines.vocabulary import PERSONS_PER_TUBE

NEVER = 1e-6
GRAIN = 8  # every so many quantiles are enough for a mean of two


@dataclass(frozen=True, eq=False)
class Demand:
    """Sites × quarters of an hour from the start to the deadline: ``persons`` that come, ``takes`` a lane can take.

    ``waiting``, ``most`` (lanes built), ``town`` (its place in ``towns``) are by site.
    """

    site_ids: tuple[str, ...]
    towns: tuple[str, ...]
    town: Ints
    waiting: Floats
    most: Ints
    persons: Floats
    takes: Floats

    @property
    def steps(self) -> int:
        """How many quarters of an hour there are."""
        return self.persons.shape[1]

    def only(self, inside: NDArray[np.bool_]) -> "Demand":
        """Return the demand of some sites."""
        return replace(
            self,
            site_ids=tuple(site_id for site_id, is_in in zip(self.site_ids, inside, strict=True) if is_in),
            **{name: getattr(self, name)[inside] for name in ("town", "waiting", "most", "persons", "takes")},
        )

    @property
    def blocks(self) -> int:
        """How many hours there are; the last may be cut short by the deadline."""
        return -(-self.steps // BLOCK_STEPS)


def demand(scenario: Scenario, goal: Goal, margins: Floats | None = None) -> Demand:
    """Return what the plan has to carry; ``margins`` are factors by site on what each lane seems to take longer.

    Outages of sites, towns and the district slow lanes here; those of servers and labs only in the simulation.
    """
    deadline = deadline_of(scenario, goal)
    steps = max(int((deadline - scenario.starts_minute) / STEP_MINUTES + 1e-9), 1)
    minutes = np.arange(steps + 1, dtype=np.float64) * STEP_MINUTES + scenario.starts_minute
    edges, shares = arrivals(scenario)
    come = np.diff(np.interp(minutes * 60, edges, shares, left=0.0))
    come[-1] += 1.0 - float(np.interp(minutes[-1] * 60, edges, shares))
    towns = tuple(dict.fromkeys(site.town_code for site in scenario.sites))
    takes = np.stack([_takes(scenario, site, minutes[:-1]) for site in scenario.sites])
    return Demand(
        site_ids=tuple(site.site_id for site in scenario.sites),
        towns=towns,
        town=np.asarray([towns.index(site.town_code) for site in scenario.sites]),
        waiting=np.asarray([float(site.waiting) for site in scenario.sites]),
        most=np.asarray([site.lanes for site in scenario.sites]),
        persons=np.asarray([[site.persons * scenario.turnout] for site in scenario.sites]) * come,
        takes=takes if margins is None else takes / margins[:, None],
    )


def _takes(scenario: Scenario, site: SitePlan, minutes: Floats) -> Floats:
    first, second = (outage_pace(site_outages(scenario, site, desk)) for desk in (Desk.REGISTRATION, Desk.SAMPLING))
    if first == second == FULL:
        return np.full(len(minutes), lane_rate(scenario, site.town_code) * STEP_MINUTES / 60)
    paces = list(zip(paces_at(first, minutes), paces_at(second, minutes), strict=True))
    rates = {pair: _rate_under(scenario, site, *pair) for pair in set(paces)}
    return np.asarray([rates[pair] for pair in paces]) * STEP_MINUTES / 60


def _rate_under(scenario: Scenario, site: SitePlan, registering: float, sampling: float) -> float:
    if min(registering, sampling) <= NEVER:
        return NEVER
    return lane_rate(scenario, site.town_code, registering, sampling)


def lane_rate(scenario: Scenario, town_code: str, registering: float = 1.0, sampling: float = 1.0) -> float:
    """Return how many persons an hour a lane takes whose line never ends.

    There is no room between the desks: a group leaves registration when it is registered and the one before is sampled,
    so a group takes the mean of the longer of both times; with few guides, their round of walking and waiting.
    """
    first, second = scenario.times_of(town_code)
    means = (first.mean_s + registration_extra_s(scenario)) / registering, second.mean_s / sampling
    longer = _mean_of_longer(means[0], first.spread, means[1], second.spread)
    guided = (sum(means) + GUIDE_WALK_S) / max(scenario.guides_per_lane, 1)
    return PERSONS_PER_TUBE * 3600.0 / max(longer, guided)


@lru_cache(maxsize=256)
def _mean_of_longer(first_s: float, first_spread: float, second_s: float, second_spread: float) -> float:
    one, two = (gamma_quantiles(spread)[GRAIN // 2 :: GRAIN] for spread in (first_spread, second_spread))
    return float(np.maximum(first_s * one[:, None], second_s * two[None, :]).mean())
