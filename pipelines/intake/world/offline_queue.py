"""What a phone registered alone, kept on the phone until a server has answered for it."""

import os
from collections import deque
from pathlib import Path

import msgspec

from pipelines.contract import TubeRegistration


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the file: a group to upload, or the number of one that a server has answered."""

    tube: TubeRegistration | None = None
    answered: int | None = None


class OfflineQueue:
    """First in, first out; what ``add`` returned from is on disk, and stays until ``answered`` for it.

    Without a path it lives in memory alone, as a virtual day's does. A line that a killed world left half written was
    never promised to anybody, and is cut off. An answer that was not noted any more only means a harmless repeat.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Take up what the file holds."""
        self._path, self._waiting = path, deque[TubeRegistration]()
        if path and path.exists():
            self._take_up(path)

    def __len__(self) -> int:
        """Return how many groups wait."""
        return len(self._waiting)

    @property
    def first(self) -> TubeRegistration | None:
        """The one that waits longest."""
        return self._waiting[0] if self._waiting else None

    @property
    def tubes(self) -> list[TubeRegistration]:
        """All that waits, in its order."""
        return list(self._waiting)

    @property
    def last_number(self) -> int:
        """The highest device sequence in it, 0 when it is empty."""
        return max((tube.device_sequence for tube in self._waiting), default=0)

    def add(self, tube: TubeRegistration) -> None:
        """Keep a group, on disk before this returns."""
        self._write(_Line(tube=tube))
        self._waiting.append(tube)

    def renumber_first(self, number: int) -> None:
        """Give the first group another device sequence."""
        self._waiting[0] = msgspec.structs.replace(self._waiting[0], device_sequence=number)

    def answered(self) -> None:
        """Forget the first group: a server has answered for it. The disk learns of it when it likes."""
        done = self._waiting.popleft()
        if self._waiting:
            self._write(_Line(answered=done.device_sequence), is_promise=False)
        elif self._path:
            self._path.unlink(missing_ok=True)

    def _write(self, line: _Line, is_promise: bool = True) -> None:
        if self._path is None:
            return
        is_new = not self._path.exists()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
            file.flush()
            if is_promise:
                os.fsync(file.fileno())
        if is_new:
            _sync_folder(self._path.parent)

    def _take_up(self, path: Path) -> None:
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        if torn:
            os.truncate(path, len(whole) + bool(whole))
        for text in whole.splitlines():
            line = msgspec.json.decode(text, type=_Line)
            if line.tube:
                self._waiting.append(line.tube)
            else:
                self._waiting = deque(tube for tube in self._waiting if tube.device_sequence != line.answered)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
