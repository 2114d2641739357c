"""Record the steps of what has a life beside tubes: sessions, accounts, sheets, label rolls, boxes, interruptions."""

from typing import Any

import msgspec

from pipelines.contract_desk import ThingStep
from pipelines.intake.ledger.making import NOT_THINGS
from pipelines.intake.ledger.page import Page, Refused, check_moment, one
from pipelines.intake.ledger.record_custody import CustodyReceipt
from pipelines.intake.moments import micros
from pipelines.machines import MACHINES, Machine, MachineName

NAMED = 20
_THING = "SELECT state, site_id, facts FROM thing WHERE machine = ? AND thing_id = ?"
_TAKEN = "SELECT 1 FROM thing_event WHERE machine = ? AND thing_id = ? AND step = ? AND happened_at = ?"
_BEGUN = "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)"
_STEPPED = "UPDATE thing SET state = ?, site_id = ?, changed_at = ?, facts = ? WHERE machine = ? AND thing_id = ?"
_EVENT = "INSERT INTO thing_event VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HALF_FILLED = "SELECT barcode FROM tube WHERE session_id = ? AND state IN ('open', 'suspended') ORDER BY barcode"
_LATEST = "SELECT recorded_at FROM thing_event ORDER BY sequence DESC LIMIT 1"


def record_things(page: Page, steps: list[ThingStep]) -> CustodyReceipt:
    """Record the steps in their order, all or none; repeats are harmless. Raises Refused (409, 422)."""
    latest = one(page, _LATEST)
    recorded_at = max(page.recorded_at, latest[0] if latest else 0)
    recorded = sum(_record_step(page, step, recorded_at, f"steps[{index}]") for index, step in enumerate(steps))
    return CustodyReceipt(recorded=recorded, repeated=len(steps) - recorded)


def _record_step(page: Page, step: ThingStep, recorded_at: int, field: str) -> bool:
    machine = _machine(step, field)
    if one(page, _TAKEN, step.machine.value, step.thing_id, step.step, micros(step.happened_at)):
        return False
    thing = one(page, _THING, step.machine.value, step.thing_id)
    state = _state_after(machine, step, thing, field)
    at = check_moment(page, step.happened_at, (step.step, step.thing_id), 0, field)
    if (step.machine, step.step) == (MachineName.SESSION, "close"):
        _check_nothing_open(page, step, field)
    site_id = step.site_id or (thing[1] if thing else None)
    _write(page, step, thing, state, site_id, at)
    key = (step.machine.value, step.thing_id, step.step, state, site_id, step.by)
    page.connection.execute(_EVENT, (*key, _text(step.facts), at, recorded_at))
    return True


def _write(
    page: Page, step: ThingStep, thing: tuple[Any, ...] | None, state: str, site_id: str | None, at: int
) -> None:
    key = (step.machine.value, step.thing_id)
    if thing is None:
        page.connection.execute(_BEGUN, (*key, state, site_id, at, _text(step.facts)))
    else:
        facts = msgspec.json.decode(thing[2]) | step.facts
        page.connection.execute(_STEPPED, (state, site_id, at, _text(facts), *key))


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


def _state_after(machine: Machine, step: ThingStep, thing: tuple[Any, ...] | None, field: str) -> str:
    stands = thing[0] if thing else ""
    state = machine.after(stands, step.step)
    if state is None:
        before = " or ".join(machine.step(step.step).before) or "not known yet"
        detail = (
            f"{step.machine.value} {step.thing_id} is {stands or 'not known yet'};"
            f" {step.step} is possible only while it is {before}; send the missing step first"
        )
        raise Refused(409, "step_out_of_order", detail, field)
    return state


def _check_nothing_open(page: Page, step: ThingStep, field: str) -> None:
    barcodes = [row[0] for row in page.connection.execute(_HALF_FILLED, (step.thing_id,))]
    if barcodes:
        named = ", ".join(barcodes[:NAMED]) + (" and more" if len(barcodes) > NAMED else "")
        detail = f"session {step.thing_id} has {len(barcodes)} tubes open: {named}; close or void them first"
        raise Refused(409, "session_has_open_tubes", detail, field)


def _text(facts: dict[str, str | int]) -> str:
    return msgspec.json.encode(facts).decode()
