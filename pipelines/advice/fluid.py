"""Queues as water: what comes by the campaign's arrival curve, what the lanes can take, step by step for all sites."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.campaign.model import Campaign
from pipelines.vocabulary import PERSONS_PER_TUBE

Floats = NDArray[np.float64]
HOUR_S = 3_600.0
BUSY_GROUPS = 2.0  # a lane's worth of groups in line: only then does a site's throughput show what its lanes can
EFFICIENCY = (0.4, 1.3)  # of the norm's pace: bounds of what is believed


@dataclass(frozen=True)
class Sites:
    """Grain: one site, in the order of its ids: where it stands now. Persons, lanes, persons an hour."""

    site_ids: tuple[str, ...]
    town_codes: tuple[str, ...]
    planned: Floats
    registered: Floats
    queue: Floats
    lanes: Floats
    last_hour: Floats
    wait: Floats


def sites_now(sites: pl.DataFrame) -> Sites:
    """Return where the sites stand; what was never told counts as nothing."""
    frame = sites.sort("site_id")

    def column(name: str) -> Floats:
        return frame[name].cast(pl.Float64).fill_null(0.0).to_numpy()

    return Sites(
        tuple(frame["site_id"].to_list()),
        tuple(frame["town_code"].to_list()),
        column("planned_persons"),
        column("persons_registered"),
        column("queue_persons"),
        column("lanes_open"),
        column("persons_last_hour"),
        column("wait_minutes"),
    )


def came(campaign: Campaign, at: datetime) -> float:
    """Return which share of the day's visitors has come by ``at``, by the arrival curve."""
    hours = np.asarray(campaign.arrival_hours)
    opens, closes = campaign.round.opens_at, campaign.round.closes_at
    edges = np.linspace(0.0, (closes - opens).total_seconds(), len(hours) + 1)
    shares = np.concatenate([[0.0], np.cumsum(hours)]) / hours.sum()
    return float(np.interp((at - opens).total_seconds(), edges, shares))


def curve(campaign: Campaign, start: datetime, minutes: float, steps: int) -> Floats:
    """Return the share of those still to come who come in each step from ``start``; adds up to at most 1."""
    moments = [came(campaign, start + timedelta(minutes=minutes * n)) for n in range(steps + 1)]
    left = 1.0 - moments[0]
    return np.diff(moments) / left if left > 0 else np.zeros(steps)


def norm_rate(campaign: Campaign) -> float:
    """Return how many persons an hour one lane takes by the norm: the slower of its two desks."""
    slower_s = max(campaign.service.sampling_s, campaign.service.registration_s)
    return PERSONS_PER_TUBE * HOUR_S / slower_s


def rates(campaign: Campaign, sites: Sites, as_of: datetime) -> Floats:
    """Return how many persons an hour each site's open lanes take."""
    return _efficiency(campaign, sites, as_of) * norm_rate(campaign) * np.maximum(sites.lanes, 0.0)


def _efficiency(campaign: Campaign, sites: Sites, as_of: datetime) -> Floats:
    """Return each site's pace against the norm: its own where a standing line shows it.

    There the last hour's throughput shows it, or, while too little of that is known to be believed, the line and the
    wait in it. Elsewhere throughput shows how many came, not how many could be taken: those have the district's pace.
    """
    open_s = (as_of - campaign.round.opens_at).total_seconds()
    hour = min(max(open_s, 0.0) / HOUR_S, 1.0)
    norm = sites.lanes * norm_rate(campaign) * hour
    is_busy = (sites.queue >= sites.lanes * BUSY_GROUPS * PERSONS_PER_TUBE) & (norm > 0)
    if open_s < HOUR_S / 4 or not is_busy.any():
        return np.ones(len(sites.site_ids))
    lanes = np.where(norm > 0, norm, 1.0)
    by_wait = sites.queue / np.where(sites.wait > 0, sites.wait, np.inf) * 60 * hour
    is_told = sites.last_hour >= EFFICIENCY[0] * lanes
    pace = np.where(is_told, sites.last_hour, np.maximum(by_wait, sites.last_hour)) / lanes
    own = np.clip(pace, *EFFICIENCY)
    pooled = float(np.average(own[is_busy], weights=norm[is_busy]))
    return np.where(is_busy, (own + pooled) / 2, pooled)


def to_come(campaign: Campaign, sites: Sites, as_of: datetime) -> Floats:
    """Return how many persons each site still expects: its plan, moved by how the turn-out so far compares with it.

    The turn-out counts as much as the share of the day that it covers.
    """
    share = came(campaign, as_of)
    arrived = sites.registered + sites.queue
    expected = sites.planned.sum() * share
    turnout = arrived.sum() / expected if expected > 0 else 1.0
    total = sites.planned * (1.0 + share * (np.clip(turnout, 0.3, 2.0) - 1.0) * 0.5)
    return np.maximum(total - arrived, 0.0)


def flow(queue: Floats, inflow: Floats, capacity: Floats) -> tuple[Floats, Floats]:
    """Return (queues, served) after each step; steps lead, then whatever shape the queue has.

    ``inflow`` and ``capacity`` are persons a step, with a leading axis of steps.
    """
    queues, served = np.empty_like(inflow), np.empty_like(inflow)
    line = queue
    for step in range(len(inflow)):
        there = line + inflow[step]
        served[step] = np.minimum(there, capacity[step])
        line = there - served[step]
        queues[step] = line
    return queues, served
