"""The tube's life: one table, one order."""

import pytest

from pipelines.intake.states import TUBE_STEPS, is_repeat, may_take
from pipelines.vocabulary import TubeEventKind as Kind

ORDER = [Kind.REGISTERED, Kind.SAMPLED, Kind.DISPATCHED, Kind.RECEIVED, Kind.RESULTED]


def test_every_kind_of_event_is_a_step_and_follows_the_one_before():
    assert [step.kind for step in TUBE_STEPS] == ORDER == list(Kind)
    assert [step.after for step in TUBE_STEPS] == [None, *ORDER[:-1]]


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("asked", range(5))
def test_only_the_next_step_is_possible_and_earlier_ones_are_repeats(at: int, asked: int):
    assert may_take(ORDER[at], ORDER[asked]) == (asked == at + 1)
    assert is_repeat(ORDER[at], ORDER[asked]) == (asked <= at)
