"""Connector of a site's counters: one request a site, and the answer must be about that site."""

from pipelines.contract import SiteCounts
from pipelines.sources.shape import Connector, Request, frame
from pipelines.vocabulary import SourceKind


def _objection(counts: SiteCounts, request: Request) -> str:
    if request.site_id in (None, counts.site_id):
        return ""
    return f"expected the counts of {request.site_id}, got those of {counts.site_id}; the source mixes its sites up"


CONNECTOR = Connector(
    answer=SiteCounts,
    rows=lambda counts, _phases: frame(SourceKind.SITE_COUNTS, [counts]),
    keys=lambda _counts: len(SiteCounts.__struct_fields__),
    objection=_objection,
)
