"""The keeper of the fault file: adds what is asked for, ends what is cleared, forgets nothing that has acted."""

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from pipelines.campaign.model import Campaign
from pipelines.intake.drill.wishes import wished
from pipelines.intake.drill.words import FaultRefused, FaultWish
from pipelines.intake.faults import Fault, FaultBook, write_faults


class FaultDesk:
    """The one writer of a day's fault file; any thread may ask it."""

    def __init__(self, campaign: Campaign, path: Path) -> None:
        """Take up what the file holds."""
        self._campaign, self._path, self._lock = campaign, path, threading.Lock()
        self.book = FaultBook(path)

    def add(self, wishes: Sequence[FaultWish], now: datetime) -> list[Fault]:
        """Add all of the wishes, or none: raises FaultRefused."""
        with self._lock:
            known = self.book.all()
            added = wished(self._campaign, wishes, now, known)
            write_faults(self._path, [*known, *added])
            return added

    def clear(self, fault_id: str | None, now: datetime) -> list[Fault]:
        """End the fault, or every one, at ``now``; return those that acted or were planned. Raises FaultRefused.

        One that acts ends now and stays on record; one that was only planned is taken out.
        """
        with self._lock:
            known = self.book.all()
            if fault_id is not None and fault_id not in {fault.fault_id for fault in known}:
                listed = ", ".join(fault.fault_id for fault in known) or "none"
                sentence = f"no fault {fault_id[:40]!r}; the day knows {listed}"
                raise FaultRefused("unknown_fault", sentence, "fault_id")
            wanted = [f for f in known if fault_id in (None, f.fault_id) and f.ends_at > now]
            ended = {f.fault_id: msgspec.structs.replace(f, ends_at=now) for f in wanted if f.starts_at < now}
            gone = {f.fault_id for f in wanted} - ended.keys()
            write_faults(self._path, [ended.get(f.fault_id, f) for f in known if f.fault_id not in gone])
            return wanted
