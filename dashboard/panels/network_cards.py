"""Cards of the network page: sites' air, which code to scan, systems and orders, desks by server, vehicles, causes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import streamlit as st

from dashboard import names, widgets
from dashboard.charts import network as charts
from dashboard.colours import palette
from dashboard.formats import NOTHING, count, number, percent, plain, waited
from dashboard.frames import Answers
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.tables import network as tables_network
from dashboard.tables import orders as tables_orders
from dashboard.words import Words
from pipelines.vocabulary import SourceKind

ROWS_SHOWN = 12
FEW = 6


@dataclass(frozen=True)
class Drawing:
    """What every card is drawn from: the answers of one moment, for one viewer."""

    answers: Answers
    snapshot: Snapshot
    words: Words
    theme: str

    def card(
        self, name: str, needs: tuple[str, ...], draw: Callable[[], None], *kinds: SourceKind, **facts: object
    ) -> None:
        """Draw one card in its state; ``kinds`` are the feeds it lives on."""
        quiet = cards.stale(kinds, self.snapshot.freshness["stale_feeds"], self.words)
        cards.card(name, self.words, self.answers, needs, draw, quiet, **facts)


def air(made: Drawing) -> None:
    """Draw every site's air, the worst first."""

    def draw() -> None:
        crowd, networks, vehicles = (made.answers[name] for name in needs)
        table = tables_network.sites(crowd, networks, vehicles, made.words)
        widgets.table("air", table, made.words, ROWS_SHOWN)

    needs = ("crowd_index", "network_strip", "vehicles_live")
    made.card("air", needs, draw, SourceKind.NETWORK, SourceKind.SITE_QUEUES)


def switch(made: Drawing) -> None:
    """Draw which desks should scan which code, and what that does to the servers."""
    words, limit = made.words, made.snapshot.campaign.thresholds.server_load_share

    def draw() -> None:
        plan = made.answers["switch_plan"]
        if plan.is_empty():
            cards.good(words("switch.none"))
            return
        st.markdown(effect(made.answers["switch_effect"].row(0, named=True)["facts"], made.snapshot, words))
        widgets.table("switch", tables_orders.switches(plan, made.snapshot.campaign, words), words, FEW)

    made.card("switch", ("switch_plan", "switch_effect"), draw, limit=percent(limit))


def effect(facts: str, snapshot: Snapshot, words: Words) -> str:
    """Return what a switch plan does, as Markdown: what it saves, and each server's load now and then."""
    told: dict[str, Any] = msgspec.json.decode(facts) if facts else {}
    known = names.servers(snapshot.campaign, words)
    when = "switch.feared" if told.get("is_feared") else "switch"
    lines = [words(f"{when}.{key}", **_hour(told[key])) for key in ("without", "with") if told.get(key)]
    loads = [
        words(
            "switch.load",
            name=plain(known.get(row["server_id"]) or str(row["server_id"])),
            now=percent(row["load_now"]),
            then=percent(row["load_then"]),
        )
        for row in told.get("servers", [])
    ]
    return "  \n".join([*lines, f":small[{' · '.join(loads)}]"])


def _hour(told: dict[str, Any]) -> dict[str, str]:
    minutes = told["recovery_minutes"]
    return {
        "minutes": NOTHING if minutes is None else number(max(minutes, 1.0)),
        "persons": count(told["persons_not_registered"]),
        "falls": count(told["falls"]),
    }


def systems(made: Drawing) -> None:
    """Draw which system each town works on and how far its order has spread."""

    def draw() -> None:
        told = made.answers["contingency_live"]
        widgets.table("systems", tables_network.contingency(told, made.snapshot.campaign, made.words), made.words)

    made.card("systems", ("contingency_live",), draw)


def given(made: Drawing) -> None:
    """Draw the orders that were given, the newest first."""

    def draw() -> None:
        told, snapshot = made.answers["orders_live"], made.snapshot
        if told.is_empty():
            cards.empty(made.words("given.none"))
            return
        table = tables_orders.given(told, snapshot.campaign, made.words, snapshot.offset)
        widgets.table("given", table, made.words, FEW)

    made.card("given", ("orders_live",), draw)


def server_desks(made: Drawing) -> None:
    """Draw the desks by server and town."""

    def draw() -> None:
        widgets.table("server_desks", tables_network.desks(made.answers["desks_by_server"], made.words), made.words)

    made.card("server_desks", ("desks_by_server",), draw)


def vehicles(made: Drawing) -> None:
    """Draw where the signal vehicles should go next, and where they are."""
    words = made.words

    def draw() -> None:
        for row in made.answers["vehicle_plan"].head(3).iter_rows(named=True):
            st.markdown(suggestion(row, words))
        told = made.answers["vehicles_live"]
        widgets.table("vehicles", tables_network.vehicles(told, words, made.snapshot.offset), words, FEW)

    made.card("vehicles", ("vehicles_live", "vehicle_plan"), draw)


def suggestion(row: dict[str, Any], words: Words) -> str:
    """Return one suggested deployment as Markdown; ``row`` is of vehicle_plan."""
    index = words("air.lost") if row["crowd_index"] is None else number(row["crowd_index"], 1)
    waits = (waited(row[key]) for key in ("wait_before", "wait_after"))
    return ":material/lightbulb: " + words(
        "vehicle.plan",
        vehicle=plain(row["vehicle_id"]),
        site=plain(words.name(row)),
        index=index,
        ready=number(row["ready_in_minutes"]),
        **dict(zip(("before", "after"), waits, strict=True)),
    )


def interruptions(made: Drawing) -> None:
    """Draw what interrupted registrations, by cause over time."""

    def draw() -> None:
        colours, told = palette(made.theme), made.answers["interruptions_by_cause"]
        if told.is_empty():
            cards.good(made.words("net.interrupted.none"))
            return
        option = charts.interruptions(told, made.snapshot.as_of, made.words, colours, made.snapshot.offset)
        st.echarts_chart(option, height=190, key="interruptions", alt=made.words("card.interruptions"))

    made.card("interruptions", ("interruptions_by_cause",), draw)
