"""The crowd: as many as planned, when the curve says, drawn from the seed alone."""

import numpy as np

from pipelines.campaign import Campaign
from pipelines.intake.moments import SECOND, micros
from pipelines.intake.places import places
from pipelines.intake.world.crowd import Cause, arrivals, group_times, person_tokens, stream

KEY = bytes(32)


def test_every_planned_person_arrives_once_within_the_opening_hours(small: Campaign):
    opens_at, closes_at = micros(small.round.opens_at), micros(small.round.closes_at)

    for place in places(small):
        came = arrivals(small, place)
        assert len(came) == place.planned_persons
        assert opens_at <= came[0] <= came[-1] < closes_at
        assert np.all(np.diff(came) >= 0)


def test_the_hours_share_the_crowd_as_the_curve_says(sanshui: Campaign):
    opens_at = micros(sanshui.round.opens_at)
    came = np.concatenate([arrivals(sanshui, place) for place in places(sanshui)])
    hours = np.bincount((came - opens_at) // (3_600 * SECOND), minlength=14)
    expected = 857_000 * np.array(sanshui.arrival_hours) / sum(sanshui.arrival_hours)

    assert hours.sum() == 857_000
    assert np.all(np.abs(hours - expected) < 5 * np.sqrt(expected))


def test_the_same_seed_draws_the_same_and_another_seed_does_not(small: Campaign):
    place = places(small)[0]

    assert np.array_equal(arrivals(small, place, seed=1), arrivals(small, place, seed=1))
    assert not np.array_equal(arrivals(small, place, seed=1), arrivals(small, place, seed=2))


def test_a_cause_draws_from_its_own_stream():
    draws = {tuple(stream(1, cause, index).random(3)) for cause in Cause for index in range(5)}

    assert len(draws) == len(Cause) * 5


def test_groups_take_the_mean_time_with_the_spread_asked_for(sanshui: Campaign):
    spans = [group_times(275.0, 0.15, place, Cause.SAMPLING) / SECOND for place in places(sanshui)]
    seconds = np.concatenate(spans)

    assert abs(seconds.mean() - 275.0) < 1.0
    assert abs(seconds.std() / seconds.mean() - 0.15) < 0.01


def test_a_person_is_a_keyed_pseudonym_and_nothing_else():
    first = person_tokens(KEY, "r1", "SS-1", 0, 3)
    others = person_tokens(b"another key" * 2, "r1", "SS-1", 0, 3) + person_tokens(KEY, "r2", "SS-1", 0, 3)

    assert person_tokens(KEY, "r1", "SS-1", 1, 2) == first[1:]
    assert {len(token) for token in first} == {16}
    assert len({*first, *others}) == 9
