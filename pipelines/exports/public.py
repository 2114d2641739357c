"""What an export for outsiders leaves out: counts of one to four persons, and whole tables that name colleagues."""

import re

import polars as pl
from msgspec.structs import replace

from pipelines.access import HOUSEKEEPING
from pipelines.exports.about import About
from pipelines.exports.differencing import withheld
from pipelines.exports.errors import ExportError
from pipelines.vocabulary import Audience

_PERSONS = re.compile(r"(^|_)(persons?|staff|special_cases)(_|$)|^(queue|stopped|offline)_\d+$")
_SHARE = re.compile(r"^(?!loss_|network_loss_|up_|error_).*_(share|rate)$|_per_")
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

    Counts of persons from one to four become empty, and with them what a sum or a share would tell them by; nobody (0)
    stays. Raises ExportError for a table of acts, orders, alerts or jobs, which names colleagues.
    """
    if about.audience is Audience.INTERNAL:
        return frame, about
    if about.ask in NAMES_SOMEBODY | IN_ROWS or not NAMING.isdisjoint(frame.columns):
        raise ExportError(f"{about.ask!r} tells of colleagues or persons; it is exported for internal use only")
    counted = [name for name, dtype in frame.schema.items() if dtype.is_integer() and counts_persons(name)]
    if not counted or frame.is_empty():
        return frame, about
    gone = withheld(frame, counted)
    small = gone.select(pl.any_horizontal(pl.all())).to_series()
    gone = gone.with_columns(pl.Series(name, small & frame[name].is_not_null()) for name in _shares(frame))
    kept = [pl.when(gone[name]).then(None).otherwise(pl.col(name)).alias(name) for name in gone.columns]
    return frame.with_columns(kept), replace(about, suppressed=sum(int(gone[name].sum()) for name in gone.columns))


def _shares(frame: pl.DataFrame) -> list[str]:
    """Return the columns that may be a count divided by one that is shown."""
    return [name for name, dtype in frame.schema.items() if dtype.is_float() and _SHARE.search(name)]
