"""What pages are built of: status bar, figures, server tiles, legends and panels; words and frames in, elements out."""

from collections.abc import Callable, Iterable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import pace, refusals
from dashboard.colours import Palette, palette
from dashboard.figures.district import Figure
from dashboard.formats import NOTHING, count, day, number, percent, plain, speed, time_of_day
from dashboard.live import Row, Snapshot, View
from dashboard.tables.shaping import ROW_PIXELS, Table, as_seen
from dashboard.tables.shaping import height as table_height
from dashboard.words import LANGUAGES, Words, words
from pipelines.vocabulary import Health, SourceKind

SPARK_PIXELS = 26
FEEDS_NAMED = 3
# A socket is asked for with the protocol's name, a token, and by who was here before the session that he had.
BACK_COMMAS = 2
# What a figure is measured against takes a second line rather than lose its end.
WHOLE_NOTES = (
    "<style>[data-testid=stMetricDelta],[data-testid=stMetricDelta] *{white-space:normal!important;"
    "overflow:visible!important;text-overflow:clip!important;height:auto!important;line-height:1.3}</style>"
)
# On a phone the head is two short rows: what is long stands at the page's foot or behind a button.
STYLE = (
    "<style>@media (max-width:640px){.st-key-head-wide{display:none!important}"
    "[data-testid=stLayoutWrapper]:has(>.st-key-status){flex:1 1 100%!important;min-width:100%!important}"
    ".st-key-top{gap:0.1rem!important}"
    "[data-testid=stButtonGroup] [role=radiogroup]{flex-wrap:wrap!important}}"
    ".st-key-controls{gap:0.2rem 0.7rem!important}"
    ".st-key-controls button{min-height:1.9rem;padding-top:0.1rem;padding-bottom:0.1rem}</style>"
) + WHOLE_NOTES
# Streamlit says in English what its file fields take and what their button does; their labels say it in our words.
OWN_UPLOAD = (
    "<style>[data-testid=stFileUploaderDropzoneInstructions]{{display:none}}"
    "[data-testid=stFileUploaderDropzone] button [data-testid=stMarkdownContainer] p{{font-size:0}}"
    "[data-testid=stFileUploaderDropzone] button [data-testid=stMarkdownContainer] p::after"
    '{{content:"{choose}";font-size:0.9rem}}'
    "[data-testid=stFileUploaderDropzone]>input+div:not(:has(button))>*{{font-size:0}}"
    "[data-testid=stFileUploaderDropzone]>input+div:not(:has(button))>*::after"
    '{{content:"{drop}";font-size:0.9rem}}</style>'
)

HEALTH_COLOUR = {Health.OK: "green", Health.SLOW: "orange", Health.DOWN: "red", Health.UNKNOWN: "gray"}
HEALTH_ICON = {
    Health.OK: ":material/check_circle:",
    Health.SLOW: ":material/warning:",
    Health.DOWN: ":material/error:",
    Health.UNKNOWN: ":material/help:",
}


def style(words: Words) -> str:
    """Return what every page's frame adds to Streamlit's own looks."""
    return STYLE + OWN_UPLOAD.format(choose=words("upload.choose"), drop=words("upload.drop"))


def keep_language() -> None:
    """Take the language from the address once, then keep the address in step with the viewer's choice."""
    st.session_state.setdefault("is-back", _is_back())
    if st.session_state.get("lang") not in LANGUAGES:
        st.session_state["lang"] = words(st.query_params.get("lang")).language
    if st.query_params.get("lang") != st.session_state["lang"]:
        st.query_params["lang"] = st.session_state["lang"]


def _is_back() -> bool:
    """Whether this page was open before and finds its server started anew: it then names the session that it had.

    All that it drew is on its screen still.
    """
    return st.context.headers.get("Sec-WebSocket-Protocol", "").count(",") >= BACK_COMMAS


def viewer_words() -> Words:
    """Return the words of the viewer's language."""
    return words(st.session_state.get("lang"))


def colours() -> Palette:
    """Return the colours of the viewer's theme."""
    return palette(theme())


def theme() -> str:
    """Return the viewer's theme, light or dark; dark until the browser has said."""
    return "light" if st.context.theme.type == "light" else "dark"


def keep_frame(bar: DeltaGenerator, foot: DeltaGenerator) -> None:
    """Remember the frame's bar and foot, into which each page's fastest fragment writes."""
    for name, part in (("bar", bar), ("foot", foot)):
        part.empty()
        st.session_state[name] = part


def status_bar(view: View, words: Words) -> None:
    """Fill the frame's bar: title, campaign clock and speed, freshness, moment of the figures; keep the pace."""
    snapshot = view.snapshot
    with st.session_state["bar"].container(horizontal=True, vertical_alignment="center", gap="xsmall", key="head"):
        if snapshot is None:
            st.markdown(f"**{words('app.title')}**", width="content")
            return
        with st.container(key="head-wide", width="content"):
            st.markdown(_title(snapshot, words), width="content")
        now = time_of_day(snapshot.edge.clock_at, snapshot.offset, seconds=True)
        past = f":orange-badge[:material/history: {words('replay.badge')}]" if snapshot.is_past else ""
        tempo = past or f":gray-badge[{speed(snapshot.edge.speed)}]"
        badges = f"{tempo} {_fresh_badge(view, words)}{_feeds_badge(snapshot, words)}"
        st.markdown(f"**{now}** {badges}", width="content", help=_fresh_help(snapshot, words))
    as_of(snapshot, words)
    pace.keep()


def _title(snapshot: Snapshot, words: Words) -> str:
    """Return what a narrow screen leaves out: the district, the round, the moment of the figures."""
    title = words("app.heading", district=words.either(snapshot.campaign.district_name))
    at = time_of_day(snapshot.as_of, snapshot.offset, seconds=True)
    return f"**{plain(title)}** :blue-badge[{_round(snapshot, words)}] :gray[{words('as_of', at=at)}]"


def _fresh_help(snapshot: Snapshot, words: Words) -> str:
    """Return what the clock and the badges beside it mean, with the day and the clock's zone."""
    clock = f"{day(snapshot.edge.clock_at, snapshot.offset)} {words.zone(snapshot.offset)}"
    quiet = [words(f"source.{kind}") for kind in SourceKind if kind in snapshot.freshness["stale_feeds"]]
    lines = [plain(clock), *([words("fresh.feeds", feeds=words.list(quiet))] if quiet else []), words("fresh.help")]
    return "  \n".join(lines)


def _round(snapshot: Snapshot, words: Words) -> str:
    current = snapshot.campaign.round
    return f"{plain(words.either(current.name))} · {words(f'mode.{current.mode}')}"


def _fresh_badge(view: View, words: Words) -> str:
    row = view.snapshot.freshness if view.snapshot else {}
    if view.failing_s is not None:
        return f":red-badge[:material/cloud_off: {words('fresh.frozen', seconds=number(view.failing_s))}]"
    if view.snapshot is None or view.snapshot.is_empty:
        return f":gray-badge[:material/hourglass_top: {words('fresh.none', total=row.get('sites_total', 0))}]"
    text = words("fresh.line", fresh=row["sites_fresh"], total=row["sites_total"], age=number(row["oldest_age_s"]))
    whole = row["sites_fresh"] == row["sites_total"]
    return f":green-badge[:material/check_circle: {text}]" if whole else f":orange-badge[:material/schedule: {text}]"


def _feeds_badge(snapshot: Snapshot, words: Words) -> str:
    """Name the feeds that have gone quiet, or count them; the sites' own counts may all be fresh meanwhile."""
    stale = snapshot.freshness["stale_feeds"]
    named = [words(f"source.{kind}") for kind in SourceKind if kind in stale]
    if len(named) > FEEDS_NAMED:
        return f" :orange-badge[:material/sync_problem: {words('fresh.feeds.many', feeds=len(named))}]"
    return f" :orange-badge[:material/sync_problem: {words('fresh.feeds', feeds=words.list(named))}]" if named else ""


def opened(view: View, words: Words) -> Snapshot | None:
    """Return the snapshot to draw, with the bar and the banners drawn; None after saying why there is none."""
    snapshot = drawable(view, words)
    if snapshot is not None:
        status_bar(view, words)
        banners(view, snapshot, words)
    return snapshot


def drawable(view: View, words: Words) -> Snapshot | None:
    """Return the snapshot to draw; when there is none yet, draw the designed state that says why."""
    if view.snapshot is None:
        status_bar(view, words)
        seconds = number(view.failing_s or 0)
        with st.container(key="command-lost"):
            st.error(
                refusals.shown(view.reason, words),
                title=words("state.failed", seconds=seconds),
                icon=":material/cloud_off:",
            )
            st.caption(words("state.failed.do"))
    return view.snapshot


def banners(view: View, snapshot: Snapshot, words: Words) -> None:
    """Say what a commander must not miss: no answer from the command server, nothing pulled yet.

    Their place is always there, so that a banner that comes or goes leaves what is below as it stands.
    """
    with st.container(key="banners"):
        if view.failing_s is not None:
            at = time_of_day(snapshot.as_of, snapshot.offset, seconds=True)
            head = words("state.frozen", at=at, seconds=number(view.failing_s))
            with st.container(key="command-lost"):
                st.error(f"**{head}** {refusals.shown(view.reason, words)}", icon=":material/cloud_off:")
        if snapshot.is_empty:
            then = words("state.empty.past"), words("state.empty.past.do")
            head, do = then if snapshot.is_past else (words("state.empty"), words("state.empty.do"))
            st.info(f"**{head}** {do}", icon=":material/hourglass_top:")


def as_of(snapshot: Snapshot, words: Words) -> None:
    """Show, at the foot of the page, the full moment for whoever compares the figures with a record."""
    at = f"{day(snapshot.as_of, snapshot.offset)} {time_of_day(snapshot.as_of, snapshot.offset, seconds=True)}"
    with st.session_state["foot"].container(key="data-as-of"):
        st.caption(f":small[{words('as_of', at=at)} · {snapshot.as_of.isoformat()}]", help=words("as_of.help"))


def figures(items: Iterable[Figure]) -> None:
    """Draw a row of figures, each a card under the key ``kpi-<key>``; it wraps where the screen is narrow."""
    cards = list(items)
    with st.grid(len(cards), min_column_width=150, gap="xsmall"):
        for item in cards:
            with st.container(key=f"kpi-{item.key}", gap=None, height="stretch"):
                st.metric(
                    item.label,
                    item.value,
                    item.note,
                    delta_color=item.tone,
                    delta_arrow="off",
                    help=item.help,
                    border=True,
                    height="stretch",
                )


def card_title(text: str, help_text: str) -> None:
    """Draw the heading of a card, with the definition of what is in it."""
    st.markdown(f"**{text}**", help=help_text)


def table(
    name: str, content: Table, words: Words, rows: int | None = None, on_select: Callable[[str], None] | None = None
) -> None:
    """Draw a table under the key ``name``, as high as its rows, or ``rows`` of them with a scroll bar.

    With ``on_select`` a row can be selected; it is then called with ``name``.
    """
    shown, columns = content
    st.dataframe(
        as_seen(shown),
        column_config=columns,
        hide_index=True,
        height=table_height(shown.height if rows is None else min(shown.height, rows)),
        row_height=ROW_PIXELS,
        key=name,
        on_select="ignore" if on_select is None else lambda: on_select(name),
        selection_mode="single-cell",
        placeholder=NOTHING,
        alt=words(f"card.{name}"),
    )


def chosen_kind(key: str, label: str, kinds: Mapping[str, int], name: Callable[[str], str], first: str) -> str:
    """Draw a choice among kinds, each with how many there are of it, and return the one to show."""
    return st.segmented_control(
        label,
        list(kinds),
        required=True,
        default=first,
        format_func=lambda one: f"{name(one)} {count(kinds[one])}",
        key=key,
        label_visibility="collapsed",
    )


def is_first_look(part: str) -> bool:
    """Whether this viewer sees ``part`` for the first time: figures come at once, drawings with the next refresh."""
    looked: set[str] = st.session_state.setdefault("looked", set())
    if part in looked or st.session_state.get("is-back"):
        return False
    looked.add(part)
    return True


def network_line(row: Row, words: Words) -> str:
    """Return one network of a site as a line of Markdown."""
    health = Health(row["health"])
    badge = f":{HEALTH_COLOUR[health]}-badge[{HEALTH_ICON[health]} {words(f'health.{health}')}]"
    figures = words(
        "network.line",
        latency=number(row["latency_ms"]),
        loss=percent(row["loss_share"], 1),
        clients=count(row["clients"]),
    )
    return f"**{words('network.' + row['network'])}** {badge} {figures}"
