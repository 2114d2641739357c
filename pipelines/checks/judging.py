"""Judging a frame by the rules of its kind: the refusals, each a sentence, or the rows of a feed to leave out."""

from collections.abc import Mapping

import polars as pl

from pipelines.checks.counts import fallen
from pipelines.checks.known import Known, Refusal
from pipelines.checks.rules import Rule
from pipelines.checks.tables import RAW, TIDY
from pipelines.columns import OPTIONAL, STORED, WIRE
from pipelines.vocabulary import SourceKind

NOUNS: dict[SourceKind, str] = {
    SourceKind.TUBE_EVENTS: "tube event",
    SourceKind.STEPS: "step",
    SourceKind.INPUTS: "input",
    SourceKind.SPECIAL_CASES: "special case",
    SourceKind.EXCEPTIONS: "exception",
}
"""The kinds that are feeds, read on from a cursor, and what one of their events is called."""
_OFFENDING = pl.Schema(
    {"row": pl.Int64(), "sequence": pl.Int64(), "site_id": pl.String(), "rule": pl.String(), "sentence": pl.String()}
)


def check_raw(kind: SourceKind, frame: pl.DataFrame, known: Known) -> list[Refusal]:
    """Return what is wrong with a source's own words (``columns.WIRE[kind]``); empty means they may be transformed."""
    return _columns(kind, frame, WIRE[kind]) or _broken(RAW[kind], frame, known)


def offending_events(kind: SourceKind, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Return the events of a feed (a source's own words) that break a rule. Grain: row × rule; ``row`` counts from 0.

    Events that were refused once never come again, so a page loses these rows and no others.
    """
    rules = (_complete(kind), *dict.fromkeys(RAW[kind] + TIDY[kind]))
    numbered = frame.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    found = [row for rule in rules for row in _offending(rule, numbered, known, NOUNS[kind])]
    return pl.DataFrame(found, schema=_OFFENDING, orient="row")


def check_tidy(kind: SourceKind, frame: pl.DataFrame, known: Known) -> list[Refusal]:
    """Return what is wrong with rows as the store would get them; empty means they may be stored."""
    refusals = _columns(kind, frame, STORED[kind]) or _broken(TIDY[kind], frame, known)
    return refusals or (fallen(frame, known) if kind is SourceKind.SITE_COUNTS else [])


def _columns(kind: SourceKind, frame: pl.DataFrame, schema: pl.Schema) -> list[Refusal]:
    """Return a refusal when columns or their types differ, or a null stands where none may."""
    naive = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and dtype.time_zone is None]
    if naive:
        sentence = f"expected times with a zone, got {', '.join(naive)} without one; send an offset or Z"
        return [Refusal("times_aware", frame.height, sentence)]
    if frame.schema != schema:
        wrong = sorted(set(frame.schema.items()) ^ set(schema.items()), key=lambda pair: pair[0])
        names = ", ".join(dict.fromkeys(name for name, _ in wrong)) or "their order"
        return [Refusal("columns", frame.height, f"expected the columns {', '.join(schema)}; these differ: {names}")]
    is_probe = kind is SourceKind.SERVER_STATUS and "is_up" in schema
    return _nulls(frame.filter("is_up") if is_probe else frame, schema, OPTIONAL[kind])


def _nulls(frame: pl.DataFrame, schema: pl.Schema, optional: frozenset[str]) -> list[Refusal]:
    """Refuse nulls; of a server that is down nothing more than that is known, so its row is not looked at."""
    counts = frame.null_count()
    for name in schema:
        rows = 0 if name in optional else int(counts[name][0])
        if rows:
            return [Refusal("complete", rows, f"{name} is missing in {rows} of {frame.height} rows; it may never be")]
    return []


def _complete(kind: SourceKind) -> Rule:
    optional = OPTIONAL[kind]
    needed = [name for name in WIRE[kind] if name not in optional]
    missing = pl.any_horizontal(pl.col(needed).is_null())
    return Rule("complete", tuple(needed), lambda _known: missing, f"every column filled but {', '.join(optional)}")


def _offending(rule: Rule, numbered: pl.DataFrame, known: Known, noun: str) -> list[tuple[object, ...]]:
    bad = numbered.filter(rule.bad(known))
    shown = bad.select(rule.shows).with_columns(pl.selectors.datetime().dt.to_string("iso:strict"))
    keys = bad.select("row", "sequence", pl.col("site_id").str.head(120)).iter_rows()
    return [
        (*key, rule.name, f"{noun} {key[1]} was left out: expected {rule.expected}; got {_came(row)}")
        for key, row in zip(keys, shown.iter_rows(named=True), strict=True)
    ]


def _broken(rules: tuple[Rule, ...], frame: pl.DataFrame, known: Known) -> list[Refusal]:
    bad = {rule.name: rule.bad(known) for rule in rules}
    counts = frame.select(**{name: mask.sum() for name, mask in bad.items()}).row(0) if frame.height else ()
    broken = [(rule, int(rows)) for rule, rows in zip(rules, counts, strict=False) if rows]
    return [Refusal(rule.name, rows, _sentence(rule, rows, frame, bad[rule.name])) for rule, rows in broken]


def _sentence(rule: Rule, rows: int, frame: pl.DataFrame, mask: pl.Expr) -> str:
    written = pl.selectors.datetime().dt.to_string("iso:strict")  # Python's own times end with the year 9999
    first = frame.filter(mask).head(1).select(rule.shows).with_columns(written).row(0, named=True)
    where = "" if rows == 1 else f" (the first of {rows} rows)"
    return f"expected {rule.expected}; got {_came(first)}{where}"


def _came(row: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value!r}"[:120] for name, value in row.items())
