"""Hard checks before and after the transforms: what cannot be true is refused whole, with a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import polars as pl

from pipelines.contract import CLOCK_TOLERANCE, LONGEST_WAIT_MINUTES
from pipelines.sources.shape import OPTIONAL, WIRE
from pipelines.transform import STORED
from pipelines.vocabulary import PERSONS_PER_TUBE, SourceKind

AHEAD = CLOCK_TOLERANCE
"""How far a source's clock may be ahead of the campaign's (campaign minutes)."""
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
"""Before this no campaign was: a clock that was never set."""


@dataclass(frozen=True)
class Refusal:
    """A rule that was broken: how many rows break it, and the sentence for people."""

    rule: str
    rows: int
    sentence: str


@dataclass(frozen=True)
class SiteCountsBefore:
    """A site's last accepted counts, which the next may not fall below within the same round."""

    round_id: str
    sequence: int
    observed_at: datetime
    persons_registered: int
    tubes_registered: int
    persons_sampled: int
    tubes_sampled: int
    tubes_short: int


@dataclass(frozen=True)
class Known:
    """What the checks compare with: the campaign's ids, each site's last accepted counts, campaign time now."""

    site_ids: frozenset[str]
    lab_ids: frozenset[str]
    server_ids: frozenset[str]
    previous: Mapping[str, SiteCountsBefore]
    now: datetime
    round_id: str | None = None
    """The campaign's round; None when counts of any round will do."""


@dataclass(frozen=True)
class _Rule:
    """``bad`` marks the rows that break it; ``shows`` are the columns its sentence quotes."""

    name: str
    shows: tuple[str, ...]
    bad: Callable[[Known], pl.Expr]
    expected: str


COUNTERS = ("persons_registered", "tubes_registered", "persons_sampled", "tubes_sampled", "tubes_short")


def counts_before(counts: pl.DataFrame) -> dict[str, SiteCountsBefore]:
    """Return the ``previous`` of the next check from accepted site counts (store columns)."""
    names = [field.name for field in fields(SiteCountsBefore)]
    return {row[0]: SiteCountsBefore(*row[1:]) for row in counts.select("site_id", *names).iter_rows()}


def check_raw(kind: SourceKind, frame: pl.DataFrame, known: Known) -> list[Refusal]:
    """Return what is wrong with a source's own words (``sources.WIRE[kind]``); empty means they may be transformed."""
    return _columns(frame, WIRE[kind]) or _broken(_RAW[kind], frame, known)


def offending_events(frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Return the tube events (a source's own words) that break a rule. Grain: row × rule; ``row`` counts from 0.

    Events that were refused once never come again, so a page loses these rows and no others.
    """
    kind = SourceKind.TUBE_EVENTS
    rules = (_COMPLETE, *dict.fromkeys(_RAW[kind] + _TIDY[kind]))
    numbered = frame.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    found = [row for rule in rules for row in _offending(rule, numbered, known)]
    return pl.DataFrame(found, schema=_OFFENDING, orient="row")


def check_tidy(kind: SourceKind, frame: pl.DataFrame, known: Known) -> list[Refusal]:
    """Return what is wrong with rows as the store would get them; empty means they may be stored."""
    refusals = _columns(frame, STORED[kind]) or _broken(_TIDY[kind], frame, known)
    return refusals or (_fallen(frame, known) if kind is SourceKind.SITE_COUNTS else [])


def _columns(frame: pl.DataFrame, schema: pl.Schema) -> list[Refusal]:
    """Return a refusal when columns or their types differ, or a null stands where none may."""
    naive = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and dtype.time_zone is None]
    if naive:
        sentence = f"expected times with a zone, got {', '.join(naive)} without one; send an offset or Z"
        return [Refusal("times_aware", frame.height, sentence)]
    if frame.schema != schema:
        wrong = sorted(set(frame.schema.items()) ^ set(schema.items()), key=lambda pair: pair[0])
        names = ", ".join(dict.fromkeys(name for name, _ in wrong)) or "their order"
        return [Refusal("columns", frame.height, f"expected the columns {', '.join(schema)}; these differ: {names}")]
    return _nulls(frame.filter("is_up") if "reason" in schema else frame, schema)


def _nulls(frame: pl.DataFrame, schema: pl.Schema) -> list[Refusal]:
    """Refuse nulls; of a server that is down nothing more than that is known, so its row is not looked at."""
    counts = frame.null_count()
    for name in schema:
        rows = 0 if name in OPTIONAL else int(counts[name][0])
        if rows:
            return [Refusal("complete", rows, f"{name} is missing in {rows} of {frame.height} rows; it may never be")]
    return []


def _offending(rule: _Rule, numbered: pl.DataFrame, known: Known) -> list[tuple[object, ...]]:
    bad = numbered.filter(rule.bad(known))
    shown = bad.select(rule.shows).with_columns(pl.selectors.datetime().dt.to_string("iso:strict"))
    keys = bad.select("row", "sequence", pl.col("site_id").str.head(120)).iter_rows()
    return [
        (*key, rule.name, f"tube event {key[1]} was left out: expected {rule.expected}; got {_came(row)}")
        for key, row in zip(keys, shown.iter_rows(named=True), strict=True)
    ]


def _broken(rules: tuple[_Rule, ...], frame: pl.DataFrame, known: Known) -> list[Refusal]:
    bad = {rule.name: rule.bad(known) for rule in rules}
    counts = frame.select(**{name: mask.sum() for name, mask in bad.items()}).row(0) if frame.height else ()
    broken = [(rule, int(rows)) for rule, rows in zip(rules, counts, strict=False) if rows]
    return [Refusal(rule.name, rows, _sentence(rule, rows, frame, bad[rule.name])) for rule, rows in broken]


def _sentence(rule: _Rule, rows: int, frame: pl.DataFrame, mask: pl.Expr) -> str:
    written = pl.selectors.datetime().dt.to_string("iso:strict")  # Python's own times end with the year 9999
    first = frame.filter(mask).head(1).select(rule.shows).with_columns(written).row(0, named=True)
    where = "" if rows == 1 else f" (the first of {rows} rows)"
    return f"expected {rule.expected}; got {_came(first)}{where}"


def _came(row: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value!r}"[:120] for name, value in row.items())


def _fallen(frame: pl.DataFrame, known: Known) -> list[Refusal]:
    """Return refusals of counts that fell, or moved without their sequence, against the last accepted ones."""
    refusals: list[Refusal] = []
    for site_id, after in counts_before(frame).items():
        before = known.previous.get(site_id)
        if before is not None and before.round_id == after.round_id:
            refusals += _against(site_id, before, after)
    return refusals


def _against(site_id: str, before: SiteCountsBefore, after: SiteCountsBefore) -> list[Refusal]:
    moves = {name: (getattr(before, name), getattr(after, name)) for name in COUNTERS}
    fell = [f"{name} fell from {low} to {high}" for name, (low, high) in moves.items() if high < low]
    moved = [f"{name} from {low} to {high}" for name, (low, high) in moves.items() if high != low]
    refusals: list[Refusal] = []
    if after.sequence < before.sequence:
        came = f"sequence of {site_id} fell from {before.sequence} to {after.sequence}"
        refusals.append(Refusal("sequence_rises", 1, f"{came}; an old answer came late, or the source was set back"))
    elif after.sequence == before.sequence and moved:
        came = f"{site_id} moved ({', '.join(moved)}) while its sequence stayed {after.sequence}"
        refusals.append(Refusal("sequence_moves", 1, f"{came}; every change must have a new sequence"))
    if fell:
        came = f"at {site_id} {', '.join(fell)}"
        refusals.append(Refusal("counters_rise", 1, f"{came}; counters are cumulative and never fall within a round"))
    if after.observed_at < before.observed_at - AHEAD:
        moved_back = f"from {before.observed_at.isoformat()} to {after.observed_at.isoformat()}"
        came = f"observed_at of {site_id} went back {moved_back}"
        refusals.append(Refusal("time_rises", 1, f"{came}; check the source's clock"))
    return refusals


def _unknown(column: str, ids: Callable[[Known], frozenset[str]]) -> _Rule:
    noun = column.removesuffix("_id")
    expected = f"a {noun} of the campaign (see {noun}s.csv)"
    return _Rule(f"{noun}_known", (column,), lambda known: ~pl.col(column).is_in(list(ids(known))), expected)


def _once(name: str, *columns: str) -> _Rule:
    expected = f"each {' × '.join(columns)} once in an answer"
    return _Rule(name, columns, lambda _known: pl.struct(columns).is_duplicated(), expected)


def _clock(*columns: str) -> tuple[_Rule, ...]:
    """A time may not be ahead of the campaign's clock, nor from before any campaign (a clock that was never set)."""
    rules: list[_Rule] = []
    for column in columns:
        ahead = "a time at most 10 min ahead of the campaign's clock; check the source's clock"
        rules.append(_Rule(f"{column}_ahead", (column,), lambda known, c=column: pl.col(c) > known.now + AHEAD, ahead))
        unset = "a time after 2020; the source's clock was never set"
        rules.append(_Rule(f"{column}_unset", (column,), lambda _known, c=column: pl.col(c) < EARLIEST, unset))
    return tuple(rules)


def _at_most(low: str, high: str, key: str, why: str, times: int = 1) -> _Rule:
    factor = "" if times == 1 else f"{times} × "
    bad = pl.col(low) > pl.col(high) * times
    return _Rule(f"{low}_at_most_{high}", (key, low, high), lambda _known: bad, f"{low} ≤ {factor}{high} ({why})")


def _within(column: str, key: str, low: float, high: float) -> _Rule:
    bad = ~pl.col(column).is_between(low, high)
    return _Rule(f"{column}_within", (key, column), lambda _known: bad, f"{column} from {low:g} to {high:g}")


def _not_negative(key: str, *columns: str) -> tuple[_Rule, ...]:
    return tuple(_within(column, key, 0, 2**62) for column in columns)


_SITE = _unknown("site_id", lambda known: known.site_ids)
_ROUND = _Rule(
    "round_known",
    ("site_id", "round_id"),
    lambda known: pl.lit(False) if known.round_id is None else pl.col("round_id") != known.round_id,
    "counts of the campaign's round (see campaign.toml)",
)
_LAB = _unknown("lab_id", lambda known: known.lab_ids)
_SERVER = _unknown("server_id", lambda known: known.server_ids)
_DESKS = _Rule(
    "desks_known",
    ("site_id", "desks_by_server"),
    lambda known: (
        pl.col("desks_by_server")
        .list.eval(~pl.element().struct.field("server_id").is_in(list(known.server_ids)))
        .list.any()
    ),
    "desks at servers of the campaign only (see servers.csv)",
)
_RISING = _Rule(
    "sequence_ascending", ("sequence",), lambda _known: pl.col("sequence").diff() <= 0, "events in rising sequence"
)
_NEEDED = [name for name in WIRE[SourceKind.TUBE_EVENTS] if name not in OPTIONAL]
_COMPLETE = _Rule(
    "complete",
    tuple(_NEEDED),
    lambda _known: pl.any_horizontal(pl.col(_NEEDED).is_null()),
    "every column filled but short_reason",
)
_OFFENDING = pl.Schema(
    {"row": pl.Int64(), "sequence": pl.Int64(), "site_id": pl.String(), "rule": pl.String(), "sentence": pl.String()}
)

_RAW: dict[SourceKind, tuple[_Rule, ...]] = {
    SourceKind.SITE_COUNTS: (_SITE, _ROUND, _once("site_once", "site_id"), *_clock("observed_at")),
    SourceKind.TUBE_EVENTS: (_SITE, _LAB, _SERVER, _RISING, *_clock("happened_at", "recorded_at")),
    SourceKind.SITE_QUEUES: (_SITE, _DESKS, _once("site_once", "site_id"), *_clock("observed_at")),
    SourceKind.ROSTER: (_SITE, _once("role_once", "site_id", "role"), *_clock("observed_at")),
    SourceKind.NETWORK: (_SITE, _once("network_once", "site_id", "network"), *_clock("observed_at")),
    SourceKind.SERVER_STATUS: (_SERVER, _once("server_once", "server_id"), *_clock("observed_at", "started_at")),
    SourceKind.LAB_COUNTS: (_LAB, _once("lab_once", "lab_id"), *_clock("observed_at")),
}
_TIDY: dict[SourceKind, tuple[_Rule, ...]] = {
    SourceKind.SITE_COUNTS: (
        *_not_negative("site_id", "sequence", *COUNTERS),
        _at_most("persons_registered", "tubes_registered", "site_id", "a tube holds ten at most", PERSONS_PER_TUBE),
        _at_most("persons_sampled", "tubes_sampled", "site_id", "a tube holds ten at most", PERSONS_PER_TUBE),
        _at_most("persons_sampled", "persons_registered", "site_id", "registration comes before sampling"),
        _at_most("tubes_sampled", "tubes_registered", "site_id", "registration comes before sampling"),
        _at_most("tubes_short", "tubes_registered", "site_id", "a short tube is a registered one"),
    ),
    SourceKind.TUBE_EVENTS: (_RISING, _within("persons", "barcode", 0, PERSONS_PER_TUBE)),
    SourceKind.SITE_QUEUES: (
        *_not_negative("site_id", "queue_persons", "lanes_open"),
        _within("wait_minutes", "site_id", 0, LONGEST_WAIT_MINUTES),
    ),
    SourceKind.ROSTER: _not_negative("site_id", "on_shift", "planned"),
    SourceKind.NETWORK: (
        _within("loss_share", "site_id", 0, 1),
        _within("latency_ms", "site_id", 0, 600_000),
        *_not_negative("site_id", "clients"),
    ),
    SourceKind.SERVER_STATUS: (
        *_not_negative("server_id", "logins", "capacity_logins", "requests", "errors", "persons_registered"),
        _at_most("errors", "requests", "server_id", "an error is a request that failed"),
    ),
    SourceKind.LAB_COUNTS: (
        *_not_negative("lab_id", "tubes_dispatched", "tubes_received", "tubes_resulted", "scans", "scan_errors"),
        _at_most("tubes_resulted", "tubes_received", "lab_id", "a lab results what it received"),
    ),
}
