"""The job of every second: counts of all sites, the queues, and the tube events since the last one stored."""

from pipelines.jobs.pull_feed import pages
from pipelines.jobs.work import PATIENCE_S, Desk, Harvest, harvest
from pipelines.sources import Request
from pipelines.vocabulary import SourceKind

KINDS = (SourceKind.SITE_COUNTS, SourceKind.TUBE_EVENTS, SourceKind.SITE_QUEUES)


def pull_cycle(desk: Desk) -> Harvest:
    """Pull counts and queues at once, then events page by page; what is late is stored by the cycle in which it ends.

    Counts come first, so that the events reach at least as far and each site's persons can be held against its tubes.
    """
    pulls = desk.puller.collect(_counts_and_queues(desk), PATIENCE_S)
    for spec in desk.due(SourceKind.TUBE_EVENTS):
        pulls += pages(desk, spec)
    return harvest(pulls, desk.known(), is_conserved=True)


def _counts_and_queues(desk: Desk) -> list[Request]:
    counts = [
        Request(spec, site_id=site.site_id) for spec in desk.due(SourceKind.SITE_COUNTS) for site in desk.campaign.sites
    ]
    return counts + [Request(spec) for spec in desk.due(SourceKind.SITE_QUEUES)]
