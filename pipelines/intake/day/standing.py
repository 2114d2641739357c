"""Whether a day is on record already, and up to when: what a start asks before it fills or takes up the ledger."""

from datetime import datetime

from pipelines.campaign.model import Campaign
from pipelines.config import Settings
from pipelines.intake.ledger.resume import newest_recorded
from pipelines.intake.moments import moment


def day_is_laid(settings: Settings, campaign: Campaign) -> bool:
    """Return whether the ledger holds a complete prefill or live registrations; raises LedgerError.

    A prefill is one transaction: one that was interrupted left no event, so its day is not laid.
    """
    return newest_recorded(settings.ledger_file, campaign) is not None


def last_recorded_at(settings: Settings) -> datetime | None:
    """Return the newest ``recorded_at`` of the ledger, None when nothing is recorded; raises LedgerError."""
    newest = newest_recorded(settings.ledger_file)
    return None if newest is None else moment(newest)
