"""Who lends what to whom: the moves between two hours of a plan, each to the nearest site that needs a team."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.campaign.model import Campaign
from pipelines.campaign.places import lending_order
from pipelines.planning.scenario import Scenario


@dataclass(frozen=True)
class Transfer:
    """Grain: one pair of sites: so many teams move from one to the other, ``km`` as the crow flies."""

    from_site: str
    to_site: str
    teams: int
    km: float
    is_cross_town: bool


def transfers(campaign: Campaign, now: Mapping[str, int], then: Mapping[str, int]) -> list[Transfer]:
    """Return the moves that turn the lanes manned now, by site, into those of the next hour, the nearest first.

    Own town comes before the neighbours. Where more lanes are wanted than are given up, the rest must come anew.
    """
    sites = {site.site_id: site for site in campaign.sites if site.site_id in then}
    spare = {site_id: now.get(site_id, 0) - then[site_id] for site_id in sites}
    pairs = [
        lending_order(sites[taker], sites[giver])
        for giver, more in spare.items()
        if more > 0
        for taker, less in spare.items()
        if less < 0
    ]
    found: list[Transfer] = []
    for is_cross, km, giver, taker in sorted(pairs):
        teams = min(spare[giver], -spare[taker])
        if teams > 0:
            spare[giver] -= teams
            spare[taker] += teams
            found.append(Transfer(giver, taker, teams, round(km, 1), is_cross))
    return found


def staff_of(scenario: Scenario, teams: int) -> dict[str, int]:
    """Return how many people of each kind so many teams are."""
    each = {
        "guide": scenario.guides_per_lane,
        "registrar": scenario.registrars_per_lane,
        "medic": scenario.medics_per_lane,
    }
    return {role: people * teams for role, people in each.items()}
