"""Closed forms of queues in balance: Erlang, M/M/c/K, Pollaczek-Khinchine, Allen-Cunneen, square-root staffing."""

from dataclasses import dataclass
from math import ceil, erf, exp, inf, pi, sqrt

import numpy as np

from pipelines.planning.draws import Floats


def erlang_b(servers: int, load: float) -> float:
    """Return the chance that all of ``servers`` are busy where nobody waits; ``load`` = arrival rate × service time."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Return the chance of having to wait where all wait; 1 from a load of ``servers`` on."""
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


@dataclass(frozen=True)
class Balance:
    """A queue in balance: chance of being turned away, mean number in line, mean wait of those taken, share busy."""

    blocked: float
    in_line: float
    wait: float
    busy: float


def mmck(servers: int, room: int, arrival_rate: float, service_s: float) -> Balance:
    """Return M/M/c/K in balance: ``room`` = K is how many fit in, served ones included."""
    load = arrival_rate * service_s
    weights = [1.0]
    for n in range(1, room + 1):
        weights.append(weights[-1] * load / min(n, servers))
    whole = sum(weights)
    chances = [weight / whole for weight in weights]
    in_line = sum((n - servers) * chance for n, chance in enumerate(chances) if n > servers)
    taken = arrival_rate * (1.0 - chances[-1])
    return Balance(chances[-1], in_line, in_line / taken if taken else 0.0, taken * service_s / servers)


def pollaczek_khinchine(arrival_rate: float, mean_s: float, spread: float) -> float:
    """Return the mean wait of M/G/1; infinite from a use of 1 on."""
    use = arrival_rate * mean_s
    return use * mean_s * (1.0 + spread**2) / (2.0 * (1.0 - use)) if use < 1.0 else inf


def allen_cunneen(servers: Floats, load: Floats, service_s: Floats, arrival_cv2: float, service_cv2: Floats) -> Floats:
    """Return the mean wait of G/G/c: that of M/M/c by the mean of both variabilities; infinite where it is overloaded.

    Arrays of one shape. The chance to wait is Sakasegawa's: within a few per cent of Erlang's, continuous in servers.
    """
    use = np.where(servers > 0, load / np.maximum(servers, 1e-9), np.inf)
    calm = np.clip(use, 0.0, 1.0 - 1e-9)
    waits = calm ** (np.sqrt(2.0 * (servers + 1.0)) - 1.0) / (np.maximum(servers, 1e-9) * (1.0 - calm))
    return np.where(use < 1.0, waits * service_s * (arrival_cv2 + service_cv2) / 2.0, np.inf)


def delay_chance(beta: float) -> float:
    """Return Halfin and Whitt's limit of the chance to wait when servers = load + beta × sqrt(load)."""
    below = 0.5 * (1.0 + erf(beta / sqrt(2.0)))
    density = exp(-(beta**2) / 2.0) / sqrt(2.0 * pi)
    return 1.0 / (1.0 + beta * below / density)


def square_root_staffing(load: float, chance: float) -> int:
    """Return how many servers keep the chance to wait at ``chance`` (0 to 1, excluded), by the square-root rule."""
    low, high = 1e-6, 10.0
    for _ in range(60):
        beta = (low + high) / 2.0
        low, high = (beta, high) if delay_chance(beta) > chance else (low, beta)
    return ceil(load + high * sqrt(load))
