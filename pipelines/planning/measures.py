"""What a scope's day came to in each replication: the figures that answers and differences are made of."""

from collections.abc import Sequence

import numpy as np

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints
from pipelines.planning.kernel_words import FIGURES
from pipelines.planning.runs import Runs, by_group, together
from pipelines.planning.schedules import lane_hours

Measures = dict[str, Floats]
MEASURES = (
    *("persons", "served", "unserved", "not_by_closing", "finish_minute", "wait_minutes", "special_wait_minutes"),
    *("longest_wait_minutes", "short_share", "medium_share", "long_share", "peak_queue", "lane_hours"),
    *("lane_staff_hours", "medic_hours", "use_registration", "use_sampling", "blocked_share", "use_guides", "use_gate"),
)


def measures(runs: Runs, scopes: Sequence[Ints]) -> Measures:
    """Return each measure, replications × scopes, a scope being some sites together; names and order are ``MEASURES``.

    Waits are minutes from joining the line to the registration desk; ``peak_queue`` persons in the normal line;
    ``not_by_closing`` are sampled after closing or not at all. Uses are shares of the time that lanes are manned, to
    the site's last group; ``blocked_share``: a registered group waits at its desk for the sampling desk.
    """
    sums = together(runs.figures, scopes)
    total = {name: sums[:, :, FIGURES.index(name)] for name in _SUMS}
    finish_s, longest_s = (
        by_group(runs.figure(name), scopes, lambda some: some.max(axis=1)) for name in ("finish_s", "longest_wait_s")
    )
    normal = total["served"] - total["special"]
    lane_s = together(_lane_seconds(runs), scopes)
    return {
        "persons": total["served"] + total["unserved"],
        "served": total["served"],
        "unserved": total["unserved"],
        "not_by_closing": total["unserved"] + total["late"],
        "finish_minute": finish_s / 60,
        "wait_minutes": _share(total["waited_s"], normal) / 60,
        "special_wait_minutes": _share(total["special_waited_s"], total["special"]) / 60,
        "longest_wait_minutes": longest_s / 60,
        "short_share": _share(total["short"], total["served"]),
        "medium_share": _share(total["medium"], total["served"]),
        "long_share": _share(total["long"], total["served"]),
        "peak_queue": together(runs.queue, scopes).max(axis=2),
        "lane_hours": lane_s / 3600,
        **_staff(runs, scopes, lane_s, total),
    }


_SUMS = (
    *("served", "unserved", "late", "waited_s", "special_waited_s", "special", "short", "medium", "long"),
    *("registering_s", "blocked_s", "sampling_s", "guiding_s", "screening_s"),
)


def _staff(runs: Runs, scopes: Sequence[Ints], lane_s: Floats, total: Measures) -> Measures:
    scenario = runs.scenario
    open_s = (scenario.open_minutes - scenario.starts_minute) * 60
    gates = np.asarray([runs.load.places.gates[inside].sum() for inside in scopes], np.float64)
    return {
        "lane_staff_hours": lane_s / 3600 * (scenario.guides_per_lane + scenario.registrars_per_lane),
        "medic_hours": lane_s / 3600 * scenario.medics_per_lane,
        "use_registration": _share(total["registering_s"], lane_s),
        "use_sampling": _share(total["sampling_s"], lane_s),
        "blocked_share": _share(total["blocked_s"], lane_s),
        "use_guides": _share(total["guiding_s"], lane_s * scenario.guides_per_lane),
        "use_gate": total["screening_s"] / (gates * open_s),
    }


def _lane_seconds(runs: Runs) -> Floats:
    """Return, replications × sites, the seconds that lanes are manned: from the start to closing, then to its end."""
    scenario, steps = runs.scenario, runs.load.steps
    by_closing = np.asarray(
        [lane_hours(site, scenario.open_minutes) - lane_hours(site, scenario.starts_minute) for site in steps]
    )
    at_closing = np.asarray([site[-2][1] for site in steps])
    over = np.maximum(runs.figure("finish_s") - scenario.open_minutes * 60, 0.0)
    return by_closing * 3600 + over * at_closing


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
