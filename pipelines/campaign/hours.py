"""The hours on which the day is reported: every full local hour from the first after opening to two after closing."""

from datetime import datetime, timedelta

from pipelines.campaign.model import Campaign

HOUR = timedelta(hours=1)
HOURS_AFTER_CLOSING = 2
DUE_AFTER = timedelta(minutes=15)


def reporting_hours(campaign: Campaign) -> list[datetime]:
    """Return the hours up to which sites enter their figures and reports are frozen, ascending, in UTC (Q82, Q86)."""
    the, offset = campaign.round, timedelta(minutes=campaign.timezone_offset_minutes)
    local = the.opens_at + offset
    first = local.replace(minute=0, second=0, microsecond=0) + HOUR - offset
    last = the.closes_at + HOURS_AFTER_CLOSING * HOUR
    return [first + n * HOUR for n in range(int((last - first) / HOUR) + 1)]
