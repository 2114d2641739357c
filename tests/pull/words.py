"""Good words of a small made-up district, to be spoilt by the tests."""

import json
from datetime import UTC, datetime
from typing import Any

from pipelines.checks import Known
from pipelines.config import SourceSpec
from pipelines.sources import Request
from pipelines.vocabulary import SourceKind
from tests.hostile import LoopbackServer

NOW = datetime(2021, 6, 6, 1, 30, tzinfo=UTC)
AT = "2021-06-06T09:30:00+08:00"
SITES = tuple(f"SS-{number:03d}" for number in range(1, 119))
KNOWN = Known(frozenset(SITES), frozenset({"LAB-1", "LAB-2"}), frozenset({"p1", "p2"}), {}, NOW)

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
PAGES = {
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
