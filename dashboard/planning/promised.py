"""What a simulated answer says of the next hour and of the end, as numbers to be kept and held against the day."""

from collections.abc import Mapping
from typing import Any

from dashboard.planning.levers import Presets, Scenario

Plain = Mapping[str, Any]
AHEAD_MINUTES = 60.0


def promised(answer: Plain, scenario: Scenario, presets: Presets, minute: float) -> dict[str, float]:
    """Return the facts of an answer asked at a minute after opening; none outside the opening.

    Persons are those of the whole district sampled since opening by an hour from then: a case that begins in the course
    of the day counts from its beginning, so those before it are added, the planned who are neither to come nor in line.
    """
    if not 0.0 < minute < float(scenario["open_minutes"]):
        return {}
    target = minute + AHEAD_MINUTES
    curve = next(one for one in answer["curves"] if one["scope_id"] == "")
    before = _before(scenario, presets)
    finish = answer["scopes"][0]["bands"]["finish_minute"]
    return {
        "target_minute": target,
        "persons": before + _at(curve, "mean", target),
        "persons_low": before + _at(curve, "day_low", target),
        "persons_high": before + _at(curve, "day_high", target),
        "finish_minute": float(finish["mean"]),
    }


def _before(scenario: Scenario, presets: Presets) -> float:
    if not scenario["starts_minute"]:
        return 0.0
    base = presets["scenarios"]["base"]["sites"]
    left = sum(site["persons"] + site["waiting"] for site in scenario["sites"])
    return float(max(sum(site["persons"] for site in base) - left, 0))


def _at(curve: Plain, band: str, minute: float) -> float:
    """Return a curve of ends of steps at a minute, even within a step."""
    values, place = curve["sampled"][band], minute / curve["step_minutes"]
    whole = min(int(place), len(values))
    low = float(values[whole - 1]) if whole else 0.0
    high = float(values[min(whole, len(values) - 1)])
    return low + (high - low) * (place - whole if whole < len(values) else 0.0)
