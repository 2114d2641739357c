"""The sites' registers of special cases: why and when the gate diverted somebody, and what became of it (Q49)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from pipelines.contract_sites import SpecialCase, SpecialCases
from pipelines.intake.moments import SECOND, micros, moment
from pipelines.intake.world.crowd import DIVERSIONS
from pipelines.intake.world.gate import Crowd, Stream
from pipelines.vocabulary import CaseOutcome

SITES_PER_MILLISECOND = 100_000
_MILLISECOND = SECOND // 1_000
_OUTCOME = {Stream.SEPARATE: CaseOutcome.TESTED_SEPARATELY, Stream.TURNED_AWAY: CaseOutcome.TURNED_AWAY}


class CaseBook:
    """All cases of the day in order of time, as the crowds have them; made anew when faults change the crowds."""

    def __init__(self, crowds: Sequence[Crowd]) -> None:
        """Read every crowd's diverted visitors."""
        self._cases = sorted((case for crowd in crowds for case in _cases(crowd)), key=lambda case: case.sequence)
        self._order = [case.sequence for case in self._cases]
        self._times = {crowd.place.index: _diverted_at(crowd) for crowd in crowds}

    def page(self, after: int, limit: int, now: datetime) -> SpecialCases:
        """Return up to ``limit`` cases that follow the cursor and have happened by ``now``."""
        first = bisect_right(self._order, after)
        until = bisect_left(self._order, (micros(now) // _MILLISECOND + 1) * SITES_PER_MILLISECOND)
        cases = self._cases[first : max(min(until, first + limit), first)]
        return SpecialCases(cases=cases, last_sequence=cases[-1].sequence if cases else after)

    def count(self, site: int, until: int) -> int:
        """Return how many cases a site has noted up to ``until``."""
        return bisect_right(self._times.get(site, []), until)


def _diverted_at(crowd: Crowd) -> list[int]:
    return np.sort(crowd.screened_at[crowd.diversion >= 0]).tolist()


def _cases(crowd: Crowd) -> Iterator[SpecialCase]:
    """Yield a site's cases; two in one millisecond are noted one millisecond apart."""
    numbers = np.flatnonzero(crowd.diversion >= 0)
    last = 0
    for number in numbers[np.argsort(crowd.screened_at[numbers], kind="stable")]:
        at = int(crowd.screened_at[number])
        last = max(at // _MILLISECOND, last + 1)
        yield SpecialCase(
            sequence=last * SITES_PER_MILLISECOND + crowd.place.index,
            site_id=crowd.place.site_id,
            diversion=DIVERSIONS[crowd.diversion[number]],
            outcome=_OUTCOME[Stream(int(crowd.stream[number]))],
            happened_at=moment(at),
        )
