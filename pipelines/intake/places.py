"""Facts of the campaign as the simulation needs them: a site's lab and labels, a desk's phone and codes."""

from dataclasses import dataclass
from itertools import accumulate

from pipelines.campaign.model import Campaign
from pipelines.vocabulary import SystemKind


@dataclass(frozen=True)
class Place:
    """Grain: one site. ``first_lane`` is the number of lanes at all sites before it."""

    index: int
    site_id: str
    lab_id: str
    barcode_prefix: str
    lanes: int
    first_lane: int
    planned_persons: int
    account_id: str
    town_code: str
    carrier: str


def places(campaign: Campaign) -> tuple[Place, ...]:
    """Return the campaign's sites as places, in their order."""
    prefix = {lab.lab_id: lab.barcode_prefix for lab in campaign.labs}
    account = {account.town_code: account for account in campaign.accounts}
    before = [0, *accumulate(site.lanes for site in campaign.sites)]
    return tuple(
        Place(
            index=index,
            site_id=site.site_id,
            lab_id=account[site.town_code].lab_id,
            barcode_prefix=prefix[account[site.town_code].lab_id],
            lanes=site.lanes,
            first_lane=before[index],
            planned_persons=site.planned_persons,
            account_id=account[site.town_code].account_id,
            town_code=site.town_code,
            carrier=site.carrier,
        )
        for index, site in enumerate(campaign.sites)
    )


def device_id(place: Place, lane_no: int) -> str:
    """Return the name of the phone at a lane's registration desk."""
    return f"{place.site_id}-{lane_no:02d}"


def sheet_of_codes(campaign: Campaign, place: Place, lane_no: int) -> tuple[int, ...]:
    """Return the servers a desk scans, in order: its own, the other provincial ones, the city's (Q70, Q73).

    The others begin with a different one from desk to desk, so that desks that leave a server spread over the rest.
    """
    by_sheet = sorted(range(len(campaign.servers)), key=lambda index: campaign.servers[index].sheet_no)
    province = [index for index in by_sheet if campaign.servers[index].system == SystemKind.PROVINCE]
    rest = [index for index in by_sheet if campaign.servers[index].system != SystemKind.PROVINCE]
    turn, own = divmod(place.first_lane + lane_no - 1, max(len(province), 1))
    others = [*province[own + 1 :], *province[:own]]
    first = turn % max(len(others), 1)
    return (*province[own : own + 1], *others[first:], *others[:first], *rest)
