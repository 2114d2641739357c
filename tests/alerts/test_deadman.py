"""The dead-man's switch: what counts as standing still, and that it alarms once and says when it is over."""

import pytest

from pipelines.alerts.deadman import Guard, Heartbeat, Part, Word, guard, told, trouble
from pipelines.cli_watch import DEADLINE_S

WELL: dict[str, float | None] = dict.fromkeys([part.value for part in Part], 1.0)


def said(**silent_s: float | None) -> str:
    return trouble(Heartbeat(silent_s=WELL | silent_s))


def test_every_part_must_make_progress():
    assert said() == ""
    assert said(writer=46.2) == "writer 46 s"
    assert said(pulls=None) == "pulls never"
    assert trouble(Heartbeat(silent_s={})) == "pulls never, writer never, watch never, notifier never"


def test_a_disk_without_room_is_trouble_though_every_part_still_moves():
    full = Heartbeat(silent_s=WELL, is_disk_full=True)
    assert trouble(full) == "no room on its disk"


@pytest.mark.parametrize("part", Part)
def test_a_part_that_is_only_slow_is_no_trouble(part):
    assert said(**{part.value: 44.0}) == ""


def test_it_alarms_once_after_its_patience_and_says_when_it_is_over():
    state, words = Guard(), []
    for now_s, wrong in [(0, ""), (5, "x"), (20, ""), (25, "x"), (50, "x"), (55, "x"), (60, "x"), (65, ""), (70, "")]:
        state, word = guard(state, wrong, now_s, patience_s=30)
        words.append(word)
        state = told(state, word) if word else state
    assert words == [None, None, None, None, None, Word.LOST, None, Word.BACK, None]


def test_an_alarm_that_could_not_be_told_is_tried_again():
    state, first = guard(Guard(), "x", 0, patience_s=0)
    state, second = guard(state, "x", 5, patience_s=0)
    assert (first, second) == (Word.LOST, Word.LOST)
    assert guard(state, "", 10)[1] is None, "what nobody was told of need not be taken back"


LOOK_EVERY_S, WITHIN_S, PACE_S = 5.0, 150.0, 3.0


@pytest.mark.parametrize("stopped", [*Part, "process"])
@pytest.mark.parametrize("offset_s", [0.0, 0.7, 1.9, 3.3, 4.9])
def test_whatever_stops_is_told_within_the_time_that_is_promised(stopped: str, offset_s: float):
    """The watcher looks every five seconds; a process that is gone costs each look its whole deadline."""
    state, at_s, stops_at_s = Guard(), offset_s, 600.0
    while at_s < stops_at_s + WITHIN_S:
        is_stopped = at_s >= stops_at_s
        silent = dict.fromkeys(Part, PACE_S) | ({stopped: at_s - stops_at_s + PACE_S} if is_stopped else {})
        wrong = "no answer" if is_stopped and stopped == "process" else trouble(Heartbeat(silent_s=silent))
        at_s += DEADLINE_S if wrong == "no answer" else 0.0
        state, word = guard(state, wrong, at_s)
        if word is not None:
            assert word is Word.LOST
            assert stops_at_s <= at_s <= stops_at_s + WITHIN_S
            return
        at_s += LOOK_EVERY_S
    raise AssertionError(f"nothing was said of {stopped} within {WITHIN_S:.0f} s")
