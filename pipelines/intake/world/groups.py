"""Groups of a site: whom each has, the number that its tube's label carries, and how long a desk works on it.

A site's labels are numbered by stream: groups of the normal line, of the special channel, single tubes of diverted
persons, and a rest for practice and spare labels. A group's number and the seed say who is in it, so a restart knows.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.campaign.model import Campaign, ServiceTimes
from pipelines.intake.moments import SECOND, micros
from pipelines.intake.world.crowd import REGISTRATION_SPREAD, SAMPLING_SPREAD, Cause, spans, stream
from pipelines.intake.world.gate import Crowd, Stream
from pipelines.vocabulary import PERSONS_PER_TUBE, ShortReason

FIRST_NUMBER = (0, 50_000, 80_000)
FIRST_SPARE = 90_000
SERVED = (Stream.NORMAL, Stream.SPECIAL, Stream.SEPARATE)
SEATS = (PERSONS_PER_TUBE, PERSONS_PER_TUBE, 1)
_TAIL = (ShortReason.SITE_CLOSING, ShortReason.NO_MORE_PERSONS, ShortReason.SEPARATE)
# Within the desk's mean time for ten persons (120 s at Sanshui) are the comparison of the barcode by a second person
# (Q60, Q67) and what a code costs that is not read at once (Q68). Assumptions; a desk's photo of a card takes 5 s.
DESK_S = 120.0
VERIFICATION_S = 8.0
RESCAN_SHARE, RESCAN_S = 0.02, 8.0
MANUAL_SHARE, MANUAL_S = 0.005, 25.0  # typed twice, check digit compared
VERIFIED_SHARE = 0.985
_PLAIN_S = DESK_S - VERIFICATION_S - PERSONS_PER_TUBE * (RESCAN_SHARE * RESCAN_S + MANUAL_SHARE * MANUAL_S)


@dataclass(slots=True)
class Group:
    """A group at a registration desk; ``number`` is its label's at the site and says which stream it belongs to.

    ``rescans`` and ``manual_entries`` count codes that were not read at once, ``is_verified`` says that a second
    person compared the barcode.
    """

    number: int
    persons: int
    lane_no: int
    opened_at: int
    closed_at: int
    rescans: int = 0
    manual_entries: int = 0
    is_verified: bool = True

    @property
    def stream(self) -> Stream:
        """The line it came from."""
        return stream_of(self.number)

    @property
    def is_short(self) -> bool:
        """Whether it has fewer persons than a tube takes."""
        return self.persons < PERSONS_PER_TUBE

    @property
    def short_reason(self) -> ShortReason | None:
        """Why it is short, None when it is full."""
        return _TAIL[self.stream] if self.is_short else None


@dataclass(frozen=True)
class Line:
    """One stream's line for the desks: when each person joins it, ascending, and what each of its groups costs.

    Spans are those of ten persons; ``seats`` is how many make a group. ``first`` is the number of its first group.
    """

    first: int
    seats: int
    ready: Sequence[int]
    registration: Sequence[int]
    sampling: Sequence[int]
    rescans: Sequence[int] = ()
    manual_entries: Sequence[int] = ()
    is_verified: Sequence[bool] = ()

    @property
    def groups(self) -> int:
        """How many groups its persons make."""
        return -(-len(self.ready) // self.seats)

    def persons(self, index: int) -> int:
        """Return how many persons its ``index``-th group has."""
        return min(self.seats, len(self.ready) - index * self.seats)

    def ready_at(self, index: int, closes_at: int) -> int:
        """Return when a group is complete; a short tail waits until the site closes for somebody to fill it."""
        last = self.ready[min((index + 1) * self.seats, len(self.ready)) - 1]
        return last if self.persons(index) == self.seats else max(last, closes_at)


@dataclass(frozen=True)
class SiteDay:
    """What chance and the roster have decided for a site: its lines by stream, lanes staffed from when on."""

    lines: tuple[Line, ...]
    staff: Sequence[tuple[int, int]]
    lanes: int
    closes_at: int
    guides_per_lane: int = 3


def stream_of(number: int) -> Stream:
    """Return the stream of a group's number; spare labels count as the normal line's."""
    return Stream(bisect_right(FIRST_NUMBER, number) - 1) if number < FIRST_SPARE else Stream.NORMAL


def members(crowd: Crowd, number: int) -> list[int]:
    """Return the visitors' numbers in a group, in the order of its line."""
    of = stream_of(number)
    begins = (number - FIRST_NUMBER[of]) * SEATS[of]
    return crowd.lines[of][begins : begins + SEATS[of]].tolist()


def plan_site(campaign: Campaign, crowd: Crowd, staff: Sequence[tuple[int, int]]) -> SiteDay:
    """Return a site's day: its crowd in lines, and how long its desks take."""
    return SiteDay(
        lines=tuple(_line(campaign.service, crowd, of) for of in SERVED),
        staff=staff,
        lanes=crowd.place.lanes,
        closes_at=micros(campaign.round.closes_at),
        guides_per_lane=campaign.norms.guides_per_lane,
    )


def _line(service: ServiceTimes, crowd: Crowd, of: Stream) -> Line:
    ready = crowd.ready_at[crowd.lines[of]]
    groups, place, seed = -(-len(ready) // SEATS[of]), crowd.place, crowd.seed
    rescans = stream(seed, Cause.RESCAN, place.index, of).binomial(SEATS[of], RESCAN_SHARE, groups)
    manual = stream(seed, Cause.MANUAL_ENTRY, place.index, of).binomial(SEATS[of], MANUAL_SHARE, groups)
    chance = stream(seed, Cause.VERIFICATION, place.index, of)
    plain = spans(stream(seed, Cause.REGISTRATION, place.index, of), _PLAIN_S, REGISTRATION_SPREAD, groups)
    # The extra work is told for ten persons, so that a single person's share of the span is what one costs.
    extra = (rescans * RESCAN_S + manual * MANUAL_S) * (PERSONS_PER_TUBE // SEATS[of]) + VERIFICATION_S
    whole = (plain + extra * SECOND) * (service.registration_s / DESK_S)
    sampling = spans(stream(seed, Cause.SAMPLING, place.index, of), service.sampling_s, SAMPLING_SPREAD, groups)
    return Line(
        first=FIRST_NUMBER[of],
        seats=SEATS[of],
        ready=ready.tolist(),
        registration=whole.astype(np.int64).tolist(),
        sampling=sampling.tolist(),
        rescans=rescans.tolist(),
        manual_entries=manual.tolist(),
        is_verified=(chance.random(groups) < VERIFIED_SHARE).tolist(),
    )
