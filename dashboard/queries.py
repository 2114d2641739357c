"""The questions to the command server, cached. The moment and the scope are part of every key.

An answer for a moment never changes, so a cached frame is never stale, only superseded; the caches are bounded.
Frames are shared by all sessions: nobody may change one.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

import polars as pl

from pipelines.client import CampaignInfo, CommandClient, Edge, Scope
from pipelines.config import secret, settings
from pipelines.practice import PracticeDesk

F = TypeVar("F", bound=Callable[..., object])

DEADLINE_S = 3.0
PATIENCE_S = 120.0
ANSWERS_KEPT = 512
# The asks with a parameter of their own, and its name.
ABOUT = {
    **dict.fromkeys(("site_detail", "site_trend", "site_staff", "site_desks", "site_timeline"), "site_id"),
    **dict.fromkeys(("plan_curve", "tubes_by_state", "missing_tubes", "scans_saved"), "lab_id"),
}
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


@_kept(1)
def patient() -> CommandClient:
    """Return the same for questions that take their time, as simulations do."""
    chosen = settings()
    return CommandClient(chosen.command_url, secret(chosen, "command"), deadline_s=PATIENCE_S)


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


@_kept(1)
def practice() -> PracticeDesk:
    """Return the practice desk on the simulated intake that the settings name; raises CampaignError."""
    return PracticeDesk(settings())


def answer(name: str, scope: Scope, as_of: datetime, about: str = "") -> pl.DataFrame:
    """Return what the named ask answers; ``about`` is the site or the lab of those that are about one, "" all labs."""
    return answer_of(name, scope, as_of, {ABOUT[name]: about} if name in ABOUT else {})


def answer_of(name: str, scope: Scope, as_of: datetime, own: Mapping[str, str]) -> pl.DataFrame:
    """Return what the named ask answers with its ``own`` parameters."""
    return _answer(name, scope, as_of, tuple(sorted(own.items())))


@_kept(ANSWERS_KEPT)
def _answer(name: str, scope: Scope, as_of: datetime, own: tuple[tuple[str, str], ...]) -> pl.DataFrame:
    return client().ask(name, as_of, scope, **dict(own))
