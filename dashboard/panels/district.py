"""Panels of the district page: the servers, the tubes' way, the map's legend, one site's figures."""

import streamlit as st

from dashboard import choices, drawings, reasons
from dashboard.charts import strips
from dashboard.charts.strips import Ink
from dashboard.colours import HEALTH_SIGN, palette
from dashboard.figures.district import events_end, queue_now
from dashboard.formats import age, count, number, percent, plain, time_of_day
from dashboard.live import Row, Snapshot
from dashboard.maps.layers import LayerName
from dashboard.maps.legend import legend
from dashboard.tables import shaping as tables
from dashboard.widgets import HEALTH_COLOUR, card_title, table
from dashboard.words import Words
from pipelines.vocabulary import Health


def servers(snapshot: Snapshot, ink: Ink) -> None:
    """Draw the registration servers in the order of the desks' sheet, and the line of the networks."""
    words = ink.words
    threshold = snapshot.campaign.thresholds.server_load_share
    with st.container(border=True, key="card-servers", gap="xsmall"):
        card_title(words("card.servers"), words("card.servers.help", share=percent(threshold)))
        for row in snapshot.servers.iter_rows(named=True):
            server(row, ink, threshold, snapshot.offset)
        st.html(strips.networks(snapshot.totals, ink))


def server(row: Row, ink: Ink, threshold: float, offset: int) -> None:
    """Draw one server under the key ``server-<id>``; a server that is down is all red."""
    words = ink.words
    with st.container(key=f"server-{row['server_id']}", gap=None):
        if Health(row["health"]) is not Health.DOWN:
            st.html(strips.server(row, ink, threshold))
            return
        since = time_of_day(row["down_since"], offset, seconds=True)
        head = words("server.down", name=words.name(row), since=since)
        still = words("server.down.desks", desks=count(row["desks"])) if row["desks"] else words("server.down.nobody")
        st.error(
            f"**{plain(head)}** · **{still}**  \n:small[{plain(reasons.said(row['reason'], words))}]",
            icon=":material/error:",
        )


def way(snapshot: Snapshot, ink: Ink) -> None:
    """Draw the tubes' way as a strip."""
    with st.container(key="card-way", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{ink.words('card.way')}**", help=ink.words("card.way.help"), width="content")
        ends = events_end(snapshot, ink.words, ink.words("way.stale"))
        st.html(strips.tubes(snapshot.tubes, ink, ends))


def town(snapshot: Snapshot, words: Words) -> None:
    """Say which town the page is cut to, with the way back; or that there is none of the name in the address."""
    with st.container(key="cut", horizontal=True, vertical_alignment="center", gap="small"):
        if not choices.wanted_town():
            return
        if snapshot.scope.id == choices.wanted_town():
            name = words.name(snapshot.towns.row(0, named=True))
            own = words("town.cut", sites=snapshot.sites.height)
            st.markdown(f"**{plain(name)}** :gray[{own}]", width="content")
        else:
            st.markdown(f":orange-badge[:material/search_off: {words('town.unknown')}]", width="content")
        back = words("town.back")
        st.button(back, icon=":material/arrow_back:", key="whole", on_click=choices.choose_town, args=(None,))


def choice(snapshot: Snapshot, words: Words) -> None:
    """Draw the selected site's panel, or the towns' progress, where a town can be chosen."""
    site_id = choices.wanted_site()
    row = drawings.site_row(snapshot, site_id) if site_id else None
    if row is not None:
        site(row, words, snapshot.offset)
        return
    choices.per(words)
    choices.show_order("towns", tuple(snapshot.towns["town_code"]))
    table("towns", tables.towns(snapshot.towns, words), words, on_select=choices.take_town)


def map_legend(snapshot: Snapshot, layer: LayerName, words: Words, theme: str) -> None:
    """Draw the map's legend and the credit its sources ask for."""
    with st.container(key="legend"):
        st.html(legend(snapshot.campaign, layer, words, palette(theme)))


def site(row: Row, words: Words, offset: int) -> None:
    """Draw the figures of a selected site and the way to its page."""
    with st.container(key="site-panel", border=True, gap="xsmall"):
        st.markdown(f"**{plain(words.name(row))}** :gray-badge[{plain(row['site_id'])}]", help=words("panel.help"))
        st.markdown("  \n".join(f":gray[{words(key)}]  **{value}**" for key, value in site_lines(row, words, offset)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "app_pages/site.py",
                label=words("panel.open"),
                icon=":material/open_in_new:",
                query_params={"site": row["site_id"], "lang": words.language},
            )
            close = words("panel.close")
            st.button(close, key="close-panel", type="tertiary", on_click=choices.choose_site, args=(None,))


def site_lines(row: Row, words: Words, offset: int) -> list[tuple[str, str]]:
    """Return what the panel says of a site: the key of each label and its formatted value."""
    health = Health(row["network_health"])
    network = f":{HEALTH_COLOUR[health]}[{HEALTH_SIGN[health]}] {words(f'health.{health}')}"
    now = queue_now(row)
    seen = time_of_day(row["observed_at"], offset, seconds=True)
    since = words("never") if row["age_s"] is None else words("map.age", age=age(row["age_s"], words.language))
    return [
        ("panel.persons", f"{count(row['persons_registered'])} · {percent(row['load_share'], 1)}"),
        ("panel.hour", count(row["persons_last_hour"])),
        ("panel.wait", f"{words('unit.minutes', value=number(now['wait_minutes']))} · {count(now['queue_persons'])}"),
        ("panel.lanes", f"{count(now['lanes_open'])}/{count(row['lanes'])}"),
        ("panel.short", count(row["staff_short"])),
        ("panel.network", network),
        ("panel.seen", f"{seen} · {since}" if row["is_fresh"] else f":orange[{words('map.stale', age=since)}]"),
    ]
