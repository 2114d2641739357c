"""Operator errors of a drill: what a phone sends wrong, and which rule tells it what to mend.

Chance decides by name, so a group has the same slip whenever it is asked. Whatever was wrong, the group that is sent
in the end is the right one: every person ends in exactly one tube.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from pipelines.contract import TubeRegistration
from pipelines.intake.faults import Fault
from pipelines.intake.moments import SECOND, micros
from pipelines.intake.places import Place
from pipelines.intake.world.lanes import Group
from pipelines.intake.world.luck import Luck
from pipelines.vocabulary import FaultKind

MENDING = 15 * SECOND  # to look at the screen, understand and do it again; assumption
# What a refusal tells whoever holds the phone to do again, by its rule.
_LABEL, _PERSONS, _CLOCK = ("barcode",), ("persons",), ("opened_at", "closed_at")
MENDS: dict[str, tuple[str, ...]] = {
    "wrong_lab": ("lab_id",),
    "barcode_used": _LABEL,
    "label_of_another_lab": _LABEL,
    "label_of_another_site": _LABEL,
    "misread_label": _LABEL,
    "person_twice_in_tube": _PERSONS,
    "person_registered": _PERSONS,
    "malformed_body": _PERSONS,  # ten seats are all that the form has
    "opened_before_round": _CLOCK,
    "closed_before_opened": _CLOCK,
    "closed_in_the_future": _CLOCK,
}
SLIPS = frozenset(
    {
        FaultKind.WRONG_LAB,
        FaultKind.LABEL_REUSED,
        FaultKind.SCANNED_TWICE,
        FaultKind.PERSON_TWICE,
        FaultKind.ELEVENTH_PERSON,
        FaultKind.CLOCK_SKEW,
    }
)
CLOCKS = (timedelta(hours=8), timedelta(days=-18_000), timedelta(minutes=-10))  # a zone, 1970 or so, a slow one


@dataclass(frozen=True)
class Before:
    """What the phone registered last: its label and its persons."""

    barcode: str = ""
    persons: Sequence[str] = ()


class Slips:
    """Which slip happens to which group, under the faults of the drill."""

    def __init__(self, lab_ids: Sequence[str], seed: int, loses_answers: bool = True) -> None:
        """Begin without any fault. Where the wire itself loses answers, ``loses_answers`` is False."""
        self._labs, self._seed, self._loses = lab_ids, seed, loses_answers
        self._faults: tuple[tuple[Fault, int, int, Luck], ...] = ()

    def change_faults(self, faults: Iterable[Fault]) -> None:
        """Make these slips and no others from now on."""
        wanted = {*SLIPS, FaultKind.ANSWER_LOST, FaultKind.REPLAY_STORM}
        self._faults = tuple(
            (fault, micros(fault.starts_at), micros(fault.ends_at), Luck(self._seed + fault.seed, fault.kind.value))
            for fault in faults
            if fault.kind in wanted
        )

    def of(self, place: Place, group: Group, now: int) -> FaultKind | None:
        """Return the slip that happens to a group, None when it is sent as it should be."""
        name = f"{place.site_id}/{group.number}"
        found = (fault.kind for fault in self._acting(place, name, now) if fault.kind in SLIPS)
        return next(found, None)

    def loses_answer(self, place: Place, number: int, device_id: str, now: int) -> bool:
        """Whether the answer to a phone's request gets lost on its way."""
        acting = self._acting(place, f"{device_id}/{number}", now) if self._loses else ()
        return any(fault.kind is FaultKind.ANSWER_LOST for fault in acting)

    def storms(self, place: Place, device_id: str, now: int) -> list[str]:
        """Return the ids of the faults that make a phone send all over again what it still remembers."""
        acting = self._acting(place, device_id, now)
        return [fault.fault_id for fault in acting if fault.kind is FaultKind.REPLAY_STORM]

    def wrong(self, slip: FaultKind, right: TubeRegistration, before: Before) -> TubeRegistration:
        """Return what is sent by mistake instead of ``right``; the same when this slip cannot happen to it."""
        return _WRONG[slip](right, before, self._labs)

    def _acting(self, place: Place, name: str, now: int) -> Iterable[Fault]:
        near = ("", place.site_id, place.town_code)
        for fault, starts_at, ends_at, luck in self._faults:
            if starts_at <= now < ends_at and fault.target in near and luck.of(name) < fault.strength:
                yield fault


def mended(wrong: TubeRegistration, right: TubeRegistration, rule: str, number: int) -> TubeRegistration | None:
    """Return what is sent next, under ``number``, once ``rule`` has named what was wrong; None when nothing is.

    A rule that names nothing of it makes the phone do all of it again. A label or person that was scanned again counts
    as a re-scan (Q68).
    """
    if wrong == right:
        return None
    fields = MENDS.get(rule, ())
    if all(getattr(wrong, name) == getattr(right, name) for name in fields):
        return msgspec.structs.replace(right, device_sequence=number)
    again = wrong.rescans + (fields in (_LABEL, _PERSONS))
    changes = {name: getattr(right, name) for name in fields}
    return msgspec.structs.replace(wrong, device_sequence=number, rescans=again, **changes)


def _wrong_lab(right: TubeRegistration, before: Before, labs: Sequence[str]) -> TubeRegistration:
    other = next((lab for lab in labs if lab != right.lab_id), right.lab_id)
    return msgspec.structs.replace(right, lab_id=other)


def _used_label(right: TubeRegistration, before: Before, labs: Sequence[str]) -> TubeRegistration:
    return msgspec.structs.replace(right, barcode=before.barcode) if before.barcode else right


def _double_scan(right: TubeRegistration, before: Before, labs: Sequence[str]) -> TubeRegistration:
    return msgspec.structs.replace(right, barcode=(right.barcode * 2)[:32])


def _person_twice(right: TubeRegistration, before: Before, labs: Sequence[str]) -> TubeRegistration:
    """The last one in line slips back, or somebody of the group before is scanned again."""
    known = [*before.persons[:1], *right.persons[:1]]
    if len(right.persons) < 2 and not before.persons:
        return right
    return msgspec.structs.replace(right, persons=[*right.persons[:-1], known[0]])


def _eleventh(right: TubeRegistration, before: Before, labs: Sequence[str]) -> TubeRegistration:
    filled = [*right.persons, *before.persons, *right.persons]
    return msgspec.structs.replace(right, persons=filled[:11]) if len(filled) > 10 else right


def _skewed(right: TubeRegistration, before: Before, labs: Sequence[str]) -> TubeRegistration:
    skew = CLOCKS[right.device_sequence % len(CLOCKS)]
    return msgspec.structs.replace(
        right, opened_at=_shifted(right.opened_at, skew), closed_at=_shifted(right.closed_at, skew)
    )


def _shifted(at: datetime, skew: timedelta) -> datetime:
    return max(at + skew, datetime(1970, 1, 1, tzinfo=UTC))


_WRONG = {
    FaultKind.WRONG_LAB: _wrong_lab,
    FaultKind.LABEL_REUSED: _used_label,
    FaultKind.SCANNED_TWICE: _double_scan,
    FaultKind.PERSON_TWICE: _person_twice,
    FaultKind.ELEVENTH_PERSON: _eleventh,
    FaultKind.CLOCK_SKEW: _skewed,
}
