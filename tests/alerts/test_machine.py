"""The alert machine: examples of every rule it keeps, and equality with a reference that reads whole histories."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.alerts.machine import Patience, Reading, Standing, step
from pipelines.vocabulary import AlertState
from tests.alerts.reference import told

START = datetime(2031, 3, 2, 1, tzinfo=UTC)
LETTERS = {
    "g": Reading.GOOD,
    "w": Reading.BETWEEN,
    "b": Reading.BAD,
    "n": Reading.NO_DATA,
    "e": Reading.ERROR,
}
SIGNS = {"-": "ok", "p": "pending", "F": "firing", "r": "recovering", "n": "no_data", "e": "error"}


def walked(history, patience):
    standing, seen = Standing(AlertState.OK, START), []
    for at, reading in history:
        standing = step(standing, reading, at, patience)
        seen.append(standing)
    return seen


@pytest.mark.parametrize(
    ("patience_s", "looks", "states"),
    [
        ((0, 0), "gbbg", "-FF-"),
        ((20, 0), "bbbbg", "ppFF-"),
        ((20, 0), "bbgbbb", "pp-ppF"),
        ((20, 0), "bbwbbb", "pp-ppF"),
        ((20, 0), "bbnbbb", "ppnppF"),
        ((0, 0), "bwwg", "FFF-"),
        ((0, 0), "wwg", "---"),
        ((0, 20), "bgggg", "Frr--"),
        ((0, 20), "bggbggg", "FrrFrr-"),
        ((0, 20), "bgwggg", "FrFrr-"),
        ((0, 0), "bnnb", "FnnF"),
        ((0, 20), "bnggg", "Fnrr-"),
        ((0, 0), "gng", "-n-"),
        ((0, 0), "beg", "Fe-"),
    ],
)
def test_ten_seconds_a_look(patience_s, looks, states):
    patience = Patience(*(timedelta(seconds=s) for s in patience_s))
    history = [(START + timedelta(seconds=10 * n), LETTERS[letter]) for n, letter in enumerate(looks)]

    assert [standing.state.value for standing in walked(history, patience)] == [SIGNS[sign] for sign in states]


def test_an_alarm_keeps_its_begin_through_silence_and_relapse():
    history = [(START + timedelta(seconds=10 * n), LETTERS[letter]) for n, letter in enumerate("bngbg")]

    assert {seen.fired_at for seen in walked(history, Patience(clear_after=timedelta(minutes=1)))} == {START}


def test_ten_thousand_random_histories_go_as_the_reference_says():
    chance = random.Random(8)
    for _ in range(10_000):
        patience = Patience(*(timedelta(seconds=chance.choice((0, 0, 5, 15, 40))) for _ in range(2)))
        likely = chance.choices(range(1, 9), k=len(Reading))
        at, history = START, []
        for _ in range(chance.randrange(1, 40)):
            at += timedelta(seconds=chance.choice((0, 1, 2, 7, 30)))
            history.append((at, chance.choices(list(Reading), likely)[0]))

        assert [(seen.state, seen.fired_at) for seen in walked(history, patience)] == told(history, patience), history


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(Reading)), min_size=1, max_size=25),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_an_alarm_is_known_by_its_begin(steps, fire_s, clear_s):
    patience = Patience(timedelta(seconds=fire_s), timedelta(seconds=clear_s))
    at, history = START, []
    for gap, reading in steps:
        at += timedelta(seconds=gap)
        history.append((at, reading))
    for (seen_at, _), standing in zip(history, walked(history, patience), strict=True):
        alarmed = standing.state in (AlertState.FIRING, AlertState.RECOVERING)
        calm = standing.state in (AlertState.OK, AlertState.PENDING)
        assert standing.since <= seen_at
        assert not (alarmed and standing.fired_at is None)
        assert not (calm and standing.fired_at is not None)
