"""Connectors of the plain pages: one moment and a list of flat rows (roster, networks, labs, the sites' own)."""

from pipelines.contract import LabCount, LabCounts, NetworkSample, NetworkSamples, Roster, RosterRow
from pipelines.contract_orders import Order, Orders
from pipelines.contract_sites import (
    DeskState,
    DeskStates,
    GateCount,
    GateCounts,
    Kit,
    KitRow,
    LabelStock,
    LabelStocks,
    People,
    Person,
    Vehicle,
    Vehicles,
)
from pipelines.sources.shape import Connector, frame, no_objection
from pipelines.vocabulary import SourceKind


def _page(kind: SourceKind, answer: type, row: type, items: str) -> Connector:
    row_keys = len(row.__struct_fields__)
    return Connector(
        answer=answer,
        rows=lambda page, _phases: frame(kind, getattr(page, items), observed_at=page.observed_at),
        keys=lambda page: 2 + row_keys * len(getattr(page, items)),
        objection=no_objection,
    )


ROSTER = _page(SourceKind.ROSTER, Roster, RosterRow, "rows")
NETWORK = _page(SourceKind.NETWORK, NetworkSamples, NetworkSample, "samples")
LAB_COUNTS = _page(SourceKind.LAB_COUNTS, LabCounts, LabCount, "labs")
GATES = _page(SourceKind.GATES, GateCounts, GateCount, "sites")
DESKS = _page(SourceKind.DESKS, DeskStates, DeskState, "desks")
KIT = _page(SourceKind.KIT, Kit, KitRow, "sites")
VEHICLES = _page(SourceKind.VEHICLES, Vehicles, Vehicle, "vehicles")
LABELS = _page(SourceKind.LABELS, LabelStocks, LabelStock, "sites")
PEOPLE = _page(SourceKind.PEOPLE, People, Person, "people")
ORDERS = _page(SourceKind.ORDERS, Orders, Order, "orders")
