"""What a site's day came to: waits by class and by when one joined, queues, use of desks and guides."""

from math import inf

import numpy as np

from pipelines.planning.compiled import compiled
from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import (
    DONE,
    GROUP,
    MOVED,
    PERSONS,
    REGISTERED,
    SEATS,
    STARTED,
    STREAM,
    Ints,
    Narrow,
)
from pipelines.planning.kernel_words import (
    BLOCKED,
    FINISH,
    GUIDING,
    LATE,
    LONG,
    LONGEST,
    MEDIUM,
    REGISTERING,
    SAMPLING,
    SERVED,
    SHORT,
    SPECIAL,
    TUBES,
    Rules,
)


@compiled
def begins_by_group(moments: Floats, marks: Ints, stream: int, groups: int) -> Floats:
    """Return when each group of a line was begun, infinity where it was not."""
    begins = np.full(groups, inf)
    for n in range(marks.shape[0]):
        if marks[n, STREAM] == stream:
            begins[marks[n, GROUP]] = moments[n, STARTED]
    return begins


@compiled
def count_waits(line: Floats, begins: Floats, rules: Rules, figures: Floats, joined: Narrow, waited: Narrow) -> float:
    """Count a line's waits from joining it to the registration desk; return the seconds of those who were served.

    In the bins, who is not served waits to the end.
    """
    part, edge = 0, rules.bin_s
    total, longest, short, long = 0.0, 0.0, 0, 0
    served = 0
    for group in range(begins.size):
        begin = min(begins[group], rules.ends_s)
        is_served = begins[group] < inf
        for person in range(group * SEATS, min(group * SEATS + SEATS, line.size)):
            while line[person] >= edge and part + 1 < joined.size:
                part += 1
                edge += rules.bin_s
            wait = max(begin - line[person], 0.0)
            joined[part] += 1
            waited[part] += wait
            if is_served:
                served += 1
                total += wait
                longest = max(longest, wait)
                short += wait <= rules.short_s
                long += wait >= rules.long_s
    figures[LONGEST] = max(figures[LONGEST], longest)
    figures[SHORT] += short
    figures[LONG] += long
    figures[MEDIUM] += served - short - long
    return total


@compiled
def count_desks(moments: Floats, marks: Ints, rules: Rules, figures: Floats, sampled: Narrow, tubes: Narrow) -> None:
    """Count what groups took of desks and guides, and when they were sampled."""
    served, special, late, finish = 0, 0, 0, 0.0
    registering, blocked, sampling = 0.0, 0.0, 0.0
    for n in range(marks.shape[0]):
        done, persons = moments[n, DONE], marks[n, PERSONS]
        part = min(int(done / rules.bin_s), sampled.size - 1)
        sampled[part] += persons
        tubes[part] += 1
        served += persons
        special += persons * marks[n, STREAM]
        late += persons * (done > rules.closes_s)
        finish = max(finish, done)
        registering += moments[n, REGISTERED] - moments[n, STARTED]
        blocked += moments[n, MOVED] - moments[n, REGISTERED]
        sampling += done - moments[n, MOVED]
    figures[SERVED], figures[SPECIAL], figures[LATE], figures[FINISH] = served, special, late, finish
    figures[REGISTERING], figures[BLOCKED], figures[SAMPLING] = registering, blocked, sampling
    figures[GUIDING] = registering + blocked + sampling + rules.walk_s * marks.shape[0]
    figures[TUBES] = marks.shape[0]


@compiled
def count_queue(begins: Floats, persons: int, bin_s: float, joined: Narrow, queue: Narrow) -> None:
    """Fill the persons in line at each bin's beginning: those who joined before, less those begun before."""
    for group in range(begins.size):
        if begins[group] < inf:
            part = min(int(begins[group] / bin_s) + 1, queue.size - 1)
            queue[part] -= min(SEATS, persons - group * SEATS)
    for part in range(1, queue.size):
        queue[part] += queue[part - 1] + joined[part - 1]
