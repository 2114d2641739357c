"""The desk contract: sessions, tubes filled person by person, and the steps of all that has a life beside tubes."""

from typing import Annotated

from msgspec import Meta, Struct

from pipelines.contract import Barcode, Count, CountedPersons, Identifier, Moment, PersonToken, Sequence
from pipelines.machines import MachineName
from pipelines.vocabulary import Entry, ExceptionKind, ShortReason

ITEMS_PER_PAGE = 5_000
DeviceSequence = Annotated[int, Meta(ge=1, le=2**53)]
Seat = Annotated[int, Meta(ge=1, le=10)]
StepName = Annotated[str, Meta(pattern=r"^[a-z_]{2,30}\Z")]
Word = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{0,60}\Z")]


class OpenTube(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phone opens a tube under an unused label. ``POST /v1/tubes/open``."""

    device_id: Identifier
    device_sequence: DeviceSequence
    session_id: Identifier
    round_id: Identifier
    site_id: Identifier
    lane_no: Annotated[int, Meta(ge=1, le=999)]
    lab_id: Identifier
    account_id: Identifier
    barcode: Barcode
    happened_at: Moment


class BindPerson(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person takes the next seat of an open tube. ``POST /v1/tubes/{barcode}/persons``.

    A code typed by hand comes twice: ``typed_again`` must equal ``person`` (Q68).
    """

    device_id: Identifier
    device_sequence: DeviceSequence
    session_id: Identifier
    person: PersonToken
    entry: Entry = Entry.SCAN
    typed_again: PersonToken | None = None
    happened_at: Moment


class ChangeTube(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phone suspends, resumes, closes or voids its tube. ``POST /v1/tubes/{barcode}/{suspend|resume|close|void}``."""

    device_id: Identifier
    device_sequence: DeviceSequence
    session_id: Identifier
    short_reason: ShortReason | None = None
    is_verified: bool = True
    happened_at: Moment


class TubeState(Struct, frozen=True, kw_only=True):
    """The answer to every step of a tube, and ``GET /v1/tubes/{barcode}``: where it stands, after it is on disk.

    A tube that came as a whole group belongs to no session.
    """

    barcode: Barcode
    state: str
    session_id: Identifier | None
    site_id: Identifier
    lane_no: int
    persons: CountedPersons
    seats_left: CountedPersons
    since: Moment
    is_replay: bool = False


class ThingStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step of a session, account, sheet, roll of labels, box or interruption. ``facts`` never speak of a person."""

    machine: MachineName
    thing_id: Identifier
    step: StepName
    site_id: Identifier | None = None
    by: Word = ""
    facts: dict[StepName, Word | int] = {}
    happened_at: Moment


class ThingSteps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Steps recorded together or not at all; repeats are harmless. ``POST /v1/steps`` of the data interface."""

    steps: Annotated[list[ThingStep], Meta(min_length=1, max_length=ITEMS_PER_PAGE)]


class ThingEvent(Struct, frozen=True, kw_only=True):
    """Grain: one recorded step of one thing; ``state`` is where it led."""

    sequence: Sequence
    machine: MachineName
    thing_id: Identifier
    step: StepName
    state: str
    site_id: Identifier | None
    by: Word
    facts: dict[StepName, Word | int]
    happened_at: Moment
    recorded_at: Moment


class ThingPage(Struct, frozen=True, kw_only=True):
    """Grain: steps with ``sequence`` above the cursor, ascending. ``GET /v1/steps?after=&limit=``."""

    events: Annotated[list[ThingEvent], Meta(max_length=ITEMS_PER_PAGE)]
    last_sequence: Sequence


class LateDuplicate(Struct, frozen=True, kw_only=True):
    """Grain: one person or tube that an upload brought a second time; kept, not counted."""

    sequence: Sequence
    kind: ExceptionKind
    barcode: Barcode
    other_barcode: Barcode
    seat: Seat | None
    site_id: Identifier
    device_id: Identifier
    recorded_at: Moment


class Conflict(Struct, frozen=True, kw_only=True):
    """Grain: one refused request that contradicts the record: which rule, whose, when. Nothing of it was recorded."""

    sequence: Sequence
    rule: str
    device_id: Identifier
    device_sequence: int
    barcode: Barcode
    recorded_at: Moment


class ExceptionPage(Struct, frozen=True, kw_only=True):
    """Late duplicates and conflicts above the cursor. ``GET /v1/exceptions?after=&limit=``."""

    duplicates: list[LateDuplicate]
    conflicts: list[Conflict]
    last_sequence: Sequence


class SiteQuality(Struct, frozen=True, kw_only=True):
    """Grain: one site, cumulative: how its registered tubes were filled, and what was kept beside its count.

    ``rescans`` and ``manual_entries`` are codes, ``tubes_unverified`` had no second pair of eyes, ``tubes_offline``
    came by upload; ``persons_twice`` and ``tubes_twice`` are late duplicates.
    """

    site_id: Identifier
    tubes_registered: Count
    rescans: Count
    manual_entries: Count
    tubes_unverified: Count
    tubes_offline: Count
    tubes_short: dict[ShortReason, Count]
    tubes_voided: Count
    persons_voided: Count
    tubes_lost: Count
    persons_twice: Count
    tubes_twice: Count


class Quality(Struct, frozen=True, kw_only=True):
    """Grain: all sites, as of ``sequence``. ``GET /v1/quality`` of the data interface."""

    observed_at: Moment
    sequence: Sequence
    conflicts: Count
    sites: Annotated[list[SiteQuality], Meta(max_length=50_000)]
