"""Parts of the network page: one card a server, with its last hour, its desks and, when it is down, why."""

import polars as pl
import streamlit as st

from dashboard import reasons
from dashboard.charts import network as charts
from dashboard.colours import Palette, palette
from dashboard.formats import count, number, percent, plain, time_of_day
from dashboard.live import Row, Snapshot
from dashboard.widgets import HEALTH_COLOUR, HEALTH_ICON
from dashboard.words import Words
from pipelines.vocabulary import Health

LINE_PIXELS, WHOLE_FROM_MS = 96, 10


def servers(frame: pl.DataFrame, trend: pl.DataFrame, snapshot: Snapshot, words: Words, theme: str) -> None:
    """Draw the servers as cards in the order of the desks' sheet; the frames are servers_live and server_trend."""
    with st.grid(frame.height, min_column_width=230, gap="xsmall"):
        for row in frame.iter_rows(named=True):
            server(row, trend.filter(server_id=row["server_id"]), snapshot, words, theme)


def server(row: Row, trend: pl.DataFrame, snapshot: Snapshot, words: Words, theme: str) -> None:
    """Draw one server under the key ``server-<id>``: health, load, desks, phases now and over the last hour."""
    colours, limits, health = palette(theme), snapshot.campaign.thresholds, Health(row["health"])
    with st.container(
        border=True, key=f"server-{row['server_id']}", gap="xsmall", height="stretch", vertical_alignment="distribute"
    ):
        with st.container(gap="xsmall"):
            badge = f":{HEALTH_COLOUR[health]}-badge[{HEALTH_ICON[health]} {words(f'health.{health}')}]"
            st.markdown(
                f"**{plain(words.name(row))}** {badge}  \n{_desks(row, words)}",
                help=words("net.server.help", limit=percent(limits.server_load_share)),
            )
            _state(row, health, snapshot, words)
        with st.container(gap="xsmall"):
            _lines(row, trend, snapshot, words, colours)


def _lines(row: Row, trend: pl.DataFrame, snapshot: Snapshot, words: Words, colours: Palette) -> None:
    limits = snapshot.campaign.thresholds
    for name, option in (
        ("load", charts.load(trend, snapshot.as_of, limits.server_load_share, words, colours, snapshot.offset)),
        ("phases", charts.latency(trend, snapshot.as_of, limits.server_slow_ms, words, colours, snapshot.offset)),
    ):
        alt = f"{words.name(row)} · {words(f'net.{name}.alt')}"
        st.echarts_chart(option, height=LINE_PIXELS, key=f"{name}-{row['server_id']}", alt=alt)


def _state(row: Row, health: Health, snapshot: Snapshot, words: Words) -> None:
    """Say how the server does: down since when and why; otherwise its load and phases, and how old they are."""
    why = plain(reasons.said(row["reason"], words)) if row["reason"] else ""
    if health is Health.DOWN:
        head = words("net.server.down", since=time_of_day(row["down_since"], snapshot.offset, seconds=True))
        step = words("rule.server_down.do")
        st.error(f"**{plain(head)}**  \n:small[{why}]  \n:small[→ {step}]", icon=":material/error:")
        return
    st.markdown(_now(row, snapshot.campaign.thresholds.server_load_share, words))
    if health is Health.UNKNOWN and row["observed_at"] is not None:
        at = time_of_day(row["observed_at"], snapshot.offset, seconds=True)
        said = words("net.server.last.up" if row["is_up"] else "net.server.last.down", at=plain(at))
        st.markdown(f":small[:orange[:material/history: {said}]]  \n:small[{why}]")


def _desks(row: Row, words: Words) -> str:
    errors = percent(row["error_share"], 1)
    return words("net.server.desks", desks=count(row["desks"]), sheet=row["sheet_no"], errors=errors)


def _now(row: Row, limit: float, words: Words) -> str:
    """Return load and logins as one line, the phases of the last probe as another."""
    over = row["load_share"] is not None and row["load_share"] > limit
    load = f":red[:material/warning: **{percent(row['load_share'])}**]" if over else f"**{percent(row['load_share'])}**"
    logins, capacity = count(row["logins"]), count(row["capacity_logins"])
    first = words("net.server.load", load=load, limit=percent(limit), logins=logins, capacity=capacity)
    phases = (_ms(row[phase]) for phase in charts.PHASES)
    second = words("net.server.phases", **dict(zip(("connect", "first", "transfer"), phases, strict=True)))
    return f"{first}  \n:small[:gray[{second}]]"


def _ms(value: float | None) -> str:
    return number(value, 1 if value is None or value < WHOLE_FROM_MS else 0)
