"""A campaign as values: the district, its towns, sites, staff, labs, servers and accounts, and the rules of the day."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipelines.campaign.model_keeping import (
    Benchmark,
    Contact,
    Custody,
    Organisation,
    Prepared,
    TicketClocks,
    Training,
)
from pipelines.campaign.names import Name as Name
from pipelines.vocabulary import Mode, Role, SystemKind


@dataclass(frozen=True)
class Town:
    """Grain: one town; it has one lab and one account (Q29, Q33)."""

    town_code: str
    name: Name
    seat_lon: float
    seat_lat: float
    residents: int


@dataclass(frozen=True)
class Site:
    """Grain: one sampling site (Q1). ``planned_persons`` is what it is meant to sample in the round."""

    site_id: str
    name: Name
    town_code: str
    lon: float
    lat: float
    size_class: str
    lanes: int
    planned_persons: int
    carrier: str
    has_standby_desk: bool


@dataclass(frozen=True)
class StaffPlan:
    """Grain: one role at one site; ``persons`` is the head-count on the day's register (Q2-Q5)."""

    site_id: str
    role: Role
    persons: int


@dataclass(frozen=True)
class Lab:
    """Grain: one lab. ``barcode_prefix`` opens every label it printed (Q32)."""

    lab_id: str
    name: Name
    barcode_prefix: str
    capacity_tubes_per_day: int
    has_interface: bool


@dataclass(frozen=True)
class Server:
    """Grain: one server a desk can scan a code of (Q71); ``sheet_no`` is the number on the desk's paper."""

    server_id: str
    name: Name
    system: SystemKind
    sheet_no: int
    capacity_logins: int


@dataclass(frozen=True)
class Account:
    """Grain: one mass-testing account: one town, one lab, one keeper (Q28-Q33, Q69). No password is ever kept."""

    account_id: str
    town_code: str
    lab_id: str
    keeper: str
    keeper_phone: str


@dataclass(frozen=True)
class Shift:
    """A span of the day in which ``staff_share`` of a site's people serve; shares add up to 1, spans may overlap."""

    shift_id: str
    starts_at: datetime
    ends_at: datetime
    staff_share: float


@dataclass(frozen=True)
class WaitBounds:
    """Minutes at which a wait leaves the short class and enters the long one."""

    medium_from_minutes: float
    long_from_minutes: float


@dataclass(frozen=True)
class Norms:
    """Staffing norms: guides and registrars (Q57, manned by volunteers and cadres) and medics a lane, police a site.

    ``persons_per_medic`` are residents one sampler serves; a site and a registration desk serve so many persons a day.
    """

    guides_per_lane: int
    registrars_per_lane: int
    medics_per_lane: int
    police_per_site: int
    persons_per_medic: int
    persons_per_site_from: int
    persons_per_site_to: int
    persons_per_desk_from: int
    persons_per_desk_to: int


@dataclass(frozen=True)
class ServiceTimes:
    """Mean seconds for a group of ten at the two desks of a lane, and the seconds a desk takes to scan another code."""

    registration_s: float
    sampling_s: float
    switch_s: float


@dataclass(frozen=True)
class Thresholds:
    """When a screen changes its mind. Wall seconds for staleness; shares of 0..1 elsewhere."""

    stale_after_s: float
    network_slow_ms: float
    network_loss_share: float
    server_slow_ms: float
    server_load_share: float


@dataclass(frozen=True)
class Round:
    """One round of the campaign (Q7) and its opening hours; ``target_persons`` is the day's goal (Q6)."""

    round_id: str
    name: Name
    mode: Mode
    target_persons: int
    opens_at: datetime
    closes_at: datetime
    demo_starts_at: datetime


@dataclass(frozen=True)
class HelpDesk:
    """Whom anybody may ask for help (Q21); the channel is a group or a radio, the hours are local."""

    name: Name
    phone: str
    channel: str | None = None
    hours: str | None = None


@dataclass(frozen=True)
class MapFiles:
    """Geography to draw, each a GeoJSON file under ``data/`` or the campaign folder; the credit must be shown."""

    district: Path
    neighbours: Path | None
    towns: Path | None
    water: Path | None
    towns_are_schematic: bool
    credit: str


@dataclass(frozen=True)
class Campaign:
    """A whole campaign, valid: sites in the order of their ids, everything else in the order of its file.

    ``arrival_hours`` holds one relative weight for each opening hour, a begun one included.
    """

    campaign_id: str
    folder: Path
    name: Name
    district_name: Name
    district_code: str
    timezone_offset_minutes: int
    residents: int
    round: Round
    waits: WaitBounds
    norms: Norms
    service: ServiceTimes
    thresholds: Thresholds
    shifts: tuple[Shift, ...]
    arrival_hours: tuple[float, ...]
    towns: tuple[Town, ...]
    sites: tuple[Site, ...]
    staff: tuple[StaffPlan, ...]
    labs: tuple[Lab, ...]
    servers: tuple[Server, ...]
    accounts: tuple[Account, ...]
    map: MapFiles
    helpdesk: HelpDesk | None = None
    tickets: TicketClocks = field(default_factory=TicketClocks)
    custody: Custody = field(default_factory=Custody)
    contacts: tuple[Contact, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    trainings: tuple[Training, ...] = ()
    preparation: tuple[Prepared, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()

    def lab_of(self, town_code: str) -> str:
        """Return the id of the one lab that the town's account is bound to."""
        return next(account.lab_id for account in self.accounts if account.town_code == town_code)
