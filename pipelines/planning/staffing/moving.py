"""Who lends what to whom between two hours of a plan: each to the nearest site that needs a team."""

from collections.abc import Mapping
from itertools import pairwise

from pipelines.campaign.lending import Transfer, lending_order, lent
from pipelines.campaign.model import Campaign
from pipelines.planning.scenario import Scenario
from pipelines.planning.schedules import lanes_at
from pipelines.planning.staffing.plan import Plan


def transfers(campaign: Campaign, now: Mapping[str, int], then: Mapping[str, int]) -> list[Transfer]:
    """Return the moves that turn the lanes manned now, by site, into those of the next hour, the nearest first.

    Own town comes before the neighbours. Where more lanes are wanted than are given up, the rest must come anew.
    """
    sites = {site.site_id: site for site in campaign.sites if site.site_id in then}
    more = {site_id: now.get(site_id, 0) - then[site_id] for site_id in sites}
    spare = {site_id: lanes for site_id, lanes in more.items() if lanes > 0}
    wanted = {site_id: -lanes for site_id, lanes in more.items() if lanes < 0}
    pairs = sorted(lending_order(sites[taker], sites[giver]) for giver in spare for taker in wanted)
    return lent(spare, wanted, pairs)


def moves_by_hour(campaign: Campaign, scenario: Scenario, plan: Plan) -> list[list[Transfer]]:
    """Return for each hour of a plan the moves that turn the lanes before it into its own.

    Before a day's first hour nobody moves; a plan that starts in the day's course begins with the lanes open then.
    """
    by_hour = [dict(zip(plan.site_ids, lanes, strict=True)) for lanes in zip(*plan.lanes, strict=True)]
    now = by_hour[0]
    if plan.starts_minute > 0:
        now = {site.site_id: lanes_at(scenario, site, plan.starts_minute) for site in scenario.sites}
    return [transfers(campaign, before, then) for before, then in pairwise([now, *by_hour])]
