"""What a staffing plan costs and how near it comes to the best: water-filling against HiGHS on 20 disturbed days."""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np

from pipelines.campaign import load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.planning import Hit, Outage, Scenario, base_case
from pipelines.planning.presets import CURVES
from pipelines.planning.staffing import Goal, Moves, Plan, exact_plan, greedy_plan, make_plan
from tests.benchmarks.report import Row, percentile, show

SEEDS, ROOM, DISTURBED, MANY = 20, 3, 25, 5_000


def main() -> list[Row]:
    """Measure all of it."""
    day = base_case(load_campaign(DEFAULT_CAMPAIGN))
    greedy_plan(day, Goal())
    rows = [row for moves in (Moves.IN_TOWN, Moves.CROSS_TOWN) for row in _against_the_best(day, Goal(moves=moves))]
    grown = replace(day, sites=tuple(replace(day.sites[n % len(day.sites)], site_id=f"X-{n}") for n in range(MANY)))
    many_ms, _ = _timed(grown, Goal())
    roomy = replace(day, sites=tuple(replace(site, lanes=site.lanes * 2) for site in day.sites))
    proved = make_plan(roomy, Goal(), 10)
    return [
        *rows,
        Row("greedy plan, 5,000 sites, CPU", f"{many_ms:.0f} ms", "≤ 1,000 ms"),
        Row("a plan for 25 min, played: sites over the cap / rounds", f"{len(proved.over_cap)} / {proved.rounds}", "0"),
    ]


def _against_the_best(day: Scenario, goal: Goal) -> list[Row]:
    cpu_ms, above, gaps, took, fewer = [], [], [], [], []
    for scenario in _days(day):
        took_ms, plan = _timed(scenario, goal)
        begun = time.perf_counter()
        best = exact_plan(scenario, goal)
        took.append(time.perf_counter() - begun)
        cpu_ms.append(took_ms)
        above.append(100.0 * (plan.total_teams / best.total_teams - 1.0))
        gaps.append(100.0 * (best.gap or 0.0))
        fewer.append(100.0 * (1.0 - _moves(best) / _moves(plan)))
    where = goal.moves.replace("_", " ")
    return [
        Row(f"greedy plan, 118 sites, {where}, CPU (p50 / max of {SEEDS} days)", f"{_two(cpu_ms, 0)} ms", "≤ 50 ms"),
        Row("… teams above the exact plan's (p50 / max)", f"{_two(above, 2)} %", "≤ 3 %"),
        Row("exact plan, gap proved (p50 / max)", f"{_two(gaps, 2)} %", "≤ 1 %"),
        Row("… it took (p50 / max)", f"{_two(took, 1)} s", "≤ 15 s"),
        Row("… moves fewer than the greedy plan's (p50)", f"{percentile(fewer, 0.5):.0f} %"),
    ]


def _moves(plan: Plan) -> int:
    return int(np.maximum(np.diff(np.asarray(plan.lanes), axis=1), 0).sum())


def _two(values: list[float], digits: int) -> str:
    return f"{percentile(values, 0.5):.{digits}f} / {max(values):.{digits}f}"


def _timed(scenario: Scenario, goal: Goal) -> tuple[float, Plan]:
    begun = time.process_time()
    plan = greedy_plan(scenario, goal)
    return (time.process_time() - begun) * 1e3, plan


def _days(day: Scenario) -> Iterator[Scenario]:
    """Days with other turnouts, lines that stand at the start, slow sites and other curves; lanes are no limit."""
    for seed in range(SEEDS):
        luck = Random(seed)
        sites = tuple(
            replace(
                site,
                lanes=site.lanes * ROOM,
                persons=int(site.persons * luck.uniform(0.6, 1.2)),
                waiting=luck.choice((0, 0, 0, 200, 400)),
            )
            for site in day.sites
        )
        slow = tuple(
            Outage(Hit.SITE, luck.uniform(0, 600), luck.uniform(20, 90), site.site_id, luck.choice((0.4, 0.5, 0.8)))
            for site in luck.sample(sites, DISTURBED)
        )
        yield replace(day, sites=sites, outages=slow, curve=luck.choice(list(CURVES.values())))


if __name__ == "__main__":
    show("Staffing plans", main())
    sys.exit(0)
