"""A version of a report as a row of the store."""

import polars as pl

MOMENT = pl.Datetime("us", "UTC")
FIGURES = (
    *("persons", "tubes", "third_copies", "special_cases", "persons_fed", "tubes_fed"),
    *("tubes_sampled", "tubes_received", "tubes_resulted", "tubes_missing"),
)
INPUTS = ("sites", "sites_entered", "sites_late", "sites_missing", "corrections", "conflicts")
REPORT_VERSION = pl.Schema(
    {
        "report_id": pl.String(),
        "hour_at": MOMENT,
        "scope_level": pl.String(),
        "scope_id": pl.String(),
        "version": pl.Int64(),
        "why": pl.String(),
        "is_revised": pl.Boolean(),
        "frozen_at": MOMENT,
        **dict.fromkeys((*FIGURES, *INPUTS), pl.Int64()),
    }
)
"""The columns of the table ``report_version``."""
