"""Tickets in words: on whose desk each lies, how long it may still, and what the viewer may do about it."""

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.advising.alerting import COLOUR, ICON
from dashboard.figures.district import Figure
from dashboard.formats import age, count, plain, time_of_day
from dashboard.keeping.deeds import Choice, Deed, button
from dashboard.live import Row, Snapshot
from dashboard.tables.shaping import Table, local_time, said
from dashboard.words import Words
from pipelines.client import Scope
from pipelines.vocabulary import ActKind, ScopeLevel, Severity, TicketCategory, TicketLevel

BY_ITSELF = ("site", "town")
LOWEST = {ScopeLevel.SITE: 0, ScopeLevel.TOWN: 1, ScopeLevel.DISTRICT: 2}


def figures(tickets: pl.DataFrame, words: Words) -> list[Figure]:
    """Return how many tickets are open, over their time, on nobody's hands, and solved lately."""
    still = tickets.filter(state="open")
    late = still.filter(pl.col("is_overdue")).height
    values = {
        "open": (still.height, "blue"),
        "overdue": (late, "red" if late else "green"),
        "unowned": (still.filter(pl.col("owner").is_null()).height, "gray"),
        "solved": (tickets.height - still.height, "gray"),
    }
    unit = words("ticket.unit")
    return [
        Figure(f"tickets-{key}", words(f"ticket.{key}"), count(value), unit, tone, words(f"ticket.{key}.help"))  # pyright: ignore[reportArgumentType]
        for key, (value, tone) in values.items()
    ]


def place_of(row: Row, words: Words) -> str:
    """Return where a ticket is about."""
    if row["site_id"]:
        return f"{words.name(row)} · {row['site_id']}"
    return words.name(row) if row["town_code"] else words("ticket.whole_district")


def draw(row: Row, snapshot: Snapshot, vendors: Mapping[str, str], words: Words) -> None:
    """Draw one ticket: its badges, what it is, whose it is, its clock, its buttons."""
    severity = Severity(row["severity"])
    with st.container(border=True, key=f"ticket-{row['number']}", gap="xxsmall"):
        badges = [
            f":{COLOUR[severity]}-badge[{ICON[severity]} {words(f'severity.{severity}')}]",
            f":blue-badge[:material/inbox: {words('ticket.at', level=words('ticket_level.' + row['level']))}]",
            f":gray-badge[{words('ticket_category.' + row['category'])}]",
            _clock(row, snapshot, words),
        ]
        st.markdown(f"**#{row['number']}** {plain(row['title'])}  \n{' '.join(badges)}")
        st.caption(_line(row, snapshot, words))
        if row["last_note"] and row["last_note"] != row["title"]:
            st.markdown(f":small[:material/chat: {plain(row['last_note'])}]")
        with st.container(horizontal=True, gap="small", key=f"do-ticket-{row['number']}"):
            _buttons(row, vendors, words)


def _clock(row: Row, snapshot: Snapshot, words: Words) -> str:
    if row["state"] == "solved":
        at = time_of_day(row["solved_at"], snapshot.offset)
        told = words("ticket.solved_at", at=at, by=plain(row["solved_by"] or ""))
        return f":green-badge[:material/check_circle: {told}]"
    at = time_of_day(row["due_at"], snapshot.offset)
    if row["is_overdue"]:
        return f":red-badge[:material/alarm: {words('ticket.overdue_since', at=at)}]"
    return f":orange-badge[:material/schedule: {words('ticket.due_at', at=at)}]"


def _line(row: Row, snapshot: Snapshot, words: Words) -> str:
    parts = [
        f":material/location_on: {plain(place_of(row, words))}",
        words("ticket.opened", at=time_of_day(row["opened_at"], snapshot.offset), by=plain(row["opened_by"])),
        words("ticket.age", age=age(row["age_minutes"] * 60, words.language)),
        words("ticket.owner", who=plain(row["owner"])) if row["owner"] else words("ticket.nobody"),
    ]
    if row["state"] == "open":
        parts.append(words(f"ticket.next.{row['next_level'] or row['level']}"))
    if row["alert_id"]:
        parts.append(words("ticket.alert", alert=plain(row["alert_id"])))
    return " · ".join(parts)


def _buttons(row: Row, vendors: Mapping[str, str], words: Words) -> None:
    key, about = str(row["number"]), f"#{row['number']} {row['title']}"

    def deed(kind: ActKind, **more: object) -> Deed:
        scope = Scope(ScopeLevel(row["scope_level"]), row["scope_id"])
        return Deed(kind, scope, about, row["ticket_id"], **more)  # pyright: ignore[reportArgumentType]

    if row["state"] == "solved":
        button(deed(ActKind.TICKET_REOPENED), words, key, icon=":material/undo:")
        return
    button(deed(ActKind.TICKET_TAKEN, needs_words=False), words, key, icon=":material/back_hand:")
    button(deed(ActKind.TICKET_NOTED), words, key, icon=":material/chat:")
    if row["level"] in BY_ITSELF:
        above = {"level": str(TicketLevel(row["level"]).above)}
        button(deed(ActKind.TICKET_ESCALATED, facts=above), words, key, icon=":material/arrow_upward:")
    elif vendors:
        to = (Choice("vendor", vendors),)
        button(deed(ActKind.TICKET_HANDED, choices=to), words, key, icon=":material/support_agent:")
    button(deed(ActKind.TICKET_SOLVED), words, key, icon=":material/task_alt:")


def opening(scope: Scope, about: str, alarms: Mapping[str, str], words: Words) -> Deed:
    """Return a ticket to be opened about a place; ``alarms`` are those it may be about, by name."""
    levels = [level.value for level in TicketLevel][LOWEST[scope.level] : -1]
    choices = (
        Choice("category", {one.value: words(f"ticket_category.{one}") for one in TicketCategory}),
        Choice("severity", {one: words(f"severity.{one}") for one in ("warning", "critical", "info")}),
        Choice("level", {level: words(f"ticket_level.{level}") for level in levels}),
        Choice("alert_id", {"": words("ticket.no_alert"), **alarms}),
    )
    return Deed(ActKind.TICKET_OPENED, scope, about, choices=choices)


def history(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """What was done about tickets, the newest first; ``frame`` is ticket_history."""
    shown = frame.select(
        local_time("at", offset),
        pl.format("#{}", pl.col("number")).alias("ticket"),
        said("kind", "deed", words),
        pl.col("actor").replace("command", words("ticket.clock")),
        "reason",
    )
    text = st.column_config.TextColumn
    return shown, {name: text(words(f"ticket.column.{name}")) for name in shown.columns}
