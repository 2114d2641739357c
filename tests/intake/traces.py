"""Look for people in bytes: every made-up document number, phone and name, in whatever form a file may hold them."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.campaign import Campaign
from pipelines.intake.places import places
from pipelines.intake.world.crowd import SEED, visitors
from pipelines.intake.world.identity import identities

# What a person's number looks like; each look-ahead finds overlapping ones, too.
_NUMBERS = re.compile(rb"(?=(99[0-9]{15}[0-9Xx]))|(?=(199[0-9]{8}))")
_HEX = re.compile(rb"[0-9A-Fa-f]{12,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
_ESCAPED = re.compile(rb"(?:\\u[0-9A-Fa-f]{4})+")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
_BETWEEN = b"\xff\n\xff"
CHUNK, OVERLAP = 1 << 24, 1 << 12


class People:
    """All visitors of a campaign's round, as they could appear in a file."""

    def __init__(self, campaign: Campaign, seed: int = SEED) -> None:
        """Make up everybody once more."""
        everybody = [
            person
            for place in places(campaign)
            for person in identities(place.index, range(visitors(place.planned_persons)), seed)
        ]
        self.numbers = {number.encode() for person in everybody for number in (person.document, person.phone)}
        names = {person.name for person in everybody}
        encoded = [{name.encode(encoding) for name in names} for encoding in _ENCODINGS]
        self.names = [(_pattern(of), of) for of in encoded]

    def traces(self, data: bytes) -> set[bytes]:
        """Return whatever of anybody is in ``data``: plain, in UTF-16, hexadecimal, base64, escaped."""
        return {found for form in forms(data) for found in self._plain(form)}

    def traces_in(self, folder: Path) -> dict[str, set[bytes]]:
        """Return the traces in every file of a folder, by name; no file means that there is none."""
        found = {file: self._in_file(file) for file in sorted(folder.rglob("*")) if file.is_file()}
        return {str(file.relative_to(folder)): traces for file, traces in found.items() if traces}

    def _in_file(self, file: Path) -> set[bytes]:
        data = file.read_bytes()
        parts = (data[begin : begin + CHUNK + OVERLAP] for begin in range(0, len(data), CHUNK))
        return {found for part in parts for found in self.traces(part)}

    def _plain(self, data: bytes) -> Iterator[bytes]:
        for one in _NUMBERS.finditer(data):
            for number in one.groups():
                if number and number.upper() in self.numbers:
                    yield number
        for pattern, names in self.names:
            yield from {one[1] for one in pattern.finditer(data)} & names


def _pattern(words: set[bytes]) -> re.Pattern[bytes]:
    """Return what finds each of ``words`` (of one length) wherever it begins, and little else."""
    places = zip(*words, strict=True)
    signs = (b"[" + b"".join(b"\\x%02x" % byte for byte in sorted(set(place))) + b"]" for place in places)
    return re.compile(b"(?=(" + b"".join(signs) + b"))")


def forms(data: bytes) -> Iterator[bytes]:
    """Yield ``data`` and what it says in UTF-16, in hexadecimal, in base64, in escapes; one in another too."""
    yield data
    yield data.replace(b"\0", b"")
    for hidden in (_unhexed(data), _unbased(data), _unescaped(data)):
        whole = _BETWEEN.join(hidden)
        yield whole
        yield whole.replace(b"\0", b"")


def _unhexed(data: bytes) -> Iterator[bytes]:
    for run in _HEX.findall(data):
        for begin in (0, 1):
            whole = run[begin : len(run) - (len(run) - begin) % 2]
            yield binascii.unhexlify(whole)


def _unbased(data: bytes) -> Iterator[bytes]:
    for run in _BASE64.findall(data):
        for begin in range(4):
            cut = run[begin:].translate(bytes.maketrans(b"-_", b"+/"))
            whole = cut[: len(cut) - (len(cut) % 4 == 1)]
            yield base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _unescaped(data: bytes) -> Iterator[bytes]:
    for run in _ESCAPED.findall(data):
        yield run.decode("unicode_escape").encode(errors="replace")


def bytes_in(folder: Path) -> int:
    """Return how many bytes a folder's files hold."""
    return sum(_sizes(folder.rglob("*")))


def _sizes(files: Iterable[Path]) -> Iterator[int]:
    return (file.stat().st_size for file in files if file.is_file())
