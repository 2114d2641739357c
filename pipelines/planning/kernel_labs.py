"""The laboratories: tubes come by courier, are scanned, tested as fast as the lab can, and told after a turnaround."""

from math import inf
from typing import NamedTuple

import numpy as np

from pipelines.planning.compiled import compiled, lean
from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints, Narrow, finished


class Labs(NamedTuple):
    """Grain: one lab; ``of_site`` is each site's. Seconds a tube at the scanners, and between two tubes tested."""

    of_site: Ints
    scan_s: Floats
    interval_s: Floats
    pace: Ints
    courier_s: float
    turnaround_s: float


@lean
def lab_day(
    labs: Labs, lab: int, brought: Floats, bin_s: float, at: Floats, pace: Floats, backlog: Narrow
) -> tuple[float, float]:
    """Take the tubes that a lab's sites sampled in each bin through it; return when the last result is told, and tubes.

    ``backlog[n]``: tubes in the house, not yet on test, at the n-th bin's beginning. First come, first served.
    """
    scanners_free, tester_free, told = -inf, -inf, 0.0
    scan_s, interval_s, own = labs.scan_s[lab], labs.interval_s[lab], labs.pace[lab]
    last = backlog.size - 1
    tubes = 0.0
    for part in range(brought.size):
        came = (part + 1) * bin_s + labs.courier_s
        backlog[min(int(came / bin_s) + 1, last)] += brought[part]
        for _ in range(int(brought[part])):
            scanners_free = finished(at, pace, own, max(came, scanners_free), scan_s)
            begins = finished(at, pace, own, max(scanners_free, tester_free), 0.0)
            tester_free = finished(at, pace, own, begins, interval_s)
            backlog[min(int(begins / bin_s) + 1, last)] -= 1.0
            told = begins + labs.turnaround_s
            tubes += 1.0
    for part in range(1, last + 1):
        backlog[part] += backlog[part - 1]
    return told, tubes


@compiled
def labs_day(labs: Labs, tubes: Narrow, bin_s: float, at: Floats, pace: Floats, backlog: Narrow, told: Floats) -> None:
    """Live one replication of every lab: fills labs × bins of ``backlog`` and when each lab's last result is told."""
    for lab in range(labs.scan_s.size):
        brought = np.zeros(tubes.shape[1])
        for site in range(tubes.shape[0]):
            if labs.of_site[site] == lab:
                brought += tubes[site]
        told[lab], _ = lab_day(labs, lab, brought, bin_s, at, pace, backlog[lab])
