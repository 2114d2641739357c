"""What an export for outsiders leaves out: counts of one to four persons, and whole tables that name colleagues."""

import re

import polars as pl
from msgspec.structs import replace

from pipelines.access import HOUSEKEEPING
from pipelines.exports.about import About
from pipelines.exports.errors import ExportError
from pipelines.vocabulary import Audience

SMALL = 5
_PERSONS = re.compile(r"(^|_)(persons?|staff|special_cases)(_|$)|^(queue|stopped|offline)_\d+$")
_NORM = re.compile(r"^persons_per_")
OF_PERSONS = frozenset(
    {
        *("fevers", "risk_travellers", "vaccinated", "turned_away", "tested_separately", "special_captured"),
        *("special_cases", "on_shift", "planned", "expected", "registered", "lacking", "persons_missing"),
        *("trained_online", "trained_offline", "trained_city", "android", "apple", "clients"),
        *("screenshots", "codes_prepared", "codes_generated", "codes_unreadable", "codes_refreshed"),
        *("medics", "cadres", "volunteers", "police", "medics_registered", "need", "gap", "guides_busy", "guides_free"),
    }
)
NAMES_SOMEBODY = HOUSEKEEPING - {"conservation", "freshness"} | {"decisions", "orders_live", "recommendation_log"}
NAMING = frozenset({"by", "actor", "entered_by", "signed_by", "text", "note"})
"""Columns that name a colleague, or hold what he wrote."""
IN_ROWS = frozenset({"report_diff"})
"""Asks whose rows say what their numbers count: a small count of persons cannot be told by its column."""


def counts_persons(column: str) -> bool:
    """Whether a whole-number column of that name counts persons."""
    return column in OF_PERSONS or (_PERSONS.search(column) is not None and not _NORM.match(column))


def shown_to(frame: pl.DataFrame, about: About) -> tuple[pl.DataFrame, About]:
    """Return the table as its audience may see it, and its footer, which counts the cells left out.

    Counts of persons from one to four become empty; nobody (0) stays. Raises ExportError for a table of acts, orders,
    alerts or jobs, which names colleagues.
    """
    if about.audience is Audience.INTERNAL:
        return frame, about
    if about.ask in NAMES_SOMEBODY | IN_ROWS or not NAMING.isdisjoint(frame.columns):
        raise ExportError(f"{about.ask!r} tells of colleagues or persons; it is exported for internal use only")
    counted = [name for name, dtype in frame.schema.items() if dtype.is_integer() and counts_persons(name)]
    small = [pl.col(name).is_between(1, SMALL - 1).fill_null(value=False) for name in counted]
    hidden = sum(frame.select(found.sum() for found in small).row(0)) if counted and frame.height else 0
    pairs = zip(counted, small, strict=True)
    kept = [pl.when(found).then(None).otherwise(pl.col(name)).alias(name) for name, found in pairs]
    return frame.with_columns(kept), replace(about, suppressed=hidden)
