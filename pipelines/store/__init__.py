"""The command server's store: the only user of DuckDB. Ticks go in whole, named asks come out, nothing else does."""

from pipelines.store.core import Committed, Store, find_ask
from pipelines.store.dimensions import Staleness
from pipelines.store.earlier import told_earlier
from pipelines.store.errors import (
    AskUnknown,
    AskWrong,
    StoreBusy,
    StoreError,
    StoreFailed,
    StoreForeign,
    StoreLocked,
    StoreTooNew,
)
from pipelines.store.library import COMMON, asks
from pipelines.store.moments import Moments, Tick

__all__ = [
    "COMMON",
    "AskUnknown",
    "AskWrong",
    "Committed",
    "Moments",
    "Staleness",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreFailed",
    "StoreForeign",
    "StoreLocked",
    "StoreTooNew",
    "Tick",
    "asks",
    "find_ask",
    "told_earlier",
]
