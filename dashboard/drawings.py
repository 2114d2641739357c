"""What a snapshot looks like, drawn once for all sessions: chart options and map documents, cached by moment."""

from functools import lru_cache
from typing import Any

import polars as pl

from dashboard import maps
from dashboard.charts import live as charts
from dashboard.colours import palette
from dashboard.live import Row, Snapshot
from dashboard.words import Words
from pipelines.vocabulary import SourceKind

# Two languages, two themes, and the moment before, which slower sessions still draw.
KEPT = 8


class Keyed:
    """A snapshot that hashes by its identity, so that it can key a cache; frames themselves cannot."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Hold ``snapshot``."""
        self.snapshot = snapshot

    def __hash__(self) -> int:
        """Hash by identity."""
        return id(self.snapshot)

    def __eq__(self, other: object) -> bool:
        """Be equal to a key of the same snapshot."""
        return isinstance(other, Keyed) and other.snapshot is self.snapshot


def district_map(snapshot: Snapshot, words: Words, theme: str, selected: str | None) -> str:
    """Return the map's document with the selected site ringed."""
    row = None if selected is None else site_row(snapshot, selected)
    return maps.with_selection(_base_map(Keyed(snapshot), words, theme), row, palette(theme))


def chart(name: str, snapshot: Snapshot, words: Words, theme: str) -> dict[str, Any]:
    """Return the option of the district page's chart ``name``."""
    return _chart(name, Keyed(snapshot), words, theme)


def site_row(snapshot: Snapshot, site_id: str) -> Row | None:
    """Return a site's row of sites_live, or None when the id is nobody's."""
    rows = snapshot.sites.filter(pl.col("site_id") == site_id)
    return rows.row(0, named=True) if rows.height else None


def site_networks(snapshot: Snapshot, site_id: str) -> list[Row]:
    """Return the rows of a site's networks."""
    return snapshot.networks.filter(pl.col("site_id") == site_id).to_dicts()


@lru_cache(maxsize=KEPT)
def _base_map(keyed: Keyed, words: Words, theme: str) -> str:
    snapshot = keyed.snapshot
    return maps.district(snapshot.campaign, snapshot.sites, words, palette(theme), f"/map/style-{theme}.json")


@lru_cache(maxsize=KEPT * 4)
def _chart(name: str, keyed: Keyed, words: Words, theme: str) -> dict[str, Any]:
    snapshot, colours = keyed.snapshot, palette(theme)
    if name == "throughput":
        is_stale = SourceKind.TUBE_EVENTS in snapshot.freshness["stale_feeds"]
        return charts.throughput(snapshot.trend, words, colours, snapshot.offset, is_stale=is_stale)
    if name == "staffing":
        return charts.staffing(snapshot.staff, words, colours)
    if name == "network_strip":
        return charts.network_strip(snapshot.networks, snapshot.towns, words, colours)
    if name == "way":
        return charts.way(snapshot.totals, words, colours)
    raise KeyError(name)
