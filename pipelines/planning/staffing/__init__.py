"""Staffing plans: how many lanes and teams, where and when, for a longest wait and an hour by which all is done."""

from pipelines.planning.staffing.constant import constant_plan
from pipelines.planning.staffing.exact import ExactUnavailable, exact_plan
from pipelines.planning.staffing.filling import greedy_plan
from pipelines.planning.staffing.moving import moves_by_hour, transfers
from pipelines.planning.staffing.plan import Capped, Goal, Moves, Plan, PlanError, applied, teams_of
from pipelines.planning.staffing.proving import Proved, make_plan, prove
from pipelines.planning.staffing.spreading import spread_teams
from pipelines.planning.staffing.worth import Worth, worth_of_a_team

__all__ = [
    "Capped",
    "ExactUnavailable",
    "Goal",
    "Moves",
    "Plan",
    "PlanError",
    "Proved",
    "Worth",
    "applied",
    "constant_plan",
    "exact_plan",
    "greedy_plan",
    "make_plan",
    "moves_by_hour",
    "prove",
    "spread_teams",
    "teams_of",
    "transfers",
    "worth_of_a_team",
]
