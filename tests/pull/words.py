"""Good words of a small made-up district, to be spoilt by the tests."""

import json
from datetime import UTC, datetime
from typing import Any

from pipelines.checks import Known
from pipelines.config import SourceSpec
from pipelines.sources import Request
from pipelines.vocabulary import SourceKind
from tests.hostile import LoopbackServer
from tests.pull.words_feeds import AT, FEEDS

NOW = datetime(2021, 6, 6, 1, 30, tzinfo=UTC)
SITES = tuple(f"SS-{number:03d}" for number in range(1, 119))
KNOWN = Known(
    frozenset(SITES),
    frozenset({"LAB-1", "LAB-2"}),
    frozenset({"p1", "p2"}),
    {},
    NOW,
    town_codes=frozenset({"T1"}),
    shift_ids=frozenset({"day"}),
)

COUNTS = {
    "site_id": "SS-001",
    "round_id": "round-1",
    "sequence": 4_120,
    "observed_at": AT,
    "persons_registered": 7_263,
    "tubes_registered": 728,
    "persons_sampled": 7_100,
    "tubes_sampled": 712,
    "tubes_short": 3,
}
EVENT = {
    "sequence": 11,
    "barcode": "SL00000001",
    "kind": "registered",
    "site_id": "SS-001",
    "lab_id": "LAB-1",
    "server_id": "p1",
    "lane_no": 2,
    "persons": 10,
    "short_reason": None,
    "happened_at": AT,
    "recorded_at": AT,
}
QUEUE = {
    "site_id": "SS-001",
    "is_open": True,
    "queue_persons": 40,
    "wait_minutes": 12.5,
    "lanes_open": 4,
    "desks_by_server": {"p1": 3, "p2": 1},
}
GATE = {
    "site_id": "SS-001",
    "persons_screened": 900,
    "codes_prepared": 700,
    "screenshots": 90,
    "codes_generated": 200,
    "codes_unreadable": 12,
    "codes_refreshed": 11,
    "fevers": 2,
    "risk_travellers": 1,
    "vaccinated": 4,
    "turned_away": 5,
    "tested_separately": 2,
    "special_persons": 60,
    "special_captured": 55,
    "special_groups": 4,
    "special_queue_persons": 20,
    "special_wait_minutes": 14.5,
    "guides_busy": 9,
    "guides_free": 3,
}
DESK = {
    "device_id": "SS-001-02",
    "site_id": "SS-001",
    "lane_no": 2,
    "server_id": "p1",
    "contingency": "province",
    "session_state": "online",
    "is_online": True,
    "queued_uploads": 0,
    "open_barcode": "SL00000001",
    "persons_bound": 6,
    "since": AT,
}
KIT = {
    "site_id": "SS-001",
    "desks": 5,
    "phones_android": 20,
    "phones_apple": 2,
    "phones_flat": 0,
    "battery_share": 0.9,
    "chargers": 7,
    "cables": 7,
    "sockets": 5,
    "is_power_on": True,
    "fences": 4,
    "fences_needed": 4,
    "networks": 2,
    "networks_up": 2,
    "standby_desks": 1,
    "is_standby_ready": True,
    "is_laid_out": True,
    "is_ready": True,
}
VEHICLE = {"vehicle_id": "mobile-1", "carrier": "mobile", "state": "on_site", "site_id": "SS-001", "since": AT}
LABELS = {
    "site_id": "SS-001",
    "rolls": 5,
    "labels_printed": 1_000,
    "labels_cut": 1_000,
    "labels_issued": 800,
    "labels_used": 728,
    "labels_void": 2,
    "labels_returned": 0,
    "tube_parts": 728,
    "bag_parts": 712,
    "kept_parts": 728,
}
QUALITY = {
    "site_id": "SS-001",
    "tubes_registered": 728,
    "rescans": 40,
    "manual_entries": 6,
    "tubes_unverified": 9,
    "tubes_offline": 20,
    "tubes_short": {"site_closing": 1, "interrupted": 2},
    "tubes_voided": 1,
    "persons_voided": 10,
    "tubes_lost": 0,
    "persons_twice": 3,
    "tubes_twice": 1,
}
ORDER = {
    "order_id": "order-0001",
    "scope": "town",
    "target": "T1",
    "contingency": "offline",
    "vehicle_id": None,
    "by": "district",
    "reason": "server 2 is down",
    "ordered_at": AT,
}
PERSON = {
    "staff_no": "S000001",
    "site_id": "SS-001",
    "role": "volunteer",
    "task": "registrar",
    "shift_id": "day",
    "is_trained_online": True,
    "is_trained_offline": True,
    "is_trained_city": False,
    "phone": "android",
    "signed_in_at": "2021-06-06T06:25:00+08:00",
    "signed_out_at": None,
}
PAGES = FEEDS | {
    SourceKind.PEOPLE: {
        "observed_at": AT,
        "people": [PERSON, PERSON | {"staff_no": "S000002", "signed_in_at": None}],
    },
    SourceKind.GATES: {"observed_at": AT, "sites": [GATE]},
    SourceKind.DESKS: {
        "observed_at": AT,
        "desks": [
            DESK,
            DESK
            | {"device_id": "SS-001-03", "lane_no": 3, "server_id": None, "session_state": ""}
            | {"open_barcode": None, "persons_bound": 0},
        ],
    },
    SourceKind.KIT: {"observed_at": AT, "sites": [KIT]},
    SourceKind.VEHICLES: {"observed_at": AT, "vehicles": [VEHICLE]},
    SourceKind.LABELS: {"observed_at": AT, "sites": [LABELS]},
    SourceKind.QUALITY: {"observed_at": AT, "sequence": 900, "conflicts": 2, "sites": [QUALITY]},
    SourceKind.ORDERS: {"observed_at": AT, "orders": [ORDER]},
    SourceKind.SITE_COUNTS: COUNTS,
    SourceKind.TUBE_EVENTS: {"events": [EVENT, EVENT | {"sequence": 12, "kind": "sampled"}], "last_sequence": 12},
    SourceKind.SITE_QUEUES: {"observed_at": AT, "sites": [QUEUE, QUEUE | {"site_id": "SS-002", "desks_by_server": {}}]},
    SourceKind.ROSTER: {
        "observed_at": AT,
        "rows": [{"site_id": "SS-001", "role": "medic", "on_shift": 7, "planned": 8}],
    },
    SourceKind.NETWORK: {
        "observed_at": AT,
        "samples": [
            {
                "site_id": "SS-001",
                "network": "volunteer",
                "is_up": False,
                "latency_ms": None,
                "loss_share": 1.0,
                "clients": 0,
            }
        ],
    },
    SourceKind.SERVER_STATUS: {
        "server_id": "p1",
        "system": "province",
        "observed_at": AT,
        "started_at": AT,
        "logins": 90,
        "capacity_logins": 200,
        "requests": 5_000,
        "errors": 2,
        "persons_registered": 48_000,
    },
    SourceKind.LAB_COUNTS: {
        "observed_at": AT,
        "labs": [
            {
                "lab_id": "LAB-1",
                "tubes_dispatched": 50,
                "tubes_received": 40,
                "tubes_resulted": 10,
                "scans": 40,
                "scan_errors": 1,
            }
        ],
    },
}


def json_bytes(value: Any) -> bytes:
    """Return a value as a source writes it: no white space."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def counts(**changes: Any) -> bytes:
    """Return a site's counts with some fields changed."""
    return json_bytes(COUNTS | changes)


def spec(server: LoopbackServer, path: str, kind: SourceKind = SourceKind.SITE_COUNTS, **more: Any) -> SourceSpec:
    """Return a source at a path of the server; deadline 10 s, cap 100 kB unless changed."""
    given = {"source_id": kind.value, "kind": kind, "url": server.url(path), "deadline_s": 10.0, "cap_bytes": 100_000}
    return SourceSpec(**given | more)


def request(server: LoopbackServer, path: str, kind: SourceKind = SourceKind.SITE_COUNTS, **more: Any) -> Request:
    """Return the request for a source at a path; counts are asked for SS-001, a feed from its beginning."""
    return Request(spec(server, path, kind, **more), "SS-001" if kind is SourceKind.SITE_COUNTS else None)
