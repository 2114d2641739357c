"""What a practice session was like, from its marks: how fast, what went wrong, what was mended."""

from dataclasses import dataclass
from statistics import median

from pipelines.practice.memory import Mark, Practice
from pipelines.vocabulary import Entry


@dataclass(frozen=True)
class Score:
    """Seconds are the trainee's own, not the campaign's; an error is mended when its step succeeded later."""

    tubes: int
    persons: int
    seconds_per_person: float | None
    errors: int
    mended: int
    rescans: int
    manual: int
    interruptions: int


def score(practice: Practice) -> Score:
    """Return the score of a session so far; ``seconds_per_person`` is the median of the tube in hand or just closed."""
    marks = practice.marks
    errors = [(place, mark) for place, mark in enumerate(marks) if mark.rule]
    bound = [mark for mark in marks if mark.step == "bind" and not mark.rule]
    return Score(
        tubes=len(practice.closed),
        persons=len(bound),
        seconds_per_person=median(seat.took_s for seat in practice.seats) if practice.seats else None,
        errors=len(errors),
        mended=sum(_is_mended(marks[place + 1 :], mark) for place, mark in errors),
        rescans=sum(seat.entry is Entry.RESCAN for seat in practice.seats),
        manual=sum(seat.entry is Entry.MANUAL for seat in practice.seats),
        interruptions=sum(mark.step == "resume" and not mark.rule for mark in marks),
    )


def _is_mended(later: tuple[Mark, ...], error: Mark) -> bool:
    """Whether the step was taken rightly afterwards; a full tube is answered by closing it."""
    right = {"close"} if error.rule == "tube_full" else {error.step, "close"} if error.step == "bind" else {error.step}
    return any(mark.step in right and not mark.rule for mark in later)
