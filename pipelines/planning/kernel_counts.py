"""What a site's day came to: waits by class and by when one joined, queues, use of desks and guides."""

from math import inf

import numpy as np

from pipelines.planning.compiled import compiled, lean
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


@lean
def classes(line: Floats, first: int, last: int, begin: float, rules: Rules) -> tuple[int, int]:
    """Return how many of a group's persons wait short and long; who came first waits longest."""
    longest, shortest = begin - line[first], begin - line[last - 1]
    if longest <= rules.short_s:
        return last - first, 0
    if shortest >= rules.long_s:
        return 0, last - first
    if shortest > rules.short_s and longest < rules.long_s:
        return 0, 0
    short, long = 0, 0
    for person in range(first, last):
        short += begin - line[person] <= rules.short_s
        long += begin - line[person] >= rules.long_s
    return short, long


@lean
def sum_of(line: Floats, first: int, last: int) -> float:
    """Return the sum of a group's moments; a full one's in pairs, for no addition has to wait for the one before it."""
    some = line[first:last]
    if last - first == SEATS:
        pairs = (some[0] + some[1], some[2] + some[3], some[4] + some[5], some[6] + some[7], some[8] + some[9])
        return ((pairs[0] + pairs[1]) + (pairs[2] + pairs[3])) + pairs[4]
    total = 0.0
    for person in range(some.size):
        total += some[person]
    return total


@lean
def waits_by_bin(
    line: Floats, first: int, last: int, begin: float, bins: tuple[float, int], joined: Narrow, waited: Narrow
) -> float:
    """Add a group's persons to the bins in which they joined; return their seconds of waiting together.

    ``bins``: seconds of a bin, and the one in which the first joined.
    """
    bin_s, part = bins
    newest, until = line[last - 1], (part + 1) * bin_s
    if newest > begin or newest >= until + bin_s or part + 2 > joined.size:
        return waits_by_person(line[first:last], begin, bins, joined, waited)
    total = (last - first) * begin - sum_of(line, first, last)
    if newest < until:
        joined[part] += last - first
        waited[part] += total
        return total
    few, moments = 0, 0.0
    for person in range(first, last):
        is_here = line[person] < until
        few += is_here
        moments += line[person] if is_here else 0.0
    here = few * begin - moments
    joined[part] += few
    waited[part] += here
    joined[part + 1] += last - first - few
    waited[part + 1] += total - here
    return total


@lean
def waits_by_person(some: Floats, begin: float, bins: tuple[float, int], joined: Narrow, waited: Narrow) -> float:
    """Do what ``waits_by_bin`` does for a group that joined over many bins, or of whom some joined too late to wait."""
    bin_s, part = bins
    total, until = 0.0, (part + 1) * bin_s
    for person in range(some.size):
        moment = some[person]
        while moment >= until and part + 1 < joined.size:
            part += 1
            until = (part + 1) * bin_s
        wait = max(begin - moment, 0.0)
        joined[part] += 1
        waited[part] += wait
        total += wait
    return total


@lean
def count_waits(line: Floats, begins: Floats, rules: Rules, figures: Floats, joined: Narrow, waited: Narrow) -> float:
    """Count a line's waits from joining it to the registration desk; return the seconds of those who were served.

    In the bins, who is not served waits to the end.
    """
    total, longest, short, long, served, part = 0.0, 0.0, 0, 0, 0, 0
    for group in range(begins.size):
        first, last = group * SEATS, min(group * SEATS + SEATS, line.size)
        begin = min(begins[group], rules.ends_s)
        while line[first] >= (part + 1) * rules.bin_s and part + 1 < joined.size:
            part += 1
        spent = waits_by_bin(line, first, last, begin, (rules.bin_s, part), joined, waited)
        if begins[group] < inf:
            few, many = classes(line, first, last, begin, rules)
            short, long, served = short + few, long + many, served + last - first
            total += spent
            longest = max(longest, begin - line[first])
    figures[LONGEST] = max(figures[LONGEST], longest)
    figures[SHORT] += short
    figures[LONG] += long
    figures[MEDIUM] += served - short - long
    return total


@lean
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


@lean
def count_queue(begins: Floats, persons: int, bin_s: float, joined: Narrow, queue: Narrow) -> None:
    """Fill the persons in line at each bin's beginning: those who joined before, less those begun before."""
    for group in range(begins.size):
        if begins[group] < inf:
            part = min(int(begins[group] / bin_s) + 1, queue.size - 1)
            queue[part] -= min(SEATS, persons - group * SEATS)
    for part in range(1, queue.size):
        queue[part] += queue[part - 1] + joined[part - 1]
