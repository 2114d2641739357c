"""The four users of a simulated campaign: commander, a town's coordinator, a site's officer, an analyst."""

from pipelines.api import DISTRICT, Scope
from pipelines.campaign.model import Campaign
from pipelines.identity.accounts import NewAccount
from pipelines.vocabulary import UserRole


def demo_accounts(campaign: Campaign) -> list[NewAccount]:
    """Return the demonstration's users: the coordinator is of the first town, the officer of the first site."""
    town, site = campaign.towns[0], campaign.sites[0]
    return [
        _account("demo-commander", campaign.district_name.zh, UserRole.COMMANDER, DISTRICT),
        _account("demo-town", town.name.zh, UserRole.TOWN_COORDINATOR, Scope.town(town.town_code)),
        _account("demo-site", site.name.zh, UserRole.SITE_OFFICER, Scope.site(site.site_id)),
        _account("demo-analyst", campaign.district_name.zh, UserRole.ANALYST, DISTRICT),
    ]


def _account(user_id: str, name: str, role: UserRole, scope: Scope) -> NewAccount:
    return NewAccount(user_id, name, role, scope, is_demo=True)
