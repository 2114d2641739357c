"""A staffing plan as a value: what it is to reach, and how many lanes each site opens in each hour."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite

from pipelines.planning.scenario import Scenario

STEP_MINUTES, BLOCK_STEPS = 15.0, 4
BLOCK_MINUTES = STEP_MINUTES * BLOCK_STEPS


class Moves(StrEnum):
    """Whether teams stay at their site all day, move within their town by the hour, or across towns too."""

    NONE = "none"
    IN_TOWN = "in_town"
    CROSS_TOWN = "cross_town"


MOVE_STEPS = {Moves.NONE: 0, Moves.IN_TOWN: 1, Moves.CROSS_TOWN: 2}
"""Steps of 15 minutes after the hour at which a lane of a moved team opens; assumption."""


class PlanError(Exception):
    """A goal cannot be planned for; the message says what was expected and what came."""


@dataclass(frozen=True)
class Goal:
    """The longest wait, in minutes, and the minute after opening by which the last person is sampled.

    ``deadline_minute`` None is closing time. At a site that is open at least ``least_lanes`` lanes stay open.
    """

    wait_cap_minutes: float = 25.0
    deadline_minute: float | None = None
    moves: Moves = Moves.IN_TOWN
    least_lanes: int = 1


@dataclass(frozen=True)
class Capped:
    """Grain: one site whose built lanes do not reach the goal; ``lanes_needed`` would."""

    site_id: str
    lanes: int
    lanes_needed: int


@dataclass(frozen=True)
class Plan:
    """Lanes open by site and hour from ``starts_minute`` on, and the teams each town needs for it.

    ``lanes`` is sites × hours, in the scenario's order of sites. ``teams`` are the most lanes that a town, or with
    moves across towns the district under "", has open at once. ``persons_left`` are not sampled by the deadline.
    ``waiting_hours`` are person-hours in line. ``gap`` is how far at most the best plan lies below, None if unknown.
    """

    goal: Goal
    method: str
    starts_minute: float
    site_ids: tuple[str, ...]
    lanes: tuple[tuple[int, ...], ...]
    teams: dict[str, int]
    capped: tuple[Capped, ...]
    persons_left: float
    waiting_hours: float
    gap: float | None = None

    @property
    def total_teams(self) -> int:
        """How many teams there must be."""
        return sum(self.teams.values())

    @property
    def lane_hours(self) -> float:
        """How many hours lanes are open, all together."""
        return sum(map(sum, self.lanes)) * BLOCK_MINUTES / 60


def deadline_of(scenario: Scenario, goal: Goal) -> float:
    """Return the deadline in minutes after opening; raises PlanError for a goal that says nothing possible."""
    if not (isfinite(goal.wait_cap_minutes) and 1.0 <= goal.wait_cap_minutes <= 600.0):
        raise PlanError(f"the longest wait must be 1 to 600 minutes, got {goal.wait_cap_minutes:g}")
    if goal.least_lanes < 0:
        raise PlanError(f"the least lanes of an open site must be 0 or more, got {goal.least_lanes}")
    deadline = scenario.open_minutes if goal.deadline_minute is None else goal.deadline_minute
    if not (isfinite(deadline) and scenario.starts_minute + STEP_MINUTES <= deadline <= scenario.end_minute):
        raise PlanError(
            f"the deadline must lie from {scenario.starts_minute + STEP_MINUTES:g} to {scenario.end_minute:g} minutes "
            f"after opening, got {deadline:g}"
        )
    return deadline


def teams_of(scenario: Scenario) -> dict[str, int]:
    """Return by town how many lanes the staff it has can man at once, all of them on shift."""
    each = scenario.guides_per_lane + scenario.registrars_per_lane
    staff: dict[str, int] = {}
    for site in scenario.sites:
        staff[site.town_code] = staff.get(site.town_code, 0) + site.staff
    return {town: int(have * (1.0 - scenario.absence_share) / each) for town, have in staff.items()}


def applied(scenario: Scenario, plan: Plan) -> Scenario:
    """Return the scenario with the plan's lanes: in quarters of an hour, a moved team's lane opening with its delay."""
    parts = max(round(scenario.open_minutes / STEP_MINUTES), 1)
    lanes: Mapping[str, tuple[int, ...]] = dict(zip(plan.site_ids, plan.lanes, strict=True))
    late = MOVE_STEPS[plan.goal.moves]
    sites = (
        replace(site, schedule=_quarters(lanes[site.site_id], plan.starts_minute, scenario.open_minutes, parts, late))
        for site in scenario.sites
    )
    return replace(scenario, sites=tuple(sites))


def _quarters(lanes: tuple[int, ...], starts: float, open_minutes: float, parts: int, late: int) -> tuple[int, ...]:
    found: list[int] = []
    for part in range(parts):
        minute = max(part * open_minutes / parts - starts, 0.0)
        block, within = divmod(minute, BLOCK_MINUTES)
        now = lanes[min(int(block), len(lanes) - 1)]
        before = lanes[max(min(int(block), len(lanes) - 1) - 1, 0)]
        found.append(min(now, before) if within < late * STEP_MINUTES else now)
    return tuple(found)
