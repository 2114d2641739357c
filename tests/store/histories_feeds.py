"""Random steps of things, hourly inputs and exceptions of the small district, each with a sequence that grows."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

SITES = ("LS-1", "LS-2", "LS-5")
STEPS = (
    ("interruption", "LS-1-01.i1", "begin", "begun", "server"),
    ("interruption", "LS-1-01.i1", "end", "ended", "server"),
    ("interruption", "LS-5-01.i1", "begin", "begun", "power"),
    ("sheet", "sheet-00001", "issue", "issued", None),
    ("sheet", "sheet-00001", "return", "returned", None),
)


def fed(draw: st.DrawFn, now: datetime, count: int, last: int) -> dict[str, list[dict[str, Any]]]:
    """Return ``count`` rows of each feed, ``last`` their last sequence; some were brought before."""
    numbers = range(last - count + 1, last + 1)
    return {
        "thing_event": [_step(draw, now, number) for number in numbers],
        "site_input": [_input(draw, now, number) for number in numbers],
        "exception_event": [_exception(draw, now, number) for number in numbers],
    }


def _step(draw: st.DrawFn, now: datetime, sequence: int) -> dict[str, Any]:
    machine, thing_id, step, state, cause = draw(st.sampled_from(STEPS))
    return {
        "sequence": sequence,
        "machine": machine,
        "thing_id": thing_id,
        "step": step,
        "state": state,
        "site_id": "LS-5" if "LS-5" in thing_id else "LS-1",
        "by": thing_id.partition(".")[0],
        "facts": "{}",
        "cause": cause,
        "lane_no": None,
        "seconds": 90 if step == "end" else None,
        "happened_at": now - timedelta(seconds=draw(st.integers(0, 4_000))),
        "recorded_at": now,
    }


def _input(draw: st.DrawFn, now: datetime, sequence: int) -> dict[str, Any]:
    hour_at = now.replace(minute=0, second=0) - timedelta(hours=draw(st.integers(0, 1)))
    return {
        "sequence": sequence,
        "site_id": draw(st.sampled_from(SITES)),
        "hour_at": hour_at,
        "version": draw(st.integers(1, 3)),
        "persons": sequence,
        "tubes": 1,
        "third_copies": 1,
        "special_cases": 0,
        "entered_at": now,
    }


def reported(draw: st.DrawFn, now: datetime, blank: dict[str, Any]) -> list[dict[str, Any]]:
    """Return some versions of some reports; a version that is known already is left out by the store."""
    hour_at = now.replace(minute=0, second=0)
    return [
        blank
        | {"report_id": f"{hour_at:%Y-%m-%dT%H:%MZ}/{'/'.join(filter(None, scope))}", "hour_at": hour_at}
        | {"scope_level": scope[0], "scope_id": scope[1], "version": draw(st.integers(1, 3)), "why": "frozen"}
        | {"is_revised": False, "frozen_at": now, "persons": draw(st.integers(0, 9)), "corrections": 0}
        for scope in (("district", ""), ("town", "990001001"), ("site", "LS-5"))
        if draw(st.booleans())
    ]


def _exception(draw: st.DrawFn, now: datetime, sequence: int) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "kind": draw(st.sampled_from(("person_twice", "conflict"))),
        "barcode": "LK1000000001",
        "other_barcode": "LK1000000002",
        "seat": 1,
        "site_id": draw(st.sampled_from((*SITES, None))),
        "device_id": "LS-1-01",
        "rule": None,
        "device_sequence": None,
        "recorded_at": now,
    }
