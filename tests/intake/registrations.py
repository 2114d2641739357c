"""Registrations that obey every rule of a campaign, to be sent as they are or spoilt in one place."""

from datetime import timedelta
from hashlib import blake2b

from pipelines.campaign.model import Campaign
from pipelines.contract import TubeRegistration
from pipelines.intake.barcodes import label_of_group
from pipelines.intake.places import places
from pipelines.vocabulary import ShortReason


def token(number: int) -> str:
    """Return the pseudonym of a made-up person."""
    return blake2b(str(number).encode(), digest_size=16).hexdigest()


def registration(
    campaign: Campaign, group: int = 0, persons: int = 10, site: int = 0, device: str = "phone-1"
) -> TubeRegistration:
    """Return the registration of a site's ``group``-th group, the device's request number group + 1."""
    place = places(campaign)[site]
    closed_at = campaign.round.opens_at + timedelta(minutes=5)
    first = (site * 100_000 + group) * 10
    return TubeRegistration(
        device_id=device,
        device_sequence=group + 1,
        round_id=campaign.round.round_id,
        site_id=place.site_id,
        lane_no=1,
        lab_id=place.lab_id,
        barcode=label_of_group(place.barcode_prefix, site, group),
        persons=[token(first + seat) for seat in range(persons)],
        short_reason=None if persons == 10 else ShortReason.SITE_CLOSING,
        opened_at=closed_at - timedelta(seconds=120),
        closed_at=closed_at,
        account_id=place.account_id,
    )
