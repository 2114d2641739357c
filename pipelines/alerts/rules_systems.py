"""The rules about what the day runs on: servers, networks, feeds, and this machine's own jobs, store and disk."""

import polars as pl

from pipelines.alerts.model import Limits, Rule, Subject, key, keys, placed, seconds
from pipelines.vocabulary import Severity, SystemKind

FEED_IS_LOST_FROM = 0.5  # share of the sites: from there on it is the feed that is stale, not the sites
FAILED_IN_A_ROW = 3
SKIPPED_A_MINUTE = 3
DOWN = (pl.col("health") == "down").cast(pl.Float64)
HEARD = pl.when(pl.col("health") != "unknown")
NETWORK_KEYS = pl.concat_list(
    pl.format("network:{}:{}", pl.col("site_id"), pl.col("network")), pl.format("site:{}", pl.col("site_id"))
)


def stale_feeds(freshness: pl.DataFrame) -> pl.DataFrame:
    """Grain: feed that is stale; the sites' counts are one when most sites are silent at once."""
    named = freshness.select(feed=pl.col("stale_feeds")).explode("feed").drop_nulls()
    silent = 1 - pl.col("sites_fresh") / pl.col("sites_total")
    counts = freshness.filter(silent >= FEED_IS_LOST_FROM).with_columns(feed=pl.lit("site_counts")).select("feed")
    return pl.concat([named, counts])


def province(servers: pl.DataFrame) -> pl.DataFrame:
    """Grain: one row, the province's system: which share of its servers that were heard of is down."""
    own = servers.filter((pl.col("system") == SystemKind.PROVINCE.value) & (pl.col("health") != "unknown"))
    down = own["health"] == "down"
    return pl.DataFrame({"share": [down.mean() if own.height else None], "desks": [own.filter(down)["desks"].sum()]})


def _load(limits: Limits) -> float:
    return limits.server_load_share


def _slow(limits: Limits) -> float:
    return limits.server_slow_ms


SYSTEMS: tuple[Rule, ...] = (
    Rule(
        name="disturbance",
        ask="disturbances_live",
        about=Subject.DISTRICT,
        severity=Severity.WARNING,
        grave="severity",
        shape=placed("subject_kind", "subject"),
        subject=pl.col("disturbance_id"),
        judged=pl.lit(1.0),
        shown=pl.col("desks"),
        site="site_id",
        town="town_code",
        covers=pl.col("explains"),
    ),
    Rule(
        name="province_down",
        ask="servers_live",
        about=Subject.DISTRICT,
        severity=Severity.CRITICAL,
        shape=province,
        subject=pl.lit("province"),
        judged=pl.col("share"),
        shown=pl.col("desks"),
        covers=pl.concat_list(pl.lit("system:province")),
        patience=seconds(clear=60),
    ),
    Rule(
        name="server_down",
        ask="servers_live",
        about=Subject.SERVER,
        severity=Severity.CRITICAL,
        subject=pl.col("server_id"),
        judged=HEARD.then(DOWN),
        shown=pl.col("desks"),
        covers=key("server", "server_id"),
        links=keys(("system", "system"), ("server", "server_id")),
        muted_by=("disturbance", "province_down"),
        patience=seconds(clear=60),
    ),
    Rule(
        name="server_overloaded",
        ask="servers_live",
        about=Subject.SERVER,
        severity=Severity.WARNING,
        subject=pl.col("server_id"),
        judged=HEARD.then(pl.col("load_share").fill_null(0.0)),
        bound=_load,
        clear=0.93,
        covers=key("server", "server_id"),
        links=key("server", "server_id"),
        muted_by=("disturbance", "server_down"),
        patience=seconds(fire=60, clear=120),
    ),
    Rule(
        name="server_slow",
        ask="servers_live",
        about=Subject.SERVER,
        severity=Severity.WARNING,
        subject=pl.col("server_id"),
        judged=HEARD.then(pl.col("first_byte_ms").fill_null(0.0)),
        bound=_slow,
        clear=0.8,
        links=key("server", "server_id"),
        muted_by=("disturbance", "server_down", "server_overloaded"),
        patience=seconds(fire=60, clear=120),
    ),
    Rule(
        name="wifi_down",
        ask="network_strip",
        about=Subject.NETWORK,
        severity=Severity.WARNING,
        subject=pl.format("{}/{}", pl.col("site_id"), pl.col("network")),
        judged=HEARD.then(DOWN),
        shown=pl.col("clients"),
        site="site_id",
        town="town_code",
        links=NETWORK_KEYS,
        muted_by=("disturbance",),
        patience=seconds(fire=60, clear=120),
    ),
    Rule(
        name="wifi_slow",
        ask="network_strip",
        about=Subject.NETWORK,
        severity=Severity.INFO,
        subject=pl.format("{}/{}", pl.col("site_id"), pl.col("network")),
        judged=HEARD.then((pl.col("health") == "slow").cast(pl.Float64)),
        shown=pl.col("latency_ms"),
        site="site_id",
        town="town_code",
        links=NETWORK_KEYS,
        muted_by=("disturbance",),
        patience=seconds(fire=300, clear=300),
    ),
    Rule(
        name="feed_stale",
        ask="freshness",
        about=Subject.FEED,
        severity=Severity.CRITICAL,
        shape=stale_feeds,
        subject=pl.col("feed"),
        judged=pl.lit(1.0),
        covers=key("feed", "feed"),
        links=pl.concat_list(pl.lit("machine:store")),
        muted_by=("machine_trouble",),
        patience=seconds(clear=30),
    ),
    Rule(
        name="site_stale",
        ask="sites_live",
        about=Subject.SITE,
        severity=Severity.WARNING,
        subject=pl.col("site_id"),
        judged=pl.when(pl.col("age_s").is_not_null()).then((~pl.col("is_fresh")).cast(pl.Float64)),
        shown=pl.col("age_s"),
        site="site_id",
        town="town_code",
        links=pl.concat_list(pl.lit("feed:site_counts"), pl.format("site:{}", pl.col("site_id"))),
        muted_by=("feed_stale", "disturbance"),
        patience=seconds(clear=30),
    ),
    Rule(
        name="job_failing",
        ask="jobs_live",
        about=Subject.JOB,
        severity=Severity.WARNING,
        subject=pl.col("job"),
        judged=pl.col("failed_in_a_row"),
        bound=lambda _: FAILED_IN_A_ROW,
        links=pl.concat_list(pl.lit("machine:store")),
        muted_by=("machine_trouble",),
    ),
    Rule(
        name="job_skipping",
        ask="jobs_live",
        about=Subject.JOB,
        severity=Severity.INFO,
        subject=pl.col("job"),
        judged=pl.col("skipped_last_minute"),
        bound=lambda _: SKIPPED_A_MINUTE,
        patience=seconds(clear=60),
        links=pl.concat_list(pl.lit("machine:store")),
        muted_by=("machine_trouble",),
    ),
    Rule(
        name="machine_trouble",
        ask="machine_now",
        about=Subject.MACHINE,
        severity=Severity.CRITICAL,
        subject=pl.col("part"),
        judged=pl.col("trouble"),
        shown=pl.col("shown"),
        covers=keys(("machine", "part")),
    ),
)
