"""The rules about the sites, their people, their tubes and the labs."""

import polars as pl

from pipelines.alerts.model import Limits, Rule, Subject, key, keys, placed, seconds
from pipelines.vocabulary import Severity

CROWD_A_LANE = 150.0  # persons queueing for each open lane: more than an hour's work of 131 persons (assumption)
STAFF_SHORT_SHARE = 0.3  # of those whom the norms ask for (assumption)
OBEYED_SHARE = 0.5  # of an order's desks; with fewer ten minutes later the order has not reached them (assumption)
LABELS_LEFT = 60.0  # labels cut and not used yet: an hour of a site of five lanes (assumption)
HALF_FILLED_MINUTES = 20.0  # a tube of ten fills in some five minutes (assumption)
BACKLOG_HOURS = 3.0  # hours of a lab's own capacity that may wait for it (assumption)


def broken_sites(conservation: pl.DataFrame) -> pl.DataFrame:
    """Grain: site whose persons counted are not the persons of its tubes."""
    return conservation.select(site_id=pl.col("broken_site_ids")).explode("site_id").drop_nulls()


def _long_wait(limits: Limits) -> float:
    return limits.long_wait_minutes


OPEN = pl.when(pl.col("wait_class") != "unknown")
IS_SLOW = (pl.col("sites_holding") > 0) & (pl.col("desks_obeying") < OBEYED_SHARE * pl.col("desks_reached"))
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
        muted_by=("disturbance", "server_down"),
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
        name="staff_short",
        ask="staff_by_site",
        about=Subject.STAFF,
        severity=Severity.WARNING,
        subject=pl.format("{}/{}", pl.col("site_id"), pl.col("role")),
        judged=pl.when(pl.col("on_shift").is_not_null() & pl.col("need").is_not_null()).then(
            -pl.col("gap") / pl.max_horizontal(pl.col("need"), 1)
        ),
        bound=lambda _: STAFF_SHORT_SHARE,
        clear=0.8,
        shown=-pl.col("gap"),
        site="site_id",
        town="town_code",
        patience=seconds(fire=600, clear=600),
    ),
    Rule(
        name="tube_missing",
        ask="missing_tubes",
        about=Subject.TUBE,
        severity=Severity.CRITICAL,
        subject=pl.col("barcode"),
        judged=pl.col("why").is_in(["lost", "misrouted", "overdue"]).cast(pl.Float64),
        shown=pl.col("age_minutes"),
        site="site_id",
        town="town_code",
    ),
    Rule(
        name="labels_low",
        ask="labels_live",
        about=Subject.SITE,
        severity=Severity.WARNING,
        subject=pl.col("site_id"),
        judged=pl.when(pl.col("is_fresh")).then(LABELS_LEFT / pl.max_horizontal(pl.col("labels_left"), 1)),
        clear=0.8,
        shown=pl.col("labels_left"),
        site="site_id",
        town="town_code",
        patience=seconds(fire=60, clear=60),
    ),
    Rule(
        name="tube_half_filled",
        ask="open_tubes",
        about=Subject.TUBE,
        severity=Severity.WARNING,
        subject=pl.col("barcode"),
        judged=pl.when(pl.col("is_fresh")).then(pl.col("age_minutes")),
        bound=lambda _: HALF_FILLED_MINUTES,
        site="site_id",
        town="town_code",
        links=key("site", "site_id"),
        muted_by=("disturbance",),
    ),
    Rule(
        name="power_out",
        ask="kit_live",
        about=Subject.SITE,
        severity=Severity.CRITICAL,
        subject=pl.col("site_id"),
        judged=pl.when(pl.col("is_fresh")).then((~pl.col("is_power_on")).cast(pl.Float64)),
        site="site_id",
        town="town_code",
        links=pl.concat_list(pl.format("power:{}", pl.col("site_id")), pl.format("site:{}", pl.col("site_id"))),
        muted_by=("disturbance",),
        patience=seconds(clear=60),
    ),
    Rule(
        name="report_late",
        ask="inputs_live",
        about=Subject.SITE,
        severity=Severity.WARNING,
        subject=pl.col("site_id"),
        judged=(pl.col("is_missing") & (pl.col("hours_entered").sum() > 0)).cast(pl.Float64),
        site="site_id",
        town="town_code",
    ),
    Rule(
        name="untrained_on_shift",
        ask="skills_live",
        about=Subject.SITE,
        severity=Severity.WARNING,
        subject=pl.col("site_id"),
        judged=pl.when(pl.col("is_fresh")).then(pl.col("untrained_on_shift")),
        site="site_id",
        town="town_code",
        patience=seconds(fire=300, clear=300),
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
    Rule(
        name="order_not_obeyed",
        ask="orders_live",
        about=Subject.ORDER,
        severity=Severity.WARNING,
        shape=placed("scope_level", "scope_id"),
        subject=pl.col("act_id"),
        judged=((pl.col("state") != "delivered") | IS_SLOW.fill_null(value=False)).cast(pl.Float64),
        shown=pl.col("desks_reached") - pl.col("desks_obeying"),
        site="site_id",
        town="town_code",
        patience=seconds(fire=600),
    ),
)
