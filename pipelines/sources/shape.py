"""What a pull gives: its outcome, and the source's own words as a frame with one schema a kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.columns import WIRE
from pipelines.config import SourceSpec
from pipelines.http import Phases
from pipelines.vocabulary import Outcome, SourceKind


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
