"""The rules about the sites, their people, their tubes and the labs."""

import polars as pl

from pipelines.alerts.model import Limits, Rule, Subject, key, keys, seconds
from pipelines.vocabulary import Severity

CROWD_A_LANE = 150.0  # persons queueing for each open lane: more than an hour's work of 131 persons (assumption)
BACKLOG_HOURS = 3.0  # hours of a lab's own capacity that may wait for it (assumption)


def broken_sites(conservation: pl.DataFrame) -> pl.DataFrame:
    """Grain: site whose persons counted are not the persons of its tubes."""
    return conservation.select(site_id=pl.col("broken_site_ids")).explode("site_id").drop_nulls()


def _long_wait(limits: Limits) -> float:
    return limits.long_wait_minutes


OPEN = pl.when(pl.col("wait_class") != "unknown")
IS_OPEN = pl.col("wait_class") != "closed"

FIELD: tuple[Rule, ...] = (
    Rule(
        name="conservation_broken",
        ask="conservation",
        about=Subject.SITE,
        severity=Severity.CRITICAL,
        shape=broken_sites,
        subject=pl.col("site_id"),
        judged=pl.lit(1.0),
        site="site_id",
        patience=seconds(fire=120, clear=120),
    ),
    Rule(
        name="wait_long",
        ask="sites_live",
        about=Subject.SITE,
        severity=Severity.WARNING,
        subject=pl.col("site_id"),
        judged=OPEN.then(pl.when(IS_OPEN).then(pl.col("wait_minutes")).otherwise(0.0)),
        bound=_long_wait,
        clear=0.9,
        site="site_id",
        town="town_code",
        links=keys(("site", "site_id"), ("server", "main_server_id")),
        muted_by=("server_down",),
        patience=seconds(fire=180, clear=300),
    ),
    Rule(
        name="crowd_over",
        ask="sites_live",
        about=Subject.SITE,
        severity=Severity.CRITICAL,
        subject=pl.col("site_id"),
        judged=OPEN.then(
            pl.when(IS_OPEN).then(pl.col("queue_persons") / pl.max_horizontal(pl.col("lanes_open"), 1)).otherwise(0.0)
        ),
        bound=lambda _: CROWD_A_LANE,
        clear=0.9,
        shown=pl.col("queue_persons"),
        site="site_id",
        town="town_code",
        patience=seconds(fire=120, clear=300),
    ),
    Rule(
        name="lab_backlog",
        ask="labs_live",
        about=Subject.LAB,
        severity=Severity.WARNING,
        subject=pl.col("lab_id"),
        judged=pl.col("tubes_backlog") / (pl.col("capacity_tubes_per_day") / 24),
        bound=lambda _: BACKLOG_HOURS,
        clear=0.9,
        covers=key("lab", "lab_id"),
        shown=pl.col("tubes_backlog"),
        patience=seconds(fire=300, clear=300),
    ),
)
