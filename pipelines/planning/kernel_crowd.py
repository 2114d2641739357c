"""A site's crowd on its way to the desks: arrivals by the curve, the gate, codes made on site, the special channel."""

from math import inf, log

import numpy as np

from pipelines.planning.compiled import compiled, lean
from pipelines.planning.draws import NODES, TAIL, Cause, Floats, Keys, fill
from pipelines.planning.kernel_lanes import Ints, in_turn, pooled
from pipelines.planning.kernel_words import CAPTURED, EXPONENTIAL, SCREENED, Places, Rules, Shapes


@lean
def arrivals(key: np.uint64, shapes: Shapes, spare: Floats, comes: Floats) -> None:
    """Fill ``comes`` with sorted moments by the curve: so many uniform points in operational time, made by spacings.

    A spacing is exponential: its quantiles linear between 1,024 nodes (3e-5 off at most), in the tail by logarithm.
    """
    edges, shares, quantiles = shapes.edges, shapes.shares, shapes.quantiles[EXPONENTIAL]
    fill(key, spare)
    whole = 0.0
    for person in range(spare.size):
        chance = spare[person]
        if chance < TAIL:
            place = chance * NODES
            node = int(place)
            whole += quantiles[node] + (place - node) * (quantiles[node + 1] - quantiles[node])
        else:
            whole -= log(1.0 - chance)
        spare[person] = whole
    part, slope, whole = -1, 0.0, 1.0 / whole
    reached = 0.0
    for person in range(comes.size):
        share = spare[person] * whole
        while part < 0 or (part + 2 < shares.size and share > reached):
            part += 1
            reached = shares[part + 1]
            slope = (edges[part + 1] - edges[part]) / (reached - shares[part]) if reached > shares[part] else 0.0
        comes[person] = edges[part] + (share - shares[part]) * slope


@lean
def durations(key: np.uint64, mean: float, quantiles: Floats, out: Floats) -> None:
    """Fill ``out`` with durations of a mean, linear between the quantiles."""
    fill(key, out)
    for n in range(out.size):
        place = out[n] * NODES
        node = int(place)
        out[n] = mean * (quantiles[node] + (place - node) * (quantiles[node + 1] - quantiles[node]))


@lean
def put_in_order(moments: Floats, kinds: Floats) -> None:
    """Sort nearly sorted moments in place, and their kinds with them."""
    carry_latest(moments, kinds)
    for n in range(1, moments.size):
        if moments[n - 1] <= moments[n]:
            continue
        moment, kind = moments[n], kinds[n]
        at = n
        while at > 0 and moments[at - 1] > moment:
            moments[at], kinds[at] = moments[at - 1], kinds[at - 1]
            at -= 1
        moments[at], kinds[at] = moment, kind


@lean
def carry_latest(moments: Floats, kinds: Floats) -> None:
    """Take the latest so far along, past whatever is earlier: most of the sorting, without a branch to guess wrong."""
    if moments.size == 0:
        return
    moment, kind = moments[0], kinds[0]
    for n in range(1, moments.size):
        this, its_kind = moments[n], kinds[n]
        is_earlier = this < moment
        moments[n - 1], kinds[n - 1] = this if is_earlier else moment, its_kind if is_earlier else kind
        moment, kind = moment if is_earlier else this, kind if is_earlier else its_kind
    moments[moments.size - 1], kinds[moments.size - 1] = moment, kind


@lean
def merged(first: Floats, second: Floats, out: Floats) -> None:
    """Fill ``out`` with two ascending lines in order, from both ends at once; each has infinity behind its last."""
    one, two, last_one, last_two = 0, 0, first.size - 2, second.size - 2
    half, end = out.size // 2, out.size - 1
    for n in range(half):
        is_first = first[one] <= second[two]
        out[n] = first[one] if is_first else second[two]
        one += is_first
        two += not is_first
        late_one, late_two = first[last_one] if last_one >= 0 else -inf, second[last_two] if last_two >= 0 else -inf
        is_first = late_one > late_two
        out[end - n] = late_one if is_first else late_two
        last_one -= is_first
        last_two -= not is_first
    if out.size > 2 * half:
        out[half] = min(first[one], second[two])


@compiled
def part_ways(kinds: Floats, screened: Floats, rules: Rules, ways: tuple[Floats, Floats, Floats]) -> Ints:
    """Fill the ways of those with a code, those who have it made, and the special channel; return how many go each.

    Who has it made is later by that. Each way has infinity behind its last.
    """
    sizes = np.zeros(3, np.int64)
    prepared, unprepared, special = 0, 0, 0
    for person in range(kinds.size):
        kind, moment = kinds[person], screened[person]
        is_special, is_prepared = kind >= rules.special_from, kind < rules.prepared
        ways[0][prepared], ways[1][unprepared], ways[2][special] = moment, moment + rules.generation_s, moment
        prepared += is_prepared
        special += is_special
        unprepared += not (is_prepared or is_special)
    sizes[0], sizes[1], sizes[2] = prepared, unprepared, special
    for way in range(3):
        ways[way][sizes[way]] = inf
    return sizes


@compiled
def crowd(
    site: int, keys: Keys, places: Places, rules: Rules, shapes: Shapes, room: Floats
) -> tuple[Floats, Floats, float]:
    """Return a site's normal line and special channel, when each person is ready, and the gate's seconds of work.

    They lie in ``room``, rows × persons, as all else does meanwhile: memory that is asked for anew costs a page fault.
    """
    count = places.persons[site]
    spare = room[0, : count + 1]
    comes, takes, screened, kinds = room[1, :count], room[2, :count], room[3, :count], room[4, :count]
    arrivals(keys[Cause.ARRIVALS, site], shapes, spare, comes)
    fill(keys[Cause.KIND, site], kinds)
    durations(keys[Cause.SCREENING, site], rules.screening_s, shapes.quantiles[SCREENED], takes)
    in_turn(comes, takes, np.full(places.gates[site], -inf), screened)
    put_in_order(screened, kinds)
    work = takes.sum()
    ways = (room[0], room[1], room[2])
    sizes = part_ways(kinds, screened, rules, ways)
    standing = places.waiting[site]
    normal = room[5, : standing + sizes[0] + sizes[1]]
    normal[:standing] = rules.starts_s
    merged(ways[0][: sizes[0] + 1], ways[1][: sizes[1] + 1], normal[standing:])
    capture, captured = room[3, : sizes[2]], room[6, : sizes[2]]
    durations(keys[Cause.CAPTURE, site], rules.capture_s, shapes.quantiles[CAPTURED], capture)
    pooled(ways[2][: sizes[2]], capture, np.full(places.collectors[site], -inf), captured)
    put_in_order(captured, capture)
    return normal, captured, work
