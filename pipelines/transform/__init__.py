"""From a source's words to the store's columns: pure lazy chains, one a kind."""

from pipelines.transform.chains import PARTS, server_down, tidy, tidy_desks, tidy_short
from pipelines.transform.schemas import (
    DESK_SERVER,
    LAB_COUNTS,
    NETWORK_SAMPLE,
    ROSTER,
    SERVER_SAMPLE,
    SITE_COUNTS,
    SITE_QUEUE,
    STORED,
    TUBE_EVENT,
)
from pipelines.transform.schemas_sites import SHORT_TUBE

__all__ = [
    "DESK_SERVER",
    "LAB_COUNTS",
    "NETWORK_SAMPLE",
    "PARTS",
    "ROSTER",
    "SERVER_SAMPLE",
    "SHORT_TUBE",
    "SITE_COUNTS",
    "SITE_QUEUE",
    "STORED",
    "TUBE_EVENT",
    "server_down",
    "tidy",
    "tidy_desks",
    "tidy_short",
]
