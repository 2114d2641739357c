"""What a pull gives: its outcome, and the source's own words as a frame with one schema a kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.config import SourceSpec
from pipelines.http import Phases
from pipelines.vocabulary import Outcome, SourceKind

MOMENT = pl.Datetime("us", "UTC")
DESKS = pl.List(pl.Struct({"server_id": pl.String(), "desks": pl.Int64()}))

WIRE: dict[SourceKind, pl.Schema] = {
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
"""Columns of ``Pulled.raw``: the wire's field names; a page's ``observed_at`` is repeated on its rows, and a server's
status carries how long the asking took."""

OPTIONAL = frozenset({"short_reason", "latency_ms", "connect_ms", "first_byte_ms", "transfer_ms"})
"""Columns that may hold nulls; no other may."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """One pull of one source: ``raw`` exactly when ``outcome`` is OK, else a ``reason`` that says what went wrong."""

    source_id: str
    kind: SourceKind
    site_id: str | None
    server_id: str | None
    took_ms: float
    size_bytes: int
    outcome: Outcome
    reason: str
    raw: pl.DataFrame | None
    phases: Phases | None


@dataclass(frozen=True, slots=True)
class Request:
    """What to pull: a source, the site when it has one request a site, the cursor when it is a feed."""

    spec: SourceSpec
    site_id: str | None = None
    after: int | None = None

    @property
    def source_id(self) -> str:
        """The source's id, and the site's when it is pulled site by site."""
        return self.spec.source_id if self.site_id is None else f"{self.spec.source_id}:{self.site_id}"


@dataclass(frozen=True, slots=True)
class Connector:
    """How one kind is read.

    ``answer`` is the wire structure, ``rows`` makes its frame, ``keys`` says how many JSON keys it has when none is
    missing or doubled, ``objection`` gives a sentence when it answers another question than the one asked, else "".
    """

    answer: type
    rows: Callable[[Any, Phases], pl.DataFrame]
    keys: Callable[[Any], int]
    objection: Callable[[Any, Request], str]


def no_objection(_answer: Any, _request: Request) -> str:
    """Object to nothing: the kind's answer does not depend on the question."""
    return ""


def frame(kind: SourceKind, items: Sequence[Any], **same: Any) -> pl.DataFrame:
    """Return the frame of a kind from its wire structures; ``same`` gives columns that hold one value for all rows."""
    names = list(WIRE[kind])
    rows = [tuple(same[name] if name in same else getattr(item, name) for name in names) for item in items]
    return pl.DataFrame(rows, schema=WIRE[kind], orient="row")
