"""The dead-man's switch: what counts as standing still, and that it alarms once and says when it is over."""

import pytest

from pipelines.alerts.deadman import Guard, Part, Word, guard, told, trouble

WELL = dict.fromkeys([part.value for part in Part], 1.0)


def test_every_part_must_make_progress():
    assert trouble(WELL) == ""
    assert trouble(WELL | {"writer": 46.2}) == "writer 46 s"
    assert trouble(WELL | {"pulls": None}) == "pulls never"
    assert trouble({}) == "pulls never, writer never, watch never, notifier never"


@pytest.mark.parametrize("part", Part)
def test_a_part_that_is_only_slow_is_no_trouble(part):
    assert trouble(WELL | {part.value: 44.0}) == ""


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
