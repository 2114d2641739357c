"""Hard checks before and after the transforms: what cannot be true is refused whole, with a sentence."""

from pipelines.checks.counts import COUNTERS, counts_before
from pipelines.checks.judging import NOUNS, check_raw, check_tidy, offending_events
from pipelines.checks.known import Known, Refusal, SiteCountsBefore
from pipelines.checks.rules import AHEAD

__all__ = [
    "AHEAD",
    "COUNTERS",
    "NOUNS",
    "Known",
    "Refusal",
    "SiteCountsBefore",
    "check_raw",
    "check_tidy",
    "counts_before",
    "offending_events",
]
