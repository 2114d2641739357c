"""Districts for the intake's tests: the first sites of Sanshui, and registrations that obey all its rules."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b

from pipelines.campaign import load_campaign
from pipelines.campaign.model import Campaign
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.contract import TubeRegistration
from pipelines.intake.barcodes import label_of_group
from pipelines.vocabulary import ShortReason


@cache
def small_district(sites: int = 3) -> Campaign:
    """Return Sanshui with only its first ``sites`` sites."""
    whole = load_campaign(DEFAULT_CAMPAIGN)
    kept = whole.sites[:sites]
    ids = {site.site_id for site in kept}
    return replace(whole, sites=kept, staff=tuple(plan for plan in whole.staff if plan.site_id in ids))


def token(number: int) -> str:
    """Return the pseudonym of a made-up person."""
    return blake2b(str(number).encode(), digest_size=16).hexdigest()


def registration(
    campaign: Campaign,
    group: int = 0,
    persons: int = 10,
    site_index: int = 0,
    device: str = "phone-1",
    closed_at: datetime | None = None,
) -> TubeRegistration:
    """Return the registration of the ``group``-th group of a site, the device's request no. group + 1."""
    site = campaign.sites[site_index]
    lab_id = campaign.lab_of(site.town_code)
    prefix = next(lab.barcode_prefix for lab in campaign.labs if lab.lab_id == lab_id)
    closed_at = closed_at or campaign.round.opens_at + timedelta(minutes=5)
    first = (site_index * 100_000 + group) * 10
    return TubeRegistration(
        device_id=device,
        device_sequence=group + 1,
        round_id=campaign.round.round_id,
        site_id=site.site_id,
        lane_no=1,
        lab_id=lab_id,
        barcode=label_of_group(prefix, site_index, group),
        persons=[token(first + seat) for seat in range(persons)],
        short_reason=None if persons == 10 else ShortReason.SITE_CLOSING,
        opened_at=closed_at - timedelta(seconds=120),
        closed_at=closed_at,
    )
