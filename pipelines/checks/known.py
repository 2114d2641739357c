"""What the checks compare with, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Refusal:
    """A rule that was broken: how many rows break it, and the sentence for people."""

    rule: str
    rows: int
    sentence: str


@dataclass(frozen=True)
class SiteCountsBefore:
    """A site's last accepted counts, which the next may not fall below within the same round."""

    round_id: str
    sequence: int
    observed_at: datetime
    persons_registered: int
    tubes_registered: int
    persons_sampled: int
    tubes_sampled: int
    tubes_short: int


@dataclass(frozen=True)
class Known:
    """What the checks compare with: the campaign's ids, each site's last accepted counts, campaign time now."""

    site_ids: frozenset[str]
    lab_ids: frozenset[str]
    server_ids: frozenset[str]
    previous: Mapping[str, SiteCountsBefore]
    now: datetime
    round_id: str | None = None
    """The campaign's round; None when counts of any round will do."""
    town_codes: frozenset[str] = frozenset()
    shift_ids: frozenset[str] = frozenset()
