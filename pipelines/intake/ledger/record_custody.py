"""Record what happens to a registered tube: handed over, sampled, bagged, on the road, at its lab, or gone wrong."""

from typing import NamedTuple

import msgspec

from pipelines.contract import CustodyStep
from pipelines.intake.ledger.known import check_impersonal, check_lab, out_of_order
from pipelines.intake.ledger.page import INSERT_EVENT, ConflictRow, Page, Refused, check_moment, one, taken
from pipelines.intake.ledger.tube_rows import release
from pipelines.machines import TUBE
from pipelines.vocabulary import TubeEventKind as Kind

STEP_OF = {
    Kind.REGISTERED: "close",
    Kind.HANDED_OVER: "hand_over",
    Kind.SAMPLED: "sample",
    Kind.BAGGED: "bag",
    Kind.DISPATCHED: "dispatch",
    Kind.RECEIVED: "receive",
    Kind.RESULTED: "result",
    Kind.VOIDED: "void",
    Kind.LOST: "lose",
    Kind.MISROUTED: "misroute",
}
_BIT = {kind: taken([kind]) for kind in Kind}
TUBE_VOIDED = "tube_voided"  # the rule that says that no later step of this tube will ever be taken
NOBODY = "custody"  # who contradicts the record when no lab says so
_TUBE = """
SELECT tube_no, barcode, state, site_id, lab_id, server_id, lane_no, persons, short_reason, closed_at, taken
FROM tube WHERE barcode = ?
"""
_STEPPED = "UPDATE tube SET state = ?, changed_at = ?, taken = ?, box_id = coalesce(?, box_id) WHERE tube_no = ?"


class CustodyReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to steps that were sent together, after they are on disk."""

    recorded: int
    repeated: int


class _Tube(NamedTuple):
    no: int
    barcode: str
    state: str
    site_id: str
    lab_id: str
    server_id: str
    lane_no: int
    persons: int
    short_reason: str | None
    closed_at: int | None
    taken: int


def record_custody(page: Page, steps: list[CustodyStep]) -> CustodyReceipt:
    """Record the steps in their order, all or none; raises Refused on an unknown tube or a step out of order."""
    recorded = sum(_record_step(page, step, f"steps[{index}]") for index, step in enumerate(steps))
    return CustodyReceipt(recorded=recorded, repeated=len(steps) - recorded)


def _record_step(page: Page, step: CustodyStep, field: str) -> bool:
    if step.box_id is not None:
        check_impersonal((step.box_id,), field)
    check_lab(page, step.lab_id, field)
    row = one(page, _TUBE, step.barcode)
    if row is None:
        check_impersonal((step.barcode,), field)
        detail = f"no tube {step.barcode} is registered; register it first"
        raise _conflict(step, 422, "unknown_barcode", detail, field)
    tube = _Tube(*row)
    state = _state_after(tube, step.kind)
    if state is None:
        if tube.taken & _BIT[step.kind]:
            return False
        raise _out_of_order(tube, step, field)
    lab_id = _lab_of(tube, step, field)
    at = check_moment(page, step.happened_at, (step.kind.value, tube.barcode), tube.closed_at or 0, field)
    where = (tube.site_id, lab_id, tube.server_id, tube.lane_no, tube.persons, tube.short_reason)
    event = (page.next_sequence(), tube.barcode, step.kind.value, *where, at, page.recorded_at)
    page.connection.execute(INSERT_EVENT, event)
    page.connection.execute(_STEPPED, (state, at, tube.taken | _BIT[step.kind], step.box_id, tube.no))
    if step.kind is Kind.VOIDED:
        release(page, tube.no)
    return True


def _state_after(tube: _Tube, kind: Kind) -> str | None:
    """Return where the step leads; a tube that is still filled takes only the steps of its own phone."""
    if tube.closed_at is None or kind not in STEP_OF:
        return None
    return TUBE.after(tube.state, STEP_OF[kind])


def _out_of_order(tube: _Tube, step: CustodyStep, field: str) -> Refused:
    if step.kind not in STEP_OF:
        detail = f"{step.kind.value} is a step of the phone that fills tube {tube.barcode}; send it to its server"
        return Refused(422, "step_of_the_phone", detail, field)
    if tube.state == Kind.VOIDED:
        detail = f"tube {tube.barcode} is voided, its persons are sampled anew; put it aside and report nothing of it"
        return _conflict(step, 409, TUBE_VOIDED, detail, field)
    detail = f"tube {tube.barcode} {out_of_order(TUBE, tube.state, STEP_OF[step.kind], step.kind.value)}"
    return _conflict(step, 409, "step_out_of_order", detail, field)


def _lab_of(tube: _Tube, step: CustodyStep, field: str) -> str:
    """Return the lab that the event names: the tube's own, or the one where it turned up by mistake."""
    if step.kind is Kind.MISROUTED and step.lab_id == tube.lab_id:
        detail = f"tube {tube.barcode} belongs to lab {tube.lab_id}, where it arrived; report it received"
        raise _conflict(step, 409, "lab_is_its_own", detail, field)
    if step.kind is Kind.MISROUTED or step.lab_id in (None, tube.lab_id):
        return step.lab_id or tube.lab_id
    detail = f"tube {tube.barcode} belongs to lab {tube.lab_id}, got {step.lab_id}; report it misrouted and send it on"
    raise _conflict(step, 409, "tube_of_another_lab", detail, field)


def _conflict(step: CustodyStep, status: int, rule: str, detail: str, field: str) -> Refused:
    return Refused(status, rule, detail, field, ConflictRow(rule, step.lab_id or NOBODY, 0, step.barcode))
