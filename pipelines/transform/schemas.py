"""The store's columns of what a registration system and its sites tell every second."""

import polars as pl

from pipelines.transform.schemas_feeds import FEEDS
from pipelines.transform.schemas_sites import SITES
from pipelines.vocabulary import SourceKind

MOMENT = pl.Datetime("us", "UTC")

SITE_COUNTS = pl.Schema(
    {
        "site_id": pl.String(),
        "round_id": pl.String(),
        "sequence": pl.Int64(),
        "observed_at": MOMENT,
        "persons_registered": pl.Int64(),
        "tubes_registered": pl.Int64(),
        "persons_sampled": pl.Int64(),
        "tubes_sampled": pl.Int64(),
        "tubes_short": pl.Int64(),
    }
)
TUBE_EVENT = pl.Schema(
    {
        "sequence": pl.Int64(),
        "barcode": pl.String(),
        "kind": pl.String(),
        "site_id": pl.String(),
        "lab_id": pl.String(),
        "server_id": pl.String(),
        "lane_no": pl.Int64(),
        "persons": pl.Int64(),
        "short_reason": pl.String(),
        "happened_at": MOMENT,
        "recorded_at": MOMENT,
    }
)
SITE_QUEUE = pl.Schema(
    {
        "site_id": pl.String(),
        "observed_at": MOMENT,
        "is_open": pl.Boolean(),
        "queue_persons": pl.Int64(),
        "wait_minutes": pl.Float64(),
        "lanes_open": pl.Int64(),
    }
)
DESK_SERVER = pl.Schema({"site_id": pl.String(), "server_id": pl.String(), "observed_at": MOMENT, "desks": pl.Int64()})
ROSTER = pl.Schema(
    {
        "site_id": pl.String(),
        "role": pl.String(),
        "observed_at": MOMENT,
        "on_shift": pl.Int64(),
        "planned": pl.Int64(),
    }
)
NETWORK_SAMPLE = pl.Schema(
    {
        "site_id": pl.String(),
        "network": pl.String(),
        "observed_at": MOMENT,
        "is_up": pl.Boolean(),
        "latency_ms": pl.Float64(),
        "loss_share": pl.Float64(),
        "clients": pl.Int64(),
    }
)
SERVER_SAMPLE = pl.Schema(
    {
        "server_id": pl.String(),
        "observed_at": MOMENT,
        "is_up": pl.Boolean(),
        "logins": pl.Int64(),
        "capacity_logins": pl.Int64(),
        "requests": pl.Int64(),
        "errors": pl.Int64(),
        "persons_registered": pl.Int64(),
        "started_at": MOMENT,
        "connect_ms": pl.Float64(),
        "first_byte_ms": pl.Float64(),
        "transfer_ms": pl.Float64(),
        "outcome": pl.String(),
        "reason": pl.String(),
    }
)
LAB_COUNTS = pl.Schema(
    {
        "lab_id": pl.String(),
        "observed_at": MOMENT,
        "tubes_dispatched": pl.Int64(),
        "tubes_received": pl.Int64(),
        "tubes_resulted": pl.Int64(),
        "scans": pl.Int64(),
        "scan_errors": pl.Int64(),
    }
)

STORED: dict[SourceKind, pl.Schema] = (
    SITES
    | FEEDS
    | {
        SourceKind.SITE_COUNTS: SITE_COUNTS,
        SourceKind.TUBE_EVENTS: TUBE_EVENT,
        SourceKind.SITE_QUEUES: SITE_QUEUE,
        SourceKind.ROSTER: ROSTER,
        SourceKind.NETWORK: NETWORK_SAMPLE,
        SourceKind.SERVER_STATUS: SERVER_SAMPLE,
        SourceKind.LAB_COUNTS: LAB_COUNTS,
    }
)
"""The columns ``tidy`` gives for each kind, in the store's order."""
