"""When a site's crowd comes: exponential spacings in operational time, laid along the arrival curve."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pipelines.planning.compiled import HAS_NUMBA, lean, reinterpreted
from pipelines.planning.draws import FIRST, GOLDEN, SECOND, TOP, UNIT, A, B, C, Floats, fill
from pipelines.planning.kernel_words import Shapes

MANTISSA, POINT, BIAS = np.int64((1 << 52) - 1), np.int64(52), np.int64(1023)
ONE = BIAS << POINT
ROOT = np.float64(2.0**0.5).view(np.int64) & MANTISSA
LOG_2 = 0.6931471805599453
THIRD, FIFTH, SEVENTH = 1 / 3, 1 / 5, 1 / 7
bits_of: Callable[[float], Any] = reinterpreted("float64", "int64")
float_of: Callable[[Any], float] = reinterpreted("int64", "float64")


@lean
def _exponentials_loop(key: np.uint64, out: Floats) -> None:
    """Fill ``out`` with draws of mean 1: less the logarithm of an even draw, 3e-8 off at most.

    A number is taken apart into 2 ** whole × part, the part from the root of a half to the root of 2; its logarithm is
    2 artanh((part - 1) / (part + 1)). No step asks for a branch or a table: the processor takes eight draws at a time.
    """
    at = key
    for n in range(out.size):
        at = at + GOLDEN
        mixed = (at ^ (at >> A)) * FIRST
        mixed = (mixed ^ (mixed >> B)) * SECOND
        bits = bits_of(1.0 - ((mixed ^ (mixed >> C)) >> TOP) * UNIT)
        low = bits & MANTISSA
        is_high = np.int64(low > ROOT)
        whole = (bits >> POINT) - BIAS + is_high
        part = float_of((low | ONE) - (is_high << POINT))
        slope = (part - 1.0) / (part + 1.0)
        square = slope * slope
        out[n] = -(whole * LOG_2 + 2.0 * slope * (1.0 + square * (THIRD + square * (FIFTH + square * SEVENTH))))


def _exponentials_vector(key: np.uint64, out: Floats) -> None:
    """Fill ``out`` with draws of mean 1."""
    fill(key, out)
    out[:] = -np.log1p(-out)


exponentials = _exponentials_loop if HAS_NUMBA else _exponentials_vector


@lean
def accumulate(values: Floats) -> float:
    """Replace values by their sums so far, four quarters side by side; return the whole."""
    size = values.size // 4
    one, two, three, four = (
        values[:size],
        values[size : 2 * size],
        values[2 * size : 3 * size],
        values[3 * size : 4 * size],
    )
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    for n in range(size):
        a += one[n]
        b += two[n]
        c += three[n]
        d += four[n]
        one[n], two[n], three[n], four[n] = a, b, c, d
    b, c, d = a + b, a + b + c, a + b + c + d
    for n in range(size):
        two[n] += a
        three[n] += b
        four[n] += c
    for n in range(4 * size, values.size):
        d += values[n]
        values[n] = d
    return d


@lean
def first_above(values: Floats, low: int, high: int, limit: float) -> int:
    """Return the place of the first of ascending values from ``low`` on that is above a limit; ``high``: none is."""
    while low < high:
        middle = (low + high) >> 1
        is_above = values[middle] > limit
        low, high = low if is_above else middle + 1, middle if is_above else high
    return low


@lean
def arrivals(key: np.uint64, shapes: Shapes, spare: Floats, comes: Floats) -> None:
    """Fill ``comes`` with sorted moments by the curve: so many uniform points in operational time, made by spacings.

    ``spare`` is room for one more than come.
    """
    edges, shares = shapes.edges, shapes.shares
    exponentials(key, spare)
    whole = accumulate(spare)
    low = 0
    for part in range(shares.size - 1):
        is_last = part + 2 == shares.size
        high = comes.size if is_last else first_above(spare, low, comes.size, shares[part + 1] * whole)
        share = shares[part + 1] - shares[part]
        slope = (edges[part + 1] - edges[part]) / share if share > 0.0 else 0.0
        begin, pace = edges[part] - shares[part] * slope, slope / whole
        some, reached = comes[low:high], spare[low:high]
        for person in range(some.size):
            some[person] = begin + reached[person] * pace
        low = high
