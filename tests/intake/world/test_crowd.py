"""The crowd: as many as planned, when the curve says, drawn from the seed alone."""

import numpy as np

from pipelines.campaign import Campaign
from pipelines.intake.moments import SECOND, micros
from pipelines.intake.places import places
from pipelines.intake.world.crowd import Cause, arrivals, spans, stream, turned_aside, visitors


def test_every_visitor_arrives_once_within_the_opening_hours(small: Campaign):
    opens_at, closes_at = micros(small.round.opens_at), micros(small.round.closes_at)

    for place in places(small):
        came = arrivals(small, place)
        assert len(came) == visitors(place.planned_persons) >= place.planned_persons
        assert opens_at <= came[0] <= came[-1] < closes_at
        assert np.all(np.diff(came) >= 0)


def test_the_hours_share_the_crowd_as_the_curve_says(sanshui: Campaign):
    opens_at = micros(sanshui.round.opens_at)
    came = np.concatenate([arrivals(sanshui, place) for place in places(sanshui)])
    hours = np.bincount((came - opens_at) // (3_600 * SECOND), minlength=14)
    expected = 861_523 * np.array(sanshui.arrival_hours) / sum(sanshui.arrival_hours)

    assert hours.sum() == 861_523
    assert np.all(np.abs(hours - expected) < 5 * np.sqrt(expected))


def test_the_same_seed_draws_the_same_and_another_seed_does_not(small: Campaign):
    place = places(small)[0]

    assert np.array_equal(arrivals(small, place, seed=1), arrivals(small, place, seed=1))
    assert not np.array_equal(arrivals(small, place, seed=1), arrivals(small, place, seed=2))


def test_a_cause_draws_from_its_own_stream_and_so_does_each_line_of_a_place():
    draws = {
        tuple(stream(1, cause, index, part).random(3)) for cause in Cause for index in range(5) for part in range(3)
    }

    assert len(draws) == len(Cause) * 5 * 3


def test_more_groups_begin_with_the_same_draws():
    """A line that a fault makes longer or shorter keeps the times of the groups that it had."""
    few, many = (spans(stream(7, Cause.REGISTRATION), 120.0, 0.25, count) for count in (50, 500))

    assert np.array_equal(few, many[:50])
    assert np.array_equal(
        stream(7, Cause.RESCAN).binomial(10, 0.02, 50), stream(7, Cause.RESCAN).binomial(10, 0.02, 500)[:50]
    )


def test_spans_have_the_mean_and_the_spread_asked_for():
    seconds = spans(stream(7, Cause.SAMPLING), 275.0, 0.15, 100_000) / SECOND

    assert abs(seconds.mean() - 275.0) < 0.5
    assert abs(seconds.std() / seconds.mean() - 0.15) < 0.002


def test_exactly_those_who_come_on_top_are_turned_away(small: Campaign):
    for place in places(small):
        count = visitors(place.planned_persons)
        diversion, is_separate = turned_aside(7, place, count)

        assert np.count_nonzero((diversion >= 0) & ~is_separate) == count - place.planned_persons
        assert np.all(diversion[is_separate] >= 0)
