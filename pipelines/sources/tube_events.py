"""Connector of the tubes' feed: a page of events after a cursor, ascending, none seen before."""

from itertools import pairwise

from pipelines.contract import EVENTS_PER_PAGE, TubeEvent, TubePage
from pipelines.sources.shape import Connector, Request, frame
from pipelines.vocabulary import SourceKind

LIMIT = EVENTS_PER_PAGE


def _objection(page: TubePage, request: Request) -> str:
    after = request.after or 0
    sequences = [after, *(event.sequence for event in page.events)]
    fault = next(((low, high) for low, high in pairwise(sequences) if high <= low), None)
    if fault is not None:
        return f"expected events after {after} in rising order, got sequence {fault[1]} after {fault[0]}"
    if page.last_sequence < sequences[-1] and page.events:
        return f"last_sequence is {page.last_sequence}, below the page's own last event {sequences[-1]}"
    return ""


CONNECTOR = Connector(
    answer=TubePage,
    rows=lambda page, _phases: frame(SourceKind.TUBE_EVENTS, page.events),
    keys=lambda page: 2 + len(TubeEvent.__struct_fields__) * len(page.events),
    objection=_objection,
)
