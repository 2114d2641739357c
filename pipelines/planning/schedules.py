"""How many lanes each site has open when: from a plan by parts of the day, or from staff, shifts and guides."""

from math import inf

import numpy as np

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.scenario import Scenario, SitePlan

Steps = tuple[tuple[float, int], ...]


def lane_steps(scenario: Scenario, site: SitePlan) -> Steps:
    """Return (minute from which, lanes open) of a site, ascending; lanes open at closing stay open to the end."""
    edges = _edges(scenario, site)
    steps = [(edge, lanes_at(scenario, site, edge)) for edge in edges]
    kept = [step for n, step in enumerate(steps) if n == 0 or step[1] != steps[n - 1][1]]
    return (*kept, (scenario.end_minute, 0))


def lanes_at(scenario: Scenario, site: SitePlan, minute: float) -> int:
    """Return how many lanes a site has open from a minute of the opening hours on."""
    if site.schedule is not None:
        part = int(minute / scenario.open_minutes * len(site.schedule) + 1e-9)
        return site.schedule[min(max(part, 0), len(site.schedule) - 1)]
    each = scenario.guides_per_lane + scenario.registrars_per_lane
    present = round(site.staff * share_on_shift(scenario, minute) * (1.0 - scenario.absence_share))
    return min(site.lanes, present // each)


def share_on_shift(scenario: Scenario, minute: float) -> float:
    """Return which share of the staff the shifts plan at a minute; all of it where there are no shifts."""
    if not scenario.shifts:
        return 1.0
    return sum(shift.share for shift in scenario.shifts if shift.from_minute <= minute < shift.to_minute)


def _edges(scenario: Scenario, site: SitePlan) -> list[float]:
    if site.schedule is not None:
        parts = len(site.schedule)
        return [scenario.open_minutes * part / parts for part in range(parts)]
    ends = {edge for shift in scenario.shifts for edge in (shift.from_minute, shift.to_minute)}
    return [0.0, *sorted(edge for edge in ends if 0.0 < edge < scenario.open_minutes)]


def schedule_arrays(all_steps: list[Steps]) -> tuple[Floats, Ints]:
    """Return sites × parts: seconds from which on, and lanes open; the first part begins before everything."""
    parts = max(len(steps) for steps in all_steps)
    at = np.full((len(all_steps), parts), inf)
    lanes_open = np.zeros((len(all_steps), parts), np.int64)
    for site, steps in enumerate(all_steps):
        at[site, : len(steps)] = [minute * 60 for minute, _ in steps]
        lanes_open[site, : len(steps)] = [lanes for _, lanes in steps]
    at[:, 0] = -inf
    return at, lanes_open


def lane_hours(steps: Steps, until_minute: float) -> float:
    """Return the hours that lanes are open until a minute."""
    ends = [*(minute for minute, _ in steps[1:]), inf]
    return sum(
        lanes * max(min(end, until_minute) - minute, 0.0) / 60
        for (minute, lanes), end in zip(steps, ends, strict=True)
        if lanes
    )
