"""How well tubes were registered, per site: added up from what was recorded since the last look."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.contract_desk import Quality, SiteQuality
from pipelines.vocabulary import ExceptionKind, ShortReason, TubeEventKind

_REGISTERED = """
SELECT event.site_id, event.short_reason, count(*), sum(rescans), sum(manual_entries), sum(NOT is_verified),
  sum(is_offline)
FROM tube_event AS event JOIN tube USING (barcode)
WHERE event.sequence > ? AND event.sequence <= ? AND event.kind = 'registered'
GROUP BY event.site_id, event.short_reason
"""
_GONE = """
SELECT site_id, kind, count(*), sum(persons) FROM tube_event
WHERE sequence > ? AND sequence <= ? AND kind IN ('voided', 'lost') GROUP BY site_id, kind
"""
_TWICE = """
SELECT site_id, kind, count(*), max(sequence) FROM late_duplicate WHERE sequence > ? GROUP BY site_id, kind
"""
_CONFLICTS = "SELECT count(*) FROM conflict"
_LAST = "SELECT coalesce(max(sequence), 0) FROM tube_event"


@dataclass
class _Site:
    counts: Counter[str] = field(default_factory=Counter[str])
    short: Counter[ShortReason] = field(default_factory=Counter[ShortReason])


class QualityCounters:
    """Cumulative; a look costs no more than what is new."""

    def __init__(self, connection: sqlite3.Connection, site_ids: Iterable[str]) -> None:
        """Nothing is counted yet."""
        self._connection = connection
        self._sites = {site_id: _Site() for site_id in site_ids}
        self._sequence = self._exceptions = 0

    def tell(self, now: datetime) -> Quality:
        """Return every site's quality as of the ledger's latest event."""
        self._follow()
        return Quality(
            observed_at=now,
            sequence=self._sequence,
            conflicts=self._connection.execute(_CONFLICTS).fetchone()[0],
            sites=[_told(site_id, site) for site_id, site in self._sites.items()],
        )

    def _follow(self) -> None:
        last = self._connection.execute(_LAST).fetchone()[0]
        span = (self._sequence, last)
        for row in self._connection.execute(_REGISTERED, span):
            self._add_registered(*row)
        for site_id, kind, tubes, persons in self._connection.execute(_GONE, span):
            self._sites[site_id].counts[f"tubes_{kind}"] += tubes
            if kind == TubeEventKind.VOIDED:
                self._sites[site_id].counts["persons_voided"] += persons
        for site_id, kind, number, newest in self._connection.execute(_TWICE, (self._exceptions,)).fetchall():
            name = "persons_twice" if kind == ExceptionKind.PERSON_TWICE else "tubes_twice"
            self._sites[site_id].counts[name] += number
            self._exceptions = max(self._exceptions, newest)
        self._sequence = last

    def _add_registered(self, site_id: str, reason: str | None, tubes: int, *sums: Any) -> None:
        site = self._sites[site_id]
        site.counts["tubes_registered"] += tubes
        names = ("rescans", "manual_entries", "tubes_unverified", "tubes_offline")
        site.counts.update(dict(zip(names, sums, strict=True)))
        if reason:
            site.short[ShortReason(reason)] += tubes


def _told(site_id: str, site: _Site) -> SiteQuality:
    names = set(SiteQuality.__struct_fields__) - {"site_id", "tubes_short"}
    return SiteQuality(site_id=site_id, tubes_short=dict(site.short), **{name: site.counts[name] for name in names})
