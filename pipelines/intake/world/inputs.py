"""The hourly site inputs as an information officer enters them: delayed, sometimes late or wrong, then corrected.

What is entered derives from the truth at the hour (Q82). Chance is by seed, site and hour, and an entry's sequence
number is made of its time and place, so a restart enters the same.
"""

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipelines.campaign.hours import reporting_hours
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
    """What was entered, in order. An entry's figures are taken once, when it is due, and stay whatever comes late.

    With a path what was entered outlives the process; without, it lives in memory alone.
    """

    def __init__(
        self,
        campaign: Campaign,
        places: Sequence[Place],
        truth: Callable[[int, int], SiteTruth],
        seed: int = SEED,
        path: Path | None = None,
    ) -> None:
        """Plan the day, and take up the entries made before; ``truth(site, until)``: what was true up to a moment."""
        self._places, self._truth, self._path = places, truth, path
        luck = Luck(seed, "inputs")
        hours = [micros(hour_at) for hour_at in reporting_hours(campaign)]
        self._planned = sorted(entry for place in places for hour in hours for entry in _entries(place, hour, luck))
        self._order = [entry.sequence for entry in self._planned]
        self._forgotten: list[Fault] = []
        self._inputs = _kept(path) if path and path.exists() else []
        self._last = self._inputs[-1].sequence if self._inputs else 0

    def change_faults(self, faults: Iterable[Fault]) -> None:
        """Leave out from now on what these faults make officers forget, and nothing else."""
        self._forgotten = [fault for fault in faults if fault.kind is FaultKind.REPORT_FORGOTTEN]

    def enter(self, now: int) -> None:
        """Make the entries that have become due."""
        until = _sequence(now + _MILLISECOND, 0) - 1
        first, end = bisect_right(self._order, self._last), bisect_right(self._order, until)
        if end <= first:
            return
        self._last = self._order[end - 1]
        made = [self._input(entry) for entry in self._planned[first:end] if not self._is_forgotten(entry)]
        self._inputs += made
        if self._path and made:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.writelines(msgspec.json.encode(one) + b"\n" for one in made)

    def page(self, after: int, limit: int) -> SiteInputs:
        """Return up to ``limit`` entries that follow the cursor."""
        first = bisect_right(self._inputs, after, key=lambda one: one.sequence)
        inputs = self._inputs[first : first + limit]
        return SiteInputs(inputs=inputs, last_sequence=inputs[-1].sequence if inputs else after)

    def _is_forgotten(self, entry: Entry) -> bool:
        place = self._places[entry.site]
        return any(
            fault.target in ("", place.site_id, place.town_code)
            and micros(fault.starts_at) <= entry.hour_at < micros(fault.ends_at)
            and Luck(fault.seed, fault.kind.value).of(f"{place.site_id}/{entry.hour_at}") < fault.strength
            for fault in self._forgotten
        )

    def _input(self, entry: Entry) -> SiteInput:
        told = _mistaken(self._truth(entry.site, entry.hour_at), entry.mistake)
        return SiteInput(
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


def _kept(path: Path) -> list[SiteInput]:
    """Return the entries of a file, the last one only if it was written whole."""
    whole, _, torn = path.read_bytes().rpartition(b"\n")
    if torn:
        os.truncate(path, len(whole) + bool(whole))
    return [msgspec.json.decode(line, type=SiteInput) for line in whole.splitlines()]


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
