"""Made-up persons: a document number, a phone, a name for each visitor; only a keyed token of the first is ever used.

All three are functions of (seed, site, visitor's number), held in memory for as long as a token takes. The document's
area begins with 99, which no real identity number does, and no two visitors of a round have the same.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.codes import TOKEN_BYTES, Document
from pipelines.intake.world.crowd import SEED

FIRST_AREA, BIRTHDAYS, SERIALS = 990_000, 32_850, 1_000
FIRST_BIRTHDAY = "1925-01-01"
PERSONS_PER_SITE = 1_000_000  # numbers that a site's visitors may take
_IDENTITIES = BIRTHDAYS * SERIALS  # of one area
_SCATTER = 20_000_003  # shares no factor with the identities of an area, so it only changes their order
_PLACES = 10 ** np.arange(16, -1, -1, dtype=np.int64)
_WEIGHTS = np.array([pow(2, 17 - place, 11) for place in range(17)], np.int64)
_CHECKS = "10X98765432"
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许", "安柏晨岱恩帆谷涵靖柯岚沐宁鹏晴若思桐蔚悠泽舟竹梓"
_FIRST_PHONE, _PHONES = 19_900_000_000, 100_000_000
_BLOCK = 512
_HMAC_BLOCK, _INNER, _OUTER = 64, 0x36, 0x5C


class Identity(NamedTuple):
    """What a person shows or says at a desk, and what never leaves memory."""

    document: str
    phone: str
    name: str


def documents(site: int, numbers: Sequence[int], seed: int = SEED) -> list[str]:
    """Return the identity numbers (18 signs, check character valid) of a site's visitors."""
    area, rest = np.divmod(_whole_number(site, numbers), _IDENTITIES)
    day, serial = np.divmod((rest * _SCATTER + seed) % _IDENTITIES, SERIALS)
    bodies = ((FIRST_AREA + area) * 10**8 + _birthdays()[day]) * SERIALS + serial
    checks = (bodies[:, None] // _PLACES % 10 @ _WEIGHTS) % 11
    return [f"{body}{_CHECKS[check]}" for body, check in zip(bodies.tolist(), checks.tolist(), strict=True)]


def identities(site: int, numbers: Sequence[int], seed: int = SEED) -> list[Identity]:
    """Return all that a site's visitors could tell of themselves."""
    drawn = ((_whole_number(site, numbers) * _SCATTER + seed) % _PHONES).tolist()
    found = documents(site, numbers, seed)
    return [
        Identity(document, str(_FIRST_PHONE + luck), _name(luck)) for document, luck in zip(found, drawn, strict=True)
    ]


class Pseudonyms:
    """Turns a round's visitors into the tokens that ``codes.person_token`` gives for their documents, many at once."""

    def __init__(self, key: bytes, round_id: str, seed: int = SEED) -> None:
        """Begin both halves of the HMAC, once for all visitors."""
        whole = (key if len(key) <= _HMAC_BLOCK else hashlib.sha256(key).digest()).ljust(_HMAC_BLOCK, b"\0")
        begun = f"{round_id}\0{Document.RESIDENT_ID}:".encode()
        self._inner = hashlib.sha256(bytes(byte ^ _INNER for byte in whole) + begun)
        self._outer = hashlib.sha256(bytes(byte ^ _OUTER for byte in whole))
        self._seed = seed
        self._held: dict[tuple[int, int], bytes] = {}

    def of(self, site: int, numbers: Sequence[int]) -> list[bytes]:
        """Return the tokens of a site's visitors; many at once are fast."""
        return [self._token(document) for document in documents(site, numbers, self._seed)]

    def words(self, site: int, numbers: Sequence[int]) -> list[str]:
        """Return the tokens of a few visitors as they are sent; whoever came with them is made ready, too."""
        return [self._word(site, number) for number in numbers]

    def _word(self, site: int, number: int) -> str:
        block, place = divmod(number, _BLOCK)
        if (site, block) not in self._held:
            self._held[site, block] = b"".join(self.of(site, range(block * _BLOCK, (block + 1) * _BLOCK)))
        return self._held[site, block][place * TOKEN_BYTES : (place + 1) * TOKEN_BYTES].hex()

    def _token(self, document: str) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(document.encode())
        outer.update(inner.digest())
        return outer.digest()[:TOKEN_BYTES]


def _whole_number(site: int, numbers: Sequence[int]) -> NDArray[np.int64]:
    return site * PERSONS_PER_SITE + np.asarray(numbers, np.int64)


def _name(luck: int) -> str:
    rest, surname = divmod(luck, len(_SURNAMES))
    rest, first = divmod(rest, len(_GIVEN))
    return _SURNAMES[surname] + _GIVEN[first] + _GIVEN[rest % len(_GIVEN)]


@lru_cache(maxsize=1)
def _birthdays() -> NDArray[np.int64]:
    """Return every birthday as the number YYYYMMDD."""
    days = np.datetime64(FIRST_BIRTHDAY) + np.arange(BIRTHDAYS)
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]")
    year = years.astype(np.int64) + 1970
    month = (months - years).astype(np.int64) + 1
    day = (days - months).astype(np.int64) + 1
    return year * 10_000 + month * 100 + day
