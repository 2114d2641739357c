"""What an answer rests on, each with its value, unit and source; the words are the catalogues' by ``name``."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.planning import packing
from pipelines.planning.scenario import Scenario, ServiceTime
from pipelines.vocabulary import Mode

ASSUMED = "assumption"


@dataclass(frozen=True)
class Assumption:
    """Grain: one value; ``count`` is how many observations it rests on, 0 when it was not measured here."""

    name: str
    value: float | str
    unit: str
    source: str
    count: int = 0


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Return all that the answer rests on, what the scenario sets first."""
    return (*_of_scenario(scenario), *_of_times(scenario), *_built_in(scenario))


def _of_scenario(scenario: Scenario) -> Iterator[Assumption]:
    norm = "campaign.toml, norms, or the question"
    yield Assumption("persons", sum(round(site.persons * scenario.turnout) for site in scenario.sites), "persons", "")
    yield Assumption("waiting", sum(site.waiting for site in scenario.sites), "persons", "")
    yield Assumption("lanes_built", sum(site.lanes for site in scenario.sites), "lanes", "")
    yield Assumption("lane_staff", sum(site.staff for site in scenario.sites), "persons", "")
    yield Assumption("curve", scenario.curve.name, "", scenario.curve.source)
    yield Assumption("mode", scenario.mode.value, "", "Q22, Q23")
    yield Assumption("method", scenario.method.value, "", "")
    yield Assumption("guides_per_lane", scenario.guides_per_lane, "persons", norm)
    yield Assumption("registrars_per_lane", scenario.registrars_per_lane, "persons", norm)
    yield Assumption("absence_share", scenario.absence_share, "share", ASSUMED)
    yield Assumption("turnout", scenario.turnout, "share", "")
    yield Assumption("pace_spread", scenario.pace_spread, "deviation / mean", ASSUMED)
    yield Assumption("turnout_spread", scenario.turnout_spread, "deviation / mean", ASSUMED)
    yield Assumption("special_share", scenario.special_share, "share", "6-8 % of arrivals by the census's ages")
    yield Assumption("prepared_share", scenario.prepared_share, "share", ASSUMED)
    yield Assumption("overtime", scenario.overtime_minutes, "minutes", ASSUMED)
    yield Assumption(
        "failover", scenario.failover_minutes, "minutes", "4-5 min after a drill: Harbin; 85 min: Yue Kang"
    )
    yield Assumption("fallback", scenario.fallback.value, "", "Q94, Q95")
    yield Assumption("outages", len(scenario.outages), "", "")


def _of_times(scenario: Scenario) -> Iterator[Assumption]:
    yield from _time("registration", scenario.registration)
    yield from _time("sampling", scenario.sampling)
    for town in scenario.town_times:
        yield from _time(f"registration/{town.town_code}", town.registration)
        yield from _time(f"sampling/{town.town_code}", town.sampling)


def _time(name: str, time: ServiceTime) -> Iterator[Assumption]:
    yield Assumption(f"{name}_mean", time.mean_s, "s a group of ten", time.origin, time.count)
    yield Assumption(f"{name}_spread", time.spread, "deviation / mean", time.origin, time.count)


def _built_in(scenario: Scenario) -> Iterator[Assumption]:
    yield Assumption("registration_extra", packing.registration_extra_s(scenario), "s a group of ten", _extra(scenario))
    yield Assumption("screening", packing.SCREENING_S, "s a person", ASSUMED)
    yield Assumption(
        "capture", packing.CAPTURE_S, "s a person", "a photo of a card takes 5 s: Baoying; the rest assumed"
    )
    yield Assumption("generation", packing.GENERATION_S, "s a person", ASSUMED)
    yield Assumption("lanes_per_gate_line", packing.LANES_PER_GATE_LINE, "lanes", ASSUMED)
    yield Assumption("lanes_per_collector", packing.LANES_PER_COLLECTOR, "lanes", ASSUMED)
    yield Assumption("guide_walk", packing.GUIDE_WALK_S, "s", ASSUMED)
    yield Assumption(
        "courier", packing.COURIER_MINUTES, "minutes", "runs each 30-60 min, 15-50 min on the road: assumption"
    )
    yield Assumption("turnaround", packing.TURNAROUND_MINUTES, "minutes", ASSUMED)


def _extra(scenario: Scenario) -> str:
    labels = "a label a person, 2.5 s each (Q22); " if scenario.mode is Mode.ONE else ""
    return labels + "card photo 2 s, typing 22 s a person more than a code: assumption"
