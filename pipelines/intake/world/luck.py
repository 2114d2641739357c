"""Chance by name: a thing has the same luck whenever it is asked, in whatever order, also after a restart."""

from hashlib import blake2b

_BYTES = 7
_WHOLE = float(1 << (8 * _BYTES))


class Luck:
    """One cause's luck; a cause never disturbs another's."""

    def __init__(self, seed: int, cause: str) -> None:
        """Know the seed and the cause."""
        self._base = blake2b(f"{seed}/{cause}/".encode(), digest_size=_BYTES)

    def of(self, name: str) -> float:
        """Return the luck of ``name``: evenly spread over 0 (included) to 1."""
        drawn = self._base.copy()
        drawn.update(name.encode())
        return int.from_bytes(drawn.digest()) / _WHOLE
