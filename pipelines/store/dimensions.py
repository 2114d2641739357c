"""The campaign as tables: written anew where it changed, so that a mended file is in force after a restart."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from pipelines.campaign.model import Campaign, Server, Site
from pipelines.store.dimensions_keeping import keeping_setting, keeping_tables
from pipelines.store.errors import StoreForeign
from pipelines.store.prepared import Part, fingerprint, is_prepared, note
from pipelines.vocabulary import Network, Role, SourceKind


@dataclass(frozen=True)
class Staleness:
    """After how many wall seconds a kind of source's words are too old.

    ``row_s``: what it told, by when that was so. ``feed_s``: its last good pull, which may take its whole deadline.
    """

    row_s: float
    feed_s: float


def write_campaign(
    cursor: duckdb.DuckDBPyConnection, campaign: Campaign, stale: Mapping[SourceKind, Staleness]
) -> None:
    """Replace the campaign's tables in one transaction; raises StoreForeign when the store holds another campaign."""
    held = cursor.execute("SELECT campaign_id FROM setting").fetchall()
    if held and held[0][0] != campaign.campaign_id:
        raise StoreForeign(
            f"the store holds campaign {held[0][0]!r}, not {campaign.campaign_id!r}; choose another TENFOLD_HOME for it"
        )
    tables = _tables(campaign, stale)
    mark = fingerprint(f"{table}: {rows}" for table, rows in tables.items())
    if is_prepared(cursor, Part.CAMPAIGN, mark):
        return
    cursor.execute("BEGIN")
    for table, rows in tables.items():
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 one of _tables
        if not rows:
            continue
        cursor.register("incoming", pl.DataFrame(rows, infer_schema_length=None))
        cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")  # noqa: S608 as above
        cursor.unregister("incoming")
    note(cursor, Part.CAMPAIGN, mark)
    cursor.execute("COMMIT")


def _tables(campaign: Campaign, stale: Mapping[SourceKind, Staleness]) -> dict[str, list[dict[str, object]]]:
    tables: dict[str, list[dict[str, object]]] = {
        "round": [_round(campaign)],
        "setting": [_setting(campaign)],
        "patience": [_patience(kind, stale.get(kind), campaign.thresholds.stale_after_s) for kind in SourceKind],
        "town": [
            {
                "town_code": t.town_code,
                "position": n,
                "name_zh": t.name.zh,
                "name_en": t.name.en,
                "residents": t.residents,
                "lab_id": campaign.lab_of(t.town_code),
            }
            for n, t in enumerate(campaign.towns)
        ],
        "site": [_site(site) for site in campaign.sites],
        "staff_plan": [{"site_id": p.site_id, "role": p.role.value, "persons": p.persons} for p in campaign.staff],
        "lab": [
            {
                "lab_id": lab.lab_id,
                "position": n,
                "name_zh": lab.name.zh,
                "name_en": lab.name.en,
                "capacity_tubes_per_day": lab.capacity_tubes_per_day,
                "barcode_prefix": lab.barcode_prefix,
            }
            for n, lab in enumerate(campaign.labs)
        ],
        "server": [_server(n, server) for n, server in enumerate(campaign.servers)],
        "network": [{"network": network.value, "position": n} for n, network in enumerate(Network)],
        "arrival": [{"position": n, "weight": weight} for n, weight in enumerate(campaign.arrival_hours)],
        "shift": [
            {"shift_id": shift.shift_id, "position": n, "starts_at": shift.starts_at, "ends_at": shift.ends_at}
            for n, shift in enumerate(campaign.shifts)
        ],
        "role": [{"role": role.value, "position": n} for n, role in enumerate(Role)],
    }
    return tables | keeping_tables(campaign)


def _round(campaign: Campaign) -> dict[str, object]:
    the = campaign.round
    return {
        "round_id": the.round_id,
        "name_zh": the.name.zh,
        "name_en": the.name.en,
        "mode": the.mode.value,
        "target_persons": the.target_persons,
        "opens_at": the.opens_at,
        "closes_at": the.closes_at,
    }


def _patience(kind: SourceKind, stale: Staleness | None, limit_s: float) -> dict[str, object]:
    the = stale or Staleness(limit_s, limit_s)
    return {"kind": kind.value, "row_s": the.row_s, "feed_s": the.feed_s, "is_configured": stale is not None}


def _setting(campaign: Campaign) -> dict[str, object]:
    return {
        "campaign_id": campaign.campaign_id,
        "timezone_offset_minutes": campaign.timezone_offset_minutes,
        "medium_from_minutes": campaign.waits.medium_from_minutes,
        "long_from_minutes": campaign.waits.long_from_minutes,
        "guides_per_lane": campaign.norms.guides_per_lane,
        "registrars_per_lane": campaign.norms.registrars_per_lane,
        "medics_per_lane": campaign.norms.medics_per_lane,
        "police_per_site": campaign.norms.police_per_site,
        "persons_per_medic": campaign.norms.persons_per_medic,
        "persons_per_site_from": campaign.norms.persons_per_site_from,
        "persons_per_site_to": campaign.norms.persons_per_site_to,
        "persons_per_desk_from": campaign.norms.persons_per_desk_from,
        "persons_per_desk_to": campaign.norms.persons_per_desk_to,
        "stale_after_s": campaign.thresholds.stale_after_s,
        "network_slow_ms": campaign.thresholds.network_slow_ms,
        "network_loss_share": campaign.thresholds.network_loss_share,
        "server_slow_ms": campaign.thresholds.server_slow_ms,
        "server_load_share": campaign.thresholds.server_load_share,
    } | keeping_setting(campaign)


def _site(site: Site) -> dict[str, object]:
    return {
        "site_id": site.site_id,
        "name_zh": site.name.zh,
        "name_en": site.name.en,
        "town_code": site.town_code,
        "lon": site.lon,
        "lat": site.lat,
        "size_class": site.size_class,
        "lanes": site.lanes,
        "planned_persons": site.planned_persons,
        "carrier": site.carrier,
        "has_standby_desk": site.has_standby_desk,
    }


def _server(position: int, server: Server) -> dict[str, object]:
    return {
        "server_id": server.server_id,
        "position": position,
        "name_zh": server.name.zh,
        "name_en": server.name.en,
        "system": server.system.value,
        "sheet_no": server.sheet_no,
        "capacity_logins": server.capacity_logins,
    }
