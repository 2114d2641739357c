"""Record the steps of what has a life beside tubes: sessions, accounts, sheets, label rolls, boxes, interruptions."""

from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from pipelines.contract_desk import ThingStep
from pipelines.intake.ledger.known import check_impersonal, check_site, out_of_order
from pipelines.intake.ledger.making import NOT_THINGS
from pipelines.intake.ledger.page import Page, Refused, check_moment, one
from pipelines.intake.ledger.record_custody import CustodyReceipt
from pipelines.intake.moments import micros, moment
from pipelines.machines import MACHINES, Machine, MachineName

NAMED = 20
OLDEST = timedelta(days=30)  # what is told of longer ago, a clock that was never set has told
INSERT_THING = "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)"
INSERT_THING_EVENT = "INSERT INTO thing_event VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_THING = "SELECT state, site_id, changed_at, facts FROM thing WHERE machine = ? AND thing_id = ?"
_TAKEN = "SELECT 1 FROM thing_event WHERE machine = ? AND thing_id = ? AND step = ? AND happened_at = ?"
_STEPPED = "UPDATE thing SET state = ?, site_id = ?, changed_at = ?, facts = ? WHERE machine = ? AND thing_id = ?"
_HALF_FILLED = "SELECT barcode FROM tube WHERE session_id = ? AND state IN ('open', 'suspended') ORDER BY barcode"
_LATEST = "SELECT recorded_at FROM thing_event ORDER BY sequence DESC LIMIT 1"


class Thing(NamedTuple):
    """Where a thing stands since when, and all that its steps told of it."""

    state: str
    site_id: str | None
    changed_at: int
    facts: str


def record_things(page: Page, steps: list[ThingStep]) -> CustodyReceipt:
    """Record the steps in their order, all or none; repeats are harmless. Raises Refused (409, 422)."""
    latest = one(page, _LATEST)
    recorded_at = max(page.recorded_at, latest[0] if latest else 0)
    recorded = sum(_record_step(page, step, recorded_at, f"steps[{index}]") for index, step in enumerate(steps))
    return CustodyReceipt(recorded=recorded, repeated=len(steps) - recorded)


def _record_step(page: Page, step: ThingStep, recorded_at: int, field: str) -> bool:
    key = (step.machine.value, step.thing_id)
    if one(page, _TAKEN, *key, step.step, micros(step.happened_at)):
        return False
    check_impersonal((step.thing_id, step.by, *step.facts.values()), field)
    check_site(page, step.site_id, field)
    row = one(page, _THING, *key)
    thing = stepped(page, step, Thing(*row) if row else None, field)
    if (step.machine, step.step) == (MachineName.SESSION, "close"):
        _check_nothing_open(page, step, field)
    if row is None:
        page.connection.execute(INSERT_THING, (*key, *thing))
    else:
        page.connection.execute(_STEPPED, (*thing, *key))
    page.connection.execute(INSERT_THING_EVENT, event_row(step, thing, recorded_at))
    return True


def stepped(page: Page, step: ThingStep, thing: Thing | None, field: str) -> Thing:
    """Return what a step makes of a thing, None before it begins; raises Refused (409, 422)."""
    state = _state_after(_machine(step, field), step, thing, field)
    at = _moment(page, step, thing, field)
    facts = (msgspec.json.decode(thing.facts) if thing else {}) | step.facts
    return Thing(state, step.site_id or (thing.site_id if thing else None), at, _text(facts))


def event_row(step: ThingStep, thing: Thing, recorded_at: int) -> tuple[Any, ...]:
    """Return the row that tells of a step which made ``thing``."""
    key = (step.machine.value, step.thing_id, step.step, thing.state, thing.site_id, step.by)
    return (*key, _text(step.facts), thing.changed_at, recorded_at)


def _moment(page: Page, step: ThingStep, thing: Thing | None, field: str) -> int:
    oldest = moment(page.now) - OLDEST
    if step.happened_at < oldest:
        detail = f"{step.step} of {step.thing_id} at {step.happened_at} lies before {oldest}; set the sender's clock"
        raise Refused(422, "step_too_old", detail, field)
    return check_moment(page, step.happened_at, (step.step, step.thing_id), thing.changed_at if thing else 0, field)


def _machine(step: ThingStep, field: str) -> Machine:
    if step.machine in NOT_THINGS:
        detail = f"a {step.machine.value} takes its steps at a registration server, not here; send it there"
        raise Refused(422, "not_a_thing", detail, field)
    machine = MACHINES[step.machine]
    names = [known.name for known in machine.steps]
    if step.step not in names:
        detail = f"a {step.machine.value} has no step {step.step}, expected one of {', '.join(names)}"
        raise Refused(422, "unknown_step", detail, field)
    return machine


def _state_after(machine: Machine, step: ThingStep, thing: Thing | None, field: str) -> str:
    stands = thing.state if thing else ""
    state = machine.after(stands, step.step)
    if state is None:
        why = out_of_order(machine, stands, step.step, step.step)
        raise Refused(409, "step_out_of_order", f"{step.machine.value} {step.thing_id} {why}", field)
    return state


def _check_nothing_open(page: Page, step: ThingStep, field: str) -> None:
    barcodes = [row[0] for row in page.connection.execute(_HALF_FILLED, (step.thing_id,))]
    if barcodes:
        named = ", ".join(barcodes[:NAMED]) + (" and more" if len(barcodes) > NAMED else "")
        detail = f"session {step.thing_id} has {len(barcodes)} tubes open: {named}; close or void them first"
        raise Refused(409, "session_has_open_tubes", detail, field)


def _text(facts: dict[str, str | int]) -> str:
    return msgspec.json.encode(facts).decode()
