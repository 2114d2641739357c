"""The next hour of every site at hand, so that a measure's effect on the waiting can be reckoned site by site."""

from dataclasses import dataclass

import numpy as np

from pipelines.advice.fluid import Floats, Sites, curve, flow, norm_rate, rates, sites_now, to_come
from pipelines.advice.situation import Situation, offline_shares
from pipelines.campaign.model import Campaign

AHEAD_MINUTES = (15, 30, 60)
STEP_MINUTES = 2.5
LONGEST_MINUTES = 600.0  # a line that stands still is told as one of so long a wait


@dataclass(frozen=True)
class Ahead:
    """Every site as it stands, what comes to it in each step, and its pace; ``index`` finds a site's place."""

    index: dict[str, int]
    sites: Sites
    inflow: Floats
    rates: Floats
    offline_share: Floats
    lane_rate: float

    def waited(self, site_id: str, rates: Floats) -> float:
        """Return the person-minutes waited at a site within the hour at these paces (persons an hour, by step)."""
        return float(self.queues(site_id, rates).sum() * STEP_MINUTES)

    def queues(self, site_id: str, rates: Floats) -> Floats:
        """Return a site's line after each step of the hour at these paces."""
        n = self.index[site_id]
        queues, _ = flow(self.sites.queue[n : n + 1], self.inflow[:, n : n + 1], (rates * STEP_MINUTES / 60)[:, None])
        return queues[:, 0]

    def pace(self, site_id: str, before: float, after: float, from_minutes: float) -> Floats:
        """Return the paces by step: ``before`` times the site's own, and ``after`` times it from some minute on."""
        rate = self.rates[self.index[site_id]]
        changed = np.arange(len(self.inflow)) * STEP_MINUTES >= from_minutes
        return rate * np.where(changed, after, before)

    def wait_at(self, site_id: str, rates: Floats, minutes: float = 30.0) -> float:
        """Return the minutes that who joins the line in so many minutes will wait, at the pace it has at the end.

        At most ``LONGEST_MINUTES``: beyond them nobody waits, whatever is reckoned.
        """
        step = min(round(minutes / STEP_MINUTES), len(rates)) - 1
        rate = max(float(rates[-1]), self.lane_rate / 10)
        return min(round(float(self.queues(site_id, rates)[step] / rate * 60), 1), LONGEST_MINUTES)


def ahead(situation: Situation, campaign: Campaign) -> Ahead:
    """Return the next hour of every site."""
    sites, as_of = sites_now(situation.sites), situation.as_of
    share = offline_shares(situation)
    shares = curve(campaign, as_of, STEP_MINUTES, round(max(AHEAD_MINUTES) / STEP_MINUTES))
    return Ahead(
        index={site_id: n for n, site_id in enumerate(sites.site_ids)},
        sites=sites,
        inflow=shares[:, None] * to_come(campaign, sites, as_of),
        rates=rates(campaign, sites, as_of),
        offline_share=np.asarray([share[site_id] for site_id in sites.site_ids]),
        lane_rate=norm_rate(campaign),
    )
