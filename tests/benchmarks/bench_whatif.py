"""How fast a what-if question is answered: the whole district, warm and in a new process, the preview, beside SimPy."""

import subprocess
import sys
from dataclasses import replace

from pipelines.campaign import load_campaign
from pipelines.clock import cpu_seconds, stopwatch
from pipelines.config import DEFAULT_CAMPAIGN, ROOT
from pipelines.planning import Scenario, answer, base_case, difference, preview, simulate, with_lanes
from pipelines.planning.draws import stream_keys
from pipelines.planning.packing import packed
from pipelines.planning.presets import shared_out
from tests.benchmarks.report import Row, percentile, show
from tests.theory.grid import grid
from tests.theory.simpy_site import SimpySite, drawn

LANES, TRIES, SIMPY_SITES = 940, 5, 24
COLD = """
from pipelines.clock import cpu_seconds, stopwatch
from pipelines.campaign import load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
campaign = load_campaign(DEFAULT_CAMPAIGN)
began, began_cpu = stopwatch(), cpu_seconds()
from pipelines.planning import answer, base_case, simulate
answer(simulate(base_case(campaign), 30))
print(stopwatch() - began, cpu_seconds() - began_cpu)
"""


def main() -> list[Row]:
    """Measure and return the rows that are also printed when run alone."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    day = _of_940_lanes(base_case(campaign))
    simulate(day, 2)
    what = f"what-if: {len(day.sites)} sites, {sum(site.lanes for site in day.sites)} lanes, 857,000 persons"
    return [
        _replications(day, 30, f"{what}: 30 replications", "≤ 0.5 s"),
        _replications(day, 100, "what-if: 100 replications", "≤ 1.5 s"),
        _cold(),
        _answering(day),
        _previews(grid(campaign)),
        _beside_simpy(day),
    ]


def _of_940_lanes(day: Scenario) -> Scenario:
    shares = shared_out(LANES, [float(site.lanes) for site in day.sites])
    return with_lanes(day, {site.site_id: lanes for site, lanes in zip(day.sites, shares, strict=True)})


def _replications(day: Scenario, count: int, what: str, target: str) -> Row:
    walls, cpus = [], []
    for _ in range(TRIES):
        began, began_cpu = stopwatch(), cpu_seconds()
        simulate(day, count)
        walls.append(stopwatch() - began)
        cpus.append(cpu_seconds() - began_cpu)
    cpu_ms = percentile(cpus, 0.5) / count * 1e3
    return Row(what, f"p50 {percentile(walls, 0.5):.2f} s, least {min(walls):.2f} s; CPU {cpu_ms:.0f} ms each", target)


def _cold() -> Row:
    took = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", COLD], cwd=ROOT, check=True, capture_output=True, text=True)
        took.append([float(part) for part in done.stdout.split()])
    walls, cpus = ([row[n] for row in took] for n in range(2))
    figure = f"p50 {percentile(walls, 0.5):.2f} s, least {min(walls):.2f} s; CPU {percentile(cpus, 0.5):.2f} s"
    return Row("what-if: first answer of a new process, 30 replications, imports included", figure, "≤ 2 s")


def _answering(day: Scenario) -> Row:
    first, second = simulate(day, 30), simulate(replace(day, name="two", guides_per_lane=2), 30)
    began = cpu_seconds()
    answer(first)
    half = cpu_seconds()
    difference(first, second)
    return Row(
        "what-if: bands of 126 scopes; paired difference",
        f"CPU {(half - began) * 1e3:.0f} ms; {(cpu_seconds() - half) * 1e3:.0f} ms",
    )


def _previews(scenarios: tuple[Scenario, ...]) -> Row:
    walls, cpus = [], []
    for scenario in scenarios * 3:
        began, began_cpu = stopwatch(), cpu_seconds()
        preview(scenario)
        walls.append((stopwatch() - began) * 1e3)
        cpus.append((cpu_seconds() - began_cpu) * 1e3)
    spread = f"p50 {percentile(walls, 0.5):.0f} ms, p95 {percentile(walls, 0.95):.0f} ms"
    figure = f"{spread}; CPU p50 {percentile(cpus, 0.5):.0f} ms"
    return Row("what-if: preview, twelve scenarios", figure, "≤ 100 ms")


def _beside_simpy(day: Scenario) -> Row:
    """Live the same sites' day with SimPy, from the same draws, on one thread each."""
    few = replace(day, sites=day.sites[:: len(day.sites) // SIMPY_SITES])
    load = packed(few)
    keys = stream_keys(few.seed, 0, load.site_ids)
    chances = [drawn(load, keys, site) for site in range(len(few.sites))]
    began = cpu_seconds()
    for site, chance in enumerate(chances):
        SimpySite(load, site, chance).run()
    by_events = cpu_seconds() - began
    simulate(few, 2, threads=1)
    began = cpu_seconds()
    simulate(few, 20, threads=1)
    by_recursion = (cpu_seconds() - began) / 20
    persons = sum(site.persons for site in few.sites)
    return Row(
        f"what-if: {persons:,} persons of {len(few.sites)} sites, SimPy beside the recursion",
        f"CPU {by_events:.1f} s / {by_recursion * 1e3:.1f} ms = {by_events / by_recursion:,.0f} ×",
        "≥ 500 ×",
    )


if __name__ == "__main__":
    show("What if", main())
