"""A site's crowd on its way to the desks: the gate, codes made on site, the special channel."""

from math import inf

import numpy as np

from pipelines.planning.compiled import compiled, lean
from pipelines.planning.draws import NODES, Cause, Floats, Keys, fill
from pipelines.planning.kernel_arrivals import arrivals
from pipelines.planning.kernel_lanes import Ints, pooled
from pipelines.planning.kernel_lines import ONE, ZERO, merged, put_in_order
from pipelines.planning.kernel_words import CAPTURED, SCREENED, Places, Rules, Shapes


@lean
def durations(key: np.uint64, mean: float, quantiles: Floats, out: Floats) -> None:
    """Fill ``out`` with durations of a mean, linear between the quantiles."""
    fill(key, out)
    for n in range(out.size):
        out[n] = mean * drawn(out[n], quantiles)


@lean
def drawn(chance: float, quantiles: Floats) -> float:
    """Return the quantile of a chance below 1, linear between the nodes."""
    place = chance * NODES
    node = np.uint32(np.int32(place))
    low = quantiles[node]
    return low + (place - node) * (quantiles[node + np.uint32(1)] - low)


@lean
def pass_gates(
    comes: Floats,
    chances: tuple[Floats, Floats],
    quantiles: Floats,
    free: Floats,
    rules: Rules,
    ways: tuple[Floats, Floats, Floats],
    sizes: Ints,
) -> float:
    """Screen who comes at gates with a line each, joined in turn, and send each his way; return the gates' work.

    ``chances``: of each person's screening and kind. ``ways``, with ``sizes``: those with a code, those who have it
    made and are later by that, the special channel; in order of coming, infinity behind the last.
    """
    screenings, kinds = chances
    prepared, unprepared, special, gate, last = ZERO, ZERO, ZERO, ZERO, np.uint64(free.size - 1)
    work = 0.0
    for person in range(comes.size):
        takes = rules.screening_s * drawn(screenings[person], quantiles)
        moment = max(comes[person], free[gate]) + takes
        free[gate] = moment
        gate = ZERO if gate == last else gate + ONE
        work += takes
        is_special, is_prepared = kinds[person] >= rules.special_from, kinds[person] < rules.prepared
        ways[0][prepared], ways[1][unprepared], ways[2][special] = moment, moment + rules.generation_s, moment
        prepared += np.uint64(is_prepared)
        special += np.uint64(is_special)
        unprepared += np.uint64(not (is_prepared or is_special))
    sizes[0], sizes[1], sizes[2] = prepared, unprepared, special
    ways[0][prepared], ways[1][unprepared], ways[2][special] = inf, inf, inf
    return work


@compiled
def crowd(
    site: int, keys: Keys, places: Places, rules: Rules, shapes: Shapes, room: Floats
) -> tuple[Floats, Floats, float]:
    """Return a site's normal line and special channel, when each person is ready, and the gate's seconds of work.

    They lie in ``room``, rows × persons, as all else does meanwhile: memory that is asked for anew costs a page fault.
    """
    count, standing = places.persons[site], places.waiting[site]
    bits, sizes = room.view(np.int64), np.zeros(3, np.int64)
    comes, screenings, kinds = room[1, :count], room[2, :count], room[3, :count]
    arrivals(keys[Cause.ARRIVALS, site], shapes, room[0, : count + 1], comes)
    fill(keys[Cause.SCREENING, site], screenings)
    fill(keys[Cause.KIND, site], kinds)
    gates, ways = np.full(places.gates[site], -inf), (room[0], room[4], room[6])
    work = pass_gates(comes, (screenings, kinds), shapes.quantiles[SCREENED], gates, rules, ways, sizes)
    prepared, unprepared, special = sizes
    put_in_order(room[0, :prepared], bits[0, :prepared])
    put_in_order(room[4, :unprepared], bits[4, :unprepared])
    put_in_order(room[6, :special], bits[6, :special])
    normal = room[5, : standing + prepared + unprepared]
    normal[:standing] = rules.starts_s
    merged(bits[0, : prepared + 1], bits[4, : unprepared + 1], bits[5, standing : normal.size])
    capture, captured = room[1, :special], room[2, :special]
    durations(keys[Cause.CAPTURE, site], rules.capture_s, shapes.quantiles[CAPTURED], capture)
    pooled(room[6, :special], capture, np.full(places.collectors[site], -inf), captured)
    put_in_order(captured, bits[2, :special])
    return normal, captured, work
