"""What is read of the ledger: counters that follow the events, pages of events, lab totals."""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from pipelines.contract import LabCount, LabCounts, SiteCounts, TubeEvent, TubePage
from pipelines.intake.moments import moment
from pipelines.machines import MachineName
from pipelines.vocabulary import Mode, ShortReason, TubeEventKind

_SINCE = (
    "SELECT sequence, kind, site_id, lab_id, persons, short_reason FROM tube_event WHERE sequence > ? ORDER BY sequence"
)
_THINGS_SINCE = "SELECT sequence, machine, step, facts FROM thing_event WHERE sequence > ? ORDER BY sequence"
_BOX_RECEIVED = (MachineName.BOX.value, "receive")
_PAGE = "SELECT * FROM tube_event WHERE sequence > ? ORDER BY sequence LIMIT ?"
_KINDS = {kind.value: kind for kind in TubeEventKind}
_LAB_KINDS = (TubeEventKind.DISPATCHED.value, TubeEventKind.RECEIVED.value, TubeEventKind.RESULTED.value)
_REASONS = {reason.value: reason for reason in ShortReason}


@dataclass
class Tally:
    """Cumulative counters of one site."""

    persons_registered: int = 0
    tubes_registered: int = 0
    persons_sampled: int = 0
    tubes_sampled: int = 0
    tubes_short: int = 0

    def add(self, kind: str, persons: int, is_short: bool) -> None:
        """Count one event."""
        if kind == TubeEventKind.REGISTERED:
            self.persons_registered += persons
            self.tubes_registered += 1
            self.tubes_short += is_short
        elif kind == TubeEventKind.SAMPLED:
            self.persons_sampled += persons
            self.tubes_sampled += 1


@dataclass
class LabTally:
    """Cumulative counters of one lab; ``scans`` are labels read, ``scan_errors`` reads that failed before (Q25)."""

    dispatched: int = 0
    received: int = 0
    resulted: int = 0
    scans: int = 0
    scan_errors: int = 0

    def add(self, kind: str, labels: int) -> None:
        """Count one event of a tube with that many labels."""
        if kind in _LAB_KINDS:
            setattr(self, kind, getattr(self, kind) + 1)
        if kind == TubeEventKind.RECEIVED:
            self.scans += labels


@dataclass
class Counters:
    """All counters, always equal to the ledger's events up to ``sequence``; ``follow`` brings them up to date.

    They never fall: a tube that is voided or lost after its registration stays among the registered, with its persons.
    A lab scans every person's label in mode one, the tube's in mode two (Q22, Q23).
    """

    connection: sqlite3.Connection
    round_id: str
    sites: dict[str, Tally]
    labs: dict[str, LabTally]
    mode: Mode = Mode.TWO
    sequence: int = field(default=0)
    things: int = field(default=0)

    def follow(self) -> None:
        """Add the events that were recorded since the last call."""
        for sequence, kind, site_id, lab_id, persons, reason in self.connection.execute(_SINCE, (self.sequence,)):
            self.sites[site_id].add(kind, persons, reason is not None)
            self.labs[lab_id].add(kind, persons if self.mode is Mode.ONE else 1)
            self.sequence = sequence
        for sequence, machine, step, facts in self.connection.execute(_THINGS_SINCE, (self.things,)):
            self.things = sequence
            if (machine, step) == _BOX_RECEIVED:
                self._count_errors(msgspec.json.decode(facts))

    def _count_errors(self, box: dict[str, str | int]) -> None:
        lab, errors = self.labs.get(str(box.get("lab"))), box.get("scan_errors")
        if lab and isinstance(errors, int):
            lab.scan_errors += errors

    def site_counts(self, site_id: str, now: datetime) -> SiteCounts:
        """Return one site's counters as of the ledger's latest event; raises KeyError for an unknown site."""
        tally = self.sites[site_id]
        self.follow()
        return SiteCounts(
            site_id=site_id, round_id=self.round_id, sequence=self.sequence, observed_at=now, **vars(tally)
        )

    def lab_counts(self, now: datetime) -> LabCounts:
        """Return all labs' counters as of the ledger's latest event."""
        self.follow()
        rows = [
            LabCount(
                lab_id=lab_id,
                tubes_dispatched=t.dispatched,
                tubes_received=t.received,
                tubes_resulted=t.resulted,
                scans=t.scans,
                scan_errors=t.scan_errors,
            )
            for lab_id, t in self.labs.items()
        ]
        return LabCounts(observed_at=now, labs=rows)


def tube_page(connection: sqlite3.Connection, after: int, limit: int) -> TubePage:
    """Return at most ``limit`` events above ``after``; ``last_sequence`` is the last one's, or ``after``."""
    events = [_event(row) for row in connection.execute(_PAGE, (after, limit))]
    return TubePage(events=events, last_sequence=events[-1].sequence if events else after)


def _event(row: tuple[Any, ...]) -> TubeEvent:
    sequence, barcode, kind, site_id, lab_id, server_id, lane_no, persons, reason, happened_at, recorded_at = row
    return TubeEvent(
        sequence=sequence,
        barcode=barcode,
        kind=_KINDS[kind],
        site_id=site_id,
        lab_id=lab_id,
        server_id=server_id,
        lane_no=lane_no,
        persons=persons,
        short_reason=_REASONS[reason] if reason else None,
        happened_at=moment(happened_at),
        recorded_at=moment(recorded_at),
    )
