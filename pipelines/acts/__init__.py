"""The ledger of human acts: append-only, hash-chained, the truth about who ordered, decided, noted or signed in."""

from pipelines.acts.entry import Entry
from pipelines.acts.errors import ActConflict, ActOvertaken, ActRefused, ActsError, ActsUnavailable
from pipelines.acts.ledger import ActLedger
from pipelines.acts.verify import Finding, Verified, verify

__all__ = [
    "ActConflict",
    "ActLedger",
    "ActOvertaken",
    "ActRefused",
    "ActsError",
    "ActsUnavailable",
    "Entry",
    "Finding",
    "Verified",
    "verify",
]
