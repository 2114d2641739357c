"""A campaign folder: loading it into values, and naming everything that is wrong with it."""

from pipelines.campaign.faults import CampaignError, Fault
from pipelines.campaign.loading import check_campaign, load_campaign
from pipelines.campaign.model import Campaign

__all__ = ["Campaign", "CampaignError", "Fault", "check_campaign", "load_campaign"]
