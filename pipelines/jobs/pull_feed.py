"""Reading a feed on from what is stored of it, page by page; and the jobs of the feeds beside the tubes'."""

from pipelines.config import SourceSpec
from pipelines.jobs.work import PATIENCE_S, Desk, Harvest, harvest
from pipelines.sources import LIMIT, Pulled, Request

PAGES_A_CYCLE = 8


def pull_feed(desk: Desk) -> Harvest:
    """Read the job's one feed on."""
    return harvest([pulled for spec in desk.due() for pulled in pages(desk, spec)], desk.known())


def pages(desk: Desk, spec: SourceSpec) -> list[Pulled]:
    """Return the next pages of the feed: until one is not full, fails or is late, or the cycle has had its share.

    A late page is of use only when all before it was stored; else the feed is asked again from what was.
    """
    pages: list[Pulled] = []
    after = desk.store.last_sequence(spec.kind)
    for _ in range(PAGES_A_CYCLE):
        asked_after = desk.asked_after.setdefault(spec.source_id, after)
        ended = desk.feed.collect([Request(spec, after=after)], PATIENCE_S)
        if ended:
            del desk.asked_after[spec.source_id]
        if asked_after > after:
            break
        pages += ended
        raw = ended[-1].raw if ended else None
        if raw is None or raw.height < LIMIT:
            break
        after = max(after, int(raw["sequence"][-1]))
    return pages
