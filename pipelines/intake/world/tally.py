"""What is registered at every site up to any moment, by the moments at which the tubes were closed; what is bagged."""

from bisect import bisect_right, insort

_ALL = 1_000


class Tally:
    """Grain: one site. Tubes may come in any order, late uploads too."""

    def __init__(self, sites: int) -> None:
        """Know of no tube."""
        self._tubes: list[list[tuple[int, int]]] = [[] for _ in range(sites)]
        self._bagged = [0] * sites

    def add(self, site: int, closed_at: int, persons: int) -> None:
        """Count a tube that was closed at a site."""
        insort(self._tubes[site], (closed_at, persons))

    def bag(self, site: int, tubes: int = 1) -> None:
        """Count tubes that were put into their bags at a site."""
        self._bagged[site] += tubes

    def bagged(self, site: int) -> int:
        """Return how many tubes of a site are or were in bags."""
        return self._bagged[site]

    def until(self, site: int, moment: int) -> tuple[int, int]:
        """Return the persons and tubes of a site up to and including a moment."""
        tubes = self._tubes[site]
        count = bisect_right(tubes, (moment, _ALL))
        return sum(persons for _, persons in tubes[:count]), count
