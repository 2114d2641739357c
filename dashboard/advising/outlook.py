"""What is to come: the lines predicted with and without plan one, and the sites where a line is a crowd (Q93)."""

import polars as pl
import streamlit as st

from dashboard.ahead import Ahead
from dashboard.formats import count, plain
from dashboard.once import KEPT, once
from dashboard.tables.shaping import Table
from dashboard.widgets import card_title, table
from dashboard.words import Words

CROWDS_SHOWN = 6


def panel(known: Ahead, words: Words) -> None:
    """Draw the towns' lines now and in half an hour, and name the crowded sites."""
    with st.container(border=True, key="card-outlook", gap="xsmall"):
        card_title(words("card.outlook"), words("card.outlook.help"))
        if known.towns.is_empty() or known.towns["made_at"].null_count() == known.towns.height:
            st.markdown(f":gray[:material/hourglass_empty: {words('outlook.none')}]")
            return
        st.markdown(crowds(known, words))
        table("outlook", lines(known.towns, words), words)


@once(KEPT)
def lines(towns: pl.DataFrame, words: Words) -> Table:
    """Return the towns' lines now, in 30 minutes as things go, if registration stopped, and then with plan one."""
    shown = towns.select(
        pl.Series("town", [words.town(row) for row in towns.iter_rows(named=True)], pl.String),
        "queue_persons",
        "queue_30",
        "stopped_30",
        "offline_30",
    )
    column = st.column_config.NumberColumn
    return shown, {"town": st.column_config.TextColumn(words("table.town"))} | {
        name: column(words(f"outlook.{name}"), help=words(f"outlook.{name}.help"), format="%,d")
        for name in ("queue_persons", "queue_30", "stopped_30", "offline_30")
    }


@once(KEPT)
def crowds(known: Ahead, words: Words) -> str:
    """Return, as Markdown, the sites whose line is a crowd now, for the police, and how many a stop would add."""
    rows = known.crowded
    soon = words("outlook.crowd.soon", sites=count(known.soon_crowded))
    if not rows:
        return f":green-badge[:material/check_circle: {words('outlook.no_crowd')}] :small[{soon}]"
    named = [
        words(
            "outlook.crowd.now",
            site=plain(words.name(row)),
            queue=count(row["queue_persons"]),
            limit=count(row["crowd_limit"]),
        )
        for row in rows[:CROWDS_SHOWN]
    ]
    more = [words("outlook.crowd.more", sites=count(len(rows) - CROWDS_SHOWN))] if len(rows) > CROWDS_SHOWN else []
    badge = f":orange-badge[:material/groups: {words('outlook.crowds', sites=count(len(rows)))}]"
    return f"{badge} :small[{words.list([*named, *more])} · {soon}]"
