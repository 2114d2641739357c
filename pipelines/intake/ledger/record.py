"""What one transaction may write: a group, a step of a tube, custody steps, steps of things; whole or refused."""

from pipelines.intake.ledger.page import ConflictRow, Page, Refused, attempt, record_conflict
from pipelines.intake.ledger.record_custody import CustodyReceipt, record_custody
from pipelines.intake.ledger.record_group import record_registration
from pipelines.intake.ledger.record_things import record_things
from pipelines.intake.ledger.record_tube import Change, record_bind, record_change, record_open

__all__ = [
    "Change",
    "ConflictRow",
    "CustodyReceipt",
    "Page",
    "Refused",
    "attempt",
    "record_bind",
    "record_change",
    "record_conflict",
    "record_custody",
    "record_open",
    "record_registration",
    "record_things",
]
