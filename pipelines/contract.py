"""The source contract: what a registration system tells, as bounded structures with the wire's own field names.

Counters are cumulative; events carry an ever-growing sequence; every row says when it happened (``*_at``, RFC 3339
with an offset). The simulated intake encodes these structures, the sources decode them, and both therefore refuse
the same things. Times are aware; shares are 0..1; latencies are milliseconds.
"""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from pipelines.vocabulary import Network, Role, ShortReason, SystemKind, TubeEventKind

EVENTS_PER_PAGE = 5_000
STEPS_PER_REQUEST = 5_000
LONGEST_WAIT_MINUTES = 2_880.0
CLOCK_TOLERANCE = timedelta(minutes=10)  # how far the clock of a device or a source may be off

Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}\Z")]
Barcode = Annotated[str, Meta(pattern=r"^[A-Z0-9]{6,32}\Z")]
PersonToken = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Moment = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=100_000_000)]
Sequence = Annotated[int, Meta(ge=0, le=2**62)]
CountedPersons = Annotated[int, Meta(ge=0, le=10)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Milliseconds = Annotated[float, Meta(ge=0.0, le=600_000.0)]
Minutes = Annotated[float, Meta(ge=0.0, le=LONGEST_WAIT_MINUTES)]


class SiteCounts(Struct, frozen=True, kw_only=True):
    """Grain: one site, cumulative since the round began. ``GET /v1/sites/{site_id}/counts``."""

    site_id: Identifier
    round_id: Identifier
    sequence: Sequence
    observed_at: Moment
    persons_registered: Count
    tubes_registered: Count
    persons_sampled: Count
    tubes_sampled: Count
    tubes_short: Count


class TubeEvent(Struct, frozen=True, kw_only=True):
    """Grain: one step of one tube; ``sequence`` is unique and grows in the order of recording."""

    sequence: Sequence
    barcode: Barcode
    kind: TubeEventKind
    site_id: Identifier
    lab_id: Identifier
    server_id: Identifier
    lane_no: Annotated[int, Meta(ge=1, le=999)]
    persons: CountedPersons
    short_reason: ShortReason | None = None
    happened_at: Moment
    recorded_at: Moment


class TubePage(Struct, frozen=True, kw_only=True):
    """Grain: events with ``sequence`` above the cursor, ascending. ``GET /v1/tubes?after=&limit=`` (limit <= 5000)."""

    events: Annotated[list[TubeEvent], Meta(max_length=EVENTS_PER_PAGE)]
    last_sequence: Sequence


class SiteQueue(Struct, frozen=True, kw_only=True):
    """Grain: one site, now. ``wait_minutes`` is how long a person who joins the queue now will wait."""

    site_id: Identifier
    is_open: bool
    queue_persons: Count
    wait_minutes: Minutes
    lanes_open: Annotated[int, Meta(ge=0, le=999)]
    desks_by_server: dict[Identifier, Annotated[int, Meta(ge=0, le=999)]]


class SiteQueues(Struct, frozen=True, kw_only=True):
    """Grain: all sites, now. ``GET /v1/queues``."""

    observed_at: Moment
    sites: Annotated[list[SiteQueue], Meta(max_length=50_000)]


class RosterRow(Struct, frozen=True, kw_only=True):
    """Grain: one role at one site, now: how many are signed in, and how many the current shift plans."""

    site_id: Identifier
    role: Role
    on_shift: Count
    planned: Count


class Roster(Struct, frozen=True, kw_only=True):
    """Grain: all sites and roles, now. ``GET /v1/roster``."""

    observed_at: Moment
    rows: Annotated[list[RosterRow], Meta(max_length=200_000)]


class NetworkSample(Struct, frozen=True, kw_only=True):
    """Grain: one Wi-Fi network of one site, now. ``latency_ms`` is None when nothing came back."""

    site_id: Identifier
    network: Network
    is_up: bool
    latency_ms: Milliseconds | None
    loss_share: Share
    clients: Count


class NetworkSamples(Struct, frozen=True, kw_only=True):
    """Grain: all networks, now. ``GET /v1/network``."""

    observed_at: Moment
    samples: Annotated[list[NetworkSample], Meta(max_length=100_000)]


class ServerStatus(Struct, frozen=True, kw_only=True):
    """Grain: one server, now; counters since it started. ``GET /v1/status`` of that very server."""

    server_id: Identifier
    system: SystemKind
    observed_at: Moment
    started_at: Moment
    logins: Count
    capacity_logins: Count
    requests: Count
    errors: Count
    persons_registered: Count


class LabCount(Struct, frozen=True, kw_only=True):
    """Grain: one lab, cumulative since the round began. ``scans``: persons' labels in mode one, else tubes'."""

    lab_id: Identifier
    tubes_dispatched: Count
    tubes_received: Count
    tubes_resulted: Count
    scans: Count = 0
    scan_errors: Count = 0


class LabCounts(Struct, frozen=True, kw_only=True):
    """Grain: all labs, now. ``GET /v1/labs``."""

    observed_at: Moment
    labs: Annotated[list[LabCount], Meta(max_length=1_000)]


class TubeRegistration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One group under one barcode, as a desk sends it. ``POST /v1/tubes`` of a front end or of the city system.

    ``device_sequence`` numbers the requests of a device; the pair makes a repeat of the request harmless.
    ``is_offline``: the group was registered on the phone alone and is uploaded later, so what it contradicts is kept
    as an exception instead of being refused. ``rescans`` and ``manual_entries`` count codes that were not read at once
    (Q68), ``is_verified`` says that a second person compared the barcode (Q60). Nothing else is taken: a body with a
    field that is not here, a name for example, is refused whole.
    """

    device_id: Identifier
    device_sequence: Annotated[int, Meta(ge=1, le=2**53)]
    round_id: Identifier
    site_id: Identifier
    lane_no: Annotated[int, Meta(ge=1, le=999)]
    lab_id: Identifier
    barcode: Barcode
    persons: Annotated[list[PersonToken], Meta(min_length=1, max_length=10)]
    short_reason: ShortReason | None = None
    opened_at: Moment
    closed_at: Moment
    account_id: Identifier
    is_offline: bool = False
    rescans: Annotated[int, Meta(ge=0, le=99)] = 0
    manual_entries: Annotated[int, Meta(ge=0, le=10)] = 0
    is_verified: bool = True


class TubeReceipt(Struct, frozen=True, kw_only=True):
    """The answer to a registration, sent after it is on disk; a repeat gets the recorded answer, ``is_replay`` set.

    ``persons`` are those counted: an uploaded tube whose persons are on record elsewhere counts only the others.
    """

    barcode: Barcode
    sequence: Sequence
    persons: CountedPersons
    recorded_at: Moment
    is_replay: bool


class CustodyStep(Struct, frozen=True, kw_only=True):
    """One later step of a registered tube, from its hand-over to its result, or what went wrong with it.

    ``lab_id`` is the lab that reports (received, resulted, misrouted), ``box_id`` the courier's box (dispatched).
    """

    barcode: Barcode
    kind: TubeEventKind
    happened_at: Moment
    lab_id: Identifier | None = None
    box_id: Identifier | None = None


class CustodySteps(Struct, frozen=True, kw_only=True):
    """Steps recorded together or not at all; repeats are harmless. ``POST /v1/custody`` of the data interface."""

    steps: Annotated[list[CustodyStep], Meta(min_length=1, max_length=STEPS_PER_REQUEST)]


class Problem(Struct, frozen=True, kw_only=True):
    """The body of every refusal: a rule's name, a sentence, and where to look."""

    rule: str
    detail: str
    field: str | None = None


class DeskLogin(Struct, frozen=True, kw_only=True):
    """A device that scanned a server's code. ``POST /v1/logins``; ``DELETE /v1/logins/{device_id}`` logs it out."""

    device_id: Identifier
    site_id: Identifier
