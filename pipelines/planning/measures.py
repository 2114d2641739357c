"""What a scope's day came to in each replication: the figures that answers and differences are made of."""

import numpy as np

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.schedules import lane_hours
from pipelines.planning.simulation import Runs

Measures = dict[str, Floats]
MEASURES = (
    *("persons", "served", "unserved", "not_by_closing", "finish_minute", "wait_minutes", "special_wait_minutes"),
    *("longest_wait_minutes", "short_share", "medium_share", "long_share", "peak_queue", "lane_hours"),
    *("lane_staff_hours", "medic_hours", "use_registration", "use_sampling", "blocked_share", "use_guides", "use_gate"),
)


def measures(runs: Runs, inside: Ints) -> Measures:
    """Return each measure of some sites together, one value a replication; names and order are ``MEASURES``.

    Waits are minutes from joining the line to the registration desk; ``peak_queue`` persons in the normal line;
    ``not_by_closing`` are sampled after closing or not at all. Uses are shares of the time that lanes are manned, to
    the site's last group; ``blocked_share``: a registered group waits at its desk for the sampling desk.
    """
    total = {name: runs.figure(name)[:, inside].sum(axis=1) for name in _SUMS}
    normal = total["served"] - total["special"]
    lane_s = _lane_seconds(runs, inside)
    return {
        "persons": total["served"] + total["unserved"],
        "served": total["served"],
        "unserved": total["unserved"],
        "not_by_closing": total["unserved"] + total["late"],
        "finish_minute": runs.figure("finish_s")[:, inside].max(axis=1) / 60,
        "wait_minutes": _share(total["waited_s"], normal) / 60,
        "special_wait_minutes": _share(total["special_waited_s"], total["special"]) / 60,
        "longest_wait_minutes": runs.figure("longest_wait_s")[:, inside].max(axis=1) / 60,
        "short_share": _share(total["short"], total["served"]),
        "medium_share": _share(total["medium"], total["served"]),
        "long_share": _share(total["long"], total["served"]),
        "peak_queue": runs.queue[:, inside].sum(axis=1, dtype=np.float64).max(axis=1),
        "lane_hours": lane_s / 3600,
        **_staff(runs, inside, lane_s, total),
    }


_SUMS = (
    *("served", "unserved", "late", "waited_s", "special_waited_s", "special", "short", "medium", "long"),
    *("registering_s", "blocked_s", "sampling_s", "guiding_s", "screening_s"),
)


def _staff(runs: Runs, inside: Ints, lane_s: Floats, total: Measures) -> Measures:
    scenario = runs.scenario
    open_s = (scenario.open_minutes - scenario.starts_minute) * 60
    gates = float(runs.load.places.gates[inside].sum())
    return {
        "lane_staff_hours": lane_s / 3600 * (scenario.guides_per_lane + scenario.registrars_per_lane),
        "medic_hours": lane_s / 3600 * scenario.medics_per_lane,
        "use_registration": _share(total["registering_s"], lane_s),
        "use_sampling": _share(total["sampling_s"], lane_s),
        "blocked_share": _share(total["blocked_s"], lane_s),
        "use_guides": _share(total["guiding_s"], lane_s * scenario.guides_per_lane),
        "use_gate": total["screening_s"] / (gates * open_s),
    }


def _lane_seconds(runs: Runs, inside: Ints) -> Floats:
    """Return the seconds that lanes are manned, from the start to closing and on to each site's last group."""
    scenario = runs.scenario
    by_closing = np.asarray(
        [
            lane_hours(runs.load.steps[n], scenario.open_minutes)
            - lane_hours(runs.load.steps[n], scenario.starts_minute)
            for n in inside
        ]
    )
    at_closing = np.asarray([runs.load.steps[n][-2][1] for n in inside])
    closes_s = scenario.open_minutes * 60
    over = np.maximum(runs.figure("finish_s")[:, inside] - closes_s, 0.0)
    return by_closing.sum() * 3600 + over @ at_closing


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
