"""One replication of a district's day: at every site the crowd, its gate, its lines, its lanes, and what is counted."""

from math import inf, log
from typing import NamedTuple

import numpy as np

from pipelines.planning.compiled import compiled
from pipelines.planning.draws import NODES, Cause, Floats, Keys, fill
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
    pooled,
    serve,
)

FIGURES = (
    *("finish_s", "served", "unserved", "late", "short", "medium", "long", "waited_s", "special_waited_s"),
    *("special", "longest_wait_s", "registering_s", "blocked_s", "sampling_s", "guiding_s", "screening_s", "tubes"),
)
(FINISH, SERVED, UNSERVED, LATE, SHORT, MEDIUM, LONG, WAITED, SPECIAL_WAITED) = range(9)
(SPECIAL, LONGEST, REGISTERING, BLOCKED, SAMPLING, GUIDING, SCREENING, TUBES) = range(9, 17)


class Places(NamedTuple):
    """Grain: one site; ``opens_at`` and ``lanes_open`` are its schedule by column, closed with 0 lanes at the end."""

    persons: Ints
    waiting: Ints
    gates: Ints
    collectors: Ints
    lanes: Ints
    means: Floats
    tables: Ints
    opens_at: Floats
    lanes_open: Ints
    pace_of: Ints
    sampling_pace: Ints


class Rules(NamedTuple):
    """What holds at every site; seconds after opening, shares, persons."""

    starts_s: float
    closes_s: float
    ends_s: float
    bin_s: float
    special_from: float
    prepared: float
    screening_s: float
    capture_s: float
    generation_s: float
    guides: int
    walk_s: float
    short_s: float
    long_s: float


class Shapes(NamedTuple):
    """Arrival curve, quantiles of service times (table × node), work functions (function × part)."""

    edges: Floats
    shares: Floats
    quantiles: Floats
    pace_at: Floats
    paces: Floats


class Counts(NamedTuple):
    """What a replication counts. Sites × bins: persons in line, joining, seconds waited, sampled, tubes; figures."""

    queue: Narrow
    joined: Narrow
    waited: Narrow
    sampled: Narrow
    tubes: Narrow
    figures: Floats


@compiled
def arrivals(key: np.uint64, edges: Floats, shares: Floats, spare: Floats, comes: Floats) -> None:
    """Fill ``comes`` with sorted moments by the curve: so many uniform points in operational time, made by spacings."""
    fill(key, spare)
    whole = 0.0
    for person in range(spare.size):
        whole -= log(1.0 - spare[person])
        spare[person] = whole
    part = 0
    for person in range(comes.size):
        share = spare[person] / whole
        while part + 2 < shares.size and share > shares[part + 1]:
            part += 1
        inside = (share - shares[part]) / (shares[part + 1] - shares[part])
        comes[person] = edges[part] + inside * (edges[part + 1] - edges[part])


@compiled
def durations(key: np.uint64, mean: float, quantiles: Floats, out: Floats) -> None:
    """Fill ``out`` with durations of a mean, linear between the quantiles."""
    fill(key, out)
    for n in range(out.size):
        place = out[n] * NODES
        node = int(place)
        out[n] = mean * (quantiles[node] + (place - node) * (quantiles[node + 1] - quantiles[node]))


@compiled
def put_in_order(moments: Floats, kinds: Floats) -> None:
    """Sort nearly sorted moments in place, and their kinds with them."""
    for n in range(1, moments.size):
        moment, kind = moments[n], kinds[n]
        at = n
        while at > 0 and moments[at - 1] > moment:
            moments[at], kinds[at] = moments[at - 1], kinds[at - 1]
            at -= 1
        moments[at], kinds[at] = moment, kind


@compiled
def merged(first: Floats, second: Floats, later: float, out: Floats) -> None:
    """Fill ``out`` with two ascending lines in order, the second one's moments later by ``later``."""
    one, two = 0, 0
    for n in range(out.size):
        if two >= second.size or (one < first.size and first[one] <= second[two] + later):
            out[n] = first[one]
            one += 1
        else:
            out[n] = second[two] + later
            two += 1


@compiled
def part_ways(
    kinds: Floats, screened: Floats, rules: Rules, ways: tuple[Floats, Floats, Floats]
) -> tuple[int, int, int]:
    """Fill the ways of those with a code, those who have it made, and the special channel; return how many go each."""
    prepared, unprepared, special = 0, 0, 0
    for person in range(kinds.size):
        if kinds[person] >= rules.special_from:
            ways[2][special] = screened[person]
            special += 1
        elif kinds[person] < rules.prepared:
            ways[0][prepared] = screened[person]
            prepared += 1
        else:
            ways[1][unprepared] = screened[person]
            unprepared += 1
    return prepared, unprepared, special


@compiled
def crowd(site: int, keys: Keys, places: Places, rules: Rules, shapes: Shapes) -> tuple[Floats, Floats, float]:
    """Return a site's normal line and special channel, when each person is ready, and the gate's seconds of work."""
    count = places.persons[site]
    spare = np.empty(count + 1)
    comes, takes, screened, kinds = np.empty(count), np.empty(count), np.empty(count), np.empty(count)
    arrivals(keys[Cause.ARRIVALS, site], shapes.edges, shapes.shares, spare, comes)
    fill(keys[Cause.KIND, site], kinds)
    durations(keys[Cause.SCREENING, site], rules.screening_s, shapes.quantiles[0], takes)
    pooled(comes, takes, np.full(places.gates[site], -inf), screened)
    put_in_order(screened, kinds)
    ways = (np.empty(count), np.empty(count), np.empty(count))
    prepared, unprepared, special = part_ways(kinds, screened, rules, ways)
    standing = places.waiting[site]
    normal = np.empty(standing + prepared + unprepared)
    normal[:standing] = rules.starts_s
    merged(ways[0][:prepared], ways[1][:unprepared], rules.generation_s, normal[standing:])
    capture, captured = np.empty(special), np.empty(special)
    durations(keys[Cause.CAPTURE, site], rules.capture_s, shapes.quantiles[1], capture)
    pooled(ways[2][:special], capture, np.full(places.collectors[site], -inf), captured)
    put_in_order(captured, capture)
    return normal, captured, takes.sum()


@compiled
def works_of(
    site: int, keys: Keys, places: Places, shapes: Shapes, groups: int, special: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the seconds that each group takes at registration and sampling: the normal line's, the channel's."""
    works = (np.empty(groups), np.empty(groups), np.empty(special), np.empty(special))
    registration, sampling = shapes.quantiles[places.tables[site, 0]], shapes.quantiles[places.tables[site, 1]]
    durations(keys[Cause.REGISTRATION, site], places.means[site, 0], registration, works[0])
    durations(keys[Cause.SAMPLING, site], places.means[site, 1], sampling, works[1])
    durations(keys[Cause.SPECIAL_REGISTRATION, site], places.means[site, 0], registration, works[2])
    durations(keys[Cause.SPECIAL_SAMPLING, site], places.means[site, 1], sampling, works[3])
    return works


@compiled
def site_day(
    site: int, keys: Keys, places: Places, rules: Rules, shapes: Shapes
) -> tuple[Floats, Floats, Floats, Ints, float]:
    """Live a site's day; return its two lines, the moments and marks of the groups begun, and the gate's work."""
    normal, special, screening = crowd(site, keys, places, rules, shapes)
    groups, channel = -(-normal.size // SEATS), -(-special.size // SEATS)
    moments, marks = np.empty((groups + channel, 4)), np.empty((groups + channel, 4), np.int64)
    lanes = places.lanes[site]
    begun = serve(
        (normal, special),
        works_of(site, keys, places, shapes, groups, channel),
        (places.opens_at[site], places.lanes_open[site]),
        (shapes.pace_at, shapes.paces, places.pace_of[site], places.sampling_pace[site]),
        (rules.guides, rules.walk_s, rules.closes_s, rules.ends_s),
        (np.full(lanes, -inf), np.full(lanes, -inf), np.full(max(rules.guides, 1) * lanes, -inf)),
        moments,
        marks,
    )
    return normal, special, moments[:begun], marks[:begun], screening


@compiled
def count_group(line: Floats, moments: Floats, marks: Ints, rules: Rules, site: int, counts: Counts) -> None:
    """Count the waits of a group's persons: from joining the line to the registration desk."""
    figures = counts.figures[site]
    last = counts.queue.shape[1] - 1
    started = moments[STARTED]
    counts.queue[site, min(int(started / rules.bin_s) + 1, last)] -= marks[PERSONS] * (1 - marks[STREAM])
    for person in range(marks[GROUP] * SEATS, marks[GROUP] * SEATS + marks[PERSONS]):
        waited = started - line[person]
        figures[LONGEST] = max(figures[LONGEST], waited)
        figures[SHORT if waited <= rules.short_s else MEDIUM if waited < rules.long_s else LONG] += 1
        if marks[STREAM]:
            figures[SPECIAL_WAITED] += waited
            continue
        figures[WAITED] += waited
        part = min(int(line[person] / rules.bin_s), last)
        counts.joined[site, part] += 1
        counts.waited[site, part] += waited


@compiled
def count_desks(moments: Floats, marks: Ints, rules: Rules, site: int, counts: Counts) -> None:
    """Count what a group took of its desks and guide, and when it was sampled."""
    figures = counts.figures[site]
    part = min(int(moments[DONE] / rules.bin_s), counts.sampled.shape[1] - 1)
    counts.sampled[site, part] += marks[PERSONS]
    counts.tubes[site, part] += 1
    figures[TUBES] += 1
    figures[SERVED] += marks[PERSONS]
    figures[SPECIAL] += marks[PERSONS] * marks[STREAM]
    figures[LATE] += marks[PERSONS] if moments[DONE] > rules.closes_s else 0
    figures[FINISH] = max(figures[FINISH], moments[DONE])
    figures[REGISTERING] += moments[REGISTERED] - moments[STARTED]
    figures[BLOCKED] += moments[MOVED] - moments[REGISTERED]
    figures[SAMPLING] += moments[DONE] - moments[MOVED]
    figures[GUIDING] += moments[DONE] - moments[STARTED] + rules.walk_s


@compiled
def district_day(keys: Keys, places: Places, rules: Rules, shapes: Shapes, counts: Counts) -> None:
    """Live one replication of every site's day and count it; ``counts`` begins with zeros."""
    last = counts.queue.shape[1] - 1
    for site in range(places.persons.size):
        normal, special, moments, marks, screening = site_day(site, keys, places, rules, shapes)
        for person in range(normal.size):
            counts.queue[site, min(int(normal[person] / rules.bin_s) + 1, last)] += 1
        for group in range(marks.shape[0]):
            line = special if marks[group, STREAM] else normal
            count_group(line, moments[group], marks[group], rules, site, counts)
            count_desks(moments[group], marks[group], rules, site, counts)
        counts.figures[site, SCREENING] = screening
        counts.figures[site, UNSERVED] = normal.size + special.size - counts.figures[site, SERVED]
        for part in range(1, last + 1):
            counts.queue[site, part] += counts.queue[site, part - 1]
