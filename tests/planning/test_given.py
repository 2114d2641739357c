"""What an answer given in the day's course says of the next hour, and which answers are about the day that runs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.planning import ServiceTime, simulate
from pipelines.planning.given import Given, code_of, given, is_of_the_day
from pipelines.planning.today import SiteNow, from_now
from tests.planning.kit import small

BASE = small()
AN_HOUR_IN = BASE.opens_at + timedelta(minutes=60)
NOW = {site.site_id: SiteNow(400, 360, 30, 3) for site in BASE.sites}
REST = from_now(BASE, AN_HOUR_IN, NOW)


def told(**changes: object) -> Given | None:
    return given(simulate(replace(BASE, **changes), 4), BASE, AN_HOUR_IN)  # type: ignore[arg-type]


def test_an_answer_says_who_is_sampled_an_hour_later_and_when_all_are_done() -> None:
    runs = simulate(BASE, 4)
    one = given(runs, BASE, AN_HOUR_IN)

    assert one is not None
    assert one.target_at == AN_HOUR_IN + timedelta(hours=1)
    assert one.persons == pytest.approx(runs.sampled[:, :, :24].sum(axis=(1, 2)).mean())
    assert one.persons_low <= one.persons <= one.persons_high
    assert one.finish_at == BASE.opens_at + timedelta(seconds=runs.figure("finish_s").max(axis=1).mean())


def test_the_rest_of_the_day_counts_those_before_it() -> None:
    one = given(simulate(REST, 4), BASE, AN_HOUR_IN)

    assert one is not None
    before = 4_500 - sum(site.persons + site.waiting for site in REST.sites)
    assert 0 < before < one.persons < 4_500


@pytest.mark.parametrize("other", [{"campaign_id": "other"}, {"opens_at": BASE.opens_at + timedelta(days=1)}])
def test_an_answer_about_another_day_says_nothing_of_this_one(other: dict[str, object]) -> None:
    assert told(**other) is None


@pytest.mark.parametrize("minutes", [-5, 0, 240, 500])
def test_nothing_is_said_outside_the_opening(minutes: int) -> None:
    assert given(simulate(BASE, 2), BASE, BASE.opens_at + timedelta(minutes=minutes)) is None


def test_measured_times_and_the_rest_of_the_day_are_of_the_day_and_other_lanes_or_persons_are_not() -> None:
    assert is_of_the_day(replace(BASE, name="1~start.measured_today", sampling=ServiceTime(280, 0.2)), BASE)
    assert is_of_the_day(REST, BASE)
    assert not is_of_the_day(replace(BASE, guides_per_lane=2), BASE)
    assert not is_of_the_day(replace(REST, turnout=1.1), BASE)
    assert not is_of_the_day(replace(BASE, sites=BASE.sites[1:]), BASE)
    assert not is_of_the_day(replace(BASE, sites=(replace(BASE.sites[0], persons=9), *BASE.sites[1:])), BASE)


def test_a_case_is_known_again_whatever_it_is_called() -> None:
    assert code_of(BASE) == code_of(replace(BASE, name="other")) != code_of(replace(BASE, turnout=0.9))
