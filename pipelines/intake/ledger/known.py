"""What all work is measured by: the campaign's sites and labs, the order of steps, and no word of a person."""

from collections import deque
from collections.abc import Iterable

from pipelines.codes import speaks_of_a_person
from pipelines.intake.ledger.page import Page, Refused, one
from pipelines.machines import Machine

_SITE = "SELECT 1 FROM place WHERE site_id = ?"
_LAB = "SELECT 1 FROM account WHERE lab_id = ?"


def check_site(page: Page, site_id: str | None, field: str) -> None:
    """Raise Refused (422) when the campaign has no such site; no site is fine."""
    if site_id is not None and not one(page, _SITE, site_id):
        detail = f"site {site_id} is not in the campaign; use the id on the site's sheet"
        raise Refused(422, "unknown_site", detail, field)


def check_lab(page: Page, lab_id: str | None, field: str) -> None:
    """Raise Refused (422) when no town of the campaign works with such a lab; no lab is fine."""
    if lab_id is not None and not one(page, _LAB, lab_id):
        detail = f"lab {lab_id} works for no town of the campaign; use the id of the lab that has the tube"
        raise Refused(422, "unknown_lab", detail, field)


def check_impersonal(words: Iterable[object], field: str) -> None:
    """Raise Refused (422), without repeating it, when a word reads as an identity or telephone number (Q76)."""
    if any(speaks_of_a_person(str(word)) for word in words):
        detail = "an identity or telephone number stands where a device, label or thing is named; nothing of it is kept"
        raise Refused(422, "personal_number", f"{detail}, send the name of the device, label or thing", field)


def out_of_order(machine: Machine, state: str, step: str, said: str) -> str:
    """Return why a step, ``said`` in the sender's word, is not possible in ``state``, and what to do."""
    before = machine.step(step).before
    where = " or ".join(before) or "not known yet"
    way = _way(machine, state, before[:1]) or _way(machine, state, before)
    todo = f"it must become {', '.join(way)} first" if way else "it is past that, so leave it as it is"
    return f"is {state or 'not known yet'}; {said} is possible only while it is {where}; {todo}"


def _way(machine: Machine, state: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the states on the shortest way from ``state`` to a wanted one, none when no way leads there."""
    ways, seen = deque[tuple[str, ...]]([()]), {state}
    while ways:
        way = ways.popleft()
        here = way[-1] if way else state
        for step in machine.steps:
            if here not in (step.before or ("",)) or step.after in seen:
                continue
            if step.after in wanted:
                return (*way, step.after)
            seen.add(step.after)
            ways.append((*way, step.after))
    return ()
