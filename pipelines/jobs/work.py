"""What every job works with, and what it hands back: jobs pull and check, the boundary stores and records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any

import polars as pl

from pipelines.acts import ActLedger
from pipelines.alerts.voice import Voice
from pipelines.campaign.model import Campaign
from pipelines.checks import Known, counts_before
from pipelines.clock import Clock, stopwatch
from pipelines.config import OrderSpec, SourceSpec
from pipelines.http import Http
from pipelines.jobs.inquiry import Inquiry
from pipelines.refine import refine
from pipelines.sources import Pulled, Puller
from pipelines.store import Store
from pipelines.vocabulary import Outcome, SourceKind

PATIENCE_S = 0.8


@dataclass(frozen=True)
class Desk:
    """What one job works with: its own sources and its own pullers (``feed`` for pages that follow one another);
    the store only to read from.
    """

    store: Store
    campaign: Campaign
    clock: Clock
    sources: tuple[SourceSpec, ...]
    puller: Puller
    feed: Puller
    inquiry: Inquiry
    asked_after: dict[str, int] = field(default_factory=dict)
    """The cursor with which the page that is still under way was asked for, by source."""
    asked_s: dict[str, float] = field(default_factory=dict)
    """When each source was asked last, by the stopwatch."""
    memory: dict[str, Any] = field(default_factory=dict[str, Any])
    """What a job remembers from run to run; it can do without."""
    acts: ActLedger | None = None
    orders: OrderSpec | None = None
    http: Http | None = None
    voices: Sequence[Voice] = ()
    """The channels that alerts are told on."""
    given: Callable[[], list[Mapping[str, Any]]] = list
    """What the what-if desk has answered since it was asked last, rows of ``answer_given``."""
    trouble: Callable[[], str] = str
    """Why the last run could not be stored, "" when it was."""

    def of(self, kind: SourceKind) -> list[SourceSpec]:
        """Return the job's sources of a kind."""
        return [spec for spec in self.sources if spec.kind is kind]

    def due(self, kind: SourceKind | None = None) -> list[SourceSpec]:
        """Return the sources (of a kind) whose own pace says that they be asked now, and count them as asked."""
        now_s, pace_s = stopwatch(), min((spec.every_s for spec in self.sources), default=0.0)
        due = [
            spec
            for spec in self.sources
            if kind in (None, spec.kind)
            and (spec.every_s <= pace_s or now_s - self.asked_s.get(spec.source_id, -inf) >= spec.every_s - pace_s / 2)
        ]
        self.asked_s.update(dict.fromkeys([spec.source_id for spec in due], now_s))
        return due

    def known(self) -> Known:
        """Return what the checks compare with, as of now."""
        return Known(
            site_ids=frozenset(site.site_id for site in self.campaign.sites),
            lab_ids=frozenset(lab.lab_id for lab in self.campaign.labs),
            server_ids=frozenset(server.server_id for server in self.campaign.servers),
            town_codes=frozenset(town.town_code for town in self.campaign.towns),
            shift_ids=frozenset(shift.shift_id for shift in self.campaign.shifts),
            round_id=self.campaign.round.round_id,
            previous=counts_before(self.store.newest_counts()) if self.of(SourceKind.SITE_COUNTS) else {},
            now=self.clock.now(),
        )


@dataclass(frozen=True)
class Harvest:
    """What a run brings home. ``is_conserved``: whether persons must be held against tubes when it is stored;
    ``is_urgent``: whether it is stored at once instead of with the leading job's next tick.
    """

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    rows_pulled: int = 0
    outcome: Outcome = Outcome.OK
    reason: str = ""
    is_conserved: bool = False
    is_urgent: bool = False


def harvest(pulls: Iterable[Pulled], known: Known, *, is_conserved: bool = False) -> Harvest:
    """Return the harvest of a cycle's pulls: checked rows, a record of every pull, and in a sentence what failed."""
    refined = refine(pulls, known)
    rows_pulled = sum(pulled.raw.height for pulled in refined.pulls if pulled.raw is not None)
    in_part = [pulled.reason for pulled in refined.pulls if pulled.outcome is Outcome.PARTIAL]
    failed = [pulled for pulled in refined.pulls if pulled.outcome not in (Outcome.OK, Outcome.PARTIAL)]
    frames = refined.tables | {"source_pull": _recorded(refined.pulls, known)}
    if not failed and not in_part:
        return Harvest(frames, rows_pulled, is_conserved=is_conserved)
    outcome = Outcome.PARTIAL if len(failed) < len(refined.pulls) else Outcome.FAILED
    reason = " | ".join([*_why(failed, len(refined.pulls)), *in_part])
    return Harvest(frames, rows_pulled, outcome, reason, is_conserved)


def _why(failed: list[Pulled], asked: int) -> list[str]:
    if not failed:
        return []
    first = failed[0]
    others = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    return [f"{len(failed)} of {asked} pulls failed: {first.source_id}{others}; the first: {first.reason}"]


def _recorded(pulls: list[Pulled], known: Known) -> pl.DataFrame:
    """Return one row a source; of several pages the last that ended worst."""
    rows = {
        pulled.source_id: {
            "source_id": pulled.source_id,
            "kind": pulled.kind.value,
            "site_id": pulled.site_id,
            "server_id": pulled.server_id,
            "pulled_at": known.now,
            "took_ms": pulled.took_ms,
            "size_bytes": pulled.size_bytes,
            "outcome": pulled.outcome.value,
            "reason": pulled.reason,
            "observed_at": _observed_at(pulled),
        }
        for pulled in sorted(pulls, key=_badness)
    }
    return pl.DataFrame(list(rows.values()), schema=_PULL)


def _observed_at(pulled: Pulled) -> datetime | None:
    """Return when what was told was so; None for a page that tells nothing, and where each row has its own moment."""
    if pulled.raw is None or pulled.raw.is_empty() or "observed_at" not in pulled.raw.columns:
        return None
    return pulled.raw["observed_at"][0]


def _badness(pulled: Pulled) -> int:
    return {Outcome.OK: 0, Outcome.PARTIAL: 1}.get(pulled.outcome, 2)


_PULL = pl.Schema(
    {
        "source_id": pl.String(),
        "kind": pl.String(),
        "site_id": pl.String(),
        "server_id": pl.String(),
        "pulled_at": pl.Datetime("us", "UTC"),
        "took_ms": pl.Float64(),
        "size_bytes": pl.Int64(),
        "outcome": pl.String(),
        "reason": pl.String(),
        "observed_at": pl.Datetime("us", "UTC"),
    }
)
