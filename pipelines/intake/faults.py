"""Faults of a drill: timed, seeded, reversible; one file that every process of the intake reads."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from pipelines.contract import Identifier, Moment
from pipelines.logs import logger
from pipelines.vocabulary import FaultKind

log = logger(__name__)


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


class KnownFaults:
    """Faults that do not change, for a day in virtual time."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Sort them by kind: most questions are about a kind that nobody planned."""
        self._faults = tuple(faults)
        self._by_kind = {kind: [f for f in self._faults if f.kind is kind] for kind in {f.kind for f in self._faults}}

    def all(self) -> tuple[Fault, ...]:
        """Return every fault, past and planned ones too."""
        return self._faults

    def active(self, kind: FaultKind, now: datetime, targets: Iterable[str] = ()) -> Sequence[Fault]:
        """Return the faults of a kind that act at ``now`` on everything or on one of ``targets``."""
        planned = self._by_kind.get(kind)
        if not planned:
            return ()
        wanted = {"", *targets}
        return [f for f in planned if f.target in wanted and f.is_on(now)]


class FaultBook:
    """The faults of a file, read anew when it has changed; no file means no fault.

    A file that somebody spoilt by hand leaves the last good faults in force, and one line in the log.
    """

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._known = KnownFaults()

    def all(self) -> tuple[Fault, ...]:
        """Return every fault, past and planned ones too."""
        return self._read().all()

    def active(self, kind: FaultKind, now: datetime, targets: Iterable[str] = ()) -> Sequence[Fault]:
        """Return the faults of a kind that act at ``now`` on everything or on one of ``targets``."""
        return self._read().active(kind, now, targets)

    def _read(self) -> KnownFaults:
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_ino)
            if seen != self._seen:
                self._seen = seen
                self._known = KnownFaults(msgspec.json.decode(self._path.read_bytes(), type=list[Fault]))
        except FileNotFoundError:
            self._seen, self._known = None, KnownFaults()
        except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
            log.error("fault file cannot be read; the last good faults stay", file=str(self._path), error=str(error))
        return self._known


def write_faults(path: Path, faults: Sequence[Fault]) -> None:
    """Replace the file's faults, whole or not at all; raises OSError, then the old ones stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, whole = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.json.encode(list(faults)))
        Path(whole).replace(path)
    except OSError:
        with suppress(OSError):
            Path(whole).unlink()
        raise
