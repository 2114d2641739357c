"""The site contract: what a site tells beside its counts: gate, desks, people, kit, labels, hourly inputs, orders.

Counters are cumulative since the round began unless a field says "now"; feeds with a cursor carry a ``sequence`` that
grows with the time of entry. Nothing here names a person: staff are numbers, cases and counts have nobody's identity.
"""

from typing import Annotated

from msgspec import Meta, Struct

from pipelines.contract import Barcode, Count, CountedPersons, Identifier, Minutes, Moment, Sequence, Share
from pipelines.vocabulary import (
    CaseOutcome,
    Contingency,
    Diversion,
    PhoneKind,
    Role,
    Task,
    VehicleState,
)

SITES_AT_MOST = 50_000
PEOPLE_AT_MOST = 1_000_000
ROWS_PER_PAGE = 5_000
Few = Annotated[int, Meta(ge=0, le=9_999)]
LaneNo = Annotated[int, Meta(ge=1, le=999)]
Station = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{0,60}\Z")]  # a post or a page, never a name
Reason = Annotated[str, Meta(max_length=200)]


class GateCount(Struct, frozen=True, kw_only=True):
    """Grain: one site's gate, its special channel and its guides (Q43-Q53, Q59).

    ``persons_screened`` passed the gate, temperature and code checks included (Q46-Q48). Of them ``codes_prepared``
    had a code made the day before (Q43), ``screenshots`` as a picture (Q44), ``codes_generated`` got one on site (Q50);
    ``codes_unreadable`` could not be read, ``codes_refreshed`` were then shown anew (Q45). ``special_*`` is the channel
    of those without phone or code (Q51): captured, queueing and waiting now, released in groups of ten (Q53).
    """

    site_id: Identifier
    persons_screened: Count
    codes_prepared: Count
    screenshots: Count
    codes_generated: Count
    codes_unreadable: Count
    codes_refreshed: Count
    fevers: Count
    risk_travellers: Count
    vaccinated: Count
    turned_away: Count
    tested_separately: Count
    special_persons: Count
    special_captured: Count
    special_groups: Count
    special_queue_persons: Count
    special_wait_minutes: Minutes
    guides_busy: Few
    guides_free: Few


class GateCounts(Struct, frozen=True, kw_only=True):
    """Grain: all sites, now. ``GET /v1/gates``."""

    observed_at: Moment
    sites: Annotated[list[GateCount], Meta(max_length=SITES_AT_MOST)]


class DeskState(Struct, frozen=True, kw_only=True):
    """Grain: one lane's registration desk, now (Q16, Q62, Q73).

    ``session_state`` is a state of the session machine ("" before it opens), ``queued_uploads`` the tubes that wait on
    the phone; ``open_barcode`` a half-filled tube with ``persons_bound`` in it; ``since`` when the desk took its state.
    """

    device_id: Identifier
    site_id: Identifier
    lane_no: LaneNo
    server_id: Identifier | None
    contingency: Contingency
    session_state: Station
    is_online: bool
    queued_uploads: Count
    open_barcode: Barcode | None
    persons_bound: CountedPersons
    since: Moment


class DeskStates(Struct, frozen=True, kw_only=True):
    """Grain: all desks, now. ``GET /v1/desks``."""

    observed_at: Moment
    desks: Annotated[list[DeskState], Meta(max_length=PEOPLE_AT_MOST)]


class Person(Struct, frozen=True, kw_only=True):
    """Grain: one member of a site's staff, a number without a name (Q2-Q5, Q37-Q40).

    The training marks: the province's system online, its offline app (Q39), the city's system (Q20); only volunteers
    and cadres need them (Q38). ``signed_in_at`` and ``signed_out_at`` are None until it has happened; who never came
    has neither.
    """

    staff_no: Identifier
    site_id: Identifier
    role: Role
    task: Task
    shift_id: Identifier
    is_trained_online: bool
    is_trained_offline: bool
    is_trained_city: bool
    phone: PhoneKind
    signed_in_at: Moment | None = None
    signed_out_at: Moment | None = None


class People(Struct, frozen=True, kw_only=True):
    """Grain: all staff, now. ``GET /v1/people``."""

    observed_at: Moment
    people: Annotated[list[Person], Meta(max_length=PEOPLE_AT_MOST)]


class KitRow(Struct, frozen=True, kw_only=True):
    """Grain: one site's kit, now (Q40-Q42, Q56, Q90, Q95).

    ``phones_*`` are the staff's registration phones, ``phones_flat`` the Android ones whose battery is empty,
    ``battery_share`` their mean charge. ``sockets`` are desks with a power socket, of ``desks``; ``fences`` stand
    between two sampling desks, ``fences_needed`` should. ``networks_up`` counts Wi-Fi networks that work.
    ``is_laid_out`` says that sockets, fences and two networks are as planned, ``is_ready`` that nothing is missing.
    """

    site_id: Identifier
    desks: Few
    phones_android: Few
    phones_apple: Few
    phones_flat: Few
    battery_share: Share
    chargers: Few
    cables: Few
    sockets: Few
    is_power_on: bool
    fences: Few
    fences_needed: Few
    networks: Few
    networks_up: Few
    standby_desks: Few
    is_standby_ready: bool
    is_laid_out: bool
    is_ready: bool


class Kit(Struct, frozen=True, kw_only=True):
    """Grain: all sites, now. ``GET /v1/kit``."""

    observed_at: Moment
    sites: Annotated[list[KitRow], Meta(max_length=SITES_AT_MOST)]


class Vehicle(Struct, frozen=True, kw_only=True):
    """Grain: one carrier's signal vehicle, now (Q91). ``site_id``: where it stands or goes; ``since`` when."""

    vehicle_id: Identifier
    carrier: Identifier
    state: VehicleState
    site_id: Identifier | None
    since: Moment


class Vehicles(Struct, frozen=True, kw_only=True):
    """Grain: all signal vehicles, now. ``GET /v1/vehicles``."""

    observed_at: Moment
    vehicles: Annotated[list[Vehicle], Meta(max_length=10_000)]


class LabelStock(Struct, frozen=True, kw_only=True):
    """Grain: one site's triplicate labels (Q64, Q65): each label has three parts, for tube, bag and the kept copy.

    ``labels_printed`` >= ``labels_cut`` >= ``labels_issued`` (to desks) >= used + void + returned.
    """

    site_id: Identifier
    rolls: Few
    labels_printed: Count
    labels_cut: Count
    labels_issued: Count
    labels_used: Count
    labels_void: Count
    labels_returned: Count
    tube_parts: Count
    bag_parts: Count
    kept_parts: Count


class LabelStocks(Struct, frozen=True, kw_only=True):
    """Grain: all sites, now. ``GET /v1/labels``."""

    observed_at: Moment
    sites: Annotated[list[LabelStock], Meta(max_length=SITES_AT_MOST)]


class SiteInput(Struct, frozen=True, kw_only=True):
    """Grain: one entry of a site's information officer for one hour (Q82, Q86); a correction is a further version.

    ``hour_at`` is the full hour up to which the figures count, cumulative since the round began; ``entered_at`` is when
    they were entered. The figures are what was entered, not what was true.
    """

    sequence: Sequence
    site_id: Identifier
    hour_at: Moment
    version: Annotated[int, Meta(ge=1, le=99)]
    persons: Count
    tubes: Count
    third_copies: Count
    special_cases: Count
    entered_at: Moment


class SiteInputs(Struct, frozen=True, kw_only=True):
    """Grain: entries with ``sequence`` above the cursor, ascending. ``GET /v1/inputs?after=&limit=``."""

    inputs: Annotated[list[SiteInput], Meta(max_length=ROWS_PER_PAGE)]
    last_sequence: Sequence


class SpecialCase(Struct, frozen=True, kw_only=True):
    """Grain: one line of a site's register of special cases (Q49): why, what became of it, when; nobody's identity."""

    sequence: Sequence
    site_id: Identifier
    diversion: Diversion
    outcome: CaseOutcome
    happened_at: Moment


class SpecialCases(Struct, frozen=True, kw_only=True):
    """Grain: cases with ``sequence`` above the cursor, ascending. ``GET /v1/special-cases?after=&limit=``."""

    cases: Annotated[list[SpecialCase], Meta(max_length=ROWS_PER_PAGE)]
    last_sequence: Sequence
