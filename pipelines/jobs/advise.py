"""The job that reckons what is to come and what could be done about it: forecasts, plans, recommendations."""

import polars as pl

from pipelines.advice.candidates import candidates
from pipelines.advice.finish import forecasts
from pipelines.advice.following import followed
from pipelines.advice.labs import lab_forecasts
from pipelines.advice.measures import measures
from pipelines.advice.plan_rows import plan_tables
from pipelines.advice.rows import (
    disturbances_of,
    forecast_rows,
    lab_rows,
    recommendation_rows,
    recommendations_of,
)
from pipelines.advice.situation import Situation
from pipelines.jobs.asking import Asked, is_due, situation_of
from pipelines.jobs.work import Desk, Harvest

EVERY_S = 9.0  # wall, a multiple of the other judges', so that they judge the same moment
FORECAST_EVERY_S = 10.0  # wall: it moves slowly


def advise(desk: Desk) -> Harvest:
    """Bring home plans and recommendations, and now and then forecasts; nothing before the sites have told anything."""
    edge = desk.inquiry.edge()
    if edge.tick == 0:
        return Harvest()
    asked = Asked(desk, edge)
    situation = situation_of(asked)
    if situation.sites["observed_at"].is_null().all():
        return Harvest()
    frames = _plans(asked, situation)
    if is_due(desk, "forecast", FORECAST_EVERY_S):
        frames |= _forecast(desk, situation)
    return Harvest(frames)


def _plans(asked: Asked, situation: Situation) -> dict[str, pl.DataFrame]:
    """Return the plans and outlooks as of now, and the recommendations that follow from them."""
    campaign, as_of = asked.desk.campaign, asked.as_of
    reckoned = measures(situation, campaign, disturbances_of(asked("disturbances_known")))
    decided = asked("decisions").select("recommendation_id", "decision").rows()
    earlier = recommendations_of(asked("recommendations_known"))
    kept = followed(candidates(campaign, reckoned), earlier, dict(reversed(decided)), as_of)
    changed = [one for one in kept if one not in earlier]
    return plan_tables(reckoned, as_of) | {"recommendation": recommendation_rows(changed)}


def _forecast(desk: Desk, situation: Situation) -> dict[str, pl.DataFrame]:
    return {
        "forecast": forecast_rows(forecasts(situation, desk.campaign), situation.as_of),
        "lab_outlook": lab_rows(lab_forecasts(situation, desk.campaign), situation.as_of),
    }
