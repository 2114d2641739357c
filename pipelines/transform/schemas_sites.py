"""The store's columns of the sites' own pages; when a page was told stands with its pull, not on every row."""

import polars as pl

from pipelines.vocabulary import SourceKind

MOMENT = pl.Datetime("us", "UTC")
TEXT, WHOLE, REAL, YES = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()


def _counted(key: str, *counts: str) -> pl.Schema:
    return pl.Schema({key: TEXT} | dict.fromkeys(counts, WHOLE))


GATE = pl.Schema(
    _counted(
        "site_id",
        *("persons_screened", "codes_prepared", "screenshots", "codes_generated", "codes_unreadable"),
        *("codes_refreshed", "fevers", "risk_travellers", "vaccinated", "turned_away", "tested_separately"),
        *("special_persons", "special_captured", "special_groups", "special_queue_persons"),
    )
    | {"special_wait_minutes": REAL, "guides_busy": WHOLE, "guides_free": WHOLE}
)
DESK = pl.Schema(
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
    }
)
KIT = pl.Schema(
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
    }
)
VEHICLE = pl.Schema({"vehicle_id": TEXT, "carrier": TEXT, "state": TEXT, "site_id": TEXT, "since": MOMENT})
LABEL_STOCK = _counted(
    "site_id",
    *("rolls", "labels_printed", "labels_cut", "labels_issued", "labels_used", "labels_void", "labels_returned"),
    *("tube_parts", "bag_parts", "kept_parts"),
)
SITE_QUALITY = _counted(
    "site_id",
    *("tubes_registered", "rescans", "manual_entries", "tubes_unverified", "tubes_offline", "tubes_voided"),
    *("persons_voided", "tubes_lost", "persons_twice", "tubes_twice"),
)
SHORT_TUBE = pl.Schema({"site_id": TEXT, "short_reason": TEXT, "tubes": WHOLE})
SITE_ORDER = pl.Schema(
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
    }
)
PERSON = pl.Schema(
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
    }
)
SITES: dict[SourceKind, pl.Schema] = {
    SourceKind.GATES: GATE,
    SourceKind.DESKS: DESK,
    SourceKind.KIT: KIT,
    SourceKind.VEHICLES: VEHICLE,
    SourceKind.LABELS: LABEL_STOCK,
    SourceKind.QUALITY: SITE_QUALITY,
    SourceKind.ORDERS: SITE_ORDER,
    SourceKind.PEOPLE: PERSON,
}
