"""One cached function a question to the command server. The moment and the scope are part of every key.

An answer for a moment never changes, so a cached frame is never stale, only superseded; the caches are bounded.
Frames are shared by all sessions: nobody may change one.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

import polars as pl

from pipelines.client import CampaignInfo, CommandClient, Edge, Scope
from pipelines.config import secret, settings
from pipelines.practice import PracticeDesk

F = TypeVar("F", bound=Callable[..., object])

DEADLINE_S = 3.0
MOMENTS_KEPT = 8
SITES_KEPT = 512
CACHES: list[Callable[[], None]] = []


def _kept(entries: int) -> Callable[[F], F]:
    """Cache a question's answers, ``entries`` of them, and let ``forget`` clear them."""

    def decorate(question: F) -> F:
        cached = lru_cache(maxsize=entries)(question)
        CACHES.append(cached.cache_clear)
        return cached  # pyright: ignore[reportReturnType]

    return decorate


def forget() -> None:
    """Empty every cache: the settings name another command server now."""
    for clear in CACHES:
        clear()


@_kept(1)
def client() -> CommandClient:
    """Return the client of the command server that the settings name."""
    chosen = settings()
    return CommandClient(chosen.command_url, secret(chosen, "command"), deadline_s=DEADLINE_S)


def edge() -> Edge:
    """Return the newest moment that can be asked about; never cached."""
    return client().edge()


@_kept(1)
def campaign() -> CampaignInfo:
    """Return the campaign: names, sites, servers, thresholds."""
    return client().campaign()


@_kept(8)
def map_layer(name: str) -> bytes:
    """Return one GeoJSON layer of the campaign's map."""
    return client().map_layer(name)


@_kept(64)
def district_totals(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one row, the whole scope."""
    return client().ask("district_totals", as_of, scope)


@_kept(MOMENTS_KEPT)
def district_trend(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: five minutes, from opening to ``as_of``."""
    return client().ask("district_trend", as_of, scope)


@_kept(MOMENTS_KEPT)
def sites_live(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one site, all of them, in the order of their ids."""
    return client().ask("sites_live", as_of, scope)


@_kept(MOMENTS_KEPT)
def towns_live(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one town."""
    return client().ask("towns_live", as_of, scope)


@_kept(MOMENTS_KEPT)
def staff_against_norm(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one role."""
    return client().ask("staff_against_norm", as_of, scope)


@_kept(MOMENTS_KEPT)
def network_strip(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one network of one site."""
    return client().ask("network_strip", as_of, scope)


@_kept(MOMENTS_KEPT)
def servers_live(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one registration server, in the order of the desks' sheet."""
    return client().ask("servers_live", as_of, scope)


@_kept(MOMENTS_KEPT)
def tubes_way(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one row, how many tubes took each step and how many are missing."""
    return client().ask("tubes_way", as_of, scope)


@_kept(MOMENTS_KEPT)
def freshness(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one row, how old what the screen shows is."""
    return client().ask("freshness", as_of, scope)


@_kept(SITES_KEPT)
def site_detail(scope: Scope, as_of: datetime, site_id: str) -> pl.DataFrame:
    """Grain: one row, the site."""
    return client().ask("site_detail", as_of, scope, site_id=site_id)


@_kept(SITES_KEPT)
def site_trend(scope: Scope, as_of: datetime, site_id: str) -> pl.DataFrame:
    """Grain: five minutes of one site."""
    return client().ask("site_trend", as_of, scope, site_id=site_id)


@_kept(SITES_KEPT)
def site_staff(scope: Scope, as_of: datetime, site_id: str) -> pl.DataFrame:
    """Grain: one role at one site."""
    return client().ask("site_staff", as_of, scope, site_id=site_id)


@_kept(SITES_KEPT)
def site_desks(scope: Scope, as_of: datetime, site_id: str) -> pl.DataFrame:
    """Grain: one server that desks of the site are on."""
    return client().ask("site_desks", as_of, scope, site_id=site_id)


@_kept(MOMENTS_KEPT)
def sources_live(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one source of the pipelines."""
    return client().ask("sources_live", as_of, scope)


@_kept(MOMENTS_KEPT)
def job_runs(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one run of a scheduled job, the latest first."""
    return client().ask("job_runs", as_of, scope)


@_kept(MOMENTS_KEPT)
def plan_curve(scope: Scope, as_of: datetime, lab_id: str = "") -> pl.DataFrame:
    """Grain: five minutes from the opening to the closing, what was planned and what was done; of one lab or of all."""
    return client().ask("plan_curve", as_of, scope, lab_id=lab_id)


@_kept(MOMENTS_KEPT)
def tubes_by_state(scope: Scope, as_of: datetime, lab_id: str = "") -> pl.DataFrame:
    """Grain: one state of custody."""
    return client().ask("tubes_by_state", as_of, scope, lab_id=lab_id)


@_kept(MOMENTS_KEPT)
def missing_tubes(scope: Scope, as_of: datetime, lab_id: str = "") -> pl.DataFrame:
    """Grain: one tube that needs somebody."""
    return client().ask("missing_tubes", as_of, scope, lab_id=lab_id)


@_kept(MOMENTS_KEPT)
def scans_saved(scope: Scope, as_of: datetime, lab_id: str = "") -> pl.DataFrame:
    """Grain: one row, the lab scans of both modes."""
    return client().ask("scans_saved", as_of, scope, lab_id=lab_id)


@_kept(MOMENTS_KEPT)
def labs_live(scope: Scope, as_of: datetime) -> pl.DataFrame:
    """Grain: one lab."""
    return client().ask("labs_live", as_of, scope)


@_kept(1)
def practice() -> PracticeDesk:
    """Return the practice desk on the simulated intake that the settings name; raises CampaignError."""
    return PracticeDesk(settings())


@_kept(256)
def answer(name: str, scope: Scope, as_of: datetime, site_id: str | None = None) -> pl.DataFrame:
    """Return what the named ask answers, for a card that asks for itself; of one site where ``site_id`` is given."""
    params = {} if site_id is None else {"site_id": site_id}
    return client().ask(name, as_of, scope, **params)
