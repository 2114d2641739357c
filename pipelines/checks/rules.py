"""The rules a row can break, made by kind: unknown, doubled, ahead of the clock, out of bounds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from pipelines.checks.known import Known
from pipelines.contract import CLOCK_TOLERANCE

AHEAD = CLOCK_TOLERANCE
"""How far a source's clock may be ahead of the campaign's (campaign minutes)."""
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
"""Before this no campaign was: a clock that was never set."""


@dataclass(frozen=True)
class Rule:
    """``bad`` marks the rows that break it; ``shows`` are the columns its sentence quotes."""

    name: str
    shows: tuple[str, ...]
    bad: Callable[[Known], pl.Expr]
    expected: str


def never(name: str, shows: tuple[str, ...], bad: pl.Expr, expected: str) -> Rule:
    """Refuse the rows that ``bad`` marks, whatever is known."""
    return Rule(name, shows, lambda _known: bad, expected)


def unknown(column: str, ids: Callable[[Known], frozenset[str]]) -> Rule:
    """Refuse an id that the campaign does not have; an absent one passes."""
    noun = column.removesuffix("_id")
    expected = f"a {noun} of the campaign (see {noun}s.csv)"
    return Rule(f"{noun}_known", (column,), lambda known: ~pl.col(column).is_in(list(ids(known))), expected)


def once(name: str, *columns: str) -> Rule:
    """Refuse two rows of one key in an answer."""
    expected = f"each {' × '.join(columns)} once in an answer"
    return Rule(name, columns, lambda _known: pl.struct(columns).is_duplicated(), expected)


def clock(*columns: str) -> tuple[Rule, ...]:
    """A time may not be ahead of the campaign's clock, nor from before any campaign (a clock that was never set)."""
    rules: list[Rule] = []
    for column in columns:
        ahead = "a time at most 10 min ahead of the campaign's clock; check the source's clock"
        rules.append(Rule(f"{column}_ahead", (column,), lambda known, c=column: pl.col(c) > known.now + AHEAD, ahead))
        unset = "a time after 2020; the source's clock was never set"
        rules.append(Rule(f"{column}_unset", (column,), lambda _known, c=column: pl.col(c) < EARLIEST, unset))
    return tuple(rules)


def at_most(low: str, high: str, key: str, why: str, times: int = 1) -> Rule:
    """Refuse a part that is greater than its whole."""
    factor = "" if times == 1 else f"{times} × "
    bad = pl.col(low) > pl.col(high) * times
    return Rule(f"{low}_at_most_{high}", (key, low, high), lambda _known: bad, f"{low} ≤ {factor}{high} ({why})")


def within(column: str, key: str, low: float, high: float) -> Rule:
    """Refuse what lies outside the bounds, and what is no number."""
    bad = ~pl.col(column).is_between(low, high)
    return Rule(f"{column}_within", (key, column), lambda _known: bad, f"{column} from {low:g} to {high:g}")


def not_negative(key: str, *columns: str) -> tuple[Rule, ...]:
    """Refuse counts below nothing."""
    return tuple(within(column, key, 0, 2**62) for column in columns)
