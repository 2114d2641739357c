"""Which versions of which reports are to be issued now: pure, from the sites' figures and the newest versions."""

from datetime import datetime, timedelta

import polars as pl

from pipelines.reports.document import Why
from pipelines.reports.rows import FIGURES, INPUTS, REPORT_VERSION

PAUSE = timedelta(minutes=5)
"""Campaign time for which an hour's reports rest after some were issued: what changes meanwhile is issued together."""
SETTLING = timedelta(minutes=3)
"""Campaign time after the due time within which what came by then is issued: no revision yet."""
FED = ("persons_fed", "tubes_fed", "tubes_sampled", "tubes_received", "tubes_resulted", "tubes_missing")
_PLACE = ("hour_at", "scope_level", "scope_id")
_TOLD = (*FIGURES, *INPUTS)


def versions_due(site_hours: pl.DataFrame, newest: pl.DataFrame, as_of: datetime, until: datetime) -> pl.DataFrame:
    """Return the rows to store: for every hour up to ``until`` the first version of each place's report, and the next
    one of those whose figures have changed, once their hour has rested or become due.

    ``site_hours`` is the ask ``report_figures``, ``newest`` the ask ``reports_newest``, both as of ``as_of``. All that
    is issued for an hour at one moment adds up: the sites to their town, the towns to the district.
    """
    now = _places(site_hours.filter(pl.col("hour_at") <= until))
    was = newest.select(*_PLACE, "version", "is_revised", "frozen_at", pl.col(_TOLD).name.suffix("_was"))
    rested = newest.group_by("hour_at").agg(pl.col("frozen_at").max().alias("issued_at"))
    joined = now.join(was, on=list(_PLACE), how="left").join(rested, on="hour_at", how="left")
    is_first = pl.col("version").is_null()
    is_other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_was")) for name in _TOLD)
    has_become_due = (pl.col("issued_at") < pl.col("due_at")) & (pl.col("due_at") <= as_of)
    has_rested = (pl.col("issued_at") <= as_of - PAUSE) | has_become_due
    due = joined.filter(is_first | (is_other & has_rested))
    return _numbered(due, as_of)


def _numbered(due: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    is_first = pl.col("version").is_null()
    is_corrected = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_was") for name in ("corrections", "conflicts"))
    is_fed = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_was") for name in FED)
    is_changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_was")) for name in FIGURES)
    why = (
        pl.when(is_first).then(pl.lit(Why.FROZEN.value))
        .when(is_corrected).then(pl.lit(Why.CORRECTED.value))
        .when(is_fed).then(pl.lit(Why.LATE_DATA.value))
        .otherwise(pl.lit(Why.ENTERED.value))
    )  # fmt: skip
    return (
        due.with_columns(why=why)
        .with_columns(
            report_id=pl.concat_str(
                pl.col("hour_at").dt.strftime("%Y-%m-%dT%H:%MZ"),
                "scope_level",
                pl.when(pl.col("scope_id") != "").then("scope_id"),
                separator="/",
                ignore_nulls=True,
            ),
            is_revised=~is_first & (pl.col("is_revised") | (is_changed & (pl.col("due_at") + SETTLING < as_of))),
            version=pl.col("version").fill_null(0) + 1,
            frozen_at=pl.lit(as_of).cast(pl.Datetime("us", "UTC")),
        )
        .sort("hour_at", "scope_level", "scope_id")
        .select(pl.col(name).cast(dtype) for name, dtype in REPORT_VERSION.items())
    )


def _places(site_hours: pl.DataFrame) -> pl.DataFrame:
    """Return the figures of every site, town and the district for every hour."""
    sites = site_hours.select(
        "hour_at",
        "due_at",
        "town_code",
        scope_level=pl.lit("site"),
        scope_id=pl.col("site_id"),
        persons=pl.coalesce("persons", "persons_fed"),
        tubes=pl.coalesce("tubes", "tubes_fed"),
        third_copies=pl.col("third_copies"),
        special_cases=pl.coalesce("special_cases", "special_cases_fed"),
        **{name: pl.col(name) for name in FED},
        sites=pl.lit(1, pl.Int64),
        sites_entered=pl.col("is_entered").cast(pl.Int64),
        sites_late=pl.col("is_late").cast(pl.Int64),
        sites_missing=pl.col("is_missing").cast(pl.Int64),
        corrections=pl.col("is_corrected").cast(pl.Int64),
        conflicts=pl.col("is_conflict").cast(pl.Int64),
    )
    towns = _summed(sites, pl.lit("town"), pl.col("town_code"))
    return pl.concat([sites.select(towns.columns), towns, _summed(sites, pl.lit("district"), pl.lit(""))])


def _summed(sites: pl.DataFrame, level: pl.Expr, place: pl.Expr) -> pl.DataFrame:
    """Return the sums of a level's places; the third copies of those who counted them, null where nobody did."""
    counted = pl.when(pl.col("third_copies").count() > 0).then(pl.col("third_copies").sum()).alias("third_copies")
    others = pl.col([name for name in _TOLD if name != "third_copies"]).sum()
    keyed = sites.drop("scope_level", "scope_id").with_columns(scope_level=level, scope_id=place)
    summed = keyed.group_by(*_PLACE, "due_at").agg(counted, others)
    return summed.select(*_PLACE, "due_at", *_TOLD)
