"""The newest moment as all sessions share it: one immutable snapshot a tick and scope, fetched by whoever asks first.

While the command server does not answer, the last snapshot stays, and the view says since when and why.
"""

import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import polars as pl

from dashboard import queries
from pipelines.access import campaign_within
from pipelines.client import DISTRICT, AskRefused, CampaignInfo, CommandUnavailable, Edge, Scope
from pipelines.clock import stopwatch
from pipelines.vocabulary import SourceKind

# So long a feed asks nothing more; where a newer moment is known to be there it asks again sooner.
NOT_OFTENER_THAN_S, NEWS_NOT_OFTENER_THAN_S = 0.4, 0.1
PAST_KEPT = 64
SNAPSHOT = (
    *("district_totals", "freshness", "district_trend", "sites_live", "towns_live", "staff_against_norm"),
    *("network_strip", "servers_live", "tubes_way"),
)
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything the live pages draw of one moment and scope, the campaign cut to it too; equal to itself only."""

    edge: Edge
    campaign: CampaignInfo
    totals: Row
    freshness: Row
    trend: pl.DataFrame
    sites: pl.DataFrame
    towns: pl.DataFrame
    staff: pl.DataFrame
    networks: pl.DataFrame
    servers: pl.DataFrame
    tubes: Row
    scope: Scope = DISTRICT
    is_past: bool = False

    @property
    def as_of(self) -> datetime:
        """The moment, aware, UTC."""
        return self.edge.as_of

    @property
    def offset(self) -> int:
        """Minutes by which the district's clock is ahead of UTC."""
        return self.campaign.timezone_offset_minutes

    @property
    def events_reached(self) -> datetime | None:
        """Up to when the tube events are known while they still catch up with the sites' counts, else None."""
        return self.freshness.get("events_reached_at")

    @property
    def are_events_partial(self) -> bool:
        """Whether what is told by tube events ends before the moment: their feed is stale, or catches up."""
        return SourceKind.TUBE_EVENTS in self.freshness["stale_feeds"] or self.events_reached is not None

    @property
    def is_empty(self) -> bool:
        """Whether no site has ever been heard of."""
        return not self.freshness.get("sites_fresh") and self.freshness.get("oldest_age_s") is None


@dataclass(frozen=True)
class View:
    """What a page may draw now: the snapshot, if there ever was one; for how many wall seconds none could be had."""

    snapshot: Snapshot | None
    failing_s: float | None = None
    reason: str = ""


@dataclass
class _Feed:
    """The shared state of one scope, changed only by the thread that holds the lock."""

    scope: Scope
    lock: threading.Lock = field(default_factory=threading.Lock)
    snapshot: Snapshot | None = None
    asked_at_s: float = -1e9
    failing_since_s: float | None = None
    reason: str = ""

    def view(self) -> View:
        """Return the newest view; only one thread at a time fetches, the others take what there is."""
        if self._is_due() and self.lock.acquire(blocking=self.snapshot is None):
            try:
                self._refresh()
            finally:
                self.lock.release()
        failing_s = None if self.failing_since_s is None else stopwatch() - self.failing_since_s
        return View(self.snapshot, failing_s, self.reason)

    def _is_due(self) -> bool:
        newer = known()
        is_news = self.snapshot is not None and newer is not None and newer > self.snapshot.as_of
        return stopwatch() - self.asked_at_s >= (NEWS_NOT_OFTENER_THAN_S if is_news else NOT_OFTENER_THAN_S)

    def _refresh(self) -> None:
        if not self._is_due():
            return
        try:
            edge = WORKERS.submit(queries.edge).result()
            if self.snapshot is None or edge.as_of != self.snapshot.as_of:
                self.snapshot = _fetch(self.scope, edge)
            self.failing_since_s, self.reason = None, ""
        except (CommandUnavailable, AskRefused) as error:
            self.failing_since_s = self.failing_since_s or stopwatch()
            self.reason = str(error)
        self.asked_at_s = stopwatch()


# Few threads keep few connections; as many pages are drawn at a time as ask for it, each in a thread of its own.
WORKERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ask")
_FEEDS: dict[Scope, _Feed] = {}
_PAST: dict[tuple[Scope, datetime], Snapshot] = {}
_KNOWN: deque[datetime] = deque(maxlen=1)
queries.CACHES.append(_KNOWN.clear)


def newest() -> datetime | None:
    """Return the newest moment that there is, asked for now, so that feeds fetch it; None while nothing answers."""
    try:
        _KNOWN.append(WORKERS.submit(queries.edge).result().as_of)
    except (CommandUnavailable, AskRefused):
        return None
    return _KNOWN[-1]


def known() -> datetime | None:
    """Return the newest moment that was ever told of by ``newest``, without asking; None before."""
    return _KNOWN[-1] if _KNOWN else None


def view(scope: Scope, at: datetime | None = None) -> View:
    """Return the newest view of ``scope``, or that of a past moment; never raises for what the command server does."""
    now = _FEEDS.setdefault(scope, _Feed(scope)).view()
    return now if at is None or now.snapshot is None or at >= now.snapshot.as_of else _past(scope, at, now.snapshot)


def _past(scope: Scope, at: datetime, now: Snapshot) -> View:
    known = _PAST.get((scope, at))
    if known is None:
        edge = Edge(as_of=at, clock_at=at, speed=now.edge.speed, tick=now.edge.tick)
        try:
            known = replace(_fetch(scope, edge), is_past=True)
        except (CommandUnavailable, AskRefused) as error:
            return View(None, 0.0, str(error))
        if len(_PAST) >= PAST_KEPT:
            _PAST.clear()
        known = _PAST.setdefault((scope, at), known)
    return View(known)


@dataclass(frozen=True, eq=False)
class SiteFrames:
    """What the site page draws of one site and moment."""

    detail: Row
    trend: pl.DataFrame
    staff: pl.DataFrame
    desks: pl.DataFrame


def site(scope: Scope, as_of: datetime, site_id: str) -> SiteFrames:
    """Return one site's frames; raises CommandUnavailable, or AskRefused when the site is nobody's."""
    names = ("site_detail", "site_trend", "site_staff", "site_desks")
    detail, trend, staff, desks = asked(names, scope, as_of, site_id)
    if not detail.height:
        raise AskRefused(f"the command server knows nothing of a site {site_id!r}")
    return SiteFrames(detail.row(0, named=True), trend, staff, desks)


def work(scope: Scope, as_of: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the sources and the runs of the jobs; raises CommandUnavailable or AskRefused."""
    sources, runs = asked(("sources_live", "job_runs"), scope, as_of)
    return sources, runs


def asked(names: Iterable[str], scope: Scope, as_of: datetime, about: str = "") -> list[pl.DataFrame]:
    """Return the answers to the named asks, asked at the same time; raises when one of them failed."""
    futures = [WORKERS.submit(queries.answer, name, scope, as_of, about) for name in names]
    return [future.result() for future in futures]


def forget() -> None:
    """Drop every snapshot and cached answer: the settings name another command server now."""
    _FEEDS.clear()
    _PAST.clear()
    queries.forget()


def _fetch(scope: Scope, edge: Edge) -> Snapshot:
    campaign = WORKERS.submit(queries.campaign)
    totals, fresh, trend, sites, towns, staff, networks, servers, tubes = asked(SNAPSHOT, scope, edge.as_of)
    whole = campaign.result()
    return Snapshot(
        edge=edge,
        campaign=campaign_within(whole, scope),
        totals=totals.row(0, named=True),
        freshness=fresh.row(0, named=True),
        trend=trend,
        sites=sites,
        towns=towns,
        staff=staff,
        networks=networks,
        servers=servers,
        tubes=tubes.row(0, named=True),
        scope=scope,
    )
