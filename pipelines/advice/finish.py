"""When the day will be done and how far it gets by closing, with a band that should hold in nine cases of ten.

Method ``fluid_grid``: every site is a tank. What is still to come is its plan, corrected by the turn-out so far, spread
by the campaign's arrival curve; what its lanes take is the norm's pace, corrected by the last hour's throughput where a
line stands. The forecast is the middle of a fixed grid of cases, pace slower or faster, turn-out lower or higher, and
the band is the grid's weighted 5 % and 95 % points. The spreads were set by back-tests on virtual days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from pipelines.advice.fluid import HOUR_S, Floats, Sites, curve, flow, rates, sites_now, to_come
from pipelines.advice.situation import Situation
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import ScopeLevel

METHOD = "fluid_grid"
STEP_MINUTES = 5.0
NODES = np.asarray([-1.645, -0.8, 0.0, 0.8, 1.645])
WEIGHTS = np.asarray([0.1, 0.24, 0.32, 0.24, 0.1])
PACE_SPREAD = 0.06  # standard deviation of a pace that is held for the rest of the day
TURNOUT_SPREAD = 0.03  # of those who are still to come
LAST_GROUP_MINUTES = 6.0  # from the last place in line to the record: a group at both desks
LEAST_MINUTES = 2.0  # half of the band at least: what is counted lags by that
LONGEST = timedelta(hours=48)


@dataclass(frozen=True)
class Forecast:
    """Grain: one scope (the district, a town, a site). Moments are None when at this pace it would never be done,
    persons at close after closing.
    """

    level: ScopeLevel
    scope_id: str
    persons_registered: int
    persons_target: int
    persons_expected: int
    rate_now_per_hour: float
    rate_needed_per_hour: float | None
    finish_at: datetime | None
    finish_low_at: datetime | None
    finish_high_at: datetime | None
    persons_at_close: int | None
    persons_at_close_low: int | None
    persons_at_close_high: int | None
    slowest_site_id: str | None


@dataclass(frozen=True)
class _Cases:
    """Cases × sites: minutes from now to the last person, and persons registered by closing; ``weights`` per case."""

    minutes: Floats
    at_close: Floats
    weights: Floats


def forecasts(situation: Situation, campaign: Campaign) -> list[Forecast]:
    """Return the forecast of the district, of every town and of every site."""
    sites = sites_now(situation.sites)
    coming = to_come(campaign, sites, situation.as_of)
    cases = _cases(campaign, sites, coming, situation.as_of)
    towns = np.asarray(sites.town_codes)
    scopes = [(ScopeLevel.DISTRICT, "", np.arange(len(towns)))]
    scopes += [(ScopeLevel.TOWN, town.town_code, np.flatnonzero(towns == town.town_code)) for town in campaign.towns]
    scopes += [(ScopeLevel.SITE, site_id, np.asarray([n])) for n, site_id in enumerate(sites.site_ids)]
    return [
        _of(level, scope_id, inside, sites, coming, cases, campaign, situation.as_of)
        for level, scope_id, inside in scopes
        if len(inside)
    ]


def _cases(campaign: Campaign, sites: Sites, coming: Floats, as_of: datetime) -> _Cases:
    start = max(as_of, campaign.round.opens_at)
    minutes_left = max((campaign.round.closes_at - start).total_seconds() / 60, 0.0)
    steps = max(int(np.ceil(minutes_left / STEP_MINUTES)), 1)
    step = minutes_left / steps
    pace, turnout = (grid.ravel() for grid in np.meshgrid(NODES, NODES))
    weights = np.outer(WEIGHTS, WEIGHTS).ravel()
    paces = rates(campaign, sites, as_of) * np.exp(PACE_SPREAD * pace)[:, None]
    inflow = coming * (1.0 + TURNOUT_SPREAD * turnout)[:, None]
    shares = curve(campaign, start, step, steps)
    capacity = np.broadcast_to(paces * step / 60, (steps, *paces.shape))
    queues, served = flow(np.broadcast_to(sites.queue, paces.shape), shares[:, None, None] * inflow, capacity)
    wait = (start - as_of).total_seconds() / 60
    minutes = wait + _done_after(queues, served, paces, step, minutes_left)
    is_idle = (sites.queue + coming) <= 0
    minutes = np.where(is_idle, 0.0, minutes)
    return _Cases(minutes, sites.registered + served.sum(axis=0), weights)


def _done_after(queues: Floats, served: Floats, rates: Floats, step: float, minutes_left: float) -> Floats:
    """Return the minutes to the last person: after closing the rest of the line is taken at the site's own pace."""
    rest = queues[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        after = np.where(rest > 0, rest / rates * 60, 0.0)
    moving = served > 1e-9
    last = len(moving) - np.argmax(moving[::-1], axis=0)
    ended = np.where(moving.any(axis=0), last * step, 0.0)
    return np.where(rest > 0.5, minutes_left + after, ended) + LAST_GROUP_MINUTES


def _of(
    level: ScopeLevel,
    scope_id: str,
    inside: NDArray[np.intp],
    sites: Sites,
    coming: Floats,
    cases: _Cases,
    campaign: Campaign,
    as_of: datetime,
) -> Forecast:
    registered = int(sites.registered[inside].sum())
    minutes, at_close = cases.minutes[:, inside].max(axis=1), cases.at_close[:, inside].sum(axis=1)
    middle = len(cases.weights) // 2
    low, high = (_quantile(minutes, cases.weights, q) for q in (0.05, 0.95))
    mid = float(minutes[middle])
    closing = [_quantile(at_close, cases.weights, q) for q in (0.05, 0.95)]
    target = campaign.round.target_persons if level is ScopeLevel.DISTRICT else int(sites.planned[inside].sum())
    left_h = (campaign.round.closes_at - as_of).total_seconds() / HOUR_S
    slowest = int(inside[np.argmax(cases.minutes[middle, inside])])
    return Forecast(
        level=level,
        scope_id=scope_id,
        persons_registered=registered,
        persons_target=target,
        persons_expected=registered + int((sites.queue + coming)[inside].sum()),
        rate_now_per_hour=float(sites.last_hour[inside].sum()),
        rate_needed_per_hour=max(target - registered, 0) / left_h if left_h > 0 else None,
        finish_at=_moment(as_of, mid),
        finish_low_at=_moment(as_of, min(low, mid - LEAST_MINUTES)),
        finish_high_at=_moment(as_of, max(high, mid + LEAST_MINUTES)),
        persons_at_close=round(at_close[middle]) if left_h > 0 else None,
        persons_at_close_low=round(min(closing[0], at_close[middle])) if left_h > 0 else None,
        persons_at_close_high=round(max(closing[1], at_close[middle])) if left_h > 0 else None,
        slowest_site_id=sites.site_ids[slowest] if level is not ScopeLevel.SITE else None,
    )


def _quantile(values: Floats, weights: Floats, q: float) -> float:
    order = np.argsort(values)
    heights = np.cumsum(weights[order]) - weights[order] / 2
    return float(np.interp(q, heights / weights.sum(), values[order]))


def _moment(as_of: datetime, minutes: float) -> datetime | None:
    if not np.isfinite(minutes) or minutes > LONGEST.total_seconds() / 60:
        return None
    return as_of + timedelta(minutes=max(minutes, 0.0))
