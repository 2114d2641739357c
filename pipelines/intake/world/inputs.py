"""The hourly site inputs as an information officer enters them: delayed, sometimes late or wrong, then corrected.

What is entered derives from the truth at the hour (Q82). Chance is by seed, site and hour, so an entry is the same
whenever it is asked for, and its sequence number is made of its time and place.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.campaign.model import Campaign
from pipelines.contract_sites import SiteInput, SiteInputs
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, SECOND, micros, moment
from pipelines.intake.places import Place
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.luck import Luck
from pipelines.vocabulary import FaultKind

HOUR = 60 * MINUTE
DELAY_MINUTES = (2.0, 9.0)
LATE_SHARE, LATE_MINUTES = 0.06, (20.0, 50.0)  # assumption
WRONG_SHARE, CORRECTED_MINUTES = 0.05, (8.0, 40.0)  # assumption
HOURS_AFTER_CLOSING = 2
SITES_PER_MILLISECOND = 100_000
_MILLISECOND = SECOND // 1_000


@dataclass(frozen=True)
class SiteTruth:
    """What was true of a site up to a moment: persons registered, tubes, kept third copies, special cases."""

    persons: int = 0
    tubes: int = 0
    third_copies: int = 0
    special_cases: int = 0


@dataclass(frozen=True, order=True)
class Entry:
    """Grain: one entry to come: when it is entered, where, for which hour, and what chance makes wrong in it."""

    sequence: int
    site: int
    hour_at: int
    entered_at: int
    version: int
    mistake: str


class InputBook:
    """All entries of the day in order; an entry's figures are taken once, when it is first due, and then stay."""

    def __init__(
        self, campaign: Campaign, places: Sequence[Place], truth: Callable[[int, int], SiteTruth], seed: int = SEED
    ) -> None:
        """Plan every entry of the day, none forgotten; ``truth(site, until)`` tells what was true up to a moment."""
        self._places, self._truth = places, truth
        luck = Luck(seed, "inputs")
        hours = hours_of(campaign)
        self._planned = sorted(entry for place in places for hour in hours for entry in _entries(place, hour, luck))
        self._entries = self._planned
        self._order = [entry.sequence for entry in self._entries]
        self._entered: dict[int, SiteInput] = {}

    def change_faults(self, faults: Iterable[Fault]) -> None:
        """Leave out what these faults make officers forget, and nothing else."""
        forgotten = [fault for fault in faults if fault.kind is FaultKind.REPORT_FORGOTTEN]
        self._entries = [entry for entry in self._planned if not self._is_forgotten(entry, forgotten)]
        self._order = [entry.sequence for entry in self._entries]

    def _is_forgotten(self, entry: Entry, faults: Sequence[Fault]) -> bool:
        place = self._places[entry.site]
        return any(
            fault.target in ("", place.site_id, place.town_code)
            and micros(fault.starts_at) <= entry.hour_at < micros(fault.ends_at)
            and Luck(fault.seed, fault.kind.value).of(f"{place.site_id}/{entry.hour_at}") < fault.strength
            for fault in faults
        )

    def page(self, after: int, limit: int, now: datetime) -> SiteInputs:
        """Return up to ``limit`` entries that follow the cursor and have been entered by ``now``."""
        first = bisect_right(self._order, after)
        until = bisect_left(self._order, _sequence(micros(now) + _MILLISECOND, 0))
        due = self._entries[first : max(min(until, first + limit), first)]
        inputs = [self._input(entry) for entry in due]
        return SiteInputs(inputs=inputs, last_sequence=inputs[-1].sequence if inputs else after)

    def _input(self, entry: Entry) -> SiteInput:
        known = self._entered.get(entry.sequence)
        if known is None:
            told = _mistaken(self._truth(entry.site, entry.hour_at), entry.mistake)
            known = self._entered[entry.sequence] = SiteInput(
                sequence=entry.sequence,
                site_id=self._places[entry.site].site_id,
                hour_at=moment(entry.hour_at),
                version=entry.version,
                persons=told.persons,
                tubes=told.tubes,
                third_copies=told.third_copies,
                special_cases=told.special_cases,
                entered_at=moment(entry.entered_at),
            )
        return known


def hours_of(campaign: Campaign) -> list[int]:
    """Return the full local hours on which sites report: from the first after opening to two after closing (Q86)."""
    offset = campaign.timezone_offset_minutes * MINUTE
    opens_at, closes_at = micros(campaign.round.opens_at), micros(campaign.round.closes_at)
    first = (opens_at + offset) // HOUR * HOUR + HOUR - offset
    last = closes_at + HOURS_AFTER_CLOSING * HOUR
    return list(range(first, last + 1, HOUR))


def _sequence(entered_at: int, site: int) -> int:
    return entered_at // _MILLISECOND * SITES_PER_MILLISECOND + site


def _entries(place: Place, hour_at: int, luck: Luck) -> Iterator[Entry]:
    """Yield a site's entry for an hour and, when it is wrong, its correction."""
    name = f"{place.site_id}/{hour_at}"
    is_late, drawn = luck.of(f"{name}/late") < LATE_SHARE, luck.of(f"{name}/wrong")
    entered_at = hour_at + _between(LATE_MINUTES if is_late else DELAY_MINUTES, luck.of(name))
    mistake = _MISTAKES[int(drawn / WRONG_SHARE * len(_MISTAKES))] if drawn < WRONG_SHARE else ""
    yield Entry(_sequence(entered_at, place.index), place.index, hour_at, entered_at, 1, mistake)
    if mistake:
        mended_at = entered_at + _between(CORRECTED_MINUTES, luck.of(f"{name}/corrected"))
        yield Entry(_sequence(mended_at, place.index), place.index, hour_at, mended_at, 2, "")


def _between(minutes: tuple[float, float], luck: float) -> int:
    shortest, longest = minutes
    return int((shortest + (longest - shortest) * luck) * MINUTE)


_MISTAKES = ("digits_swapped", "tube_too_few", "tube_too_many", "copy_missed")


def _mistaken(truth: SiteTruth, mistake: str) -> SiteTruth:
    """Return the truth as it is entered with one mistake in it."""
    persons, tubes, copies, cases = truth.persons, truth.tubes, truth.third_copies, truth.special_cases
    if mistake == "digits_swapped":
        persons = swapped(persons)
    elif mistake == "tube_too_few":
        tubes = max(tubes - 1, 0)
    elif mistake == "tube_too_many":
        tubes += 1
    elif mistake == "copy_missed":
        copies = max(copies - 1, 0)
    return SiteTruth(persons, tubes, copies, cases)


def swapped(number: int) -> int:
    """Return a number with its first two different neighbouring digits swapped: 1523 is written 5123."""
    digits = list(str(number))
    for place in range(len(digits) - 1):
        if digits[place] != digits[place + 1]:
            digits[place], digits[place + 1] = digits[place + 1], digits[place]
            return int("".join(digits))
    return number
