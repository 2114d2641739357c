"""The hours on which the day is reported, as a page chooses among them (Q82, Q86)."""

from datetime import UTC, datetime, timedelta

from dashboard.formats import time_of_day
from dashboard.live import Snapshot
from dashboard.words import Words
from pipelines.client import CampaignInfo

HOUR = timedelta(hours=1)
HOURS_AFTER_CLOSING = 2
DUE_AFTER = timedelta(minutes=15)


def past(campaign: CampaignInfo, as_of: datetime) -> list[datetime]:
    """Return the reported hours that are over at ``as_of``, the newest first, in UTC."""
    opens, closes = campaign.round.opens_at, campaign.round.closes_at
    offset = timedelta(minutes=campaign.timezone_offset_minutes)
    first = (opens + offset).replace(minute=0, second=0, microsecond=0) + HOUR - offset
    last = min(closes + HOURS_AFTER_CLOSING * HOUR, as_of)
    return [first + n * HOUR for n in range(int((last - first) / HOUR) + 1)][::-1] if last >= first else []


def name(at: datetime) -> str:
    """Return an hour as asks and acts name it: ``2021-06-06T02:00Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def wanted(snapshot: Snapshot, hour: str) -> str:
    """Return the hour a page is about: ``hour``, or the newest that is over when it is ""; "" when none is yet."""
    found = past(snapshot.campaign, snapshot.as_of)
    return hour or (name(found[0]) if found else "")


def shown(hour: str, offset: int, words: Words) -> str:
    """Return an hour's name as people say it: the local clock time up to which it counts."""
    at = datetime.strptime(hour, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    return words("hour.until", at=time_of_day(at, offset))
