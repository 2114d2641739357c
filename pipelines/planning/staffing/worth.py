"""What one more team is worth to each town: the person-hours in line it saves, and the persons it still reaches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.planning.scenario import Scenario
from pipelines.planning.staffing.plan import Goal, Moves
from pipelines.planning.staffing.spreading import spread_teams


@dataclass(frozen=True)
class Worth:
    """Grain: one town, or with moves across towns the district under "".

    What it spares with one team more than ``teams``, in the plan's fluid reckoning.
    """

    town_code: str
    teams: int
    waiting_hours_saved: float
    persons_more: float


def worth_of_a_team(scenario: Scenario, goal: Goal, teams: Mapping[str, int]) -> list[Worth]:
    """Return what one more team is worth to each that has teams of its own, the greatest first; raises PlanError."""
    if goal.moves is Moves.CROSS_TOWN:
        return [_worth(scenario, goal, "", teams.get("", 0))]
    found: list[Worth] = []
    for town in dict.fromkeys(site.town_code for site in scenario.sites):
        own = replace(scenario, sites=tuple(site for site in scenario.sites if site.town_code == town))
        found.append(_worth(own, goal, town, teams.get(town, 0)))
    return sorted(found, key=lambda one: (-one.waiting_hours_saved, -one.persons_more, one.town_code))


def _worth(scenario: Scenario, goal: Goal, name: str, have: int) -> Worth:
    now, more = (spread_teams(scenario, goal, {name: count}) for count in (have, have + 1))
    return Worth(name, have, now.waiting_hours - more.waiting_hours, now.persons_left - more.persons_left)
