"""The columns of every kind of row, made of the contract: as a source tells them, and as the store keeps them."""

import polars as pl
from msgspec import Struct, inspect

from pipelines.contract import LabCount, NetworkSample, RosterRow, ServerStatus, SiteCounts, SiteQueue, TubeEvent
from pipelines.contract_desk import Conflict, LateDuplicate, SiteQuality, ThingEvent
from pipelines.contract_orders import Order
from pipelines.contract_sites import DeskState, GateCount, KitRow, LabelStock, Person, SiteInput, SpecialCase, Vehicle
from pipelines.vocabulary import SourceKind

MOMENT = pl.Datetime("us", "UTC")
TEXT, WHOLE, REAL, YES = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
DESKS = pl.List(pl.Struct({"server_id": TEXT, "desks": WHOLE}))
SHORT = pl.List(pl.Struct({"short_reason": TEXT, "tubes": WHOLE}))

# Pages tell one moment for all their rows. With those of the sites' own it is stored with the pull, not on every row.
_PAGES: dict[SourceKind, tuple[type[Struct], ...]] = {
    SourceKind.SITE_QUEUES: (SiteQueue,),
    SourceKind.ROSTER: (RosterRow,),
    SourceKind.NETWORK: (NetworkSample,),
    SourceKind.LAB_COUNTS: (LabCount,),
}
_OWN_PAGES: dict[SourceKind, tuple[type[Struct], ...]] = {
    SourceKind.GATES: (GateCount,),
    SourceKind.DESKS: (DeskState,),
    SourceKind.KIT: (KitRow,),
    SourceKind.VEHICLES: (Vehicle,),
    SourceKind.LABELS: (LabelStock,),
    SourceKind.QUALITY: (SiteQuality,),
    SourceKind.ORDERS: (Order,),
    SourceKind.PEOPLE: (Person,),
}
_ROWS: dict[SourceKind, tuple[type[Struct], ...]] = {
    SourceKind.SITE_COUNTS: (SiteCounts,),
    SourceKind.SERVER_STATUS: (ServerStatus,),
    SourceKind.TUBE_EVENTS: (TubeEvent,),
    SourceKind.STEPS: (ThingEvent,),
    SourceKind.INPUTS: (SiteInput,),
    SourceKind.SPECIAL_CASES: (SpecialCase,),
    SourceKind.EXCEPTIONS: (LateDuplicate, Conflict),
    **_PAGES,
    **_OWN_PAGES,
}
# What is told with a row beside its fields, where it is known: how long the asking took, what is asked for of a step's
# facts, the two ends of a loan.
_BESIDE: dict[SourceKind, dict[str, pl.DataType]] = {
    SourceKind.SERVER_STATUS: dict.fromkeys(("connect_ms", "first_byte_ms", "transfer_ms"), REAL),
    SourceKind.STEPS: {"cause": TEXT, "lane_no": WHOLE, "seconds": WHOLE},
    SourceKind.ORDERS: {"lend_from": TEXT, "lend_to": TEXT},
}
_MAPPINGS: dict[str, pl.DataType] = {"desks_by_server": DESKS, "tubes_short": SHORT, "facts": TEXT}
_NOT_READ = {"loan", "act_id"}
_SCALARS: dict[type[inspect.Type], pl.DataType] = {
    inspect.BoolType: YES,
    inspect.IntType: WHOLE,
    inspect.FloatType: REAL,
    inspect.StrType: TEXT,
    inspect.EnumType: TEXT,
    inspect.DateTimeType: MOMENT,
}


def _fields(row: type[Struct]) -> dict[str, inspect.Field]:
    told = inspect.type_info(row)
    fields = told.fields if isinstance(told, inspect.StructType) else ()
    return {field.name: field for field in fields if field.name not in _NOT_READ}


def _kinds(field: inspect.Field) -> tuple[inspect.Type, ...]:
    return field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)


def _dtype(field: inspect.Field) -> pl.DataType:
    """Return a field's type: of those it may be, null aside, there is one."""
    found = [_SCALARS[type(kind)] for kind in _kinds(field) if type(kind) in _SCALARS]
    return found[0] if found else _MAPPINGS[field.name]


def _told(kind: SourceKind) -> pl.Schema:
    fields = {name: _dtype(field) for row in _ROWS[kind] for name, field in _fields(row).items()}
    moment = {"observed_at": MOMENT} if kind in _PAGES | _OWN_PAGES else {}
    return pl.Schema(fields | moment | _BESIDE.get(kind, {}))


def _optional(kind: SourceKind) -> frozenset[str]:
    rows = [_fields(row) for row in _ROWS[kind]]
    null = {name for row in rows for name, field in row.items() if inspect.NoneType() in _kinds(field)}
    lacking = {name for row in rows for other in rows for name in row.keys() - other.keys()}
    return frozenset(null | lacking | _BESIDE.get(kind, {}).keys()) - {"kind"}  # its connector says what a conflict is


def _stored(kind: SourceKind) -> pl.Schema:
    left = {"observed_at"} if kind in _OWN_PAGES else {"system"} if kind is SourceKind.SERVER_STATUS else set[str]()
    kept = {name: dtype for name, dtype in WIRE[kind].items() if name not in left and dtype not in (DESKS, SHORT)}
    probe = {"is_up": YES, "outcome": TEXT, "reason": TEXT} if kind is SourceKind.SERVER_STATUS else {}
    return pl.Schema(kept | probe)


WIRE: dict[SourceKind, pl.Schema] = {kind: _told(kind) for kind in SourceKind}
"""Columns of a source's rows (``sources.Pulled.raw``): the contract's field names; a page's ``observed_at`` is repeated
on its rows, and a server's status carries how long the asking took."""

OPTIONAL: dict[SourceKind, frozenset[str]] = {kind: _optional(kind) for kind in SourceKind} | {
    SourceKind.DESKS: _optional(SourceKind.DESKS) | {"since"}
}
"""Columns that may hold nulls, by kind; no other may. A desk that is not open yet is so since no moment."""

STORED: dict[SourceKind, pl.Schema] = {kind: _stored(kind) for kind in SourceKind}
"""Columns of the store's rows, which ``transform.tidy`` gives; what comes along with a kind has its own."""

DESK_SERVER = pl.Schema({"site_id": TEXT, "server_id": TEXT, "observed_at": MOMENT, "desks": WHOLE})
SHORT_TUBE = pl.Schema({"site_id": TEXT, "short_reason": TEXT, "tubes": WHOLE})
