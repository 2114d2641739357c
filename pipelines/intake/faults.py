"""Faults of a drill: timed, seeded, reversible; one file that every process of the intake reads."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from pipelines.contract import Identifier, Moment
from pipelines.vocabulary import FaultKind


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault. ``target`` is a server, site, town, lab or carrier id ("" = everywhere); ``strength`` of 0..1.

    It acts from ``starts_at`` until ``ends_at`` (campaign time), and then no more: what it broke mends by itself.
    """

    fault_id: Identifier
    kind: FaultKind
    target: Annotated[str, Meta(max_length=40)] = ""
    strength: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0
    starts_at: Moment
    ends_at: Moment
    seed: int = 0

    def is_on(self, now: datetime) -> bool:
        """Whether it acts at ``now``."""
        return self.starts_at <= now < self.ends_at


class FaultBook:
    """The faults of a file, read anew when it has changed; no file means no fault."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._faults: tuple[Fault, ...] = ()

    def all(self) -> tuple[Fault, ...]:
        """Return every fault, past and planned ones too."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._seen, self._faults = None, ()
            return ()
        if (seen := (status.st_mtime_ns, status.st_ino)) != self._seen:
            self._faults = tuple(msgspec.json.decode(self._path.read_bytes(), type=list[Fault]))
            self._seen = seen
        return self._faults

    def active(self, kind: FaultKind, now: datetime, targets: Iterable[str] = ()) -> Sequence[Fault]:
        """Return the faults of a kind that act at ``now`` on everything or on one of ``targets``."""
        wanted = {"", *targets}
        return [f for f in self.all() if f.kind is kind and f.target in wanted and f.is_on(now)]


def write_faults(path: Path, faults: Sequence[Fault]) -> None:
    """Replace the file's faults, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, whole = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(msgspec.json.encode(list(faults)))
    Path(whole).replace(path)
