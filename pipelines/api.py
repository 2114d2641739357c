"""The command API's words: what the command server and its clients say to each other in JSON."""

from datetime import datetime
from typing import Any

from msgspec import Struct, field

from pipelines.vocabulary import ActKind, Mode, ScopeLevel, SystemKind, UserRole


class Scope(Struct, frozen=True):
    """How much of the district an answer covers: all of it, one town or one site."""

    level: ScopeLevel = ScopeLevel.DISTRICT
    id: str | None = None

    @classmethod
    def district(cls) -> "Scope":
        """Return the scope of the whole district."""
        return cls()

    @classmethod
    def town(cls, town_code: str) -> "Scope":
        """Return the scope of one town."""
        return cls(ScopeLevel.TOWN, town_code)

    @classmethod
    def site(cls, site_id: str) -> "Scope":
        """Return the scope of one site."""
        return cls(ScopeLevel.SITE, site_id)


DISTRICT = Scope()


class Edge(Struct, frozen=True, kw_only=True):
    """The newest moment that can be asked about; an answer for ``as_of`` never changes afterwards."""

    as_of: datetime
    clock_at: datetime
    speed: float
    tick: int


class AskBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /v1/ask/{name}``."""

    as_of: datetime
    params: dict[str, Any] = field(default_factory=dict)
    scope: Scope = DISTRICT


class Viewer(Struct, frozen=True, kw_only=True):
    """Who looks or acts, as the command server knows him from his session: nobody else decides role and scope."""

    user_id: str
    name: str
    role: UserRole
    scope: Scope
    is_demo: bool = False


class NewSession(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /v1/sessions``; ``address`` is where the browser is, for the back-off after wrong words."""

    user_id: str
    password: str
    address: str = ""


class VouchedSession(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /v1/sessions/oidc``: whom an identity provider vouches for, as the dashboard has verified."""

    issuer: str
    subject: str
    email: str = ""
    address: str = ""


class DemoSession(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /v1/sessions/demo``: one of the users that a simulated campaign offers by one click."""

    user_id: str
    address: str = ""


class Session(Struct, frozen=True, kw_only=True):
    """An opened session: the token is told once and kept only as its hash; ``expires_at`` is wall time, UTC."""

    token: str
    viewer: Viewer
    expires_at: datetime


Fact = str | int | float | bool | None | list[str]


class NewAct(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /v1/acts``: what a person does.

    ``act_id`` is the caller's own (32 hex digits), so that a repeat is harmless. ``scope`` is whom it reaches,
    ``target`` the alert, recommendation, vehicle or server that it is about, "" for none.
    """

    act_id: str
    kind: ActKind
    scope: Scope = DISTRICT
    target: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    reason: str = ""


class Act(Struct, frozen=True, kw_only=True):
    """Grain: one act as the ledger keeps it. ``happened_at`` is campaign time, ``recorded_at`` wall time, both UTC."""

    sequence: int
    act_id: str
    kind: ActKind
    by: str
    role: UserRole | None
    scope: Scope
    target: str
    facts: dict[str, Fact]
    reason: str
    address: str
    happened_at: datetime
    recorded_at: datetime


class NameInfo(Struct, frozen=True):
    """A name in both languages."""

    zh: str
    en: str


class RoundInfo(Struct, frozen=True, kw_only=True):
    """The round that is running; times are UTC."""

    round_id: str
    name: NameInfo
    mode: Mode
    target_persons: int
    opens_at: datetime
    closes_at: datetime


class WaitsInfo(Struct, frozen=True, kw_only=True):
    """Minutes at which a wait leaves the short class and enters the long one."""

    medium_from_minutes: float
    long_from_minutes: float


class ThresholdsInfo(Struct, frozen=True, kw_only=True):
    """When a screen changes its mind: wall seconds, milliseconds, shares of 0..1."""

    stale_after_s: float
    network_slow_ms: float
    network_loss_share: float
    server_slow_ms: float
    server_load_share: float


class TownInfo(Struct, frozen=True, kw_only=True):
    """Grain: one town; ``lab_id`` is the lab that its account is bound to (Q33)."""

    town_code: str
    name: NameInfo
    seat_lon: float
    seat_lat: float
    residents: int
    lab_id: str


class SiteInfo(Struct, frozen=True, kw_only=True):
    """Grain: one site, in the order of the ids."""

    site_id: str
    name: NameInfo
    town_code: str
    lon: float
    lat: float
    lanes: int
    planned_persons: int
    size_class: str
    carrier: str


class ServerInfo(Struct, frozen=True, kw_only=True):
    """Grain: one registration server, in the order of the campaign's file."""

    server_id: str
    name: NameInfo
    system: SystemKind
    sheet_no: int
    capacity_logins: int


class LabInfo(Struct, frozen=True, kw_only=True):
    """Grain: one lab."""

    lab_id: str
    name: NameInfo
    capacity_tubes_per_day: int
    has_interface: bool


class MapInfo(Struct, frozen=True, kw_only=True):
    """Which layers ``GET /v1/map/{layer}`` has, and what must be said beside them."""

    layers: list[str]
    towns_are_schematic: bool
    credit: str


class HelpDeskInfo(Struct, frozen=True, kw_only=True):
    """Whom anybody may ask for help (Q21)."""

    name: NameInfo
    phone: str
    channel: str | None = None
    hours: str | None = None


class CampaignInfo(Struct, frozen=True, kw_only=True):
    """Everything of a campaign that a screen needs and that does not change during the day."""

    campaign_id: str
    name: NameInfo
    district_name: NameInfo
    round: RoundInfo
    residents: int
    timezone_offset_minutes: int
    waits: WaitsInfo
    thresholds: ThresholdsInfo
    towns: list[TownInfo]
    sites: list[SiteInfo]
    servers: list[ServerInfo]
    labs: list[LabInfo]
    map: MapInfo
    helpdesk: HelpDeskInfo | None = None
