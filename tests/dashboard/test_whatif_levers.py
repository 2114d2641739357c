"""What-if levers as values: the scenario that they make, their address there and back, and what no address may say."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from dashboard.planning import address
from dashboard.planning.address import Fault
from dashboard.planning.levers import Levers, applied, effective
from dashboard.tables.whatif_sources import source
from dashboard.words import Words
from pipelines.campaign import Campaign
from pipelines.planning import beyond, from_plain
from pipelines.planning import presets as known
from pipelines.planning.assumptions import assumptions
from tests.dashboard.test_hostile_texts import HOSTILE

MOVED = Levers(
    "with_cadres", 2, "one", "card", "three_peaks", 110, 12, 5, "beijing", "chengdu", 60, 10, "lab", "", 120, 90
)


@pytest.fixture(scope="module")
def presets(small: Campaign) -> dict[str, Any]:
    """Return what the command server tells before anything of the day has come."""
    made = (known.base_case, known.volunteers_only, known.volunteers_as_registered, known.with_cadres)
    scenarios = {scenario.name: scenario for scenario in (make(small) for make in made)}
    told = {"scenarios": scenarios, "curves": known.CURVES, "service_times": known.SERVICE_TIMES}
    return msgspec.json.decode(msgspec.json.encode(told))


@pytest.fixture(scope="module")
def lab(presets: dict[str, Any]) -> Levers:
    return replace(MOVED, target=presets["scenarios"]["base"]["labs"][0]["lab_id"])


def test_every_lever_survives_its_address(presets: dict[str, Any], lab: Levers) -> None:
    assert address.read(address.written(lab), presets) == lab
    assert address.written(Levers()) == "1"
    assert address.read("1", presets) == Levers()


@pytest.mark.parametrize("moved", [{"start": "from_now"}, {"start": "measured_today"}, {"curve": "yesterday"}])
def test_a_case_taken_from_the_day_is_said_to_follow_it(lab: Levers, moved: dict[str, str]) -> None:
    assert replace(lab, **moved).follows_the_day
    assert not lab.follows_the_day


def test_every_case_that_levers_make_can_be_simulated(presets: dict[str, Any], lab: Levers, small: Campaign) -> None:
    for levers in (Levers(), lab, *(Levers(start=start, guides=1) for start in presets["scenarios"])):
        made = from_plain(msgspec.json.decode(msgspec.json.encode(applied(presets, levers, "x"))))
        assert beyond(made, small) == ()


def test_levers_change_what_they_name(presets: dict[str, Any], lab: Levers) -> None:
    made = from_plain(msgspec.json.decode(msgspec.json.encode(applied(presets, lab, "x"))))
    assert (made.guides_per_lane, made.mode, made.turnout, made.open_minutes) == (2, "one", 1.1, 600.0)
    assert made.curve.name == "three_peaks"
    assert made.sampling.mean_s == 360
    assert made.outages[-1].target == lab.target
    assert effective(presets, lab)["absence"] == 5


def test_a_guide_less_makes_more_of_the_lanes_that_a_case_fixes(presets: dict[str, Any]) -> None:
    lanes = [
        sum(site["lanes"] for site in applied(presets, Levers("volunteers_only", guides), "x")["sites"])
        for guides in (3, 2, 1)
    ]
    staff = sum(site["staff"] for site in presets["scenarios"]["volunteers_only"]["sites"])
    sites = len(presets["scenarios"]["base"]["sites"])
    assert lanes == [max(staff // each, sites) for each in (4, 3, 2)]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("0~guides.2", "older"),
        ("", "older"),
        ("2~guides.2", "newer"),
        ("1~guides.7", "range"),
        ("1~guides.999999999999999999999", "range"),
        ("1~guides.-1", "lever"),
        ("1~guides.²", "lever"),
        ("1~role.admin", "lever"),
        ("1~guides.2~guides.3", "lever"),
        ("1~curve.../../etc/passwd", "lever"),
        ("1~hits.lab~target.../../x", "place"),
        ("1~target.SS-001", "place"),
        ("1~" + "x" * 700, "long"),
    ],
)
def test_an_address_that_says_what_is_not_is_refused_with_its_reason(
    presets: dict[str, Any], code: str, reason: str
) -> None:
    with pytest.raises(Fault) as refused:
        address.read(code, presets)
    assert refused.value.reason == reason


@pytest.mark.parametrize("text", [one for one in HOSTILE if isinstance(one, str)])
def test_no_hostile_address_is_read_or_raises_anything_else(presets: dict[str, Any], text: str) -> None:
    for code in (text, f"1~{text}", f"1~start.{text}", f"1~guides.{text}", f"1~hits.lab~target.{text}"):
        with pytest.raises(Fault):
            address.read(code, presets)


def test_every_source_that_the_engine_names_is_told_in_chinese(presets: dict[str, Any]) -> None:
    cases = [Levers(mode=mode, curve=curve) for mode in ("one", "two") for curve in presets["curves"]]
    cases += [Levers(sampling=time, registration="chengdu") for time in presets["service_times"]]
    made = [from_plain(msgspec.json.decode(msgspec.json.encode(applied(presets, case, "x")))) for case in cases]
    told = {one.source for scenario in made for one in assumptions(scenario) if one.source}
    untold = {one for one in told if source(one, Words("zh")) == one and not one.startswith("Q")}

    assert len(told) > 15
    assert untold == set()
    assert source("measured today up to 09:30", Words("zh")) == "今日实测，截至 09:30"
    assert source("my own stopwatch", Words("zh")) == "my own stopwatch"
