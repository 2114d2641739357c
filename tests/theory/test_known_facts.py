"""What is known of the district's day comes out of the engine: lanes, guides, slow-downs and stops."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.campaign import load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.planning import (
    Hit,
    Outage,
    Runs,
    Scenario,
    base_case,
    simulate,
    volunteers_as_registered,
    volunteers_only,
    with_cadres,
    with_lanes,
)

CAMPAIGN = load_campaign(DEFAULT_CAMPAIGN)
OPENS_H = 7.0


def finish_h(runs: Runs) -> np.ndarray:
    """Return the mean hour after opening at which each site is done."""
    return runs.figure("finish_s").mean(axis=0) / 3600


def mean_wait(runs: Runs) -> float:
    """Return the mean wait in the normal line, minutes."""
    normal = runs.figure("served") - runs.figure("special")
    return float(runs.figure("waited_s").sum() / normal.sum() / 60)


def test_a_lane_takes_131_persons_an_hour() -> None:
    day = base_case(CAMPAIGN)
    full = replace(day, sites=(replace(day.sites[0], persons=4_000, lanes=1, schedule=(1,)),), overtime_minutes=2_880)

    runs = simulate(full, 4)

    assert 4_000 / finish_h(runs)[0] == pytest.approx(131, abs=1)


def test_343_lanes_are_not_done_by_midnight_and_go_on_into_the_second_day() -> None:
    day = volunteers_only(CAMPAIGN)
    as_they_are = volunteers_as_registered(CAMPAIGN)

    shared, whole_sets = finish_h(simulate(day, 2)), finish_h(simulate(as_they_are, 2))

    assert sum(site.lanes for site in day.sites) == 343
    assert OPENS_H + shared.max() == pytest.approx(33.3, abs=0.3)  # 09:20 of the next day on the clock
    assert np.sort(whole_sets)[-5:] == pytest.approx([34.3, 35.9, 36.1, 36.6, 38.2], abs=0.5)
    assert (shared > 14.0).mean() > 0.95


def test_700_lanes_are_done_within_a_quarter_of_an_hour_of_closing() -> None:
    runs = simulate(with_cadres(CAMPAIGN), 2)

    assert sum(site.lanes for site in runs.scenario.sites) == 700
    assert finish_h(runs).max() < 14.25
    assert runs.figure("unserved").sum() == 0


def lanes_kept(scenario: Scenario) -> Scenario:
    """Return the scenario with lanes that do not depend on how many guides a lane has."""
    return with_lanes(scenario, {site.site_id: site.lanes for site in scenario.sites})


def test_the_third_guide_adds_at_most_a_hundredth() -> None:
    day = lanes_kept(base_case(CAMPAIGN))

    three, two, one = (simulate(replace(day, guides_per_lane=guides), 2) for guides in (3, 2, 1))

    assert finish_h(two).mean() / finish_h(three).mean() - 1 < 0.01
    assert finish_h(one).mean() / finish_h(three).mean() - 1 > 0.10


def test_registration_has_slack_so_a_slow_hour_hurts_little_and_a_stop_much() -> None:
    day = lanes_kept(base_case(CAMPAIGN))
    hour = (Outage(Hit.DISTRICT, 120, 60, strength=0.5), Outage(Hit.DISTRICT, 120, 60, strength=1.0))

    usual, slow, stopped = (mean_wait(simulate(replace(day, outages=o), 2)) for o in ((), hour[:1], hour[1:]))

    assert slow - usual < 0.35 * (stopped - usual)
    assert stopped - usual > 10
