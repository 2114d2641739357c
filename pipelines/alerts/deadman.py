"""The dead-man's switch: what a command server says of its own progress, and when its silence is an alarm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from msgspec import Struct

SILENT_FROM_S = 45.0
# Less room than an hour of the day takes.
FULL_BELOW_BYTES = 10_000_000
PATIENCE_S = 30.0


class Part(StrEnum):
    """What must make progress for the command server to be alive."""

    PULLS = "pulls"
    WRITER = "writer"
    WATCH = "watch"
    NOTIFIER = "notifier"


class Heartbeat(Struct, frozen=True, kw_only=True):
    """``GET /heartbeat``: wall seconds since each part last made progress, None when it never did; no room on its disk.

    A store on a full disk still takes a tick now and then, in room it had before: its silence alone tells too late.
    """

    silent_s: dict[str, float | None]
    is_disk_full: bool = False


@dataclass(frozen=True)
class Guard:
    """What the watcher knows: since when (stopwatch seconds) something has been wrong, and whether that is told."""

    wrong_since_s: float | None = None
    is_told: bool = False


class Word(StrEnum):
    """What the watcher has to say."""

    LOST = "lost"
    BACK = "back"


def trouble(told: Heartbeat) -> str:
    """Return in a few words which parts of the server stand still or what it lacks, "" when all is well."""
    silent = _silent(told.silent_s)
    return ", ".join([*silent, *(["no room on its disk"] if told.is_disk_full else [])])


def _silent(silent_s: Mapping[str, float | None]) -> list[str]:
    still = [(part, silent_s.get(part)) for part in Part]
    slow = [f"{part} {seconds:.0f} s" for part, seconds in still if seconds is not None and seconds > SILENT_FROM_S]
    return [*slow, *(f"{part} never" for part, seconds in still if seconds is None)]


def guard(was: Guard, wrong: str, now_s: float, patience_s: float = PATIENCE_S) -> tuple[Guard, Word | None]:
    """Return what is known after one look, and what must be said now; what was said must be noted with ``told``."""
    if not wrong:
        return (was, Word.BACK) if was.is_told else (Guard(), None)
    since = now_s if was.wrong_since_s is None else was.wrong_since_s
    now = replace(was, wrong_since_s=since)
    is_due = not was.is_told and now_s - since >= patience_s
    return now, Word.LOST if is_due else None


def told(was: Guard, word: Word) -> Guard:
    """Return what is known once ``word`` was told; until then it is tried again at every look."""
    return replace(was, is_told=True) if word is Word.LOST else Guard()
