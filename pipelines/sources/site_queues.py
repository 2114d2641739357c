"""Connector of the sites' queues: flat rows, each with its desks by the server they are logged in to."""

import polars as pl

from pipelines.columns import DESKS
from pipelines.contract import SiteQueue, SiteQueues
from pipelines.http import Phases
from pipelines.sources.shape import Connector, frame, no_objection
from pipelines.vocabulary import SourceKind


def _rows(page: SiteQueues, _phases: Phases) -> pl.DataFrame:
    desks = [[{"server_id": key, "desks": n} for key, n in site.desks_by_server.items()] for site in page.sites]
    flat = frame(SourceKind.SITE_QUEUES, page.sites, observed_at=page.observed_at, desks_by_server=[])
    return flat.with_columns(pl.Series("desks_by_server", desks, dtype=DESKS))


def _keys(page: SiteQueues) -> int:
    return 2 + sum(len(SiteQueue.__struct_fields__) + len(site.desks_by_server) for site in page.sites)


CONNECTOR = Connector(answer=SiteQueues, rows=_rows, keys=_keys, objection=no_objection)
