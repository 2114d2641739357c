"""What one more team is worth to each town: the person-hours in line it saves, and the persons it still reaches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.planning.scenario import Scenario
from pipelines.planning.staffing.filling import spread_teams
from pipelines.planning.staffing.plan import Goal, Moves, PlanError


@dataclass(frozen=True)
class Worth:
    """Grain: one town: what it spares with one team more than ``teams``, in the plan's fluid reckoning."""

    town_code: str
    teams: int
    waiting_hours_saved: float
    persons_more: float


def worth_of_a_team(scenario: Scenario, goal: Goal, teams: Mapping[str, int]) -> list[Worth]:
    """Return each town's worth of one more team, the greatest first; raises PlanError for moves across towns."""
    if goal.moves is Moves.CROSS_TOWN:
        raise PlanError("a team's worth is told by town; ask with moves within the town, or without moves")
    towns = dict.fromkeys(site.town_code for site in scenario.sites)
    found = (_worth(scenario, goal, teams, town) for town in towns)
    return sorted(found, key=lambda one: (-one.waiting_hours_saved, -one.persons_more, one.town_code))


def _worth(scenario: Scenario, goal: Goal, teams: Mapping[str, int], town: str) -> Worth:
    own = replace(scenario, sites=tuple(site for site in scenario.sites if site.town_code == town))
    have = teams.get(town, 0)
    now, more = (spread_teams(own, goal, {town: count}) for count in (have, have + 1))
    return Worth(town, have, now.waiting_hours - more.waiting_hours, now.persons_left - more.persons_left)
