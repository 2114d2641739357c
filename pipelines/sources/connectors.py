"""Which connector reads which kind."""

from pipelines.sources import feeds, pages, quality, server_status, site_counts, site_queues
from pipelines.sources.shape import Connector
from pipelines.vocabulary import SourceKind

LIMIT = feeds.LIMIT
CONNECTORS: dict[SourceKind, Connector] = {
    SourceKind.SITE_COUNTS: site_counts.CONNECTOR,
    SourceKind.TUBE_EVENTS: feeds.TUBE_EVENTS,
    SourceKind.SITE_QUEUES: site_queues.CONNECTOR,
    SourceKind.ROSTER: pages.ROSTER,
    SourceKind.NETWORK: pages.NETWORK,
    SourceKind.SERVER_STATUS: server_status.CONNECTOR,
    SourceKind.LAB_COUNTS: pages.LAB_COUNTS,
    SourceKind.GATES: pages.GATES,
    SourceKind.DESKS: pages.DESKS,
    SourceKind.KIT: pages.KIT,
    SourceKind.VEHICLES: pages.VEHICLES,
    SourceKind.LABELS: pages.LABELS,
    SourceKind.QUALITY: quality.CONNECTOR,
    SourceKind.ORDERS: pages.ORDERS,
    SourceKind.PEOPLE: pages.PEOPLE,
    SourceKind.STEPS: feeds.STEPS,
    SourceKind.INPUTS: feeds.INPUTS,
    SourceKind.SPECIAL_CASES: feeds.SPECIAL_CASES,
    SourceKind.EXCEPTIONS: feeds.EXCEPTIONS,
}
