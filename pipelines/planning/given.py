"""Answers given in the day's course, as what they say of the next hour and of the end: to be scored."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec

from pipelines.planning.prediction import AHEAD, promised
from pipelines.planning.runs import Runs
from pipelines.planning.scenario import Scenario

LONGEST_NAME = 80
OF_THE_MOMENT = ("name", "registration", "sampling", "town_times", "starts_minute", "pace_spread", "turnout_spread")


@dataclass(frozen=True)
class Given:
    """Grain: one answer about today: persons of the district sampled since opening by ``target_at``, and the end."""

    code: str
    name: str
    is_of_the_day: bool
    made_at: datetime
    target_at: datetime
    replications: int
    persons: float
    persons_low: float
    persons_high: float
    finish_at: datetime
    finish_low_at: datetime
    finish_high_at: datetime


def given(runs: Runs, base: Scenario, as_of: datetime) -> Given | None:
    """Return what an answer given at ``as_of`` says; None for one of another day, or outside the opening.

    ``base`` is the campaign's own day.
    """
    scenario = runs.scenario
    minute = (as_of - base.opens_at) / timedelta(minutes=1)
    same = (scenario.campaign_id, scenario.opens_at) == (base.campaign_id, base.opens_at)
    if not same or not 0.0 < minute < scenario.open_minutes or scenario.starts_minute > minute:
        return None
    persons, finish = promised(runs, minute + AHEAD / timedelta(minutes=1), sum(site.persons for site in base.sites))
    ends = [base.opens_at + timedelta(minutes=at) for at in (finish.mean, finish.day_low, finish.day_high)]
    return Given(
        *(code_of(scenario), scenario.name[:LONGEST_NAME], is_of_the_day(scenario, base), as_of, as_of + AHEAD),
        *(runs.replications, persons.mean, persons.day_low, persons.day_high, *ends),
    )


def code_of(scenario: Scenario) -> str:
    """Return by what a case is known again, whatever it is called."""
    return blake2b(msgspec.json.encode(replace(scenario, name="")), digest_size=8).hexdigest()


def is_of_the_day(scenario: Scenario, base: Scenario) -> bool:
    """Whether a case differs from the planned day by nothing but what the day itself has told since."""
    sites = tuple(
        replace(site, persons=plan.persons, waiting=plan.waiting, schedule=plan.schedule)
        for site, plan in zip(scenario.sites, base.sites, strict=False)
    )
    told = {name: getattr(base, name) for name in OF_THE_MOMENT}
    if not scenario.starts_minute:
        sites = scenario.sites
    return len(scenario.sites) == len(base.sites) and replace(scenario, **told, sites=sites) == base
