"""Closed forms against exact arithmetic and against published figures."""

from fractions import Fraction
from math import factorial

import numpy as np
import pytest

from pipelines.planning.queueing import (
    allen_cunneen,
    delay_chance,
    erlang_b,
    erlang_c,
    mmck,
    pollaczek_khinchine,
    square_root_staffing,
)

CASES = [(1, Fraction(1, 2)), (2, Fraction(3, 2)), (5, Fraction(4)), (10, Fraction(6)), (60, Fraction(113, 2))]


@pytest.mark.parametrize(("servers", "load"), CASES)
def test_erlang_b_is_the_ratio_of_its_sums(servers: int, load: Fraction) -> None:
    terms = [load**n / factorial(n) for n in range(servers + 1)]

    assert erlang_b(servers, float(load)) == pytest.approx(float(terms[-1] / sum(terms)), rel=1e-10)


@pytest.mark.parametrize(("servers", "load"), CASES)
def test_erlang_c_is_the_ratio_of_its_sums(servers: int, load: Fraction) -> None:
    tail = load**servers / factorial(servers) * servers / (servers - load)
    exact = tail / (sum(load**n / factorial(n) for n in range(servers)) + tail)

    assert erlang_c(servers, float(load)) == pytest.approx(float(exact), rel=1e-10)


def test_erlang_c_agrees_with_a_published_figure() -> None:
    # ten desks, 120 customers an hour, three minutes each: the chance to wait is about 0.10 (worked example of the
    # Erlang C curve); reference.wolframcloud.com/language/ref/ErlangC.html asks for the fewest at 30 calls an hour,
    # 5 minutes each, of whom 90 % do not wait: six, for with five 13 % do.
    assert erlang_c(10, 6.0) == pytest.approx(0.10, abs=0.005)
    assert erlang_c(5, 2.5) > 0.10 > erlang_c(6, 2.5)


@pytest.mark.parametrize(("servers", "room", "rate"), [(1, 1, 2), (1, 5, 1), (2, 7, 3), (5, 12, 8), (3, 3, 9)])
def test_mmck_is_its_birth_and_death_in_exact_numbers(servers: int, room: int, rate: int) -> None:
    load = Fraction(rate, 4)
    weights = [Fraction(1)]
    for n in range(1, room + 1):
        weights.append(weights[-1] * load / min(n, servers))
    chances = [weight / sum(weights) for weight in weights]
    in_line = sum((n - servers) * chance for n, chance in enumerate(chances) if n > servers)
    found = mmck(servers, room, float(rate), 0.25)

    assert found.blocked == pytest.approx(float(chances[-1]), abs=1e-10)
    assert found.in_line == pytest.approx(float(in_line), abs=1e-10)
    assert found.wait == pytest.approx(float(in_line / (rate * (1 - chances[-1]))), abs=1e-10)
    assert found.busy == pytest.approx(float(load * (1 - chances[-1]) / servers), abs=1e-10)


def test_mmck_without_a_line_is_erlang_b_and_with_a_long_one_erlang_c() -> None:
    assert mmck(5, 5, 4.0, 1.0).blocked == pytest.approx(erlang_b(5, 4.0), rel=1e-10)
    assert mmck(5, 400, 4.0, 1.0).wait == pytest.approx(erlang_c(5, 4.0) / (5 - 4), rel=1e-10)


def test_pollaczek_khinchine_is_erlang_c_for_exponential_service_and_half_of_it_for_constant() -> None:
    exponential = erlang_c(1, 0.8) * 1.0 / (1 - 0.8)

    assert pollaczek_khinchine(0.8, 1.0, 1.0) == pytest.approx(exponential, rel=1e-10)
    assert pollaczek_khinchine(0.8, 1.0, 0.0) == pytest.approx(exponential / 2, rel=1e-10)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.8), (4, 3.6), (10, 9.0)])
def test_allen_cunneen_is_near_erlang_c_for_exponential_service(servers: int, load: float) -> None:
    one = np.ones(1)
    found = allen_cunneen(one * servers, one * load, one * 60.0, 1.0, one)[0]

    assert found == pytest.approx(erlang_c(servers, load) * 60.0 / (servers - load), rel=0.06)


def test_the_square_root_rule_meets_its_chance_to_wait_within_a_server() -> None:
    for load in (9.0, 36.0, 144.0):
        for chance in (0.1, 0.25, 0.5):
            servers = square_root_staffing(load, chance)
            exact = next(n for n in range(int(load) + 1, 400) if erlang_c(n, load) <= chance)
            assert abs(servers - exact) <= 1, (load, chance)


def test_the_limit_of_halfin_and_whitt_is_approached_by_many_servers() -> None:
    assert erlang_c(10_100, 10_000.0) == pytest.approx(delay_chance(1.0), abs=0.002)
    assert delay_chance(1e-9) == pytest.approx(1.0, abs=1e-6)
