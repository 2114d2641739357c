"""A what-if question as a value: who comes when, who serves them how fast, and what fails meanwhile."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipelines.vocabulary import Contingency, Mode

VERSION = 1


class Method(StrEnum):
    """How a person is registered: the code is scanned, the identity card photographed, or the number typed."""

    CODE = "code"
    CARD = "card"
    TYPED = "typed"


class Hit(StrEnum):
    """What an outage hits: one server, all provincial servers, a site, a town, every site, or a lab."""

    SERVER = "server"
    PROVINCE = "province"
    SITE = "site"
    TOWN = "town"
    DISTRICT = "district"
    LAB = "lab"


class Desk(StrEnum):
    """Which desk of a lane an outage slows: registration (network, server, power), or sampling."""

    REGISTRATION = "registration"
    SAMPLING = "sampling"


@dataclass(frozen=True)
class ServiceTime:
    """Seconds that a group of ten takes at a desk: mean, spread (deviation / mean), how many were seen, and where."""

    mean_s: float
    spread: float
    count: int = 0
    origin: str = "assumption"


@dataclass(frozen=True)
class TownTimes:
    """Grain: one town whose desks were measured."""

    town_code: str
    registration: ServiceTime
    sampling: ServiceTime


@dataclass(frozen=True)
class Curve:
    """When people come: relative weights of equal parts of the opening hours, and who says so."""

    name: str
    weights: tuple[float, ...]
    source: str


@dataclass(frozen=True)
class SitePlan:
    """Grain: one site.

    ``persons`` come between the scenario's start and closing, besides ``waiting`` who stand in line at the start.
    ``lanes`` are built, ``staff`` are volunteers and cadres that can man them. ``schedule`` holds the lanes open in
    each equal part of the opening hours and wins over staff; None leaves it to staff, shifts and guides.
    """

    site_id: str
    town_code: str
    lab_id: str
    persons: int
    lanes: int
    staff: int
    waiting: int = 0
    schedule: tuple[int, ...] | None = None


@dataclass(frozen=True)
class ShiftPlan:
    """A span of the day, in minutes after opening, in which a share of each site's staff serves."""

    from_minute: float
    to_minute: float
    share: float


@dataclass(frozen=True)
class ServerPlan:
    """Grain: one registration server; ``logins`` are the desks it bears at full pace."""

    server_id: str
    logins: int
    is_city: bool = False


@dataclass(frozen=True)
class LabPlan:
    """Grain: one lab."""

    lab_id: str
    tubes_per_day: int


@dataclass(frozen=True)
class Outage:
    """Something slows or stops: minutes after opening, ``strength`` 1 stops it, 0.4 takes 40 % of its pace.

    A server's outage moves its desks to the other servers after the scenario's fail-over time; ``desk`` matters for
    sites, towns and the district only.
    """

    hits: Hit
    from_minute: float
    minutes: float
    target: str = ""
    strength: float = 1.0
    desk: Desk = Desk.REGISTRATION


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One what-if question, whole: the same scenario and seed give the same answer.

    Times are minutes after ``opens_at``; the simulation begins at ``starts_minute`` (0, or the moment it was asked)
    and ends when all are done, at the latest ``overtime_minutes`` after closing, while the last shift's lanes go on.
    ``fallback`` is what desks do when no provincial server is left. What nobody knows beforehand differs from
    replication to replication: how fast all desks are that day (``pace_spread``) and how many come
    (``turnout_spread``), as deviation / mean.
    """

    name: str
    campaign_id: str
    opens_at: datetime
    open_minutes: float
    sites: tuple[SitePlan, ...]
    curve: Curve
    registration: ServiceTime
    sampling: ServiceTime
    town_times: tuple[TownTimes, ...] = ()
    mode: Mode = Mode.TWO
    method: Method = Method.CODE
    guides_per_lane: int = 3
    registrars_per_lane: int = 1
    medics_per_lane: int = 2
    absence_share: float = 0.01
    turnout: float = 1.0
    pace_spread: float = 0.0
    turnout_spread: float = 0.0
    special_share: float = 0.07
    prepared_share: float = 0.70
    shifts: tuple[ShiftPlan, ...] = ()
    servers: tuple[ServerPlan, ...] = ()
    failover_minutes: float = 4.5
    fallback: Contingency = Contingency.STOPPED
    labs: tuple[LabPlan, ...] = ()
    outages: tuple[Outage, ...] = ()
    starts_minute: float = 0.0
    overtime_minutes: float = 240.0
    seed: int = 20210606
    version: int = field(default=VERSION)

    @property
    def end_minute(self) -> float:
        """The last minute that is simulated."""
        return self.open_minutes + self.overtime_minutes

    def times_of(self, town_code: str) -> tuple[ServiceTime, ServiceTime]:
        """Return a town's registration and sampling times: its own where measured, else the scenario's."""
        for town in self.town_times:
            if town.town_code == town_code:
                return town.registration, town.sampling
        return self.registration, self.sampling
