"""Lines put in order and merged. Moments from 0 on are compared as whole numbers: their bits ascend as they do."""

import numpy as np

from pipelines.planning.compiled import lean
from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints

ZERO, ONE = np.uint64(0), np.uint64(1)


@lean
def put_in_order(moments: Floats, bits: Ints) -> None:
    """Sort nearly sorted moments in place; ``bits`` are the same memory.

    First the latest so far is taken along, past whatever is earlier: most of the sorting, without a branch to guess
    wrong; then who still stands wrong is put where he belongs.
    """
    if moments.size == 0:
        return
    latest, behind, ahead = moments[0], moments[: moments.size - 1], moments[1:]
    for n in range(ahead.size):
        moment = ahead[n]
        is_earlier = moment < latest
        behind[n] = moment if is_earlier else latest
        latest = latest if is_earlier else moment
    moments[moments.size - 1] = latest
    before = bits[0]
    for n in range(1, bits.size):
        this = bits[n]
        if before <= this:
            before = this
            continue
        at = n
        while at > 0 and bits[at - 1] > this:
            bits[at] = bits[at - 1]
            at -= 1
        bits[at] = this


@lean
def of_the_first(first: Ints, second: Ints, count: int) -> int:
    """Return how many of the ``count`` earliest of two ascending lines are of the first one; infinity ends each."""
    low, high = max(0, count - (second.size - 1)), min(count, first.size - 1)
    while low < high:
        middle = (low + high) >> 1
        is_among = first[middle] <= second[count - middle - 1]
        low, high = middle + 1 if is_among else low, high if is_among else middle
    return low


@lean
def merged(first: Ints, second: Ints, out: Ints) -> None:
    """Fill ``out`` with two ascending lines in order, four quarters side by side; infinity is behind each one's last.

    A step waits for the one before it: so four go on meanwhile. Places counted without sign need no look whether they
    count from the end.
    """
    size = out.size // 4
    b, c = of_the_first(first, second, size), of_the_first(first, second, 2 * size)
    d = of_the_first(first, second, 3 * size)
    a, b, c, d = ZERO, np.uint64(b), np.uint64(c), np.uint64(d)
    e, f, g, h = ZERO, np.uint64(size) - b, np.uint64(2 * size) - c, np.uint64(3 * size) - d
    one, two, three, four = out[:size], out[size : 2 * size], out[2 * size : 3 * size], out[3 * size :]
    for n in range(size):
        one[n], a, e = earlier(first, second, a, e)
        two[n], b, f = earlier(first, second, b, f)
        three[n], c, g = earlier(first, second, c, g)
        four[n], d, h = earlier(first, second, d, h)
    for n in range(size, four.size):
        four[n], d, h = earlier(first, second, d, h)


@lean
def earlier(first: Ints, second: Ints, one: np.uint64, two: np.uint64) -> tuple[np.int64, np.uint64, np.uint64]:
    """Return the earlier of two lines' next moments, and the places of those then next."""
    this, that = first[one], second[two]
    is_first = np.uint64(this <= that)
    return min(this, that), one + is_first, two + ONE - is_first
