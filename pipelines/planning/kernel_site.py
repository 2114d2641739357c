"""One replication of a district's day: at every site the crowd, its lines, its lanes, and what is counted."""

from math import inf

import numpy as np

from pipelines.planning.compiled import compiled
from pipelines.planning.draws import Cause, Floats, Keys
from pipelines.planning.kernel_counts import begins_by_group, count_desks, count_queue, count_waits
from pipelines.planning.kernel_crowd import crowd, durations
from pipelines.planning.kernel_lanes import SEATS, Ints, serve
from pipelines.planning.kernel_words import (
    ROWS,
    SCREENING,
    SERVED,
    SPECIAL_WAITED,
    UNSERVED,
    WAITED,
    Counts,
    Places,
    Rules,
    Shapes,
)


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
def desks_at_start(site: int, places: Places, rules: Rules) -> tuple[Floats, Floats, Floats]:
    """Return when each lane's registration and sampling are free at the start, and room for the guides.

    A day begins at rest. One that is taken up where ten persons and more stand before each open lane is in full swing:
    a group at each desk, the first of them sampled soon, the others evenly later.
    """
    lanes = places.lanes[site]
    free, sampling_free = np.full(lanes, -inf), np.full(lanes, -inf)
    back = np.empty(max(rules.guides, 1) * lanes)
    part = 0
    while part + 1 < places.opens_at.shape[1] and places.opens_at[site, part + 1] <= rules.starts_s:
        part += 1
    is_open = places.lanes_open[site, part]
    if rules.starts_s > 0.0 and is_open > 0 and places.waiting[site] >= SEATS * is_open:
        sampling_s = places.means[site, 1]
        for lane in range(is_open):
            free[lane] = rules.starts_s + sampling_s * (lane + 0.5) / is_open
            sampling_free[lane] = free[lane] + sampling_s
    return free, sampling_free, back


@compiled
def site_day(
    site: int, keys: Keys, places: Places, rules: Rules, shapes: Shapes, room: Floats
) -> tuple[Floats, Floats, Floats, Ints, float]:
    """Live a site's day; return its two lines, the moments and marks of the groups begun, and the gate's work."""
    normal, special, screening = crowd(site, keys, places, rules, shapes, room)
    groups, channel = -(-normal.size // SEATS), -(-special.size // SEATS)
    moments, marks = np.empty((groups + channel, 4)), np.empty((groups + channel, 4), np.int64)
    begun = serve(
        (normal, special),
        works_of(site, keys, places, shapes, groups, channel),
        (places.opens_at[site], places.lanes_open[site]),
        (shapes.pace_at, shapes.paces, places.pace_of[site], places.sampling_pace[site]),
        (rules.guides, rules.walk_s, rules.closes_s, rules.ends_s),
        desks_at_start(site, places, rules),
        moments,
        marks,
    )
    return normal, special, moments[:begun], marks[:begun], screening


@compiled
def district_day(sites: Ints, keys: Keys, places: Places, rules: Rules, shapes: Shapes, counts: Counts) -> None:
    """Live one replication of some sites' day and count it; their ``counts`` begin with zeros."""
    room = np.empty((ROWS, (places.persons + places.waiting).max() + 2))
    aside = np.zeros(counts.joined.shape[1], np.float32)
    for site in sites:
        normal, special, moments, marks, screening = site_day(site, keys, places, rules, shapes, room)
        figures, joined = counts.figures[site], counts.joined[site]
        count_desks(moments, marks, rules, figures, counts.sampled[site], counts.tubes[site])
        begins = begins_by_group(moments, marks, 0, -(-normal.size // SEATS))
        figures[WAITED] = count_waits(normal, begins, rules, figures, joined, counts.waited[site])
        count_queue(begins, normal.size, rules.bin_s, joined, counts.queue[site])
        begins = begins_by_group(moments, marks, 1, -(-special.size // SEATS))
        figures[SPECIAL_WAITED] = count_waits(special, begins, rules, figures, aside, aside)
        figures[SCREENING] = screening
        figures[UNSERVED] = normal.size + special.size - figures[SERVED]
