"""The words of the advice: what a disturbance and a recommendation are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipelines.vocabulary import AdviceKind, Cause, ScopeLevel, Severity

Figure = str | int | float | bool | None
Figures = Mapping[str, Figure]


class SubjectKind(StrEnum):
    """What a disturbance names as its cause's bearer."""

    SERVER = "server"
    PROVINCE = "province"
    CARRIER = "carrier"
    TOWN = "town"
    SITE = "site"
    DISTRICT = "district"
    APP = "app"


@dataclass(frozen=True)
class Disturbance:
    """Grain: one cause at work (Q61), whatever it disturbs.

    ``desks_by_site`` are the sites it disturbs and how many of their desks. ``scores`` weigh the causes against one
    another and add up to 1. ``evidence`` holds keys and values, words are the screen's. ``explains`` names what
    this one cause brings about (``server:p3``, ``network:LS-1:volunteer``, ``site:LS-1``), so that alerts about it may
    be muted.
    """

    cause: Cause
    kind: SubjectKind
    subject: str
    severity: Severity
    since: datetime
    seen_at: datetime
    desks_by_site: Mapping[str, int]
    scores: Mapping[str, float]
    evidence: Figures
    explains: tuple[str, ...] = ()
    ended_at: datetime | None = None

    @property
    def key(self) -> tuple[Cause, SubjectKind, str]:
        """What makes two sightings one disturbance, while they are not far apart."""
        return self.cause, self.kind, self.subject

    @property
    def disturbance_id(self) -> str:
        """Cause, subject and first seen: the same over all ticks."""
        return f"{self.cause}:{self.subject or self.kind}:{self.since:%Y%m%dT%H%M%S}"

    @property
    def desks(self) -> int:
        """How many desks it disturbs."""
        return sum(self.desks_by_site.values())


@dataclass(frozen=True)
class OrderToGive:
    """One order that carries a recommendation out, as an act's scope and facts."""

    level: ScopeLevel
    target: str
    facts: Figures


@dataclass(frozen=True)
class Effect:
    """What a recommendation is expected to do to a metric within so many minutes."""

    metric: str
    before: float
    after: float
    minutes: float
    person_minutes: float
    """Waiting that it saves; recommendations are ranked by it."""


@dataclass(frozen=True)
class Recommendation:
    """Grain: one thing to do now (Q87): what, where, on what evidence, by which orders, with what effect.

    ``subject`` tells recommendations of one kind apart; kind and subject make the id with the moment it was made.
    """

    kind: AdviceKind
    subject: str
    level: ScopeLevel
    target: str
    site_ids: tuple[str, ...]
    evidence: Figures
    orders: tuple[OrderToGive, ...]
    effect: Effect
    disturbance_id: str = ""
    made_at: datetime | None = None
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    state: str = "open"

    @property
    def key(self) -> tuple[AdviceKind, str]:
        """What makes two of them the same advice."""
        return self.kind, self.subject

    @property
    def recommendation_id(self) -> str:
        """Kind, subject and when it was first made."""
        return f"{self.kind}:{self.subject}:{self.made_at:%Y%m%dT%H%M%S}"
