"""Which connector reads which kind."""

from pipelines.sources import pages, quality, server_status, site_counts, site_queues, tube_events
from pipelines.sources.shape import Connector
from pipelines.vocabulary import SourceKind

LIMIT = tube_events.LIMIT
CONNECTORS: dict[SourceKind, Connector] = {
    SourceKind.SITE_COUNTS: site_counts.CONNECTOR,
    SourceKind.TUBE_EVENTS: tube_events.CONNECTOR,
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
}
