"""Check, transform, check: from many pulls to the rows of each table, all at once when clean, in halves when not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

import polars as pl

from pipelines.checks import NOUNS, Known, Refusal, check_raw, check_tidy, offending_events
from pipelines.sources import Pulled
from pipelines.transform import PARTS, server_down, tidy
from pipelines.vocabulary import Outcome, SourceKind

TABLES: dict[SourceKind, str] = {
    SourceKind.SITE_COUNTS: "site_counts",
    SourceKind.TUBE_EVENTS: "tube_event",
    SourceKind.SITE_QUEUES: "site_queue",
    SourceKind.ROSTER: "roster",
    SourceKind.NETWORK: "network_sample",
    SourceKind.SERVER_STATUS: "server_sample",
    SourceKind.LAB_COUNTS: "lab_counts",
    SourceKind.GATES: "gate",
    SourceKind.DESKS: "desk",
    SourceKind.KIT: "kit",
    SourceKind.VEHICLES: "vehicle",
    SourceKind.LABELS: "label_stock",
    SourceKind.QUALITY: "site_quality",
    SourceKind.ORDERS: "site_order",
    SourceKind.PEOPLE: "person",
    SourceKind.STEPS: "thing_event",
    SourceKind.INPUTS: "site_input",
    SourceKind.SPECIAL_CASES: "special_case",
    SourceKind.EXCEPTIONS: "exception_event",
}


@dataclass(frozen=True)
class Refined:
    """``tables``: rows to store, by table; ``pulls``: every pull as it ended, refused ones REJECTED with the reason."""

    tables: dict[str, pl.DataFrame]
    pulls: list[Pulled]


def refine(pulls: Iterable[Pulled], known: Known) -> Refined:
    """Return what may be stored of a cycle's pulls; a pull that breaks a rule loses all its rows, the others none.

    A server that did not answer, or whose answer was refused, becomes a row that says so. Checking 118 one-row frames
    costs some 100 times what one frame of 118 rows does, so a kind is checked whole, and halved only while refused.
    Pages of a feed lose the events that break a rule and no others: the feed goes on behind them.
    """
    ended: list[Pulled] = []
    tables: dict[str, list[pl.DataFrame]] = {}
    for kind, group in groupby(sorted(pulls, key=lambda pulled: pulled.kind), key=lambda pulled: pulled.kind):
        rows, last = (_pages if kind in NOUNS else _answers)(kind, list(group), known)
        ended += last
        for name, frame in rows + _down(last, known):
            tables.setdefault(name, []).append(frame)
    return Refined({name: pl.concat(frames) for name, frames in tables.items()}, ended)


def _answers(
    kind: SourceKind, pulls: list[Pulled], known: Known
) -> tuple[list[tuple[str, pl.DataFrame]], list[Pulled]]:
    rows, refused = _rows(kind, [pulled for pulled in pulls if pulled.raw is not None], known)
    return rows, [refused.get(pulled.source_id, pulled) for pulled in pulls]


def _pages(kind: SourceKind, pages: list[Pulled], known: Known) -> tuple[list[tuple[str, pl.DataFrame]], list[Pulled]]:
    """Return the events of the pages up to the first that cannot be used, and what was left out of them and why."""
    tables: list[tuple[str, pl.DataFrame]] = []
    ended: list[Pulled] = []
    for page in pages:
        rows, last = _page(kind, page, known)
        tables += rows
        ended.append(last)
        if last.raw is None:
            break
    return tables, ended + [_after_unusable(page) for page in pages[len(ended) :]]


def _page(kind: SourceKind, page: Pulled, known: Known) -> tuple[list[tuple[str, pl.DataFrame]], Pulled]:
    if page.raw is None:
        return [], page
    rows, refusals = _checked(kind, page.raw, known)
    if not refusals:
        return rows, page
    if any(refusal.rule in ("columns", "times_aware") for refusal in refusals):
        return [], _rejected(page, refusals)
    left_out = offending_events(kind, page.raw, known)
    kept = page.raw.with_row_index("row").filter(~pl.col("row").is_in(left_out["row"].to_list())).drop("row")
    failed = left_out.drop("row").with_columns(pl.lit(known.now).alias("failed_at"), pl.lit(kind.value).alias("kind"))
    rows = [(TABLES[kind], tidy(kind, kept.lazy()).collect()), ("check_failure", failed)]
    return rows, _in_part(page, left_out)


def _in_part(page: Pulled, left_out: pl.DataFrame) -> Pulled:
    count = left_out["row"].n_unique()
    reason = f"{count} of {page.source_id}'s events left out, the others stored; the first: {left_out['sentence'][0]}"
    return replace(page, outcome=Outcome.PARTIAL, reason=reason)


def _after_unusable(page: Pulled) -> Pulled:
    reason = f"a page of {page.source_id} before this one could not be used; both are asked for again"
    return replace(page, outcome=Outcome.REJECTED, reason=reason, raw=None)


def _rows(
    kind: SourceKind, good: list[Pulled], known: Known
) -> tuple[list[tuple[str, pl.DataFrame]], dict[str, Pulled]]:
    """Return the rows by table and the refused pulls by source."""
    if not good:
        return [], {}
    raw = pl.concat([pulled.raw for pulled in good if pulled.raw is not None])
    rows, refusals = _checked(kind, raw, known)
    if not refusals:
        return rows, {}
    if len(good) == 1:
        return [], {good[0].source_id: _rejected(good[0], refusals)}
    half = len(good) // 2
    (left, left_refused), (right, right_refused) = _rows(kind, good[:half], known), _rows(kind, good[half:], known)
    return left + right, left_refused | right_refused


def _checked(kind: SourceKind, raw: pl.DataFrame, known: Known) -> tuple[list[tuple[str, pl.DataFrame]], list[Refusal]]:
    if refusals := check_raw(kind, raw, known):
        return [], refusals
    frame = tidy(kind, raw.lazy()).collect()
    if refusals := check_tidy(kind, frame, known):
        return [], refusals
    rows = [(TABLES[kind], frame)]
    if kind in PARTS:
        table, chain = PARTS[kind]
        rows.append((table, chain(raw.lazy()).collect()))
    return rows, []


def _rejected(pulled: Pulled, refusals: list[Refusal]) -> Pulled:
    reason = f"{pulled.source_id} was refused whole: " + "; ".join(refusal.sentence for refusal in refusals)
    return replace(pulled, outcome=Outcome.REJECTED, reason=reason, raw=None)


def _down(pulls: list[Pulled], known: Known) -> list[tuple[str, pl.DataFrame]]:
    return [
        ("server_sample", server_down(pulled.server_id, known.now, pulled.outcome, pulled.reason).collect())
        for pulled in pulls
        if pulled.kind is SourceKind.SERVER_STATUS and pulled.outcome is not Outcome.OK and pulled.server_id is not None
    ]
