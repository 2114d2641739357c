"""The names of a campaign's places and servers by their ids, in the viewer's language."""

from dashboard.once import KEPT, once
from dashboard.words import Words
from pipelines.client import CampaignInfo


@once(KEPT)
def servers(campaign: CampaignInfo, words: Words) -> dict[str, str]:
    """Return the servers' names by id, in the order of the desks' sheet."""
    return {server.server_id: words.either(server.name) for server in campaign.servers}


@once(KEPT)
def sites(campaign: CampaignInfo, words: Words) -> dict[str, str]:
    """Return the sites' names by id."""
    return {site.site_id: words.either(site.name) for site in campaign.sites}


@once(KEPT)
def towns(campaign: CampaignInfo, words: Words) -> dict[str, str]:
    """Return the towns' names by code, as short as a narrow place takes them."""
    return {town.town_code: words.town(town.name) for town in campaign.towns}
