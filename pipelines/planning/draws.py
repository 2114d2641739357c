"""Chance by name: a stream for each cause, site and replication, so that two scenarios meet the same luck.

The n-th draw of a stream is SplitMix64 output n of its key (Steele, Lea, Flood 2014): any draw without those before.
"""

from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.compiled import HAS_NUMBA, compiled

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
GOLDEN, FIRST, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
A, B, C, TOP, ONE = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11), np.uint64(1)
UNIT = 1.0 / (1 << 53)
NODES = 1024


class Cause(IntEnum):
    """What chance decides; a cause never disturbs another's stream."""

    ARRIVALS = 0
    KIND = 1
    SCREENING = 2
    CAPTURE = 3
    REGISTRATION = 4
    SAMPLING = 5
    SPECIAL_REGISTRATION = 6
    SPECIAL_SAMPLING = 7


def stream_keys(seed: int, replication: int, site_ids: tuple[str, ...]) -> Keys:
    """Return causes × sites: the key of each stream in one replication; a site's do not depend on the other sites."""
    causes = np.asarray([_key(f"{seed}/{replication}/{cause.name}") for cause in Cause], np.uint64)
    return _mixed(causes[:, None] + _steps(site_ids)[None, :])


@lru_cache(maxsize=8)
def _steps(site_ids: tuple[str, ...]) -> Keys:
    return _mixed(np.asarray([_key(f"site/{site_id}") for site_id in site_ids], np.uint64)) * GOLDEN


def _key(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


def _mixed(keys: Keys) -> Keys:
    keys = (keys ^ (keys >> A)) * FIRST
    keys = (keys ^ (keys >> B)) * SECOND
    return keys ^ (keys >> C)


def _fill_vector(key: np.uint64, out: Floats) -> None:
    """Fill ``out`` with the stream's draws, even over 0 (included) to 1."""
    steps = np.arange(1, out.size + 1, dtype=np.uint64)
    out[:] = (_mixed(np.asarray([key], np.uint64) + steps * GOLDEN) >> TOP) * UNIT


@compiled
def _fill_loop(key: np.uint64, out: Floats) -> None:
    """Fill ``out`` with the stream's draws, even over 0 (included) to 1."""
    at = key
    for n in range(out.size):
        at = at + GOLDEN
        mixed = (at ^ (at >> A)) * FIRST
        mixed = (mixed ^ (mixed >> B)) * SECOND
        out[n] = ((mixed ^ (mixed >> C)) >> TOP) * UNIT


fill = _fill_loop if HAS_NUMBA else _fill_vector


@lru_cache(maxsize=64)
def gamma_quantiles(spread: float) -> Floats:
    """Return the quantiles of a gamma of mean 1 and deviation ``spread``, evenly spaced in probability.

    Drawing is linear between them; they are stretched a little so that mean and deviation of what is drawn are exact.
    """
    if spread <= 0.0:
        return np.ones(NODES + 1)
    shape = 1.0 / spread**2
    log_x = np.linspace(-40.0 * min(spread, 1.0) ** 0.5 - 2.0, np.log1p(60.0 * spread), 50_001)
    log_density = shape * log_x - shape * np.exp(log_x)
    density = np.exp(log_density - log_density.max())
    whole = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    chances = np.linspace(0.0, 1.0, NODES + 1)
    chances[0], chances[-1] = 1e-7, 1.0 - 0.4 / NODES
    return _stretched(np.exp(np.interp(chances, whole / whole[-1], log_x)), spread)


def _stretched(nodes: Floats, spread: float) -> Floats:
    mean, deviation = table_moments(nodes)
    nodes = 1.0 + (nodes - mean) * (spread / deviation)
    floor = 1e-6
    if nodes[0] >= floor:
        return nodes
    nodes = np.maximum(nodes, floor)
    return nodes / table_moments(nodes)[0]


def table_moments(nodes: Floats) -> tuple[float, float]:
    """Return mean and deviation of what is drawn linearly between quantiles."""
    low, high = nodes[:-1], nodes[1:]
    mean = float(((low + high) / 2).mean())
    square = float(((low * low + low * high + high * high) / 3).mean())
    return mean, max(square - mean * mean, 0.0) ** 0.5
