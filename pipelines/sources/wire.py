"""The raw frames' columns, by kind: what registration systems and sites tell of the whole every second or so."""

import polars as pl

from pipelines.vocabulary import SourceKind

MOMENT = pl.Datetime("us", "UTC")
DESKS = pl.List(pl.Struct({"server_id": pl.String(), "desks": pl.Int64()}))

SYSTEMS: dict[SourceKind, pl.Schema] = {
    SourceKind.SITE_COUNTS: pl.Schema(
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
    ),
    SourceKind.TUBE_EVENTS: pl.Schema(
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
    ),
    SourceKind.SITE_QUEUES: pl.Schema(
        {
            "site_id": pl.String(),
            "is_open": pl.Boolean(),
            "queue_persons": pl.Int64(),
            "wait_minutes": pl.Float64(),
            "lanes_open": pl.Int64(),
            "desks_by_server": DESKS,
            "observed_at": MOMENT,
        }
    ),
    SourceKind.ROSTER: pl.Schema(
        {
            "site_id": pl.String(),
            "role": pl.String(),
            "on_shift": pl.Int64(),
            "planned": pl.Int64(),
            "observed_at": MOMENT,
        }
    ),
    SourceKind.NETWORK: pl.Schema(
        {
            "site_id": pl.String(),
            "network": pl.String(),
            "is_up": pl.Boolean(),
            "latency_ms": pl.Float64(),
            "loss_share": pl.Float64(),
            "clients": pl.Int64(),
            "observed_at": MOMENT,
        }
    ),
    SourceKind.SERVER_STATUS: pl.Schema(
        {
            "server_id": pl.String(),
            "system": pl.String(),
            "observed_at": MOMENT,
            "started_at": MOMENT,
            "logins": pl.Int64(),
            "capacity_logins": pl.Int64(),
            "requests": pl.Int64(),
            "errors": pl.Int64(),
            "persons_registered": pl.Int64(),
            "connect_ms": pl.Float64(),
            "first_byte_ms": pl.Float64(),
            "transfer_ms": pl.Float64(),
        }
    ),
    SourceKind.LAB_COUNTS: pl.Schema(
        {
            "lab_id": pl.String(),
            "tubes_dispatched": pl.Int64(),
            "tubes_received": pl.Int64(),
            "tubes_resulted": pl.Int64(),
            "scans": pl.Int64(),
            "scan_errors": pl.Int64(),
            "observed_at": MOMENT,
        }
    ),
}
