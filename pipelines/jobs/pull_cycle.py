"""The job of every second: counts of all sites, the queues, and the tube events since the last one stored."""

from pipelines.config import SourceSpec
from pipelines.jobs.work import PATIENCE_S, Desk, Harvest, harvest
from pipelines.sources import LIMIT, Pulled, Request
from pipelines.vocabulary import SourceKind

KINDS = (SourceKind.SITE_COUNTS, SourceKind.TUBE_EVENTS, SourceKind.SITE_QUEUES)
PAGES_A_CYCLE = 8


def pull_cycle(desk: Desk) -> Harvest:
    """Pull counts and queues at once, then events page by page; what is late is stored by the cycle in which it ends.

    Counts come first, so that the events reach at least as far and each site's persons can be held against its tubes.
    """
    pulls = desk.puller.collect(_counts_and_queues(desk), PATIENCE_S)
    for spec in desk.due(SourceKind.TUBE_EVENTS):
        pulls += _pages(desk, spec)
    return harvest(pulls, desk.known(), is_conserved=True)


def _counts_and_queues(desk: Desk) -> list[Request]:
    counts = [
        Request(spec, site_id=site.site_id) for spec in desk.due(SourceKind.SITE_COUNTS) for site in desk.campaign.sites
    ]
    return counts + [Request(spec) for spec in desk.due(SourceKind.SITE_QUEUES)]


def _pages(desk: Desk, spec: SourceSpec) -> list[Pulled]:
    """Return the next pages of the feed: until one is not full, fails or is late, or the cycle has had its share.

    A late page is of use only when all before it was stored; else the feed is asked again from what was.
    """
    pages: list[Pulled] = []
    after = desk.store.last_sequence()
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
