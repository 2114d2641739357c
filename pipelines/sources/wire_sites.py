"""The raw frames' columns, by kind: what the sites' own pages tell (gates, desks, kit, vehicles, labels, orders)."""

import polars as pl

from pipelines.vocabulary import SourceKind

MOMENT = pl.Datetime("us", "UTC")
TEXT, WHOLE, REAL, YES = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
SHORT = pl.List(pl.Struct({"short_reason": TEXT, "tubes": WHOLE}))

SITES: dict[SourceKind, pl.Schema] = {
    SourceKind.GATES: pl.Schema(
        {
            "site_id": TEXT,
            "persons_screened": WHOLE,
            "codes_prepared": WHOLE,
            "screenshots": WHOLE,
            "codes_generated": WHOLE,
            "codes_unreadable": WHOLE,
            "codes_refreshed": WHOLE,
            "fevers": WHOLE,
            "risk_travellers": WHOLE,
            "vaccinated": WHOLE,
            "turned_away": WHOLE,
            "tested_separately": WHOLE,
            "special_persons": WHOLE,
            "special_captured": WHOLE,
            "special_groups": WHOLE,
            "special_queue_persons": WHOLE,
            "special_wait_minutes": REAL,
            "guides_busy": WHOLE,
            "guides_free": WHOLE,
            "observed_at": MOMENT,
        }
    ),
    SourceKind.DESKS: pl.Schema(
        {
            "device_id": TEXT,
            "site_id": TEXT,
            "lane_no": WHOLE,
            "server_id": TEXT,
            "contingency": TEXT,
            "session_state": TEXT,
            "is_online": YES,
            "queued_uploads": WHOLE,
            "open_barcode": TEXT,
            "persons_bound": WHOLE,
            "since": MOMENT,
            "observed_at": MOMENT,
        }
    ),
    SourceKind.KIT: pl.Schema(
        {
            "site_id": TEXT,
            "desks": WHOLE,
            "phones_android": WHOLE,
            "phones_apple": WHOLE,
            "phones_flat": WHOLE,
            "battery_share": REAL,
            "chargers": WHOLE,
            "cables": WHOLE,
            "sockets": WHOLE,
            "is_power_on": YES,
            "fences": WHOLE,
            "fences_needed": WHOLE,
            "networks": WHOLE,
            "networks_up": WHOLE,
            "standby_desks": WHOLE,
            "is_standby_ready": YES,
            "is_laid_out": YES,
            "is_ready": YES,
            "observed_at": MOMENT,
        }
    ),
    SourceKind.VEHICLES: pl.Schema(
        {"vehicle_id": TEXT, "carrier": TEXT, "state": TEXT, "site_id": TEXT, "since": MOMENT, "observed_at": MOMENT}
    ),
    SourceKind.LABELS: pl.Schema(
        {
            "site_id": TEXT,
            "rolls": WHOLE,
            "labels_printed": WHOLE,
            "labels_cut": WHOLE,
            "labels_issued": WHOLE,
            "labels_used": WHOLE,
            "labels_void": WHOLE,
            "labels_returned": WHOLE,
            "tube_parts": WHOLE,
            "bag_parts": WHOLE,
            "kept_parts": WHOLE,
            "observed_at": MOMENT,
        }
    ),
    SourceKind.QUALITY: pl.Schema(
        {
            "site_id": TEXT,
            "tubes_registered": WHOLE,
            "rescans": WHOLE,
            "manual_entries": WHOLE,
            "tubes_unverified": WHOLE,
            "tubes_offline": WHOLE,
            "tubes_short": SHORT,
            "tubes_voided": WHOLE,
            "persons_voided": WHOLE,
            "tubes_lost": WHOLE,
            "persons_twice": WHOLE,
            "tubes_twice": WHOLE,
            "observed_at": MOMENT,
        }
    ),
    SourceKind.ORDERS: pl.Schema(
        {
            "order_id": TEXT,
            "scope": TEXT,
            "target": TEXT,
            "contingency": TEXT,
            "vehicle_id": TEXT,
            "server_id": TEXT,
            "lend_from": TEXT,
            "lend_to": TEXT,
            "by": TEXT,
            "reason": TEXT,
            "ordered_at": MOMENT,
            "observed_at": MOMENT,
        }
    ),
    SourceKind.PEOPLE: pl.Schema(
        {
            "staff_no": TEXT,
            "site_id": TEXT,
            "role": TEXT,
            "task": TEXT,
            "shift_id": TEXT,
            "is_trained_online": YES,
            "is_trained_offline": YES,
            "is_trained_city": YES,
            "phone": TEXT,
            "signed_in_at": MOMENT,
            "signed_out_at": MOMENT,
            "observed_at": MOMENT,
        }
    ),
}
