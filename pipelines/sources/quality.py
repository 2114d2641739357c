"""Connector of the sites' quality: flat rows, each with its short tubes by the reason they closed for."""

import polars as pl

from pipelines.columns import SHORT
from pipelines.contract_desk import Quality, SiteQuality
from pipelines.http import Phases
from pipelines.sources.shape import Connector, frame, no_objection
from pipelines.vocabulary import SourceKind

_OF_THE_PAGE = len(Quality.__struct_fields__)


def _rows(page: Quality, _phases: Phases) -> pl.DataFrame:
    short = [[{"short_reason": key, "tubes": n} for key, n in site.tubes_short.items()] for site in page.sites]
    flat = frame(SourceKind.QUALITY, page.sites, observed_at=page.observed_at, tubes_short=[])
    return flat.with_columns(pl.Series("tubes_short", short, dtype=SHORT))


def _keys(page: Quality) -> int:
    return _OF_THE_PAGE + sum(len(SiteQuality.__struct_fields__) + len(site.tubes_short) for site in page.sites)


CONNECTOR = Connector(answer=Quality, rows=_rows, keys=_keys, objection=no_objection)
