"""Connectors of the feeds: a page of what was recorded after a cursor, ascending, none seen before."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any

import msgspec
import polars as pl

from pipelines.columns import WIRE
from pipelines.contract import EVENTS_PER_PAGE, TubeEvent, TubePage
from pipelines.contract_desk import Conflict, ExceptionPage, LateDuplicate, ThingEvent, ThingPage
from pipelines.contract_sites import SiteInput, SiteInputs, SpecialCase, SpecialCases
from pipelines.http import Phases
from pipelines.sources.shape import Connector, Request, frame
from pipelines.vocabulary import SourceKind

LIMIT = EVENTS_PER_PAGE
CONFLICT = "conflict"


def _feed(kind: SourceKind, answer: type, row: type, items: str) -> Connector:
    row_keys = len(row.__struct_fields__)
    return Connector(
        answer=answer,
        rows=lambda page, _phases: frame(kind, getattr(page, items)),
        keys=lambda page: 2 + row_keys * len(getattr(page, items)),
        objection=_rising(attrgetter(items)),
    )


def _rising(listed: Callable[[Any], Sequence[Any]]) -> Callable[[Any, Request], str]:
    def objection(page: Any, request: Request) -> str:
        after = request.after or 0
        sequences = [after, *(event.sequence for event in listed(page))]
        fault = next(((low, high) for low, high in pairwise(sequences) if high <= low), None)
        if fault is not None:
            return f"expected events after {after} in rising order, got sequence {fault[1]} after {fault[0]}"
        if page.last_sequence < sequences[-1] and len(sequences) > 1:
            return f"last_sequence is {page.last_sequence}, below the page's own last event {sequences[-1]}"
        return ""

    return objection


def _steps(page: ThingPage, _phases: Phases) -> pl.DataFrame:
    rows = [_step(event) for event in page.events]
    return pl.DataFrame(rows, schema=WIRE[SourceKind.STEPS], orient="row")


def _step(event: ThingEvent) -> tuple[Any, ...]:
    facts = event.facts
    asked = {"cause": str, "lane_no": int, "seconds": int}
    told = {name: facts[name] if isinstance(facts.get(name), kind) else None for name, kind in asked.items()}
    told["facts"] = msgspec.json.encode(facts, order="sorted").decode()
    return tuple(told[name] if name in told else getattr(event, name) for name in WIRE[SourceKind.STEPS])


def _exceptions(page: ExceptionPage, _phases: Phases) -> pl.DataFrame:
    kind = SourceKind.EXCEPTIONS
    rows = [
        tuple(getattr(row, name, CONFLICT if name == "kind" else None) for name in WIRE[kind])
        for row in _in_order(page)
    ]
    return pl.DataFrame(rows, schema=WIRE[kind], orient="row")


def _in_order(page: ExceptionPage) -> list[LateDuplicate | Conflict]:
    """Return duplicates and conflicts in their one order; each list of the page must rise by itself."""
    return sorted([*page.duplicates, *page.conflicts], key=attrgetter("sequence"))


TUBE_EVENTS = _feed(SourceKind.TUBE_EVENTS, TubePage, TubeEvent, "events")
INPUTS = _feed(SourceKind.INPUTS, SiteInputs, SiteInput, "inputs")
SPECIAL_CASES = _feed(SourceKind.SPECIAL_CASES, SpecialCases, SpecialCase, "cases")
STEPS = Connector(
    answer=ThingPage,
    rows=_steps,
    keys=lambda page: 2 + sum(len(ThingEvent.__struct_fields__) + len(event.facts) for event in page.events),
    objection=_rising(attrgetter("events")),
)
EXCEPTIONS = Connector(
    answer=ExceptionPage,
    rows=_exceptions,
    keys=lambda page: (
        3
        + len(LateDuplicate.__struct_fields__) * len(page.duplicates)
        + len(Conflict.__struct_fields__) * len(page.conflicts)
    ),
    objection=_rising(_in_order),
)
