"""One act of each kind, whole enough to be taken: of the small district's first reported hour, 01:00 UTC."""

from datetime import UTC, datetime
from typing import Any

from pipelines.acts.reporting import INPUTS, REPORTS, TUBES, hour_name, report_id
from pipelines.api import NewAct, Scope
from pipelines.intake.barcodes import label
from pipelines.vocabulary import ActKind
from tests.acts.kit import note

HOUR = datetime(2031, 3, 2, 1, tzinfo=UTC)
LABEL = label("LK1", 400_001)
OF_A_SITE = INPUTS | {ActKind.THIRD_COPIES_READ}
FACTS: dict[ActKind, dict[str, Any]] = {
    ActKind.ORDERED: {"contingency": "offline"},
    ActKind.THIRD_COPIES_READ: {"barcodes": [LABEL]},
    ActKind.REPORT_SIGNED: {"version": 1},
    ActKind.REPORT_ADVICE_NOTED: {"version": 1, "recommendation_id": "hold_crowd:LS-5"},
} | {kind: {"base_version": 0, "persons": 70, "tubes": 7} for kind in INPUTS}


def example(kind: ActKind, scope: Scope, **changes: Any) -> NewAct:
    """Return an act of that kind in a scope, with some of its fields changed."""
    plain = {"reason": "counted anew", "target": target(kind, scope), "facts": FACTS.get(kind, {})}
    return note(kind=kind, scope=scope, **plain | changes)


def target(kind: ActKind, scope: Scope) -> str:
    """Return what an act of that kind is about."""
    if kind in INPUTS:
        return hour_name(HOUR)
    if kind in REPORTS:
        return report_id(HOUR, scope)
    return LABEL if kind in TUBES else "x"
