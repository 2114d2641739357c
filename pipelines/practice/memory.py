"""What a practice phone remembers between two steps: a small file, so that a page may be reloaded at any time.

No person's code is in it: only barcodes, counts, and the last request in the very bytes that were sent.
"""

import re
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from pipelines.contract import Barcode, Identifier
from pipelines.vocabulary import Cause, Entry

_SESSION = re.compile(r"practice-[0-9a-f]{16}")


class Seat(Struct, frozen=True):
    """A person bound by this phone: how the code came in, and the wall seconds since the seat before."""

    entry: Entry
    took_s: float


class Mark(Struct, frozen=True):
    """Something that happened, for the score: the step, at a wall second, and the rule that refused it, if one did."""

    at_s: float
    step: str
    rule: str = ""


class Request(Struct, frozen=True):
    """A request as it went out; ``what`` tells the same wish, sent again, from another one."""

    step: str
    what: str
    path: str
    body: bytes
    entry: Entry = Entry.SCAN


class Tap(Struct, frozen=True):
    """The last tap that succeeded, as a digest, and its wall second: the same one at once again is a double tap."""

    digest: str
    at_s: float


class Tube(Struct, frozen=True):
    """The tube in the phone's hands as the server last told it."""

    barcode: Barcode
    state: str
    persons: int
    seats_left: int


class Practice(Struct, frozen=True, kw_only=True):
    """Grain: one practice session of one trainee. ``cause`` is set while the desk is interrupted."""

    session_id: Identifier
    site_id: Identifier
    server_id: Identifier
    sheet: int
    sequence: int = 0
    tube: Tube | None = None
    seats: tuple[Seat, ...] = ()
    pending: Request | None = None
    tap: Tap | None = None
    cause: Cause | None = None
    is_misread: bool = False
    marks: tuple[Mark, ...] = ()
    closed: tuple[str, ...] = ()
    has_left: bool = False

    @property
    def device_id(self) -> str:
        """The phone's own name."""
        return self.session_id


class Memory:
    """The practice sessions of a runtime folder, one file each."""

    def __init__(self, folder: Path) -> None:
        """Keep them in ``folder``, which is made when the first is kept."""
        self._folder = folder

    def find(self, session_id: str) -> Practice | None:
        """Return a session, None when there is none of that name or its file cannot be read."""
        if not _SESSION.fullmatch(session_id):
            return None
        with suppress(OSError, msgspec.MsgspecError):
            return msgspec.json.decode(self._file(session_id).read_bytes(), type=Practice)
        return None

    def keep(self, practice: Practice) -> Practice:
        """Write a session whole or not at all, and return it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(practice.session_id)
        part = file.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(practice))
        part.replace(file)
        return practice

    def _file(self, session_id: str) -> Path:
        return self._folder / f"{session_id}.json"
