"""A scenario that cannot be simulated is refused with a sentence; one that is saved is read back as it was."""

from dataclasses import replace
from typing import Any

import pytest

from pipelines.campaign import load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.planning import (
    Curve,
    Desk,
    Hit,
    Outage,
    ScenarioError,
    ServiceTime,
    ShiftPlan,
    TownTimes,
    base_case,
    beyond,
    faults,
    from_toml,
    simulate,
    to_toml,
    volunteers_only,
    with_cadres,
)
from pipelines.vocabulary import Contingency, Mode
from tests.planning.kit import site, small

CAMPAIGN = load_campaign(DEFAULT_CAMPAIGN)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sites": (site(lanes=0),)}, "lanes of site S1 must be from 1 to 60, got 0"),
        ({"sites": (site(staff=0),)}, "no lane opens at any site"),
        ({"sites": (site(schedule=(0, 0)),)}, "no lane opens at any site"),
        ({"sites": ()}, "1 to 20000 sites, got 0"),
        ({"sites": (site(1), site(1))}, "site S1 is there twice"),
        ({"sites": (site(persons=-1),)}, "persons of site S1 must be from 0 to 400000, got -1"),
        ({"sites": (site(schedule=(4,)),)}, "the schedule of site S1 opens 0 to 3 lanes"),
        ({"open_minutes": -60.0}, "open_minutes must be from 1 to 1440, got -60; a site closes after it opens"),
        ({"open_minutes": float("nan")}, "open_minutes must be from 1 to 1440, got nan"),
        ({"registration": ServiceTime(-5, 0.2)}, "the mean of registration must be from 1 to 3600, got -5"),
        ({"sampling": ServiceTime(90_000, 0.2)}, "the mean of sampling must be from 1 to 3600, got 90000"),
        ({"sampling": ServiceTime(275, 9.0)}, "the spread of sampling must be from 0 to 2, got 9"),
        ({"shifts": (ShiftPlan(0, 240, 0.8), ShiftPlan(0, 240, 0.4))}, "the shifts share out 120% of the staff"),
        ({"shifts": (ShiftPlan(240, 0, 0.8),)}, "shift 1 must end after it begins"),
        ({"outages": (Outage(Hit.DISTRICT, 0, 9_000),)}, "minutes of outage 1 must be from 0 to 480, got 9000"),
        ({"outages": (Outage(Hit.SERVER, 0, 9, "p9"),)}, "outage 1 hits server 'p9', which the scenario does not have"),
        ({"starts_minute": 300.0}, "starts_minute must be from 0 to before closing at 240, got 300"),
        ({"curve": Curve("none", (0.0, 0.0), "test")}, "the arrival curve 'none' must hold 1 to 288 weights"),
        ({"curve": Curve("early", (1.0, 0.0), "test"), "starts_minute": 130.0}, "has nobody after starts_minute 130"),
        ({"fallback": Contingency.PROVINCE}, "fallback must be offline, city or stopped"),
        ({"absence_share": 1.5}, "absence_share must be from 0 to 1, got 1.5"),
        ({"version": 0}, "the scenario is of version 0"),
    ],
)
def test_a_faulty_scenario_is_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    scenario = small(**changes)

    assert any(sentence in fault for fault in faults(scenario)), faults(scenario)
    with pytest.raises(ScenarioError):
        simulate(scenario, 2)


def test_all_faults_are_told_at_once() -> None:
    assert len(faults(small(sites=(site(lanes=0, persons=-1),), absence_share=2.0))) == 4


def test_the_built_in_day_and_its_presets_have_no_fault() -> None:
    for scenario in (base_case(CAMPAIGN), volunteers_only(CAMPAIGN), with_cadres(CAMPAIGN)):
        assert faults(scenario) == ()
        assert beyond(scenario, CAMPAIGN) == ()


def test_presets_have_the_lanes_that_their_people_make() -> None:
    assert sum(site.lanes for site in volunteers_only(CAMPAIGN).sites) == 1374 // 4 == 343
    assert sum(site.lanes for site in with_cadres(CAMPAIGN).sites) == (1374 + 1428) // 4 == 700


def test_more_staff_than_exist_is_told() -> None:
    day = base_case(CAMPAIGN)
    more = replace(day, sites=(replace(day.sites[0], staff=200), *day.sites[1:]))

    (sentence,) = beyond(more, CAMPAIGN)

    assert "more than exist: the register has 2,802" in sentence


def test_a_saved_scenario_is_read_back_as_it_was() -> None:
    scenario = small(
        name='a "bad\\ name\n数',
        mode=Mode.ONE,
        outages=(Outage(Hit.SITE, 10, 5.5, "S1", 0.4, Desk.SAMPLING),),
        town_times=(TownTimes("T1", ServiceTime(110, 0.2, 40, "measured today"), ServiceTime(280, 0.1, 39, "m")),),
        sites=(site(schedule=(1, 2)), site(2)),
        shifts=(ShiftPlan(-30, 240, 1.0),),
    )

    assert from_toml(to_toml(scenario)) == scenario
    assert from_toml(to_toml(base_case(CAMPAIGN))) == base_case(CAMPAIGN)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (to_toml(small()).replace("version = 1", "version = 0"), "of version 0, which this program no longer reads"),
        (to_toml(small()).replace("version = 1", "version = 2"), "of version 2, this program reads up to 1"),
        ("name = 'x'", "of version None"),
        ("name =", "the scenario is no TOML"),
        (to_toml(small()).replace('mode = "two"', 'mode = "three"'), "cannot be read: Invalid enum value 'three'"),
        (to_toml(small()).replace("seed = 20210606", 'seed = "x"'), "cannot be read: Expected `int`, got `str`"),
    ],
)
def test_a_text_that_is_no_scenario_of_this_version_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        from_toml(text)

    assert sentence in str(refusal.value)
