"""Scenarios of the day that runs: measured times where enough was seen, the rest of the day from where it stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.planning import ServiceTime, faults, simulate
from pipelines.planning.today import Measured, SiteNow, from_now, measured_today
from tests.planning.kit import site, small

AS_OF = "10:00"


def test_measured_times_stand_where_enough_groups_were_seen() -> None:
    found = [
        Measured("", "registration", 400, 118.0, 0.24),
        Measured("", "sampling", 900, 290.0, 0.16),
        Measured("T1", "sampling", 500, 300.0, 0.17),
        Measured("T2", "sampling", 29, 90.0, 0.9),
    ]
    day = measured_today(small(), found, AS_OF)

    assert day.registration == ServiceTime(118.0, 0.24, 400, "measured today up to 10:00")
    assert day.times_of("T1")[1].mean_s == 300.0
    assert day.times_of("T1")[0] == day.registration
    assert day.times_of("T2")[1] == day.sampling
    assert measured_today(small(), [], AS_OF).sampling == small().sampling


def test_the_rest_of_the_day_has_those_who_stand_there_and_those_to_come() -> None:
    day = small()
    now = {"S1": SiteNow(registered=700, sampled=660, waiting=120, lanes_open=2), "S2": SiteNow(500, 480, 5, 3)}
    rest = from_now(day, day.opens_at + timedelta(minutes=100), now)
    one, two, three = rest.sites

    assert faults(rest) == ()
    # two lanes with a line before them hold two groups each
    assert (one.persons, one.waiting, one.schedule) == (1_500 - 660 - 40 - 120, 120, (2,))
    assert (two.persons, two.waiting) == (1_500 - 500 - 5, 5)
    assert three == day.sites[2]
    assert (simulate(rest, 2).figure("finish_s") > 100 * 60).all()


@pytest.mark.parametrize("minutes", [-30, 0, 240, 300])
def test_before_opening_and_after_closing_there_is_no_rest(minutes: float) -> None:
    day = small()
    assert from_now(day, day.opens_at + timedelta(minutes=minutes), {}) == day


def test_a_day_taken_up_amid_a_crowd_goes_on_at_the_pace_of_its_lanes() -> None:
    day = small(sites=(site(1, persons=0, waiting=3_000, schedule=(3,)),), starts_minute=60.0, overtime_minutes=600.0)
    spread_free = replace(day, sampling=ServiceTime(275.0, 0.0), registration=ServiceTime(120.0, 0.0))

    runs = simulate(spread_free, 2)
    sampled_by = 60 + 5 * 60 + 10  # five hours on and two groups' time
    part = int(sampled_by / runs.bin_minutes)

    at_desks = 3 * 2 * 10
    assert runs.sampled[0, 0, :part].sum() + at_desks == pytest.approx(3 * 10 * 310 * 60 / 275, rel=0.01)
