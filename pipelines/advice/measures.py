"""All that the parts of the advice have found as of one moment, for the recommendations to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.advice.ahead import Ahead, ahead
from pipelines.advice.loans import Loan, staff_loans
from pipelines.advice.outlook import Outlook, outlooks
from pipelines.advice.relief import feared, relief_plan
from pipelines.advice.site_switching import site_plan
from pipelines.advice.situation import Situation
from pipelines.advice.standing import Standing, standing
from pipelines.advice.switch_effect import SwitchEffect, switch_effect
from pipelines.advice.switching import SwitchPlan, switch_plan
from pipelines.advice.vehicles import VehicleMove, vehicle_plan
from pipelines.advice.words import Disturbance
from pipelines.campaign.model import Campaign

WORTH_MINUTES = 30.0  # person-minutes of waiting below which nobody is bothered


@dataclass(frozen=True)
class Measures:
    """Grain: one moment. ``plan``: desk by desk; ``by_site``: as orders can carry it out.

    ``alone``, ``told``, ``ordered``: what comes of the desks by themselves, with either plan; None without a plan.
    While nobody is stuck (``is_feared``) they are what would come of them if a server fell.
    """

    situation: Situation
    found: Sequence[Disturbance]
    hour: Ahead
    outlooks: Sequence[Outlook]
    where: Standing
    plan: SwitchPlan
    by_site: SwitchPlan
    alone: SwitchEffect | None
    told: SwitchEffect | None
    ordered: SwitchEffect | None
    loans: Sequence[Loan]
    moves: Sequence[VehicleMove]

    @property
    def is_feared(self) -> bool:
        """Whether the switch is reckoned against a fall that has not happened: no desk is stuck, a server too full."""
        return self.alone is not None and not self.where.stuck

    def not_registered(self, effect: SwitchEffect) -> float:
        """Return how many persons the desks' lost time keeps from being registered."""
        return effect.desk_minutes_lost * self.hour.lane_rate / 60


def measures(situation: Situation, campaign: Campaign, found: Sequence[Disturbance]) -> Measures:
    """Return what can be said of a moment and done about it; the switch is played only when desks must move."""
    where, hour = standing(situation, campaign), ahead(situation, campaign)
    plan, by_site = switch_plan(where), site_plan(where) if where.stuck else relief_plan(where)
    alone = told = ordered = None
    switch_s = campaign.service.switch_s
    if plan.moves and where.stuck:
        alone, told, ordered = (switch_effect(where, one, switch_s) for one in (None, plan, by_site))
    elif plan.moves:
        fall = feared(where, plan, by_site, switch_s)
        alone, told, ordered = fall.alone, fall.told, fall.ordered
    return Measures(
        situation=situation,
        found=found,
        hour=hour,
        outlooks=outlooks(hour),
        where=where,
        plan=plan,
        by_site=by_site,
        alone=alone,
        told=told,
        ordered=ordered,
        loans=staff_loans(situation, campaign, hour),
        moves=vehicle_plan(situation, campaign, hour, found),
    )
