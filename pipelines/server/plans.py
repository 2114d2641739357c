"""Staffing plans for the desk of what-if questions: a goal in, lanes by hour out, played, with what a team is worth."""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from pipelines.campaign.model import Campaign
from pipelines.server.refusals import Refusal

if TYPE_CHECKING:
    from pipelines.planning import Curve
    from pipelines.planning.staffing import Goal

USUAL, MOST = 10, 100
Progress = Callable[[int, int], None]


class PlanBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /v1/plans``: a scenario as plain values (none: the base case) and the goal.

    ``deadline_minute`` is after opening, None at closing; ``moves`` is none, in_town or cross_town. ``is_exact`` asks
    HiGHS, which takes up to its own time limit. ``ticket`` as with what-if questions.
    """

    scenario: dict[str, Any] | None = None
    wait_cap_minutes: float = 25.0
    deadline_minute: float | None = None
    moves: str = "in_town"
    is_exact: bool = False
    replications: int = USUAL
    ticket: str = ""


def planned(
    campaign: Campaign, body: PlanBody, progress: Progress, cancel: threading.Event, curves: "Mapping[str, Curve]"
) -> bytes:
    """Return, as JSON, the played plan, a team's worth by town, and who lends what to whom before each hour.

    Raises Refusal for a goal or a scenario that cannot be planned for, ScenarioError or Cancelled.
    """
    from pipelines.planning import base_case, from_plain
    from pipelines.planning.staffing import ExactUnavailable, PlanError, make_plan, moves_by_hour, worth_of_a_team
    from pipelines.planning.validation import ScenarioError, beyond

    if not 2 <= body.replications <= MOST:
        raise ScenarioError([f"a plan is played 2 to {MOST} times, got {body.replications}"])
    scenario = base_case(campaign) if body.scenario is None else from_plain(body.scenario, curves)
    if found := beyond(scenario, campaign):
        raise ScenarioError(found)
    try:
        goal = _goal(body)
        proved = make_plan(scenario, goal, body.replications, is_exact=body.is_exact, progress=progress, cancel=cancel)
    except (PlanError, ExactUnavailable) as error:
        raise Refusal(422, "plan", str(error), "goal") from error
    return msgspec.json.encode(
        {
            "plan": proved.plan,
            "total_teams": proved.plan.total_teams,
            "lane_hours": proved.plan.lane_hours,
            "answer": proved.answer,
            "over_cap": proved.over_cap,
            "rounds": proved.rounds,
            "worth": worth_of_a_team(scenario, goal, proved.plan.teams),
            "moves": moves_by_hour(campaign, scenario, proved.plan),
        }
    )


def _goal(body: PlanBody) -> "Goal":
    from pipelines.planning.staffing import Goal, Moves, PlanError

    if body.moves not in list(Moves):
        raise PlanError(f"moves must be one of {', '.join(Moves)}, got {body.moves!r}")
    return Goal(body.wait_cap_minutes, body.deadline_minute, Moves(body.moves))
