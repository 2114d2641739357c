"""What a snapshot looks like, drawn once for all sessions: chart options and map documents, cached by moment."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard import ahead, queries
from dashboard.ahead import Ahead
from dashboard.charts import live as charts
from dashboard.charts import tubes as charts_tubes
from dashboard.colours import palette
from dashboard.figures import district as figures_district
from dashboard.figures import tubes as figures_tubes
from dashboard.figures.district import Figure, events_end
from dashboard.live import Row, Snapshot
from dashboard.maps import decks
from dashboard.maps import layers as maps_layers
from dashboard.maps.layers import Ground, LayerName, Reading
from dashboard.maps.places import PAGE, Panel
from dashboard.once import KEPT, once
from dashboard.tables import sites as tables_sites
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines.client import Scope
from pipelines.clock import stopwatch

# Up to so many sites a drawing is of the newest moment; beyond, it stands so many seconds longer for each of them.
HELD_FROM_SITES, HELD_S_A_SITE = 500, 0.002


@dataclass(frozen=True)
class Look:
    """How a viewer looks at the map: language, theme, layer, and the room there is."""

    words: Words
    theme: str
    layer: LayerName
    panel: Panel = PAGE


@once(KEPT)
def figures(snapshot: Snapshot, known: Ahead, words: Words, per: str) -> tuple[Figure, ...]:
    """Return the figures of the district page's first row; ``per`` is what the coverage is measured against."""
    finish = figures_tubes.finish(known.forecast, words, snapshot.offset)
    return tuple(figures_district.district(snapshot, words, per, [finish]))


def district_map(snapshot: Snapshot, look: Look, selected: str | None) -> str:
    """Return the map's document with the selected site ringed."""
    row = None if selected is None else site_row(snapshot, selected)
    base = _base_map(_held(snapshot, look), look)
    return decks.with_selection(base, row, palette(look.theme), look.panel)


@dataclass(frozen=True)
class _Held:
    """The moment that a drawing shows, and when it was drawn."""

    snapshot: Snapshot
    drawn_at_s: float


_HELD: dict[tuple[Scope, Hashable], _Held] = {}
queries.CACHES.append(_HELD.clear)


def _held(snapshot: Snapshot, drawing: Hashable) -> Snapshot:
    """Return the moment that ``drawing`` shows: the newest, or where there are very many sites one just before.

    A past moment that is replayed is drawn as itself, and never for those who look at the present.
    """
    for_s = HELD_S_A_SITE * max(0, snapshot.sites.height - HELD_FROM_SITES)
    if snapshot.is_past or not for_s:
        return snapshot
    before = _HELD.get((snapshot.scope, drawing))
    if before is None or stopwatch() - before.drawn_at_s >= for_s:
        before = _HELD[snapshot.scope, drawing] = _Held(snapshot, stopwatch())
    return before.snapshot


def sites_table(snapshot: Snapshot, words: Words, layer: LayerName) -> tuple[Table, tuple[str, ...]]:
    """Return the list of all sites, the worst by ``layer`` first, and their ids in that order."""
    return _sites_table(_held(snapshot, (words, layer)), words, layer)


def chart(name: str, snapshot: Snapshot, words: Words, theme: str) -> dict[str, Any]:
    """Return the option of the district page's chart ``name``."""
    return _chart(name, _held(snapshot, (name, words, theme)), words, theme)


def site_row(snapshot: Snapshot, site_id: str) -> Row | None:
    """Return a site's row of sites_live, or None when the id is nobody's."""
    rows = snapshot.sites.filter(pl.col("site_id") == site_id)
    return rows.row(0, named=True) if rows.height else None


def site_networks(snapshot: Snapshot, site_id: str) -> list[Row]:
    """Return the rows of a site's networks."""
    return snapshot.networks.filter(pl.col("site_id") == site_id).to_dicts()


@once(KEPT)
def _base_map(snapshot: Snapshot, look: Look) -> str:
    ground = Ground(snapshot.campaign, look.words)
    style_url = f"/map/style-{look.theme}.json"
    drawing = decks.Drawing(ground, look.layer, palette(look.theme), style_url, look.panel)
    return decks.district(drawing, _rows(snapshot), _readings(snapshot, look.words, look.layer))


@once(KEPT)
def _rows(snapshot: Snapshot) -> list[Row]:
    """Return the rows of sites_live with the desks that are stuck there and the system that most desks work on."""
    known = ahead.of(snapshot)
    return [
        row
        | {"desks_stuck": known.stuck.get(row["site_id"], 0), "contingency": known.contingencies.get(row["site_id"])}
        for row in snapshot.sites.to_dicts()
    ]


@once(KEPT * 2)
def _readings(snapshot: Snapshot, words: Words, layer: LayerName) -> tuple[Reading, ...]:
    """Return what a layer says of every site, in the order of sites_live."""
    return tuple(maps_layers.readings(layer, _rows(snapshot), Ground(snapshot.campaign, words)))


@once(KEPT)
def _sites_table(snapshot: Snapshot, words: Words, layer: LayerName) -> tuple[Table, tuple[str, ...]]:
    said = {each: _readings(snapshot, words, each) for each in {layer, *tables_sites.LAYERS}}
    order = maps_layers.ranked(_rows(snapshot), said[layer])
    rows = [_rows(snapshot)[at] for at in order]
    shown = {each: [said[each][at] for at in order] for each in said}
    table = tables_sites.sites(rows, shown, layer, Ground(snapshot.campaign, words))
    return table, tuple(row["site_id"] for row in rows)


@once(KEPT * 2)
def _chart(name: str, snapshot: Snapshot, words: Words, theme: str) -> dict[str, Any]:
    colours = palette(theme)
    if name == "throughput":
        ends = events_end(snapshot, words, words("chart.events_stale"))
        return charts.throughput(snapshot.trend, words, colours, snapshot.offset, ends)
    if name == "staffing":
        return charts.staffing(snapshot.staff, words, colours)
    if name == "network_strip":
        return charts.network_strip(snapshot.networks, snapshot.towns, words, colours)
    if name == "cumulated":
        known = ahead.of(snapshot)
        return charts_tubes.cumulated(known.curve, known.forecast, words, colours, snapshot.offset)
    raise KeyError(name)
