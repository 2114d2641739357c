"""Random pages of the small district's sites: each tells all there is, so what it leaves out is gone."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tests.store.kit import DAY, SCHEMAS

SITES = ("LS-1", "LS-2", "LS-5")
PAGES = ("gates", "desks", "kit", "vehicles", "labels", "quality", "orders", "people")
WORDS = {
    "contingency": ("province", "offline", "city", "stopped"),
    "session_state": ("", "online", "offline"),
    "state": ("on_site", "on_the_way"),
    "short_reason": ("interrupted", "site_closing"),
    "server_id": ("p1", "p2", None),
    "open_barcode": ("LK1000000001", None),
    "carrier": ("mobile",),
    "by": ("district",),
    "reason": ("",),
    "task": ("guide",),
    "phone": ("android", "apple"),
    "shift_id": ("whole",),
}
NOTHING = dict.fromkeys(("contingency", "vehicle_id", "server_id", "lend_from", "lend_to"))
KEYS = {
    "gate": [{"site_id": site} for site in SITES],
    "desk": [{"device_id": f"{site}-0{n}", "site_id": site, "lane_no": n} for site in SITES for n in (1, 2)],
    "kit": [{"site_id": site} for site in SITES],
    "vehicle": [{"vehicle_id": f"mobile-{n}", "site_id": site} for n, site in enumerate((*SITES, None))],
    "label_stock": [{"site_id": site} for site in SITES],
    "site_quality": [{"site_id": site} for site in SITES],
    "short_tube": [{"site_id": site, "short_reason": why} for site in SITES for why in WORDS["short_reason"]],
    "person": [
        {"staff_no": f"S{n}", "site_id": site, "role": role}
        for n, (site, role) in enumerate((site, role) for site in SITES for role in ("volunteer", "medic"))
    ],
    "site_order": [
        NOTHING | {"order_id": "order-0001", "scope": "district", "target": "", "contingency": "city"},
        NOTHING | {"order_id": "order-0002", "scope": "town", "target": "990001001", "contingency": "offline"},
        NOTHING | {"order_id": "order-0003", "scope": "site", "target": "LS-1", "vehicle_id": "mobile-1"},
        NOTHING | {"order_id": "order-0004", "scope": "site", "target": "LS-1", "server_id": "p2"},
    ],
}


def subsets(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values))


def pages(draw: st.DrawFn, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return some of the pages; each names some of what there is, with values that often stay the same."""
    told = draw(subsets(tuple(KEYS)))
    return {table: [_row(draw, table, key, now) for key in KEYS[table] if draw(st.booleans())] for table in told}


def _row(draw: st.DrawFn, table: str, key: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {name: key[name] if name in key else _value(draw, name, kind, now) for name, kind in SCHEMAS[table].items()}


def _value(draw: st.DrawFn, name: str, kind: pl.DataType, now: datetime) -> Any:
    if name in WORDS:
        return draw(st.sampled_from(WORDS[name]))
    if kind == pl.Int64:
        return draw(st.integers(0, 2))
    if kind == pl.Float64:
        return draw(st.sampled_from((0.0, 0.5)))
    if kind == pl.Boolean:
        return draw(st.booleans())
    return draw(st.sampled_from((DAY, now - timedelta(seconds=40))))
