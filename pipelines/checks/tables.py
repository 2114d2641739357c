"""Which rules hold for which kind: those of a source's own words, and those of the rows to store."""

import polars as pl

from pipelines.checks.counts import COUNTERS
from pipelines.checks.rules import Rule, at_most, clock, not_negative, once, unknown, within
from pipelines.checks.tables_feeds import FEEDS_RAW, FEEDS_TIDY, RISING
from pipelines.checks.tables_sites import SERVER, SITE, SITES_RAW, SITES_TIDY
from pipelines.contract import LONGEST_WAIT_MINUTES
from pipelines.vocabulary import PERSONS_PER_TUBE, SourceKind

_ROUND = Rule(
    "round_known",
    ("site_id", "round_id"),
    lambda known: pl.lit(False) if known.round_id is None else pl.col("round_id") != known.round_id,
    "counts of the campaign's round (see campaign.toml)",
)
_LAB = unknown("lab_id", lambda known: known.lab_ids)
_DESKS = Rule(
    "desks_known",
    ("site_id", "desks_by_server"),
    lambda known: (
        pl.col("desks_by_server")
        .list.eval(~pl.element().struct.field("server_id").is_in(list(known.server_ids)))
        .list.any()
    ),
    "desks at servers of the campaign only (see servers.csv)",
)

RAW: dict[SourceKind, tuple[Rule, ...]] = (
    SITES_RAW
    | FEEDS_RAW
    | {
        SourceKind.SITE_COUNTS: (SITE, _ROUND, once("site_once", "site_id"), *clock("observed_at")),
        SourceKind.TUBE_EVENTS: (SITE, _LAB, SERVER, RISING, *clock("happened_at", "recorded_at")),
        SourceKind.SITE_QUEUES: (SITE, _DESKS, once("site_once", "site_id"), *clock("observed_at")),
        SourceKind.ROSTER: (SITE, once("role_once", "site_id", "role"), *clock("observed_at")),
        SourceKind.NETWORK: (SITE, once("network_once", "site_id", "network"), *clock("observed_at")),
        SourceKind.SERVER_STATUS: (SERVER, once("server_once", "server_id"), *clock("observed_at", "started_at")),
        SourceKind.LAB_COUNTS: (_LAB, once("lab_once", "lab_id"), *clock("observed_at")),
    }
)
TIDY: dict[SourceKind, tuple[Rule, ...]] = (
    SITES_TIDY
    | FEEDS_TIDY
    | {
        SourceKind.SITE_COUNTS: (
            *not_negative("site_id", "sequence", *COUNTERS),
            at_most("persons_registered", "tubes_registered", "site_id", "a tube holds ten at most", PERSONS_PER_TUBE),
            at_most("persons_sampled", "tubes_sampled", "site_id", "a tube holds ten at most", PERSONS_PER_TUBE),
            at_most("persons_sampled", "persons_registered", "site_id", "registration comes before sampling"),
            at_most("tubes_sampled", "tubes_registered", "site_id", "registration comes before sampling"),
            at_most("tubes_short", "tubes_registered", "site_id", "a short tube is a registered one"),
        ),
        SourceKind.TUBE_EVENTS: (RISING, within("persons", "barcode", 0, PERSONS_PER_TUBE)),
        SourceKind.SITE_QUEUES: (
            *not_negative("site_id", "queue_persons", "lanes_open"),
            within("wait_minutes", "site_id", 0, LONGEST_WAIT_MINUTES),
        ),
        SourceKind.ROSTER: not_negative("site_id", "on_shift", "planned"),
        SourceKind.NETWORK: (
            within("loss_share", "site_id", 0, 1),
            within("latency_ms", "site_id", 0, 600_000),
            *not_negative("site_id", "clients"),
        ),
        SourceKind.SERVER_STATUS: (
            *not_negative("server_id", "logins", "capacity_logins", "requests", "errors", "persons_registered"),
            at_most("errors", "requests", "server_id", "an error is a request that failed"),
        ),
        SourceKind.LAB_COUNTS: (
            *not_negative("lab_id", "tubes_dispatched", "tubes_received", "tubes_resulted", "scans", "scan_errors"),
            at_most("tubes_resulted", "tubes_received", "lab_id", "a lab results what it received"),
        ),
    }
)
