"""What alerts are made of: the form of a rule, the bounds of a campaign, one look at a subject, one alert."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

import polars as pl

from pipelines.alerts.machine import Patience, Reading, Standing
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import AlertState, Severity

ALL = "*"
"""The subject of the alert that stands for a rule itself: that it cannot be evaluated."""


class Subject(StrEnum):
    """What kind of thing a rule watches; with the rule's name it says how a screen words the alert."""

    DISTRICT = "district"
    TOWN = "town"
    SITE = "site"
    SERVER = "server"
    NETWORK = "network"
    STAFF = "staff"
    TUBE = "tube"
    LAB = "lab"
    ACCOUNT = "account"
    TICKET = "ticket"
    ORDER = "order"
    FEED = "feed"
    JOB = "job"
    MACHINE = "machine"


@dataclass(frozen=True)
class Limits:
    """The bounds that a campaign sets itself; milliseconds, shares of 0..1, minutes."""

    server_slow_ms: float
    server_load_share: float
    long_wait_minutes: float

    @classmethod
    def of(cls, campaign: Campaign) -> "Limits":
        """Return the limits of ``campaign``."""
        the = campaign.thresholds
        return cls(the.server_slow_ms, the.server_load_share, campaign.waits.long_from_minutes)


Bound = Callable[[Limits], float]


def once(_limits: Limits) -> float:
    """Return the bound of what is either so (1) or not (0), or counted from one on."""
    return 1.0


@dataclass(frozen=True)
class Rule:
    """Grain: one rule over one named ask.

    ``judged`` is the number held against ``bound``: bad from there on, good below ``clear`` times it; null: nothing is
    known. ``shown`` is the number a screen tells (default: ``judged``). ``subject`` names a row; ``site``, ``town``,
    ``grave`` (a severity of the row's own) and the two names are columns, "" for none. ``covers`` is what an alert
    explains, ``links`` what explains it, both as lists of keys like ``server:p2``; an alert is muted by one of the
    rules ``muted_by`` that covers one of its links.
    """

    name: str
    ask: str
    about: Subject
    severity: Severity
    subject: pl.Expr
    judged: pl.Expr
    bound: Bound = once
    clear: float = 1.0
    shown: pl.Expr | None = None
    patience: Patience = field(default_factory=Patience)
    shape: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    grave: str = ""
    site: str = ""
    town: str = ""
    names: tuple[str, str] = ("name_zh", "name_en")
    covers: pl.Expr | None = None
    links: pl.Expr | None = None
    muted_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """Grain: one look of one rule at one subject."""

    subject: str
    reading: Reading
    value: float | None = None
    bound: float | None = None
    site_id: str = ""
    town_code: str = ""
    name_zh: str = ""
    name_en: str = ""
    grave: str = ""
    covers: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Alert:
    """Grain: one rule's word on one subject, with where it stands and which alert explains it ("" for none)."""

    rule: str
    severity: Severity
    seen: Seen
    standing: Standing
    muted_by: str = ""

    @property
    def alert_id(self) -> str:
        """The alert's name, the same in every episode: acknowledgements and silences point to it."""
        return f"{self.rule}:{self.seen.subject}"

    @property
    def is_alarm(self) -> bool:
        """Whether an alarm has begun that is not over; a rule that cannot be evaluated is one as well."""
        fired = self.standing.fired_at is not None
        return fired or (self.seen.subject == ALL and self.standing.state is AlertState.ERROR)

    def muted(self, by: str) -> "Alert":
        """Return the alert as muted by the alert of that id, "" for none."""
        return self if by == self.muted_by else replace(self, muted_by=by)


def key(kind: str, column: str) -> pl.Expr:
    """Return the keys ``kind:<value of column>`` as a list of one."""
    return keys((kind, column))


def keys(*named: tuple[str, str]) -> pl.Expr:
    """Return the keys ``kind:<value of column>`` of several columns as a list; null where a value is."""
    return pl.concat_list(*(pl.format(f"{kind}:{{}}", pl.col(column)) for kind, column in named))


def placed(level: str, place: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return what gives each row the site or the town that its ``place`` is, by its ``level``; "" for neither."""

    def one(name: str) -> pl.Expr:
        return pl.when(pl.col(level) == name).then(pl.col(place)).otherwise(pl.lit(""))

    return lambda rows: rows.with_columns(site_id=one("site"), town_code=one("town"))


def seconds(fire: float = 0, clear: float = 0) -> Patience:
    """Return a patience in campaign seconds."""
    return Patience(timedelta(seconds=fire), timedelta(seconds=clear))
