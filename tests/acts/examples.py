"""One act of each kind, whole enough to be taken: of the small district's first reported hour, 01:00 UTC."""

import secrets
from datetime import UTC, datetime
from typing import Any

from pipelines.acts.keeping import DAYS, EXCEPTIONS, GATES, SHEETS
from pipelines.acts.register import DECISIONS
from pipelines.acts.reporting import INPUTS, REPORTS, TUBES, hour_name, report_id
from pipelines.acts.ticketing import LOWEST, OF_A_TICKET
from pipelines.api import NewAct, Scope
from pipelines.intake.barcodes import label
from pipelines.vocabulary import ActKind
from tests.acts.kit import note

HOUR = datetime(2031, 3, 2, 1, tzinfo=UTC)
LABEL = label("LK1", 400_001)
OF_A_SITE = INPUTS | GATES | {ActKind.THIRD_COPIES_READ}
NEED_MORE = OF_A_TICKET | SHEETS | DAYS | {ActKind.ACCOUNT_ROTATED}
"""Acts that are refused unless something was there before: tests of their own show them taken."""
FACTS: dict[ActKind, dict[str, Any]] = {
    ActKind.ORDERED: {"contingency": "offline"},
    ActKind.THIRD_COPIES_READ: {"barcodes": [LABEL]},
    ActKind.REPORT_SIGNED: {"version": 1},
    ActKind.REPORT_ADVICE_NOTED: {"version": 1, "recommendation_id": "hold_crowd:LS-5"},
    ActKind.TICKET_OPENED: {"category": "network", "severity": "warning"},
    **{kind: {"items": ["tubes/LK1000000001"]} for kind in EXCEPTIONS},
    **{kind: {"sheets": ["sheet-1"], "witness": "wu"} for kind in SHEETS},
} | {kind: {"base_version": 0, "persons": 70, "tubes": 7} for kind in INPUTS}


def example(kind: ActKind, scope: Scope, **changes: Any) -> NewAct:
    """Return an act of that kind in a scope, with some of its fields changed."""
    facts = FACTS.get(kind, {})
    if kind is ActKind.TICKET_OPENED:
        facts = facts | {"level": LOWEST[scope.level].value}
    plain = {"reason": "counted anew", "target": target(kind, scope), "facts": facts}
    return note(kind=kind, scope=scope, **plain | changes)


def target(kind: ActKind, scope: Scope) -> str:
    """Return what an act of that kind is about."""
    if kind in INPUTS:
        return hour_name(HOUR)
    if kind in REPORTS:
        return report_id(HOUR, scope)
    if kind in GATES:
        return "phones"
    if kind in DECISIONS:  # each recommendation is decided on once
        return f"loan:{secrets.token_hex(8)}"
    return LABEL if kind in TUBES else "x"
