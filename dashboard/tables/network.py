"""The tables of the network page: sites with their air, desks by server and town, vehicles."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard.colours import HEALTH_SIGN
from dashboard.formats import NOTHING, count, local, number, percent
from dashboard.once import KEPT, once
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines.client import CampaignInfo
from pipelines.vocabulary import Health, Network

Row = dict[str, Any]
CLASSES = {"lost": "red", "over": "red", "busy": "orange", "unknown": "gray", "free": "green"}
SEVERITY = [Health.DOWN.value, Health.SLOW.value, Health.UNKNOWN.value, Health.OK.value]


@once(KEPT)
def sites(crowd: pl.DataFrame, networks: pl.DataFrame, vehicles: pl.DataFrame, words: Words) -> Table:
    """Sites with both networks, the crowd on the air and the vehicle that stands there, the worst first.

    The frames are crowd_index, network_strip and vehicles_live.
    """
    told = {(row["site_id"], row["network"]): row for row in networks.iter_rows(named=True)}
    standing = dict(vehicles.filter(pl.col("site_id").is_not_null()).select("site_id", "vehicle_id").iter_rows())
    rows = [
        _site(row, [told.get((row["site_id"], network.value)) for network in Network], standing, words)
        for row in sorted(crowd.iter_rows(named=True), key=lambda row: _badness(row, told))
    ]
    text, number_column = st.column_config.TextColumn, st.column_config.NumberColumn
    schema = {"site": pl.String, "class": pl.List(pl.String), "index": pl.Float64, "volunteer": pl.String}
    schema |= {"public": pl.String, "queue": pl.Int64, "carrier": pl.String, "vehicle": pl.String}
    return pl.DataFrame(rows, schema=schema), {
        "site": text(words("table.site"), width=230),
        "class": st.column_config.MultiselectColumn(
            words("air.class"),
            help=words("air.class.help"),
            options=[words(f"air.{name}") for name in CLASSES],
            color=list(CLASSES.values()),
            width=90,
        ),
        "index": number_column(words("air.index"), help=words("air.index.help"), format="%.2f", width=62),
        "volunteer": text(words("network.volunteer"), help=words("air.network.help"), width=200),
        "public": text(words("network.public"), help=words("air.network.help"), width=200),
        "queue": number_column(words("air.queue"), help=words("air.queue.help"), format="%,d", width=58),
        "carrier": text(words("air.carrier"), help=words("air.carrier.help"), width=62),
        "vehicle": text(words("air.vehicle"), help=words("air.vehicle.help"), width=90),
    }


@once(KEPT)
def desks(frame: pl.DataFrame, words: Words) -> Table:
    """Desks by server, a row, and town, a column, with the server's sum; ``frame`` is desks_by_server."""
    server, town = f"server_{words.language}", f"town_{words.language}"
    sums = frame.group_by(server, maintain_order=True).agg(pl.col("desks").sum().alias("sum"))
    towns = frame.pivot(on="town_code", index=server, values="desks", maintain_order=True)
    shown = sums.join(towns, on=server, how="left", maintain_order="left")
    names = {row["town_code"]: words.town({f"name_{words.language}": row[town]}) for row in frame.iter_rows(named=True)}
    number_column, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return shown, {
        server: text(words("table.server"), width=128),
        "sum": number_column(words("desks.sum"), help=words("desks.sum.help"), format="%,d", width=56),
        **{code: number_column(name, help=words("table.desks.help"), width=74) for code, name in names.items()},
    }


@once(KEPT)
def vehicles(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Signal vehicles, those on the way first; ``frame`` is vehicles_live."""
    place = pl.coalesce(f"name_{words.language}", pl.lit(words("vehicle.depot")))
    shown = frame.sort(pl.col("state") != "on_the_way", "vehicle_id").select(
        "vehicle_id",
        pl.Series("carrier", [words(f"carrier.{name}") for name in frame["carrier"]], pl.String),
        pl.Series("state", [words(f"vehicle.{name}") for name in frame["state"]], pl.String),
        place.alias("place"),
        pl.Series("since", [local(at, offset).strftime("%H:%M") for at in frame["since"]], pl.String),
    )
    text = st.column_config.TextColumn
    return shown, {
        "vehicle_id": text(words("vehicle.id"), help=words("vehicle.id.help")),
        "carrier": text(words("air.carrier"), help=words("air.carrier.help")),
        "state": text(words("vehicle.state"), help=words("vehicle.state.help")),
        "place": text(words("vehicle.place"), help=words("vehicle.place.help")),
        "since": text(words("vehicle.since"), help=words("vehicle.since.help", zone=words.zone(offset))),
    }


@once(KEPT)
def contingency(frame: pl.DataFrame, campaign: CampaignInfo, words: Words) -> Table:
    """Towns with the desks on each system and how many follow the order that holds; ``frame`` is contingency_live."""
    systems = ("province", "offline", "city", "stopped")
    rows = [
        {
            "town": words.town(town.name),
            "spread": _spread(own),
            **{name: int(own[f"desks_{name}"].sum() or 0) for name in systems},
            "uploads": int(own["queued_uploads"].sum() or 0),
        }
        for town in campaign.towns
        if (own := frame.filter(town_code=town.town_code)).height
    ]
    number_column = st.column_config.NumberColumn
    schema = {"town": pl.String, "spread": pl.Float64, **dict.fromkeys(systems, pl.Int64), "uploads": pl.Int64}
    return pl.DataFrame(rows, schema=schema), {
        "town": st.column_config.TextColumn(words("table.town"), help=words("table.town.help"), width=96),
        "spread": st.column_config.ProgressColumn(
            words("system.spread"),
            help=words("system.spread.help"),
            format="%.0f%%",
            min_value=0,
            max_value=100,
            width=110,
        ),
        **{
            name: number_column(words(f"system.{name}"), help=words("system.desks.help"), format="%,d", width=76)
            for name in systems
        },
        "uploads": number_column(words("system.uploads"), help=words("system.uploads.help"), format="%,d", width=76),
    }


def _spread(own: pl.DataFrame) -> float | None:
    desks = int(own["desks"].sum() or 0)
    return round(100 * int(own["desks_obeying"].sum() or 0) / desks, 1) if desks else None


def _site(row: Row, both: list[Row | None], standing: dict[str, str], words: Words) -> Row:
    index = row["crowd_index"]
    return {
        "site": f"{words.name(row)} · {row['site_id']}",
        "class": [words(f"air.{row['crowd_class']}")],
        "index": None if index is None else round(index, 2),
        **{network.value: _network(told, words) for network, told in zip(Network, both, strict=True)},
        "queue": row["queue_persons"],
        "carrier": words(f"carrier.{row['carrier']}"),
        "vehicle": standing.get(row["site_id"], NOTHING),
    }


def _network(told: Row | None, words: Words) -> str:
    health = Health.UNKNOWN if told is None else Health(told["health"])
    said = f"{HEALTH_SIGN[health]} {words(f'health.{health}')}"
    if told is None or told["latency_ms"] is None or health is Health.UNKNOWN:
        return said
    latency = words("unit.ms", value=number(told["latency_ms"]))
    return f"{said} · {latency} · {percent(told['loss_share'], 1)} · {count(told['clients'])}"


def _badness(row: Row, told: dict[tuple[str, str], Row]) -> tuple[int, int, float, str]:
    both = [
        SEVERITY.index(told[row["site_id"], net.value]["health"]) for net in Network if (row["site_id"], net) in told
    ]
    return list(CLASSES).index(row["crowd_class"]), min(both, default=3), -(row["crowd_index"] or 0.0), row["site_id"]
