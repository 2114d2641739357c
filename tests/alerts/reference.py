"""The alert machine told another way: not step by step, but by looking at a whole history for its episodes."""

from datetime import datetime

from pipelines.alerts.machine import Patience, Reading
from pipelines.vocabulary import AlertState

History = list[tuple[datetime, Reading]]
Told = tuple[AlertState, datetime | None]


def told(history: History, patience: Patience) -> list[Told]:
    """Return state and begin of the alarm after each look of ``history``, oldest first."""
    answers: list[Told] = []
    start = 0
    while start < len(history):
        fires = _first_run(history, start, Reading.BAD, patience.fire_after)
        answers += [(_calm(reading), None) for _, reading in history[start:fires]]
        if fires is None:
            break
        began = history[fires][0]
        over = _first_run(history, fires + 1, Reading.GOOD, patience.clear_after)
        answers += [(_alarmed(reading), began) for _, reading in history[fires:over]]
        if over is None:
            break
        answers.append((AlertState.OK, None))
        start = over + 1
    return answers


def _first_run(history: History, start: int, wanted: Reading, long_enough) -> int | None:
    """Return where, from ``start`` on, an unbroken run of ``wanted`` first spans long enough."""
    for end in range(start, len(history)):
        begin = end
        if history[end][1] is not wanted:
            continue
        while begin > start and history[begin - 1][1] is wanted:
            begin -= 1
        if history[end][0] - history[begin][0] >= long_enough:
            return end
    return None


def _calm(reading: Reading) -> AlertState:
    return {
        Reading.BAD: AlertState.PENDING,
        Reading.NO_DATA: AlertState.NO_DATA,
        Reading.ERROR: AlertState.ERROR,
    }.get(reading, AlertState.OK)


def _alarmed(reading: Reading) -> AlertState:
    return {
        Reading.GOOD: AlertState.RECOVERING,
        Reading.NO_DATA: AlertState.NO_DATA,
        Reading.ERROR: AlertState.ERROR,
    }.get(reading, AlertState.FIRING)
